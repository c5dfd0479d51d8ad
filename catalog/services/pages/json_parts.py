"""What a drawing asks of a JSON value: its members, numbers, texts and grids."""

from __future__ import annotations

from math import isfinite, isqrt
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterator

QUOTE_CHARACTERS = 90
#: a row that is looked at is no longer than this
LOOKED_AT = 2000
#: the least and the most rows of a grid of numbers that is taken for a drawing
LEAST_SIDE, MOST_SIDE = 5, 32


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the members of an object, or the value itself without a name."""
    if isinstance(value, dict):
        yield from value.items()
    else:
        yield "", value


def is_number(value: Any) -> TypeGuard[float]:
    """Tell whether a value is a finite number that a drawing can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return isfinite(float(value))
    except OverflowError:
        return False


def numbers(value: Any, at_least: int) -> list[float] | None:
    """Return a list of `at_least` numbers as it is, None for anything else."""
    if not isinstance(value, list) or not at_least <= len(value) <= LOOKED_AT:
        return None
    return [float(n) for n in value] if all(map(is_number, value)) else None


def first_text(value: Any) -> str:
    """Return the first text of the value that is no picture, or nothing."""
    texts = (part for _name, part in members(value) if isinstance(part, str))
    return next((text for text in texts if not text.startswith("data:")), "")


def cut(text: str, characters: int = QUOTE_CHARACTERS) -> str:
    """Return a text on one line with at most so many characters."""
    line = " ".join(text[: 4 * characters].split())
    return line if len(line) <= characters else line[: characters - 1] + "…"


def quoted(text: str) -> str:
    """Return a text between quotation marks, cut; nothing stays nothing."""
    return f"“{cut(text)}”" if text.strip() else ""


def rows_of(value: Any) -> list[Any]:
    """Return the first list of objects among the members, or an empty list."""
    for _name, part in members(value):
        if isinstance(part, list) and part and all(isinstance(i, dict) for i in part):
            return part[:LOOKED_AT]
    return []


def label_and_number(item: Any) -> tuple[str, float] | None:
    """Return an object's longest text and its first number, where it has both."""
    if not isinstance(item, dict):
        return None
    texts = [part for part in item.values() if isinstance(part, str)]
    figures = [float(part) for part in item.values() if is_number(part)]
    return (max(texts, key=len), figures[0]) if texts and figures else None


def grid_in(value: Any, schema: Any) -> list[list[float]] | None:
    """Return a square of numbers: rows of one length, or a list that its schema fixes.

    A list of a square's size without such a schema is as likely a series.
    """
    parts = schema.get("properties") if isinstance(schema, dict) else None
    for name, part in members(value):
        rows = _rows(part)
        if rows:
            return rows
        of = parts.get(name) if isinstance(parts, dict) else schema
        if isinstance(of, dict) and of.get("minItems") == of.get("maxItems", 0):
            flat = numbers(part, LEAST_SIDE**2) or []
            side = isqrt(len(flat))
            if side * side == len(flat) and LEAST_SIDE <= side <= MOST_SIDE:
                return [flat[i : i + side] for i in range(0, len(flat), side)]
    return None


def _rows(value: Any) -> list[list[float]] | None:
    if not isinstance(value, list) or not LEAST_SIDE <= len(value) <= MOST_SIDE:
        return None
    rows = [row for row in (numbers(part, LEAST_SIDE) for part in value) if row]
    is_square = len(rows) == len(value) and all(len(r) == len(value) for r in rows)
    return rows if is_square else None


def short_answer(value: Any) -> str:
    """Return the first whole number or short text among the members, or nothing."""
    for _name, part in members(value):
        if isinstance(part, int) and not isinstance(part, bool) and abs(part) < 10**6:
            return str(part)
        if isinstance(part, str) and 0 < len(part) <= 24 and "\n" not in part:  # noqa: PLR2004 - what a glass holds in large letters
            return part
    return ""
