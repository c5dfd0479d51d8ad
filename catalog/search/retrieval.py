"""From a request to a page, over the one or two indexes that its reader may see."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from catalog.search.base import FACET_FIELDS, BadCursor, SearchPage
from catalog.search.cursor import Cursor, mark
from catalog.search.documents import id_of, parse_key, sound
from catalog.search.expansion import (
    Corrections,
    corrected,
    corrected_text,
    corrections_of,
    with_synonyms,
)
from catalog.search.filters import parse_filter, with_names
from catalog.search.query import Match, TextQuery
from catalog.search.scopes import merged_page, scopes_of
from catalog.search.scoring import rank

if TYPE_CHECKING:
    from catalog.search.base import Access, SearchRequest, Sort
    from catalog.search.documents import SortKey
    from catalog.search.scopes import Snapshot

RANKED = 200
"""Matches of each index that are ranked by score; all others follow by popularity."""

ENOUGH = 10
"""Fewer documents with all words than this, and any word is enough."""

LIMIT = 100
"""Rows of a page at most."""

FACET_VALUES = 100
"""Values of a facet at most, the most frequent; chosen ones are always among them."""


def normalized_filters(
    request: SearchRequest,
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Put filters in a fixed order; raises ValueError for a facet that is none."""
    unknown = {*request.filters, *request.facets} - {*FACET_FIELDS}
    if unknown:
        raise ValueError(
            f"no such facet: {', '.join(sorted(unknown))}; "
            f"there are: {', '.join(FACET_FIELDS)}"
        )
    return tuple(
        (facet, tuple(sorted({sound(value) for value in values})))
        for facet, values in sorted(request.filters.items())
        if values
    )


