"""From a request to a page, over the one or two indexes that its reader may see."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from catalog.search.base import PUBLIC, BadCursor, SearchPage
from catalog.search.cursor import Cursor, mark
from catalog.search.documents import id_of, parse_key, sound
from catalog.search.query import FACET_FIELDS, Match, TextQuery
from catalog.search.scoring import Statistics, rank

if TYPE_CHECKING:
    from catalog.search.base import Access, SearchRequest, Sort
    from catalog.search.documents import SortKey
    from catalog.search.index import IndexReader

RANKED = 200
"""Matches of each index that are ranked by score; all others follow by popularity."""

ENOUGH = 10
"""Fewer documents with all words than this, and any word is enough."""

LIMIT = 100
"""Rows of a page at most."""

FACET_VALUES = 100
"""Values of a facet at most, the most frequent; chosen ones are always among them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Both indexes, opened at one moment."""

    public: IndexReader
    private: IndexReader

    def statistics(self, text: TextQuery) -> Statistics:
        """Public statistics alone: nothing private bends a score."""
        return Statistics(
            documents=self.public.documents(),
            average_length=self.public.average_length(),
            frequencies={term: self.public.holding(term) for term in text.terms},
        )

    def close(self) -> None:
        self.public.close()
        self.private.close()


@dataclass(frozen=True, slots=True)
class Scope:
    """One index and the part of it that the reader may see."""

    reader: IndexReader
    audiences: frozenset[str]

    def of(self, match: Match) -> Match:
        return replace(match, audiences=self.audiences)


def scopes_of(snapshot: Snapshot, access: Access) -> list[Scope]:
    """Choose the indexes: the private one only for those with a private audience."""
    scopes = [Scope(snapshot.public, frozenset())] if PUBLIC in access.audiences else []
    private = access.audiences - {PUBLIC}
    if private:
        scopes.append(Scope(snapshot.private, private))
    return scopes


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


def merged_page(
    scopes: list[Scope], match: Match, sort: Sort, after: SortKey | None, limit: int
) -> list[str]:
    """Return texts of the first `limit` sort keys after `after`, over all scopes."""
    pages = (s.reader.page(s.of(match), sort, after, limit) for s in scopes)
    distinct: dict[str, str] = {}
    for key in heapq.merge(*pages):
        # During a move between the indexes a document can be in both.
        distinct.setdefault(id_of(key), key)
    return list(distinct.values())[:limit]


def suggest(snapshot: Snapshot, prefix: str, access: Access, limit: int) -> list[str]:
    """Find ids by prefix: those with the very words first, then by popularity."""
    text = TextQuery.parse_prefix(prefix)
    if not text.groups:
        return []
    scopes = scopes_of(snapshot, access)
    limit = max(0, min(limit, LIMIT))
    keys = [
        key
        for match in (Match("names", text), Match("prefix", text))
        for key in merged_page(scopes, match, "popular", None, limit)
    ]
    return list(dict.fromkeys(map(id_of, keys)))[:limit]


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
        self.text = TextQuery.parse(request.text)
        self.limit = max(1, min(request.limit, LIMIT))
        filters = normalized_filters(request)
        self.match = replace(self._match_text(), filters=filters)

    def answer(self) -> SearchPage:
        """Answer; without rows for a text that has no word to search."""
        if self.request.text.strip() and not self.text.groups:
            return SearchPage((), 0, dict.fromkeys(self.request.facets, ()))
        total = self._count(self.match)
        ids, cursor = self._rows(total)
        return SearchPage(
            ids=tuple(ids),
            total=total,
            facets=self._facets(),
            terms=self.text.terms,
            cursor=cursor.encode(self.request) if cursor else "",
        )

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
        if not self.text.groups:
            return Match("every")
        match = Match("all", self.text)
        if self.cursor.widened:
            return replace(match, kind="any")
        first = not self.request.after
        if first and len(self.text.terms) > 1 and self._count(match) < ENOUGH:
            return replace(match, kind="any")
        return match

    def _count(self, match: Match) -> int:
        return sum(s.reader.count(s.of(match)) for s in self.scopes)

    def _rows(self, total: int) -> tuple[list[str], Cursor | None]:
        if self.request.sort != "relevance":
            return self._sorted_rows(self.request.sort)
        if not self.text.groups:
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
            return ids, Cursor(shown=shown, widened=self._widened)
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
        return ids, Cursor(keys[room - 1], shown, widened=self._widened)

    @property
    def _widened(self) -> bool:
        return self.match.kind == "any"

    def _page(self, sort: Sort, limit: int) -> list[str]:
        return merged_page(self.scopes, self.match, sort, self.after, limit)

    def _facets(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Count each facet without its own filter.

        That takes one aggregation for all unfiltered facets together, and one more
        for each filtered one.
        """
        chosen = dict(self.match.filters)
        free = [facet for facet in self.request.facets if facet not in chosen]
        counts = self._counted(self.match, free) if free else {}
        for facet in self.request.facets:
            if facet in chosen:
                match = self.match.without_filter(facet)
                counts |= self._counted(match, [facet])
        return {
            facet: _top(counts[facet], chosen.get(facet, ()))
            for facet in self.request.facets
        }

    def _counted(self, match: Match, facets: list[str]) -> dict[str, Counter[str]]:
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in facets}
        for s in self.scopes:
            for facet, found in s.reader.facets(s.of(match), facets).items():
                counts[facet] += found
        return counts


def _top(counts: Counter[str], chosen: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    rest = (entry for entry in ordered[FACET_VALUES:] if entry[0] in chosen)
    return (*ordered[:FACET_VALUES], *rest)
