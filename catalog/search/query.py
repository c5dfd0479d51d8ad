"""What is asked of an engine: a text read once, and the documents it may match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from catalog.search.analysis import Group, prefix_groups, query_groups

if TYPE_CHECKING:
    from collections.abc import Callable

FACET_FIELDS = ("task", "tag", "owner", "framework", "language", "license")
"""Whatever may be counted and filtered by; base.FACETS are those counted unasked."""

MOST_WORDS = 32
"""Words of a query that count; a query of 1,000 characters can hold 500."""

MOST_TOKENS = 8
"""Tokens of one reading that count: of a long path, or of a run without spaces."""

Kind = Literal["every", "all", "any", "names", "prefix"]


@dataclass(frozen=True, slots=True)
class TextQuery:
    """The words of a query. A later expansion (typos, synonyms) adds readings."""

    groups: tuple[Group, ...]

    @classmethod
    def parse(cls, text: str) -> TextQuery:
        """Read any text at all; operators and quotes are plain punctuation."""
        return cls(_limited(query_groups(text)))

    @classmethod
    def parse_prefix(cls, text: str) -> TextQuery:
        """As parse, for words still being typed: unstemmed, stop words kept."""
        return cls(_limited(prefix_groups(text)))

    @property
    def terms(self) -> tuple[str, ...]:
        found = (token for g in self.groups for reading in g for token in reading)
        return tuple(dict.fromkeys(found))

    def holds_all(self, holds: Callable[[str], bool]) -> bool:
        """Whether a document with these tokens has each word in some reading."""
        return all(
            any(all(holds(token) for token in reading) for reading in group)
            for group in self.groups
        )


@dataclass(frozen=True, slots=True)
class Match:
    """A set of documents of one index.

    `kind`: every document; those with all words or any word of `text` in the
    weighted text; those with all words in name or title, whole (names) or begun
    (prefix). `audiences` restricts the private index and is empty for the public
    one. `filters` are (facet, accepted values), AND between facets.
    """

    kind: Kind
    text: TextQuery = TextQuery(())
    audiences: frozenset[str] = frozenset()
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def without_filters(self) -> Match:
        return Match(self.kind, self.text, self.audiences)

    def without_filter(self, facet: str) -> Match:
        rest = tuple(entry for entry in self.filters if entry[0] != facet)
        return Match(self.kind, self.text, self.audiences, rest)


def _limited(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    return tuple(
        tuple(dict.fromkeys(reading[:MOST_TOKENS] for reading in group))
        for group in groups[:MOST_WORDS]
    )