class Retrieval:
    """One search: which documents match, how many, and the rows of the page."""

    def __init__(
        self, snapshot: Snapshot, request: SearchRequest, access: Access
    ) -> None:
        self.snapshot = snapshot
        self.request = request
        self.scopes = scopes_of(snapshot, access)
        self.cursor = Cursor.decode(request) if request.after else Cursor()
        self.after = self._after()
        self.typed = TextQuery.parse(request.text)
        self.corrections = self._corrections()
        right = corrected(self.typed, self.corrections)
        self.text = with_synonyms(right, request.synonyms)
        self.limit = max(1, min(request.limit, LIMIT))
        self.match = replace(
            self._match_text(),
            filters=normalized_filters(request),
            condition=with_names(parse_filter(request.filter), request.names),
        )

    def answer(self) -> SearchPage:
        """Answer; without rows for a text that has no word to search."""
        if self.request.text.strip() and not self.text.words:
            return SearchPage((), 0, dict.fromkeys(self.request.facets, ()))
        total, facets = self._facets()
        ids, cursor = self._rows(total)
        return SearchPage(
            ids=tuple(ids),
            total=total,
            facets=facets,
            terms=self.text.terms,
            cursor=cursor.encode(self.request) if cursor else "",
            corrected=self._did_you_mean(),
            query=self.text if self.text.words else None,
        )

    def _corrections(self) -> Corrections:
        if self.request.after:
            return self.cursor.corrections
        return corrections_of(self.typed, self.snapshot.vocabulary)

    def _did_you_mean(self) -> str:
        """Return the text put right, if that finds more than the text as typed.

        A word that a visible document has is rare and not wrong; it stays.
        """
        wrong = {
            form: near
            for form, near in self.corrections.items()
            if not self._count(Match("all", TextQuery.parse(form)))
        }
        if not wrong:
            return ""
        text = corrected_text(self.request.text, wrong)
        right = self._count(Match("all", TextQuery.parse(text)))
        return text if right > self._count(Match("all", self.typed)) else ""

    def _after(self) -> SortKey | None:
        if not self.cursor.key:
            return None
        asked = self.request.sort
        sort = "popular" if asked == "relevance" else asked
        try:
            return parse_key(sort, self.cursor.key)
        except ValueError as error:
            raise BadCursor(f"the cursor is damaged: {error}") from error

    def _match_text(self) -> Match:
        """All words, or any of them if fewer than ENOUGH visible documents have all.

        Decided before filters, so that a facet's count is what choosing it gives.
        """
        if not self.text.words:
            return Match("every")
        match = Match("all", self.text)
        if self.cursor.widened:
            return replace(match, kind="any")
        first = not self.request.after
        if first and len(self.text.pieces) > 1 and self._count(match) < ENOUGH:
            return replace(match, kind="any")
        return match

    def _count(self, match: Match) -> int:
        return sum(s.reader.count(s.of(match)) for s in self.scopes)

    def _rows(self, total: int) -> tuple[list[str], Cursor | None]:
        if self.request.sort != "relevance":
            return self._sorted_rows(self.request.sort)
        if not self.text.words:
            return self._sorted_rows("popular")
        if self.cursor.key or len(self.cursor.shown) >= RANKED:
            return self._other_rows([], self.cursor.shown)
        return self._ranked_rows(total)

    def _sorted_rows(self, sort: Sort) -> tuple[list[str], Cursor | None]:
        keys = self._page(sort, self.limit + 1)
        return self._cut([], keys, frozenset())

    def _ranked_rows(self, total: int) -> tuple[list[str], Cursor | None]:
        statistics = self.snapshot.statistics(self.text)
        candidates = {
            candidate.id: candidate
            for s in self.scopes
            for candidate in s.reader.best(s.of(self.match), RANKED)
        }
        ranked = rank(candidates.values(), self.text, statistics)[:RANKED]
        unseen = [id_ for id_ in ranked if mark(id_) not in self.cursor.shown]
        ids = unseen[: self.limit]
        shown = self.cursor.shown | {mark(id_) for id_ in ids}
        if len(unseen) < self.limit and total > len(ranked):
            return self._other_rows(ids, shown)
        if len(unseen) > self.limit or total > len(ranked):
            return ids, self._cursor("", shown)
        return ids, None

    def _other_rows(
        self, ids: list[str], shown: frozenset[bytes]
    ) -> tuple[list[str], Cursor | None]:
        """Fill a page with what was not ranked, by popularity."""
        wanted = self.limit - len(ids) + 1
        keys = self._page("popular", wanted + len(shown))
        unseen = [key for key in keys if mark(id_of(key)) not in shown]
        return self._cut(ids, unseen, shown)

    def _cut(
        self, ids: list[str], keys: list[str], shown: frozenset[bytes]
    ) -> tuple[list[str], Cursor | None]:
        """`ids` and the rows that still fit, with a cursor if some do not."""
        room = self.limit - len(ids)
        ids = ids + [id_of(key) for key in keys[:room]]
        if len(keys) <= room:
            return ids, None
        return ids, self._cursor(keys[room - 1], shown)

    def _cursor(self, key: str, shown: frozenset[bytes]) -> Cursor:
        widened = self.match.kind == "any"
        return Cursor(key, shown, widened=widened, corrections=self.corrections)

    def _page(self, sort: Sort, limit: int) -> list[str]:
        return merged_page(self.scopes, self.match, sort, self.after, limit)

    def _facets(self) -> tuple[int, dict[str, tuple[tuple[str, int], ...]]]:
        """Count the matches, and each facet without its own filter.

        That takes one pass for the total and all unfiltered facets together, and one
        more for each filtered one.
        """
        chosen = dict(self.match.filters)
        asked = self.request.facets
        free = [facet for facet in asked if facet not in chosen]
        total, counts = self._counted(self.match, free)
        for facet in chosen.keys() & set(asked):
            match = self.match.without_filter(facet)
            counts |= self._counted(match, [facet])[1]
        return total, {f: _top(counts[f], chosen.get(f, ())) for f in asked}

    def _counted(
        self, match: Match, facets: list[str]
    ) -> tuple[int, dict[str, Counter[str]]]:
        total = 0
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in facets}
        for s in self.scopes:
            found = s.reader.facets(s.of(match), facets)
            total += found.total
            for facet, values in found.values.items():
                counts[facet] += values
        return total, counts


def _top(counts: Counter[str], chosen: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    rest = (entry for entry in ordered[FACET_VALUES:] if entry[0] in chosen)
    return (*ordered[:FACET_VALUES], *rest)
