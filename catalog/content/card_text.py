"""The words of a card for the index and for a page that waits: no rendering needed."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_UNSEEN = re.compile(r"<(?:!--|(script|style)\b)", re.IGNORECASE)
_ENDS = {
    "": re.compile("-->"),
    "script": re.compile("</script[^<>]*>?", re.IGNORECASE),
    "style": re.compile("</style[^<>]*>?", re.IGNORECASE),
}
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_URL = re.compile(r"<?\b(?:https?://|www\.|data:|mailto:)[^\s<>)\]]+>?", re.IGNORECASE)
_TARGET = re.compile(r"\]\([^()\[\]]*\)|\]\[[^\[\]]*\]")
_DEFINITION = re.compile(r"^ {0,3}\[[^\[\]]{1,200}\]:[ \t].*$", re.MULTILINE)
_RULE = re.compile(r"^[-=*_|:+ \t]{3,}$", re.MULTILINE)
_MARKER = re.compile(r"^[ \t]*(?:(?:#{1,6} |>|[-*+] )[ \t]*)+", re.MULTILINE)
_MARKS = str.maketrans(dict.fromkeys("[]|`*", " ") | {"\\": None})
_UNDERLINES = re.compile(r"(?<!\w)_+|(?<!_)_++(?!\w)")
_LONG_NUMBER = re.compile(r"&#[0-9a-fA-FxX]{9,}")
_SPACES = re.compile(r"\s+")


def plain_of(markdown: str) -> str:
    """Give the text of Markdown without markup, code blocks and addresses.

    It is near enough for a search index and takes time in proportion to the length,
    whatever the text is.
    """
    text = _without_elements("\n".join(_outside_fences(markdown)))
    text = _TAG.sub(" ", text)
    # Addresses first: those in brackets would leave their brackets open.
    text = _DEFINITION.sub(" ", text)
    text = _TARGET.sub(" ", text.replace("![", " ["))
    text = _URL.sub(" ", text)
    text = _MARKER.sub(" ", _RULE.sub(" ", text))
    text = _UNDERLINES.sub(" ", _unescaped(text).translate(_MARKS))
    return _SPACES.sub(" ", text.replace("\x00", " ")).strip()


def _outside_fences(markdown: str) -> Iterator[str]:
    fence = ""
    for line in markdown.splitlines():
        found = _FENCE.match(line)
        if found is None:
            if not fence:
                yield line
        elif not fence:
            fence = found[1][:3]
        elif found[1].startswith(fence):
            fence = ""


def _unescaped(text: str) -> str:
    # No character has so many digits, and int() refuses thousands of them.
    return html.unescape(_LONG_NUMBER.sub(" ", text))


def _without_elements(text: str) -> str:
    """Drop comments, and scripts and styles with what stands between their tags."""
    parts, at = [], 0
    while found := _UNSEEN.search(text, at):
        parts += [text[at : found.start()], " "]
        end = _ENDS[(found[1] or "").lower()].search(text, found.end())
        at = end.end() if end else found.end()
        if end is None:
            break
    return "".join(parts) + text[at:]
