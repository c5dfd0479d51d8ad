"""JSON whose numbers stay as they were written."""

from __future__ import annotations

import json
from typing import Any


class Number(str):
    """A number as it was written: no digit is lost on the way to a page."""

    __slots__ = ()


def parse_exactly(text: str) -> Any:
    """Parse JSON with its numbers kept as Number; raises ValueError."""
    return json.loads(text, parse_int=Number, parse_float=Number)


def one_line(value: Any) -> str:
    """Write a value of `parse_exactly`, or any JSON value, on one line."""
    if isinstance(value, dict):
        members = (f"{quoted(key)}: {one_line(item)}" for key, item in value.items())
        return f"{{{', '.join(members)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(one_line, value))}]"
    return str(value) if isinstance(value, Number) else quoted(value)


def plain(value: Any) -> Any:
    """Turn Numbers into int and float."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return json.loads(value) if isinstance(value, Number) else value


def same(one: Any, other: Any) -> bool:
    """Compare plain values as JSON Schema does: 1 is 1.0, but true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
