"""Words of the public index that are close to one that it does not know.

Nothing private comes in: candidates are terms of the public index, and each is counted
among its living documents before it is used, so that a word whose documents turned
private is not offered, however long the engine's files remember it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.search.analysis import is_unspaced, stem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.search.index import IndexReader

SHORTEST = 4
"""Letters of a word that may be put right; shorter ones are close to too many."""

LONGEST = 24
"""Letters of a word that is worth keeping in the vocabulary."""

LONG = 8
"""Letters from which two mistakes are forgiven, not one."""

KNOWN = 2
"""Public entries that must have a word, to know it or to offer it."""

MOST_NEAR = 3
"""Words offered for one."""

_MOST_ANSWERS = 5_000


def is_word(form: str) -> bool:
    """Whether a token can be misspelled: letters alone, and enough of them."""
    return SHORTEST <= len(form) <= LONGEST and form.isalpha() and not is_unspaced(form)


class Vocabulary:
    """The words of one public reader, loaded by first letter when they are needed.

    Words of one letter and length are kept in one text, some 9 bytes a word, where a
    list of texts would take 60.
    """

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._letters: dict[str, dict[int, str]] = {}
        self._answers: dict[tuple[str, bool], tuple[str, ...]] = {}

    def knows(self, form: str) -> bool:
        return self._reader.holding(stem(form)) >= KNOWN

    def near(self, form: str, *, begun: bool = False) -> tuple[str, ...]:
        """Return at most MOST_NEAR public words close to `form`, best first.

        They begin with its letter, are one step away (an edit or two swapped letters),
        two if `form` has 8 letters or more, and stand in two entries or more. With
        `begun` words are compared by as many letters as `form` has. Nearest first, then
        the more frequent, then by alphabet; one word of each stem.
        """
        asked = (form, begun)
        if asked not in self._answers:
            if len(self._answers) >= _MOST_ANSWERS:
                self._answers.clear()
            self._answers[asked] = self._near(form, begun=begun)
        return self._answers[asked]

    def _near(self, form: str, *, begun: bool) -> tuple[str, ...]:
        steps = 2 if len(form) >= LONG else 1
        ranked = []
        for word, distance in self._within(form, steps, begun=begun):
            entries = self._reader.holding(word, "words")
            if entries >= KNOWN:
                ranked.append((distance, -entries, word))
        by_stem: dict[str, str] = {}
        for _, _, word in sorted(ranked):
            by_stem.setdefault(stem(word), word)
        return tuple(by_stem.values())[:MOST_NEAR]

    def _within(
        self, form: str, steps: int, *, begun: bool
    ) -> Iterable[tuple[str, int]]:
        """Words with the first letter of `form`, with their distance from it."""
        lengths = self._by_length(form[0])
        last = LONGEST if begun else len(form) + steps
        for length in range(len(form) - steps, last + 1):
            text = lengths.get(length, "")
            words = [text[i : i + length] for i in range(0, len(text), length)]
            compared = [word[: len(form)] for word in words] if begun else words
            found = process.extract(
                form, compared, scorer=OSA.distance, score_cutoff=steps, limit=None
            )
            yield from ((words[place], int(away)) for _, away, place in found)

    def _by_length(self, letter: str) -> dict[int, str]:
        if letter not in self._letters:
            by_length: dict[int, list[str]] = defaultdict(list)
            for word in self._reader.words(letter):
                by_length[len(word)].append(word)
            self._letters[letter] = {n: "".join(w) for n, w in by_length.items()}
        return self._letters[letter]
