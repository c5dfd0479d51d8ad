"""JSON text as a reader should see it: numbers as typed, nothing invisible."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Control, format (bidirectional marks, zero-width, BOM), lone surrogate, private use,
# unassigned, line and paragraph separators: what a reader cannot see or an editor
# may change.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NO_BREAK_SPACE = "\u00a0"
_SHORT = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s"\[\]{},:]+')
_OPENING = ("[", "{")
_CLOSING = ("]", "}")
_COMMA = ","
_COLON = ":"
_LINE = 64
_REMEMBERED = 4096
_FIRST_ASTRAL = 0x10000


class InvalidJson(ValueError):
    """The text is not one JSON document (RFC 8259); the message says where."""


@dataclass(frozen=True)
class JsonText:
    """One JSON document as its text, with what decides how it can be written.

    No number is ever converted: `numbers` holds each as it was typed. `keys` are the
    decoded keys of all objects; `repeated_keys` says that some object has one twice.
    """

    source: str
    numbers: frozenset[str]
    keys: frozenset[str]
    repeated_keys: bool

    @cached_property
    def symbols(self) -> list[str]:
        """Return brackets, commas, colons, and the scalars as they were typed."""
        return _TOKEN.findall(self.source)

    @cached_property
    def depth(self) -> int:
        depth = deepest = 0
        for symbol in self.symbols:
            if symbol in _OPENING:
                depth += 1
                deepest = max(deepest, depth)
            elif symbol in _CLOSING:
                depth -= 1
        return deepest

    def pretty(self, *, avoid: str = "") -> str:
        r"""Return the document over several lines, indent 2.

        Each character of `avoid` is written as \uXXXX inside strings.
        """
        return "".join(self._pieces(avoid))

    def pretty_within(self, limit: int, *, avoid: str = "") -> str | None:
        """Return the same text, or None where that or the source exceeds the bytes."""
        if len(self.source) > limit:
            return None
        pieces: list[str] = []
        size = 0
        for piece in self._pieces(avoid):
            size += len(piece)
            if size > limit:
                return None  # indenting a deep document can take megabytes
            pieces.append(piece)
        text = "".join(pieces)
        return text if len(text.encode()) <= limit else None

    def _pieces(self, avoid: str) -> Iterator[str]:
        def scalar(token: str) -> str:
            if token.startswith('"'):
                return json_string(decoded(token), avoid=avoid)
            return token

        return layout(self, scalar=scalar, indent="  ")


def parse(source: str) -> JsonText:
    """Check `source` and note its numbers and keys. Raises InvalidJson."""
    numbers: set[str] = set()
    keys: set[str] = set()
    repeats: set[str] = set()

    def number(text: str) -> None:
        numbers.add(text)

    def members(pairs: list[tuple[str, object]]) -> None:
        seen: set[str] = set()
        for key, _value in pairs:
            (repeats if key in seen else seen).add(key)
        keys.update(seen)

    try:
        json.loads(
            source,
            parse_int=number,
            parse_float=number,
            parse_constant=_refuse_constant,
            object_pairs_hook=members,
        )
    except json.JSONDecodeError as error:
        raise InvalidJson(str(error)) from error
    except RecursionError as error:
        raise InvalidJson("nested too deeply") from error
    return JsonText(source, frozenset(numbers), frozenset(keys), bool(repeats))


def layout(
    document: JsonText, *, scalar: Callable[[str], str], indent: str
) -> Iterator[str]:
    """Yield the pieces of the indented document, each scalar through `scalar`.

    Brackets, commas and colons stay as they are: Python and JavaScript share them. An
    array of scalars that fits on a line is one line.
    """
    symbols = document.symbols
    depth = at = 0
    while at < len(symbols):
        symbol = symbols[at]
        at += 1
        if symbol in _OPENING:
            short = _short(symbols, at, scalar)
            if short is not None:
                text, at = short
                yield text
                continue
            depth += 1
            yield f"{symbol}\n{indent * depth}"
        elif symbol in _CLOSING:
            depth -= 1
            yield f"\n{indent * depth}{symbol}"
        elif symbol == _COMMA:
            yield f",\n{indent * depth}"
        else:
            yield ": " if symbol == _COLON else scalar(symbol)


def _short(
    symbols: list[str], at: int, scalar: Callable[[str], str]
) -> tuple[str, int] | None:
    """Return an empty object or short array that opens before `at`, and its end."""
    if symbols[at - 1] == "{":
        return ("{}", at + 1) if symbols[at] == "}" else None
    text = "["
    while symbols[at] not in _OPENING and len(text) < _LINE:
        if symbols[at] == "]":
            return text + "]", at + 1
        text += ", " if symbols[at] == _COMMA else scalar(symbols[at])
        at += 1
    return None


def decoded(token: str) -> str:
    """Return the value of a JSON string as it was typed, quotes and all."""
    if "\\" not in token:
        return token[1:-1]
    value: str = json.loads(token)
    return value


def json_string(value: str, *, avoid: str = "") -> str:
    r"""Return `value` as a JSON string; hidden characters and `avoid` as \uXXXX."""
    return f'"{value.translate(_json_escapes(avoid))}"'


def utf16_escape(char: str) -> str:
    r"""Return \uXXXX, above U+FFFF a surrogate pair, as JSON and JavaScript want it."""
    code = ord(char)
    if code < _FIRST_ASTRAL:
        return f"\\u{code:04x}"
    code -= _FIRST_ASTRAL
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


class Escapes(dict[int, str]):
    """A table for str.translate that works each character out when it first comes."""

    def __init__(self, *, avoid: str, escape: Callable[[str], str]) -> None:
        super().__init__()
        self._avoid = avoid
        self._escape = escape

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in self._avoid:
            written = self._escape(char)
        elif char in _SHORT:
            written = _SHORT[char]
        elif char == _NO_BREAK_SPACE or unicodedata.category(char) in _HIDDEN:
            written = self._escape(char)
        else:
            written = char
        if len(self) < _REMEMBERED:  # a visitor may send every character there is
            self[code] = written
        return written


@lru_cache(maxsize=64)
def _json_escapes(avoid: str) -> Escapes:
    return Escapes(avoid=avoid, escape=utf16_escape)


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidJson(f"{name} is not JSON")
