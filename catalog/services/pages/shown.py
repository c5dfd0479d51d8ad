"""Results and inputs as a page shows them: laid out, highlighted, cut where long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from catalog.content.exact_json import one_line, parse_exactly, quoted
from catalog.content.highlighting import MAX_HIGHLIGHTED, highlight_html

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 64
#: longer documents are cut (characters)
SHOWN_CHARACTERS = MAX_HIGHLIGHTED
LAID_OUT_CHARACTERS = 256 * 1024
KEPT_CHARACTERS = 8 * 1024
PEEK_CHARACTERS = 160
PEEKED_CHARACTERS = 4000
_DATA_URI = re.compile(r'"data:([a-z0-9.+-]+/[a-z0-9.+-]+)[^"]{40,}"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """Code ready for a page: escaped HTML, and whether it is only the beginning."""

    html: str
    is_cut: bool = False


def laid_out(text: str) -> str:
    """Lay JSON out: what fits stays on a line, numbers keep their digits.

    What is no JSON, or far too long for a page, comes back as it is.
    """
    if len(text) > LAID_OUT_CHARACTERS:
        return text
    try:
        return "".join(_lines(parse_exactly(text), ""))
    except (ValueError, RecursionError):
        return text


def json_shown(text: str) -> Shown:
    """Highlight a JSON document; pictures inside are abbreviated.

    Short ones are kept: examples and schemas are shown again and again.
    """
    return _kept_json(text) if len(text) <= KEPT_CHARACTERS else _json_shown(text)


def _json_shown(text: str) -> Shown:
    brief, abbreviated = _DATA_URI.subn(_abbreviated, text)
    return code_shown(laid_out(brief), "json", is_cut=bool(abbreviated))


_kept_json = lru_cache(maxsize=256)(_json_shown)


def text_shown(text: str) -> Shown:
    return code_shown(text, "text")


def code_shown(code: str, language: str, *, is_cut: bool = False) -> Shown:
    """Highlight code, at most its first 64 Ki characters."""
    kept = code[:SHOWN_CHARACTERS]
    return Shown(highlight_html(kept, language), is_cut or len(kept) < len(code))


def peek(text: str) -> str:
    """Write JSON on one line, cut to what a result row holds."""
    brief = _DATA_URI.sub(_abbreviated, text)[:PEEKED_CHARACTERS]
    try:
        value = parse_exactly(brief)
    except (ValueError, RecursionError):
        line = " ".join(brief.split())
    else:
        line = f"“{value}”" if type(value) is str else one_line(value)
        line = " ".join(line.split())
    if len(line) <= PEEK_CHARACTERS:
        return line
    return line[: PEEK_CHARACTERS - 1] + "…"


def _abbreviated(found: re.Match[str]) -> str:
    return f'"data:{found[1]}…"'


def _lines(value: Any, indent: str) -> Iterator[str]:
    if not isinstance(value, dict | list) or not value:
        yield one_line(value)
        return
    line = one_line(value)
    if len(line) + len(indent) <= WIDTH:
        yield line
        return
    deeper = f"{indent}  "
    if isinstance(value, dict):
        yield "{"
        for index, (key, member) in enumerate(value.items()):
            yield f"{',' if index else ''}\n{deeper}{quoted(key)}: "
            yield from _lines(member, deeper)
        yield f"\n{indent}}}"
    else:
        yield "["
        yield from _elements(value, deeper)
        yield f"\n{indent}]"


def _elements(value: list[Any], indent: str) -> Iterator[str]:
    """Yield the elements; scalars fill their lines as words do."""
    column = WIDTH
    for index, element in enumerate(value):
        if isinstance(element, dict | list):
            yield f"{',' if index else ''}\n{indent}"
            yield from _lines(element, indent)
            column = WIDTH
            continue
        text = one_line(element)
        if column + len(text) + 2 > WIDTH:
            yield f"{',' if index else ''}\n{indent}{text}"
            column = len(indent) + len(text)
        else:
            yield f", {text}"
            column += len(text) + 2
