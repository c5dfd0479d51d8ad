"""What is asked of an engine: a text read once, and the documents it may match."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from catalog.search.analysis import Group, prefix_words, query_words, stem

if TYPE_CHECKING:
    from collections.abc import Callable

    from catalog.search.filters import Condition

MOST_WORDS = 32
"""Words of a query that count; a query of 1,000 characters can hold 500."""

MOST_TOKENS = 8
"""Tokens of one reading that count: of a long path, or of a run without spaces."""

Kind = Literal["every", "all", "any", "names", "prefix"]
Via = Literal["word", "typo", "synonym"]


@dataclass(frozen=True, slots=True)
class Reading:
    """Tokens that together stand for a word.

    `forms` are unstemmed, `tokens` as documents hold them. `via` says how the reading
    came about: typed, put right, or of the same meaning; `weight` is what a match by it
    counts, 1 for what was typed.
    """

    tokens: tuple[str, ...]
    forms: tuple[str, ...]
    via: Via = "word"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Word:
    """One typed word (or phrase with synonyms) in all its readings."""

    typed: str
    readings: tuple[Reading, ...]

    def widened(self, added: list[Reading]) -> Word:
        """Return the word with further readings, those that it has left out."""
        known = {reading.tokens for reading in self.readings}
        fresh = {r.tokens: r for r in reversed(added) if r.tokens not in known}
        return replace(self, readings=(*self.readings, *reversed(fresh.values())))


@dataclass(frozen=True, slots=True)
class TextQuery:
    """The words of a query. Expansion (typos, synonyms) adds readings to a word."""

    words: tuple[Word, ...] = ()

    @classmethod
    def parse(cls, text: str) -> TextQuery:
        """Read any text at all; operators and quotes are plain punctuation."""
        return cls(_distinct(query_words(text), stem))

    @classmethod
    def parse_prefix(cls, text: str) -> TextQuery:
        """As parse, for words still being typed: unstemmed, stop words kept."""
        return cls(_distinct(prefix_words(text), str))

    @property
    def groups(self) -> tuple[Group, ...]:
        """The tokens of each reading of each word."""
        return tuple(tuple(r.tokens for r in word.readings) for word in self.words)

    @property
    def terms(self) -> tuple[str, ...]:
        found = (token for g in self.groups for reading in g for token in reading)
        return tuple(dict.fromkeys(found))

    @property
    def pieces(self) -> tuple[tuple[str, ...], ...]:
        """Tokens of which one set is enough to match any word.

        Of a typed word each part counts by itself; a phrase that stands for a word
        only means it as a whole.
        """
        found: dict[tuple[str, ...], None] = {}
        for word in self.words:
            for reading in word.readings:
                whole = reading.via == "synonym"
                tokens = [reading.tokens] if whole else [(t,) for t in reading.tokens]
                found |= dict.fromkeys(tokens)
        return tuple(found)

    def holds_all(self, holds: Callable[[str], bool]) -> bool:
        """Whether a document with these tokens has each word in some reading."""
        return all(
            any(all(map(holds, reading.tokens)) for reading in word.readings)
            for word in self.words
        )

    def holds_any(self, holds: Callable[[str], bool]) -> bool:
        return any(all(map(holds, piece)) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Match:
    """A set of documents of one index.

    `kind`: every document; those with all words or any word of `text` in the
    weighted text; those with all words in name or title, whole (names) or begun
    (prefix). `audiences` restricts the private index and is empty for the public
    one. `filters` are (facet, accepted values), AND between facets and with
    `condition`; no document of `without` matches.
    """

    kind: Kind
    text: TextQuery = TextQuery()
    audiences: frozenset[str] = frozenset()
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    condition: Condition | None = None
    without: frozenset[str] = frozenset()

    def without_filters(self) -> Match:
        return replace(self, filters=(), condition=None, without=frozenset())

    def without_filter(self, facet: str) -> Match:
        rest = tuple(entry for entry in self.filters if entry[0] != facet)
        return replace(self, filters=rest)


def _distinct(
    typed: list[tuple[str, Group]], token_of: Callable[[str], str]
) -> tuple[Word, ...]:
    """Words by what they stand for: `cats and Cat` are one."""
    words: dict[Group, Word] = {}
    for text, forms in typed:
        found: dict[tuple[str, ...], Reading] = {}
        for reading in forms:
            kept = reading[:MOST_TOKENS]
            tokens = tuple(token_of(form) for form in kept)
            found.setdefault(tokens, Reading(tokens, kept))
        if len(words) < MOST_WORDS:
            words.setdefault(tuple(found), Word(text, tuple(found.values())))
    return tuple(words.values())
