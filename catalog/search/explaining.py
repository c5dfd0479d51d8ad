"""Why a row was found: which typed word stands in which of its texts, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from catalog.search.analysis import WORD, is_unspaced, normalize, readings, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from catalog.search.query import Reading, TextQuery, Word

How = Literal["word", "stem", "typo", "synonym"]
_ORDER: tuple[How, ...] = ("word", "stem", "typo", "synonym")


@dataclass(frozen=True, slots=True)
class Reason:
    """The typed word, the field that has it, what matched there, and the way.

    `found` is the word as written, or the part of a name that matched: `Summarize` of
    `SummarizeText`.

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


Forms = dict[str, dict[str, str]]
"""Stem -> its unstemmed forms in a text, each as it is written there first."""


def _known(texts: str | Iterable[str]) -> Forms:
    written: Forms = {}
    for text in (texts,) if isinstance(texts, str) else texts:
        for word in WORD.findall(normalize(text)):
            for form in dict.fromkeys(f for reading in readings(word) for f in reading):
                forms = written.setdefault(stem(form), {})
                forms.setdefault(form, _part(word, form))
    return written


def _part(word: str, form: str) -> str:
    """Return the part of a word that a form of it stands for, as it is written."""
    folded = word.casefold()
    at = folded.find(form)
    # A form of the whole word (facedetection) stands nowhere in face_detection.
    if at < 0 or len(folded) != len(word) or is_unspaced(word):
        return word
    return word[at : at + len(form)]


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
        (form, known[t]) for form, t in zip(reading.forms, reading.tokens, strict=True)
    ]
    parts = (forms.get(form) or next(iter(forms.values())) for form, forms in pairs)
    found = " ".join(dict.fromkeys(parts))
    if reading.via != "word":
        yield reading.via, found
    elif all(form in forms for form, forms in pairs):
        yield "word", found
    else:
        yield "stem", found
