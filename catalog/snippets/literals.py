"""Literal families: functions that write a text or a value as source code.

Each is a filter of the target templates. A further language whose literals are new
needs one more function here, decorated with @literal.
"""

from __future__ import annotations

import math
import re
import shlex
import textwrap
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from django import template

from catalog.snippets.json_text import (
    Escapes,
    JsonText,
    decoded,
    json_string,
    layout,
    utf16_escape,
)

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., str]")

register = template.Library()
LITERALS: set[str] = set()

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_PLAIN = re.compile(r"[ -~]*", re.ASCII)
_ARRAY_INDEX = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_PYTHON_WORDS = {"null": "None", "true": "True", "false": "False"}
_PYTHON_ESCAPES = Escapes(
    avoid="",
    # Two escaped surrogates would be two characters in Python.
    escape=lambda char: f"\\u{ord(char):04x}" if char < "\U00010000" else _wide(char),
)
# CPython refuses sources with 200 brackets open and integers over 4,300 digits.
_DEEPEST_VALUE = 90
_HEREDOC_END = re.compile(r"^\s*JSON", re.MULTILINE)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_LONGEST_R_LINE = 4000
_BLOCK_INDENT = " " * 8
_LONGEST_INTEGER = 4000
_LARGEST_SAFE_INTEGER = 2**53 - 1
_PRINTED_WITH_EXPONENT = 1e21  # Number::toString writes smaller whole numbers as digits


class UnfitText(ValueError):
    """The text cannot stand in this literal; the target's `avoid` is incomplete."""


def literal(function: F) -> F:
    """Make `function` a template filter whose output is safe in source code."""
    LITERALS.add(function.__name__)
    register.filter(function.__name__, function)
    return function


@literal
def identifier(name: str) -> str:
    """Return `name` itself, a name in every language; UnfitText where it is none."""
    if not _IDENTIFIER.fullmatch(name):
        raise UnfitText(f"{name!r} is no identifier")
    return name


@literal
def shell(text: str) -> str:
    """POSIX shell, quoted with '...' where needed. Not for fish, cmd or PowerShell."""
    if "\0" in text:
        raise UnfitText("a shell word cannot hold NUL")
    return shlex.quote(text)


@literal
def python_string(text: str) -> str:
    return f'"{text.translate(_PYTHON_ESCAPES)}"'


@literal
def python_raw(text: str) -> str:
    '''JSON text as r"""...""", on lines of its own; short plain text as "...".'''
    if not re.search(r'[\n"\\]', text):
        return f'"{text}"'
    if '"""' in text:  # JSON text never has it
        raise UnfitText("three quotes end a raw string")
    return f'r"""\n{text}\n"""'


@literal
def python_value(document: JsonText) -> str:
    """Write a JSON document as dict, list, str, number, bool or None."""

    def scalar(token: str) -> str:
        if token.startswith('"'):
            return python_string(decoded(token))
        return _PYTHON_WORDS.get(token, token)

    return "".join(layout(document, scalar=scalar, indent="    "))


@register.filter
def fits_python(document: JsonText) -> bool:
    """Tell whether `json=` of requests sends this document with nothing changed."""
    return (
        document.source.strip() != "null"  # json=None sends no body at all
        and not document.repeated_keys
        and document.depth <= _DEEPEST_VALUE
        and all(map(_fits_python_number, document.numbers))
    )


@literal
def javascript_string(text: str) -> str:
    return json_string(text)


@literal
def javascript_raw(text: str) -> str:
    """JSON text as String.raw`...`; the target avoids backtick and dollar."""
    if "`" in text or "${" in text or text.endswith("\\"):
        raise UnfitText("String.raw cannot hold a backtick, ${ or a last backslash")
    return f"String.raw`{text}`"


@literal
def javascript_value(document: JsonText) -> str:
    """Write a JSON document as object, array, string, number, boolean or null."""
    return document.pretty()


@literal
def double_quoted(text: str) -> str:
    r"""Java, Go, C#, R: "..." with \" and \\, for printable ASCII such as an address.

    Not for languages that look for $, @ or #{ in it.
    """
    return f'"{_escaped(text, quote=chr(34))}"'


