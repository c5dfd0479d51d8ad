"""What of the two indexes a reader may see."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from catalog.search.base import PUBLIC
from catalog.search.completion import Completions
from catalog.search.documents import id_of
from catalog.search.filters import And
from catalog.search.query import Match
from catalog.search.scoring import Statistics
from catalog.search.vocabulary import Vocabulary

if TYPE_CHECKING:
    from catalog.search.base import Access, Sort
    from catalog.search.documents import SortKey
    from catalog.search.filters import Condition
    from catalog.search.index import IndexReader
    from catalog.search.query import TextQuery

_MOST_COMPLETIONS = 64


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Both indexes, opened at one moment, with what is worked out of them once."""

    public: IndexReader
    private: IndexReader
    vocabulary: Vocabulary
    completions: dict[Scope, Completions] = field(default_factory=dict)

    @classmethod
    def of(cls, public: IndexReader, private: IndexReader) -> Snapshot:
        return cls(public, private, Vocabulary(public))

    def statistics(self, text: TextQuery) -> Statistics:
        """Public statistics alone: nothing private bends a score."""
        return Statistics(
            documents=self.public.documents(),
            average_length=self.public.average_length(),
            frequencies={term: self.public.holding(term) for term in text.terms},
        )

    def completions_of(self, scope: Scope) -> Completions:
        """Return the facet values of a scope, counted once for those who have it."""
        known = self.completions.get(scope)
        if known is None:
            if len(self.completions) >= _MOST_COMPLETIONS:
                self.completions.clear()
            known = Completions(scope.reader, scope.of(Match("every")))
            self.completions[scope] = known
        return known

    def close(self) -> None:
        self.public.close()
        self.private.close()


@dataclass(frozen=True, slots=True)
class Scope:
    """One index and the part of it that the reader may see.

    Of the public one that is all, but for a key that is limited to be `within`, and
    for documents that the reader is to go `without`.
    """

    reader: IndexReader
    audiences: frozenset[str]
    within: Condition | None = None
    without: frozenset[str] = frozenset()

    def of(self, match: Match) -> Match:
        condition = match.condition
        if self.within is not None:
            both = (self.within, condition) if condition else (self.within,)
            condition = And(both)
        return replace(
            match,
            audiences=self.audiences,
            condition=condition,
            without=self.without,
        )


def scopes_of(snapshot: Snapshot, access: Access) -> list[Scope]:
    """Choose the indexes: the private one only for those with a private audience."""
    within, without, scopes = access.within, access.without, []
    if PUBLIC in access.audiences:
        scopes.append(Scope(snapshot.public, frozenset(), within, without))
    private = access.audiences - {PUBLIC}
    if private:
        scopes.append(Scope(snapshot.private, private, within, without))
    return scopes


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
