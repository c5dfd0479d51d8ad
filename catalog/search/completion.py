"""The tasks, tags and owners of a part of an index, found by how their words begin."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from catalog.search.analysis import words
from catalog.search.base import UNSPECIFIED

if TYPE_CHECKING:
    from catalog.search.base import Kind
    from catalog.search.index import IndexReader
    from catalog.search.query import Match, TextQuery

KINDS: tuple[Kind, ...] = ("task", "tag", "owner")
_AFTER_ALL = "\U0010ffff"

Entry = tuple["Kind", str, int]
"""Kind, value, and the number of documents with it."""


class Completions:
    """Facet values of the documents that match, counted when built."""

    def __init__(self, reader: IndexReader, match: Match) -> None:
        counts = reader.facets(match, KINDS).values
        self._entries: list[Entry] = [
            (kind, value, count)
            for kind in KINDS
            for value, count in counts[kind].items()
            if value != UNSPECIFIED
        ]
        self._starts = sorted(
            (word, place)
            for place, (_, value, _) in enumerate(self._entries)
            for word in dict.fromkeys(words(value))
        )

    def find(self, prefix: TextQuery) -> dict[Kind, Counter[str]]:
        """Count the values in which each word of a prefix begins a word."""
        places = [
            set[int]().union(
                *(
                    set.intersection(*map(self._beginning_with, reading))
                    for reading in group
                )
            )
            for group in prefix.groups
        ]
        found: dict[Kind, Counter[str]] = {kind: Counter() for kind in KINDS}
        for place in set.intersection(*places) if places else ():
            kind, value, count = self._entries[place]
            found[kind][value] = count
        return found

    def _beginning_with(self, token: str) -> set[int]:
        first = bisect_left(self._starts, (token, -1))
        last = bisect_left(self._starts, (token + _AFTER_ALL, -1))
        return {place for _, place in self._starts[first:last]}
