"""Why a row was found: which typed word stands in which of its texts, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from catalog.search.analysis import WORD, normalize, readings, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from catalog.search.query import Reading, TextQuery, Word

How = Literal["word", "stem", "typo", "synonym"]
_ORDER: tuple[How, ...] = ("word", "stem", "typo", "synonym")


@dataclass(frozen=True, slots=True)
class Reason:
    """The typed word, the field that has it, the word found there, and the way.

    `via` is word (as typed, but for case and separators), stem (another form), typo
    (put right) or synonym.
    """

    typed: str
    field: str
    found: str
    via: How


def explain(
    query: TextQuery, fields: Mapping[str, str | Iterable[str]]
) -> tuple[Reason, ...]:
    """Return at most one reason for each word and field, the closest way.

    `fields` maps names to texts, or to several texts as tags are. By word as typed,
    then by field in the order given.
    """
    known = {name: _known(texts) for name, texts in fields.items()}
    found = (
        _reason(word, name, forms)
        for word in query.words
        for name, forms in known.items()
    )
    return tuple(reason for reason in found if reason)


Forms = dict[str, tuple[frozenset[str], str]]
"""Stem -> its unstemmed forms in a text, and the first word as written."""


def _known(texts: str | Iterable[str]) -> Forms:
    written: dict[str, tuple[set[str], str]] = {}
    for text in (texts,) if isinstance(texts, str) else texts:
        for word in WORD.findall(normalize(text)):
            for form in dict.fromkeys(f for reading in readings(word) for f in reading):
                forms, _ = written.setdefault(stem(form), (set(), word))
                forms.add(form)
    return {key: (frozenset(forms), word) for key, (forms, word) in written.items()}


def _reason(word: Word, field: str, known: Forms) -> Reason | None:
    ways = [way for reading in word.readings for way in _ways(reading, known)]
    if not ways:
        return None
    via, found = min(ways, key=lambda way: _ORDER.index(way[0]))
    return Reason(word.typed, field, found, via)


def _ways(reading: Reading, known: Forms) -> Iterator[tuple[How, str]]:
    """Ways in which a reading stands in a text; a phrase must stand there whole."""
    if not all(token in known for token in reading.tokens):
        return
    pairs = [
        (form, *known[t]) for form, t in zip(reading.forms, reading.tokens, strict=True)
    ]
    found = " ".join(dict.fromkeys(word for _, _, word in pairs))
    if reading.via != "word":
        yield reading.via, found
    elif all(form in forms for form, forms, _ in pairs):
        yield "word", found
    else:
        yield "stem", found
