"""Cards as safe HTML: rendered by a process of its own that is killed when late."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .process import RendererAway, RendererFailed, process

if TYPE_CHECKING:
    from collections.abc import Iterator

#: raise it whenever the HTML of an unchanged source changes
RENDERER_VERSION = 2

#: size of a source (bytes) and nesting of its quotes and lists
MAX_SOURCE_BYTES = 256 * 1024
MAX_NESTING = 20

_RULER = re.compile(r"[ \t]*(?:[-*][ \t]*){3,}$")
_CONTAINERS = re.compile(r"(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]))*[ \t]*")
_MARKER = re.compile(r">|[-*+][ \t]|\d[.)][ \t]")
_INDENT = 4


@dataclass(frozen=True, slots=True)
class TocEntry:
    """A heading of a card: its level in the page (2-6), its id and its text."""

    level: int
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """A card as HTML that may be put into a page as it is.

    A card that could not be rendered is its escaped source with `fallback` set, and
    `reason` says why in a sentence. `is_away` says that it was not even tried.
    """

    html: str
    toc: list[TocEntry] = field(default_factory=list)
    fallback: bool = False
    reason: str = ""
    is_away: bool = False


def render_markdown(source: str) -> RenderedCard:
    """Render Markdown and sanitize it; never raises.

    It ends after 2 s of processor time, or 6 s of the clock on a busy machine.

    One source at a time per process. Not for a GET or inside a transaction.
    """
    source = source.replace("\x00", "\ufffd").encode(errors="replace").decode()
    if len(source.encode()) > MAX_SOURCE_BYTES:
        return _fallback(source, "The card is larger than 256 KB.")
    if nesting(source) > MAX_NESTING:
        reason = f"The card nests quotes or lists deeper than {MAX_NESTING} levels."
        return _fallback(source, reason)
    try:
        answer = process().render(source)
    except RendererFailed as failure:
        return _fallback(
            source, str(failure), is_away=isinstance(failure, RendererAway)
        )
    return _rendered(answer)


def nesting(source: str) -> int:
    """Give the deepest nesting of quotes and lists that a line can stand for."""
    return max(map(_levels, _outside_fences(source)), default=0)


def _levels(line: str) -> int:
    prefix = _CONTAINERS.match(line)
    if prefix is None or _RULER.match(line):
        return 0
    markers = len(_MARKER.findall(prefix[0]))
    spaced = line[: len(line) - len(line.lstrip())].expandtabs(_INDENT)
    return len(spaced) // _INDENT + markers if markers else 0


def _outside_fences(source: str) -> Iterator[str]:
    fence = ""
    for line in source.splitlines():
        mark = line.lstrip()[:3]
        if fence:
            fence = "" if mark == fence else fence
        elif mark in {"```", "~~~"}:
            fence = mark
        else:
            yield line


def _rendered(answer: dict[str, Any]) -> RenderedCard:
    toc = [TocEntry(*entry) for entry in answer["toc"]]
    return RenderedCard(answer["html"], toc)


def _fallback(source: str, reason: str, *, is_away: bool = False) -> RenderedCard:
    shown = source[:MAX_SOURCE_BYTES]
    body = f'<pre class="code" tabindex="0">{html.escape(shown)}</pre>'
    return RenderedCard(body, [], fallback=True, reason=reason, is_away=is_away)
