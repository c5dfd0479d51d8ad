"""The meaning of a filter expression: data, and what holds for a document.

Two-valued, unlike SQL: a condition holds or it does not, and NOT turns that around. A
document without a value fulfils no comparison but `!=` and its kin, which are the
negations of `=`. A field of several values fulfils a condition if one value does.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Pattern

    from catalog.search.filters.fields import Value, Values

Operator = Literal["=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Compare:
    """`field operator value`; a text knows `=` alone, and its value is folded."""

    field: str
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class In:
    """`field IN (values)`, of texts; numbers and dates become an Or."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Like:
    """`field LIKE pattern`: pieces between wildcards, see like_regex."""

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class IsNull:
    field: str


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Condition, ...]


Condition = Compare | In | Like | IsNull | Not | And | Or

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(condition: Condition, values: Values) -> bool:  # noqa: PLR0911 - one a case
    """Whether a document with these values (fields.values_of) fulfils a condition."""
    match condition:
        case And(parts):
            return all(holds(part, values) for part in parts)
        case Or(parts):
            return any(holds(part, values) for part in parts)
        case Not(part):
            return not holds(part, values)
        case IsNull(field):
            return not values[field]
        case In(field, wanted):
            return not set(wanted).isdisjoint(values[field])
        case Like(field, pattern):
            found = like_regex(pattern)
            return any(found.fullmatch(str(value)) for value in values[field])
        case Compare(field, name, wanted):
            compare = _COMPARE[name]
            return any(compare(value, wanted) for value in values[field])


def like_segments(pattern: str) -> list[list[str | None]]:
    """Cut a LIKE pattern at its `%`; in a segment None is `_`, any one character.

    A backslash takes the next character as it is.
    """
    segments: list[list[str | None]] = [[]]
    characters = iter(pattern)
    for character in characters:
        if character == "%":
            segments.append([])
        elif character == "_":
            segments[-1].append(None)
        else:
            literal = next(characters, character) if character == "\\" else character
            segments[-1].append(literal)
    inner = [segment for segment in segments[1:-1] if segment]
    return [segments[0], *inner, segments[-1]] if len(segments) > 1 else segments


@lru_cache(maxsize=256)
def like_regex(pattern: str) -> Pattern[str]:
    """Compile a LIKE pattern.

    Each inner segment is found where it is first and kept there (an atomic group),
    which is enough, and keeps the time linear.
    """
    segments = like_segments(pattern)
    texts = ["".join(re.escape(c) if c else "." for c in seg) for seg in segments]
    if len(texts) == 1:
        return re.compile(texts[0], re.DOTALL)
    inner = "".join(f"(?>.*?{text})" for text in texts[1:-1])
    return re.compile(f"{texts[0]}{inner}.*{texts[-1]}", re.DOTALL)
