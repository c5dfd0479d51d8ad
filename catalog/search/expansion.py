"""Further readings of a query's words: misspellings put right, and synonyms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice, product
from typing import TYPE_CHECKING

from catalog.search import analysis
from catalog.search.analysis import CAMEL, NUMBER, PART, WORD, normalize, stem
from catalog.search.query import Reading, TextQuery, Word
from catalog.search.vocabulary import is_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from re import Match as Found

    from catalog.search.synonyms import Synonyms
    from catalog.search.vocabulary import Vocabulary

Corrections = dict[str, tuple[str, ...]]
"""What misspelled words may mean, best first."""

TYPO_WEIGHT = 0.9
"""A word that was put right counts a little less than one that was typed."""

SYNONYM_WEIGHT = 0.8
"""What another word of the same meaning counts, beside the typed one."""

MOST_CORRECTED = 6
"""Words of a query that are put right; each takes time, and more of them are noise."""

_MOST_COMBINED = 9


def corrections_of(
    text: TextQuery, vocabulary: Vocabulary, *, begun: bool = False
) -> Corrections:
    """Look up what the words unknown to the public index may mean.

    A compound is known if it is known whole or in all its parts. `begun` words are
    still being typed.
    """
    unknown: dict[str, None] = {}
    for word in text.words:
        if not any(all(map(vocabulary.knows, r.forms)) for r in word.readings):
            forms = (form for r in word.readings for form in r.forms if is_word(form))
            unknown |= {form: None for form in forms if not vocabulary.knows(form)}
    chosen = islice(unknown, MOST_CORRECTED)
    near = {form: vocabulary.near(form, begun=begun) for form in chosen}
    return {form: words for form, words in near.items() if words}


def corrected(
    text: TextQuery,
    corrections: Corrections,
    token_of: Callable[[str], str] = stem,
) -> TextQuery:
    """Add the readings in which misspelled words are put right."""
    if not corrections:
        return text
    return TextQuery(
        tuple(
            word.widened(
                [
                    Reading(tuple(map(token_of, forms)), forms, "typo", TYPO_WEIGHT)
                    for reading in word.readings
                    for forms in _fixed(reading.forms, corrections)
                ]
            )
            for word in text.words
        )
    )


def corrected_text(text: str, corrections: Corrections) -> str:
    """Return a text with each misspelled word replaced by the best candidate."""

    def known(part: str) -> str:
        right = corrections.get(analysis.token_of(part), ("",))[0]
        # A capital is kept: in FaceDetecton it is what parts the words.
        return right[:1].upper() + right[1:] if part[0].isupper() else right

    def number(found: Found[str]) -> str:
        return known(found.group()) or found.group()

    def camel(found: Found[str]) -> str:
        return known(found.group()) or NUMBER.sub(number, found.group())

    def part(found: Found[str]) -> str:
        return known(found.group()) or CAMEL.sub(camel, found.group())

    def word(found: Found[str]) -> str:
        return PART.sub(part, found.group())

    return WORD.sub(word, normalize(text))


def with_synonyms(text: TextQuery, synonyms: Synonyms) -> TextQuery:
    """Add the readings of the same meaning; a phrase that has some is one word."""
    if not synonyms.alternatives:
        return text
    words: list[Word] = []
    place = 0
    while place < len(text.words):
        phrase = _longest(text.words[place:], synonyms)
        words.append(phrase.word)
        place += phrase.size
    return TextQuery(tuple(words))


@dataclass(frozen=True, slots=True)
class _Phrase:
    word: Word
    size: int = 1


def _longest(words: tuple[Word, ...], synonyms: Synonyms) -> _Phrase:
    """Find the longest run of words from the first on that is an entry."""
    for size in range(min(len(words), synonyms.longest), 0, -1):
        merged = list(_merged(words[:size]))
        added = [
            Reading(tokens, tokens, "synonym", SYNONYM_WEIGHT)
            for reading in merged
            if reading.via == "word"
            for tokens in synonyms.alternatives.get(reading.tokens, ())
        ]
        if added:
            typed = " ".join(word.typed for word in words[:size])
            return _Phrase(Word(typed, tuple(merged)).widened(added), size)
    return _Phrase(words[0])


def _merged(words: tuple[Word, ...]) -> Iterator[Reading]:
    """Yield the readings of a run of words: one of each, in every combination."""
    if len(words) == 1:
        yield from words[0].readings
        return
    choices = product(*(word.readings for word in words))
    for chosen in islice(choices, _MOST_COMBINED):
        first = min(chosen, key=lambda reading: reading.weight)
        yield replace(
            first,
            tokens=tuple(token for reading in chosen for token in reading.tokens),
            forms=tuple(form for reading in chosen for form in reading.forms),
        )


def _fixed(
    forms: tuple[str, ...], corrections: Corrections
) -> Iterator[tuple[str, ...]]:
    """Yield what the corrections make of the forms of a reading, if anything."""
    if corrections.keys() & set(forms):
        choices = product(*(corrections.get(form, (form,)) for form in forms))
        yield from islice(choices, _MOST_COMBINED)
