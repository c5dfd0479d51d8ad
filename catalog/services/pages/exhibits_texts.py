"""Drawings of words: a text made shorter, a label among others, texts found."""

from __future__ import annotations

from typing import Any

from catalog.services.pages.drawings import Bar, Bars, Passage, Record, Records
from catalog.services.pages.json_parts import (
    cut,
    first_text,
    is_number,
    label_and_number,
    members,
    quoted,
    rows_of,
)

BARS = 5
ALTERNATIVES = 3
BAR_NAME = 18
RECORDS = 3
#: what would draw a bar of no width is left out
LEAST_SHARE = 0.01
#: from how many characters on a text is read and no label
A_SENTENCE = 40
SAID_CHARACTERS = 180
RECORD_CHARACTERS = 90


def passage(given: Any, answer: Any) -> Passage | None:
    """Draw a text that went in beside the one that came out."""
    text = first_text(given)
    said = first_text(answer)
    if min(len(text), len(said)) < A_SENTENCE:
        return None
    return Passage(quoted(text), cut(said, SAID_CHARACTERS))


def labelled(given: Any, answer: Any) -> Bars | None:
    """Draw the label that came out with its share, and the next best ones."""
    if not isinstance(answer, dict):
        return None
    rows = rows_of(answer)
    pairs = [pair for row in rows[:ALTERNATIVES] if (pair := label_and_number(row))]
    if not pairs or not all(0 <= share <= 1 for _name, share in pairs):
        return None
    said, share = pairs[0]
    shown = [pair for pair in pairs if pair == pairs[0] or pair[1] >= LEAST_SHARE]
    if said not in answer.values():
        return None
    return Bars(
        _bars(shown, top=1.0) if len(shown) > 1 else [],
        quote=quoted(first_text(given)),
        said=f"{cut(said, BAR_NAME)} {share:.0%}",
    )


def records(given: Any, answer: Any) -> Records | None:
    """Draw the first texts of a list of objects, each with a figure of its own."""
    rows = rows_of(answer)[:RECORDS]
    texts = [_longest(row) for row in rows]
    if not texts or min(map(len, texts)) < A_SENTENCE // 2:
        return None
    if sum(map(len, texts)) < A_SENTENCE * len(texts) * 0.8:
        return None
    shown = [
        Record(cut(text, RECORD_CHARACTERS), _figure(row))
        for text, row in zip(texts, rows, strict=True)
    ]
    return Records(quoted(first_text(given)), shown)


def _longest(row: dict[str, Any]) -> str:
    texts = [value for value in row.values() if isinstance(value, str)]
    return max(texts, key=len, default="")


def _figure(row: dict[str, Any]) -> str:
    for name, value in row.items():
        if name != "id" and is_number(value):
            return f"{name.replace('_', ' ')} {value:,.4g}"
    return ""


def bars(answer: Any) -> Bars | None:
    """Draw labelled numbers, the first five, the largest one the widest."""
    for _name, value in members(answer):
        if not isinstance(value, list) or not value:
            continue
        found = [label_and_number(item) for item in value[:BARS]]
        pairs = [pair for pair in found if pair]
        if len(pairs) == len(found) and all(number >= 0 for _n, number in pairs):
            top = max(number for _n, number in pairs) or 1
            return Bars(_bars(pairs, top=top))
    return None


def _bars(pairs: list[tuple[str, float]], *, top: float) -> list[Bar]:
    return [
        Bar(cut(name, BAR_NAME), f"{number:.3g}", round(96 * number / top, 1), 20 * i)
        for i, (name, number) in enumerate(pairs)
    ]
