"""What a person reads when a value does not fit: the limit and what was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from .json_text import shorten
from .pointers import to_pointer

if TYPE_CHECKING:
    from collections.abc import Callable

#: keywords that look at a value alone, so that they can be checked one by one
LEAVES = (
    *("type", "enum", "const", "required", "dependentRequired"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "pattern", "format"),
    *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)

#: longest value or list of choices that is repeated to its sender (characters)
SHOWN = 80

#: floats below this are written as whole numbers
_EXACT = 2**53

_TYPES = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "an array",
    "object": "an object",
    "null": "null",
}

_IMPLIED = (
    (("properties", "patternProperties", "additionalProperties"), "object"),
    (("items", "prefixItems"), "array"),
    (("minLength", "maxLength", "pattern"), "string"),
    (
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        "number",
    ),
)

_FORMATS = {
    "date": "a date such as 2026-01-31",
    "date-time": "a date and time such as 2026-01-31T12:00:00Z",
    "time": "a time such as 12:00:00Z",
    "duration": "a duration such as PT5M",
    "email": "an e-mail address",
    "hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "regex": "a regular expression",
    "uri": "a URI with its scheme",
    "uri-reference": "a URI or a relative reference",
    "uuid": "a UUID",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A place, as JSON Pointer, and what is wrong there, without a full stop."""

    pointer: str
    detail: str

    def __str__(self) -> str:
        return f"{self.pointer or 'the value'}: {self.detail}"


def leaf_problem(error: Any, path: list[str | int], value: Any) -> Problem:
    """Word an error of jsonschema-rs about one of LEAVES."""
    kind = error.kind
    given: dict[str, Any] = kind.as_dict()
    if kind.name == "required":
        return Problem(to_pointer([*path, given["property"]]), "is required")
    words = _WORDS.get(kind.name)
    detail = words(given, value) if words else shorten(error.message, 2 * SHOWN)
    return Problem(to_pointer(path), detail)


def unknown_member(path: list[str | int], name: str, known: list[str]) -> Problem:
    """Word a member that `additionalProperties: false` refuses."""
    near = get_close_matches(name, known, n=1)
    if near:
        detail = f'is not known here; did you mean "{near[0]}"?'
    elif known:
        detail = f"is not known here; known: {choices(known)}"
    else:
        detail = "is not known here; no members are allowed"
    return Problem(to_pointer([*path, name]), detail)


def wrong_type(wanted: list[str], value: Any) -> str:
    """Word a value of another type than the `wanted` ones."""
    words = [_TYPES.get(name, name) for name in wanted]
    last = words.pop()
    either = f"{', '.join(words)} or {last}" if words else last
    return f"must be {either}; you sent {shown(value)}"


def fits_type(schema: dict[str, Any], value: Any) -> bool:
    """Tell whether `type`, if there is one, accepts a decoded JSON value."""
    wanted = types_of(schema)
    if not wanted:
        return True
    actual = json_type(value)
    if actual == "integer":
        return "integer" in wanted or "number" in wanted
    return actual in wanted


def types_of(schema: dict[str, Any]) -> list[str]:
    wanted = schema.get("type", [])
    return [wanted] if isinstance(wanted, str) else list(wanted)


def implied_types(keywords: dict[str, Any]) -> list[str]:
    """Tell the type that a schema without `type` speaks of; empty for any."""
    for names, implied in _IMPLIED:
        if any(name in keywords for name in names):
            return [implied]
    return []


def json_type(value: Any) -> str:
    """Name the JSON Schema type of a decoded value; 1.0 counts as an integer."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    names: dict[type, str] = {
        dict: "object",
        list: "array",
        str: "string",
        int: "integer",
    }
    return names.get(type(value), "null")


def shown(value: Any) -> str:
    """Repeat a value to its sender, never more than a line of it."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"an array of {plural(len(value), 'item')}"
    if isinstance(value, str):
        return json.dumps(shorten(value, SHOWN), ensure_ascii=False)
    return shorten(json.dumps(value), SHOWN)


def choices(values: list[Any], most: int = 5) -> str:
    """List allowed values: the first few, then how many more there are."""
    words = [v if isinstance(v, str) and v else json.dumps(v) for v in values]
    if len(words) <= most + 1:
        return ", ".join(shorten(word, SHOWN) for word in words)
    first = ", ".join(shorten(word, SHOWN) for word in words[:most])
    return f"{first} and {len(words) - most} more"


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _limit(words: str) -> Callable[[dict[str, Any], Any], str]:
    def detail(given: dict[str, Any], value: Any) -> str:
        limit = next(iter(given.values()))
        return f"must be {words} {number(limit)}; you sent {shown(value)}"

    return detail


def _count(words: str, noun: str) -> Callable[[dict[str, Any], Any], str]:
    def detail(given: dict[str, Any], value: Any) -> str:
        limit = int(given["limit"])
        if limit == 1 and not value:
            return "must not be empty"
        sent = f"{len(value):,}"
        return f"must have {words} {plural(limit, noun)}; you sent {sent}"

    return detail


def number(value: Any) -> str:
    """Write a limit: thousands separated, no needless fraction."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return json.dumps(value)


def _format(given: dict[str, Any], value: Any) -> str:
    name = given["format"]
    wanted = _FORMATS.get(name, f"of the format {name}")
    return f"must be {wanted}; you sent {shown(value)}"


_WORDS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "type": lambda given, value: wrong_type(given["types"], value),
    "enum": lambda given, value: (
        f"must be one of {choices(given['options'])}; you sent {shown(value)}"
    ),
    "const": lambda given, value: (
        f"must be {shown(given['expected_value'])}; you sent {shown(value)}"
    ),
    "minimum": _limit("at least"),
    "maximum": _limit("at most"),
    "exclusiveMinimum": _limit("more than"),
    "exclusiveMaximum": _limit("less than"),
    "multipleOf": _limit("a multiple of"),
    "minLength": _count("at least", "character"),
    "maxLength": _count("at most", "character"),
    "minItems": _count("at least", "item"),
    "maxItems": _count("at most", "item"),
    "minProperties": _count("at least", "member"),
    "maxProperties": _count("at most", "member"),
    "pattern": lambda given, value: (
        f"must match the pattern {shorten(given['pattern'], SHOWN)}; "
        f"you sent {shown(value)}"
    ),
    "format": _format,
    "uniqueItems": lambda _given, _value: "must not hold an item twice",
}
