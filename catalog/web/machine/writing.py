"""Pieces of Markdown: text that stays text, links, tables and code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catalog.web.machine.addresses import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpRequest

    from catalog.models import Algorithm

_MARKUP = re.compile(r"([\\`*\[\]<>|])")
_FENCES = re.compile(r"`{3,}")


def line(text: str) -> str:
    """Write a text on one line, with no character left that Markdown would read."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def ticked(text: str) -> str:
    """Write a text whose backticks mean code, as descriptions in schemas have them."""
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0:
        return line(text)
    return "".join(
        f"`{part.replace('|', '')}`" if number % 2 else _MARKUP.sub(r"\\\1", part)
        for number, part in enumerate(parts)
    )


def link(request: HttpRequest, text: str, path: str) -> str:
    return f"[{line(text)}]({absolute(request, path)})"


def said(request: HttpRequest, text: str, path: str, summary: str) -> str:
    """Write a link and what it leads to, where something is known of that.

    Backticks in `summary` mean code.
    """
    written = link(request, text, path)
    return f"{written}: {ticked(summary)}" if summary else written


def algorithm_line(request: HttpRequest, row: Algorithm, *more: str) -> str:
    """Write an algorithm as a list item that leads to its Markdown page.

    `more` are facts in parentheses; that it is deprecated is said without asking.
    """
    marked = ("deprecated" if row.deprecated_at else "", *more)
    facts = "; ".join(line(each) for each in marked if each)
    name = link(request, row.full_name, f"{row.get_absolute_url()}.md")
    whole = f"- {name}: {line(row.summary)}"
    return f"{whole} ({facts})" if facts else whole


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; cells are text that `line` or `ticked` wrote."""
    lines = [_row(heads), _row(["---"] * len(heads))]
    lines += [_row(row) for row in rows]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def code(text: str, language: str = "") -> str:
    """Write a code block whose fence is longer than any in the text."""
    longest = max((len(found) for found in _FENCES.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Write facts as a list, without those that are empty."""
    return "\n".join(f"- {name}: {line(value)}" for name, value in pairs if value)


def document(*parts: str) -> str:
    """Join parts by blank lines, without the empty ones."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"
