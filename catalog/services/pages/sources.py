"""Source: the files of a version, one of them open."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pygments.lexers import get_lexer_for_filename
from pygments.util import ClassNotFound

from catalog.content.highlighting import spans
from catalog.services.errors import NotFound
from catalog.services.resolving import bundle_store

if TYPE_CHECKING:
    from catalog.models import Version

#: larger files are named, not shown (bytes)
SHOWN_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """The file list and the open file: its lines as highlighted HTML, or why not."""

    names: list[str]
    name: str
    size: int
    lines: list[str]
    reason: str = ""
    text: str = ""


def source(*, version: Version, file: str = "") -> Source:
    """Open one file of a version's bundle; raises NotFound for a name it lacks."""
    store = bundle_store()
    names = sorted(store.names(version.bundle), key=_order) if version.bundle else []
    name = file or (version.entry if version.entry in names else "".join(names[:1]))
    if name not in names:
        raise NotFound(f"no file {name}")
    size = (store.path(version.bundle) / name).stat().st_size
    if size > SHOWN_BYTES:
        return Source(names, name, size, [], "is too large to be shown here")
    data = store.read(version.bundle, name)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return Source(names, name, size, [], "is not text")
    if "\0" in text:
        return Source(names, name, size, [], "is not text")
    lines = _lines(text.removesuffix("\n"), _language_of(name))
    return Source(names, name, size, lines, text=text)


def _order(name: str) -> tuple[int, str]:
    """Put files before folders of assets."""
    return name.count("/"), name


def _lines(code: str, language: str) -> list[str]:
    """Highlight line by line, so that each line is whole HTML of its own."""
    lines = [""]
    for name, text in spans(code, language):
        first, *rest = text.split("\n")
        lines[-1] += _span(name, first)
        lines += [_span(name, line) for line in rest]
    return lines


def _span(name: str, text: str) -> str:
    escaped = html.escape(text)
    return f'<span class="{name}">{escaped}</span>' if name and text else escaped


def _language_of(name: str) -> str:
    try:
        lexer = get_lexer_for_filename(PurePosixPath(name).name)
    except ClassNotFound:
        return "text"
    return str(lexer.aliases[0]) if lexer.aliases else "text"
