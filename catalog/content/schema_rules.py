"""The limits of a schema in words: "1 to 20,000 characters", "0 to 20; default 2"."""

from __future__ import annotations

from typing import Any

from .json_text import shorten
from .pointers import resolved
from .schema_wording import choices, number, plural, shown, types_of

_MINUS = "\N{MINUS SIGN}"
_LONGEST = 60

_FORMATS = {
    "date": "a date",
    "date-time": "date and time (RFC 3339)",
    "email": "an e-mail address",
    "uri": "a URI",
    "uuid": "a UUID",
}


def rule(keywords: dict[str, Any], root: Any) -> str:
    """Say the limits of one value, its items' limits and its default in a line."""
    said = [*_limits(keywords)]
    items = keywords.get("items")
    if isinstance(items, dict):
        each = "; ".join(_limits(resolved(items, root)))
        if each:
            said.append(f"each {each}")
    if "default" in keywords and keywords["default"] not in (None, "", [], {}):
        default = keywords["default"]
        is_text = isinstance(default, str)
        word = shorten(default if is_text else signed(shown(default)), _LONGEST)
        said.append(
            f"default “{word}”" if is_text and " " in word else f"default {word}"
        )
    return "; ".join(said)


def between(low: Any, high: Any, noun: str = "") -> str:
    """Say a range in words; None where one end is open. `noun` is singular."""
    many = f" {noun}s" if noun else ""
    if low is not None and low == high:
        return plural(low, noun) if noun else signed(number(low))
    if low is not None and high is not None:
        return f"{signed(number(low))} to {signed(number(high))}{many}"
    if high is not None:
        end = plural(high, noun) if noun else signed(number(high))
        return f"at most {end}"
    if low is not None:
        end = plural(low, noun) if noun else signed(number(low))
        return f"at least {end}"
    return ""


def signed(text: str) -> str:
    """Write a negative number with a minus sign instead of a hyphen."""
    is_negative = text.startswith("-") and text[1:2].isdigit()
    return _MINUS + text[1:] if is_negative else text


def _limits(keywords: dict[str, Any]) -> list[str]:
    said = [
        _allowed(keywords),
        _numbers(keywords),
        _lengths(keywords, "Length", "character"),
        _lengths(keywords, "Items", "item"),
        _lengths(keywords, "Properties", "member"),
        "no item twice" if keywords.get("uniqueItems") is True else "",
        _spelling(keywords),
    ]
    return [words for words in said if words]


def _allowed(keywords: dict[str, Any]) -> str:
    if "const" in keywords:
        return f"always {shown(keywords['const'])}"
    values = keywords.get("enum")
    return choices(values) if isinstance(values, list) and values else ""


def _numbers(keywords: dict[str, Any]) -> str:
    low, high = keywords.get("minimum"), keywords.get("maximum")
    said = [between(low, high)]
    if "exclusiveMinimum" in keywords:
        said.append(f"more than {signed(number(keywords['exclusiveMinimum']))}")
    if "exclusiveMaximum" in keywords:
        said.append(f"less than {signed(number(keywords['exclusiveMaximum']))}")
    if "multipleOf" in keywords and keywords["multipleOf"] != 1:
        said.append(f"a multiple of {number(keywords['multipleOf'])}")
    return ", ".join(words for words in said if words)


def _lengths(keywords: dict[str, Any], what: str, noun: str) -> str:
    low, high = keywords.get(f"min{what}"), keywords.get(f"max{what}")
    return between(low or None, high, noun)


def _spelling(keywords: dict[str, Any]) -> str:
    said = []
    named = keywords.get("format")
    if isinstance(named, str) and named in _FORMATS:
        said.append(_FORMATS[named])
    pattern = keywords.get("pattern")
    if isinstance(pattern, str):
        said.append(f"matches {shorten(pattern, _LONGEST)}")
    media = keywords.get("contentMediaType")
    if isinstance(media, str) and "string" in (types_of(keywords) or ["string"]):
        said.append("" if media.endswith("/*") else media)
    return ", ".join(words for words in said if words)