@literal
def single_quoted(text: str) -> str:
    r"""Ruby, PHP, Perl: '...' with \' and \\, for printable ASCII."""
    return f"'{_escaped(text, quote=chr(39))}'"


@literal
def heredoc(text: str) -> str:
    """Ruby, PHP, Perl: JSON text and JSON, the end of <<'JSON', which reads it raw."""
    if _HEREDOC_END.search(text):  # no line of JSON text begins like this
        raise UnfitText("a line ends the heredoc")
    return f"{text}\nJSON"


@literal
def backticked(text: str) -> str:
    """Go: `...`; the target avoids the backtick, JSON text has no carriage return."""
    if "`" in text or "\r" in text:
        raise UnfitText("a raw Go string cannot hold a backtick or carriage return")
    return f"`{text}`"


@literal
def text_block(text: str) -> str:
    r"""Java 15: JSON text as an indented text block, which ends in a line break.

    Doubled backslashes also keep \uXXXX from being read before the string is.
    """
    if '"""' in text or re.search(r"[ \t]$", text, re.MULTILINE):
        raise UnfitText("a text block cannot hold three quotes or spaces at line ends")
    written = text.replace("\\", "\\\\")
    return textwrap.indent(f'"""\n{written}\n"""', _BLOCK_INDENT).lstrip()


@literal
def verbatim(text: str) -> str:
    """C#: @"...", where a quote is two quotes and nothing else is read."""
    return '@"' + text.replace('"', '""') + '"'


@literal
def dashed_raw(text: str) -> str:
    r"""R 4: JSON text as r"-(...)-" with as many dashes as it needs.

    Rscript reads lines by 4,096 bytes and refuses one that cuts a character in two:
    longer lines have \uXXXX for all that is not ASCII.
    """
    dashes = "-"
    while f'){dashes}"' in text:
        dashes += "-"
    lines = (
        _NOT_ASCII.sub(lambda found: utf16_escape(found[0]), line)
        if len(line.encode()) > _LONGEST_R_LINE
        else line
        for line in text.split("\n")
    )
    written = "\n".join(lines)
    return f'r"{dashes}({written}){dashes}"'


@register.filter
def fits_javascript(document: JsonText) -> bool:
    """Tell whether JSON.stringify() gives this document back with nothing changed."""
    return (
        not document.repeated_keys
        and "__proto__" not in document.keys  # sets the prototype and vanishes
        and not any(map(_ARRAY_INDEX.fullmatch, document.keys))  # these come first
        and document.depth <= _DEEPEST_VALUE
        and all(map(_fits_javascript_number, document.numbers))
    )


def _escaped(text: str, *, quote: str) -> str:
    if not _PLAIN.fullmatch(text):
        raise UnfitText(f"{text!r} is not printable ASCII")
    return text.replace("\\", "\\\\").replace(quote, f"\\{quote}")


def _wide(char: str) -> str:
    return f"\\U{ord(char):08x}"


def _fits_python_number(text: str) -> bool:
    if _is_integer(text):
        return text != "-0" and len(text) <= _LONGEST_INTEGER
    return _is_a_double(text)


def _fits_javascript_number(text: str) -> bool:
    if _is_integer(text):
        return (
            text != "-0"
            and len(text) <= len(f"-{_LARGEST_SAFE_INTEGER}")
            and abs(int(text)) <= _LARGEST_SAFE_INTEGER
        )
    # 1.0 would be sent as 1: another type for most receivers.
    value = float(text)
    return _is_a_double(text) and (
        not value.is_integer() or abs(value) >= _PRINTED_WITH_EXPONENT
    )


def _is_integer(text: str) -> bool:
    return text.lstrip("-").isdigit()


def _is_a_double(text: str) -> bool:
    """Tell whether a double's shortest digits are exactly this number."""
    value = float(text)
    if not math.isfinite(value):
        return False
    if value == 0.0:
        mantissa = text.lower().partition("e")[0]
        return not mantissa.strip("-0.")
    return Decimal(repr(value)) == Decimal(text)
