"""What flows into and out of an algorithm, in the few words that people filter by."""

from __future__ import annotations

from typing import Any

from .pointers import resolved
from .schema_table import media_word, type_name
from .schema_wording import types_of

MOST_WORDS = 3
JSON = "json"
_BETWEEN = " + "

_MEDIA = ("image", "audio", "video", "file")
_MINOR = ("number", "choice", "flag")
_SINGLE = {
    "string": "text",
    "number": "number",
    "integer": "number",
    "boolean": "flag",
}


def input_words(schema: Any) -> tuple[str, ...]:
    """Name what an input consists of, media first: ("image", "text"), ("series",).

    An object counts by its required members, or by all where none is. Numbers,
    choices and flags beside something else are settings, and left out.
    """
    keywords = resolved(schema, schema)
    members = keywords.get("properties")
    if not isinstance(members, dict) or not members:
        return (_word(keywords, schema),)
    required = [name for name in keywords.get("required") or [] if name in members]
    found = {
        _word(resolved(members[name], schema), schema) for name in required or members
    }
    return _chosen(found)


def output_words(schema: Any) -> tuple[str, ...]:
    """Name what comes out: its media if there are any, else the one member's word.

    An object of several members is "json".
    """
    keywords = resolved(schema, schema)
    members = keywords.get("properties")
    if not isinstance(members, dict) or not members:
        return (_word(keywords, schema),)
    found = {_word(resolved(member, schema), schema) for member in members.values()}
    media = tuple(word for word in _MEDIA if word in found)
    if media:
        return media[:MOST_WORDS]
    return tuple(found) if len(members) == 1 else (JSON,)


def joined_words(words: tuple[str, ...]) -> str:
    """Write words as a page shows them: "image + text"."""
    return _BETWEEN.join(words)


def split_words(text: str) -> tuple[str, ...]:
    """Read what joined_words wrote."""
    return tuple(text.split(_BETWEEN)) if text else ()


def _chosen(found: set[str]) -> tuple[str, ...]:
    major = sorted(found - {*_MINOR}, key=_place)
    return tuple((major or sorted(found))[:MOST_WORDS]) or (JSON,)


def _place(word: str) -> tuple[int, str]:
    return (_MEDIA.index(word) if word in _MEDIA else len(_MEDIA), word)


def _word(keywords: dict[str, Any], root: Any) -> str:
    media = media_word(keywords)
    if media:
        return media
    if "enum" in keywords or "const" in keywords:
        return "choice"
    types = [name for name in types_of(keywords) if name != "null"]
    if types == ["array"]:
        return _list_word(resolved(keywords.get("items"), root))
    if len(types) == 1:
        return _SINGLE.get(types[0], JSON)
    return "text" if type_name(keywords, root) == "string" else JSON


def _list_word(items: dict[str, Any]) -> str:
    media = media_word(items)
    if media:
        return media
    types = types_of(items)
    if types and set(types) <= {"number", "integer", "null"}:
        return "series"
    if types == ["string"]:
        return "texts"
    if types in (["object"], ["array"]):
        return "table"
    return JSON
