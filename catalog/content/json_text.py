"""Strict JSON: what callers and authors send, refused with a place and a reason."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import orjson

#: nesting of arrays and objects that is accepted; what orjson can write back
MAX_DEPTH = 254

#: a problem is located by line and column in documents up to this size (bytes)
LOCATED_BYTES = 1024 * 1024

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]:]')
_COLON_ESCAPE = re.compile(rb"\\u003[aA]")
_NOT_JSON_NUMBER = re.compile(r"-?(?:NaN|Infinity)")

_DETAILS = {
    "Input is a zero-length, empty document": "it is empty",
    "input data is empty": "it is empty",
    "no low surrogate in string": "half of a surrogate pair stands alone in a string",
    "invalid high surrogate in string": (
        "half of a surrogate pair stands alone in a string"
    ),
    "number is infinity when parsed as double": "a number is too large",
    "UTF-8 byte order mark (BOM) is not supported": "it starts with a byte order mark",
}


class JsonProblem(ValueError):
    """Why a text is refused: one sentence, with line and column counted from 1.

    Both are 0 where the place was not looked for (documents over LOCATED_BYTES).
    """

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message, line, column)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        if not self.line:
            return self.message
        return f"{self.message[:-1]} (line {self.line}, column {self.column})."


def decode_json(data: bytes) -> Any:
    """Decode the body of a call as RFC 8259 JSON; raises JsonProblem.

    The value is for validation only: integers past 64 bits have become floats, so
    the bytes themselves must travel on. Refused beside bad syntax: invalid UTF-8,
    NaN, lone surrogates, duplicate keys, nesting past MAX_DEPTH.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _syntax_problem(data, error) from None
    colons = data.count(b":")
    suspicious = colons > 1 and not (type(value) is dict and len(value) == colons)
    if suspicious or _may_be_deep(data):
        _refuse_lost_members(data, value, colons)
    return value


def parse_json(
    source: bytes | str,
    *,
    max_depth: int = MAX_DEPTH,
    allow_nul: bool = False,
    exact: bool = False,
) -> Any:
    r"""Parse a document that is kept: as decode_json, and integers stay exact.

    Strings with \u0000 are refused (PostgreSQL cannot store them) unless
    `allow_nul`. Nesting is counted in arrays and objects; a scalar has depth 0.
    `exact` gives numbers with a fraction or a power as Decimal, as they are written.
    """
    data = _encoded(source) if isinstance(source, str) else source
    decode_json(data)
    value = json.loads(data.decode(), parse_float=Decimal if exact else None)
    _check_kept(data, value, max_depth, allow_nul=allow_nul)
    return value


def _encoded(source: str) -> bytes:
    try:
        return source.encode()
    except UnicodeEncodeError as error:
        message = "This is not valid JSON: half of a surrogate pair stands alone."
        raise JsonProblem(message, *_place(source, error.start)) from None


def _may_be_deep(data: bytes) -> bool:
    if len(data) <= 2 * MAX_DEPTH:
        return False
    return data.count(b"[") + data.count(b"{") > MAX_DEPTH


def _refuse_lost_members(data: bytes, value: Any, colons: int) -> None:
    """Find duplicate keys by writing the value back and counting its colons.

    Each member has one colon outside strings and orjson never escapes one inside:
    unless the text spells a colon as an escape, equal counts mean that no member
    was dropped. Writing back is cheaper than any walk in Python, and fails on the
    same nesting limit.
    """
    try:
        written = orjson.dumps(value)
    except TypeError:
        message = f"This JSON is nested deeper than {MAX_DEPTH} levels."
        raise JsonProblem(message) from None
    if b"\\" in data and _COLON_ESCAPE.search(data):
        lost = _drops_a_member(data)
    else:
        lost = written.count(b":") != colons
    if lost:
        raise _duplicate_problem(data)


def _drops_a_member(data: bytes) -> bool:
    members = kept = 0

    def count(pairs: list[tuple[str, Any]]) -> None:
        nonlocal members, kept
        members += len(pairs)
        kept += len({key for key, _value in pairs})

    json.loads(data.decode(), object_pairs_hook=count)
    return members != kept


def _duplicate_problem(data: bytes) -> JsonProblem:
    stack: list[set[str]] = [set()]
    last = None
    for token in _TOKEN.finditer(data[:LOCATED_BYTES]):
        mark = token[0]
        if mark in (b"{", b"["):
            stack.append(set())
        elif mark in (b"}", b"]"):
            stack.pop()
        elif mark == b":" and last is not None:
            key = orjson.loads(last[0])
            if key in stack[-1]:
                text = data[: last.start()].decode()
                return JsonProblem(_duplicate_message(key), *_place(text, len(text)))
            stack[-1].add(key)
        else:
            last = token
    return JsonProblem("A key occurs twice in one object.")


def _duplicate_message(key: str) -> str:
    return f'The key "{shorten(key)}" occurs twice in one object.'


def shorten(text: str, width: int = 60) -> str:
    """Cut a text that is repeated to its sender, so that a problem stays readable."""
    return text if len(text) <= width else text[: width - 1] + "…"


def _syntax_problem(data: bytes, error: orjson.JSONDecodeError) -> JsonProblem:
    if error.msg.startswith("str is not valid UTF-8"):
        return _encoding_problem(data)
    if error.msg.startswith("depth limit"):
        return JsonProblem(f"This JSON is nested deeper than {MAX_DEPTH} levels.")
    detail = _DETAILS.get(error.msg, error.msg)
    if len(data) <= LOCATED_BYTES and _NOT_JSON_NUMBER.match(error.doc, error.pos):
        detail = "NaN and Infinity are no JSON numbers"
    message = f"This is not valid JSON: {detail}."
    return JsonProblem(message, error.lineno, error.colno)


def _encoding_problem(data: bytes) -> JsonProblem:
    message = "This is not valid JSON: it is not UTF-8 text."
    try:
        data.decode()
    except UnicodeDecodeError as error:
        text = data[: error.start].decode()
        return JsonProblem(message, *_place(text, len(text)))
    return JsonProblem(message)


def _place(text: str, offset: int) -> tuple[int, int]:
    line = text.count("\n", 0, offset) + 1
    return line, offset - text.rfind("\n", 0, offset)


def _check_kept(source: bytes, value: Any, max_depth: int, *, allow_nul: bool) -> None:
    nul = not allow_nul and b"\\u0000" in source
    level, depth = [value], 0
    while level:
        children: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                children += item.values()
                if nul:
                    children += item
            elif isinstance(item, list):
                children += item
            elif nul and isinstance(item, str) and "\x00" in item:
                raise JsonProblem("A string contains the character U+0000.")
        depth += any(isinstance(item, dict | list) for item in level)
        if depth > max_depth:
            raise JsonProblem(f"This JSON is nested deeper than {max_depth} levels.")
        level = children
