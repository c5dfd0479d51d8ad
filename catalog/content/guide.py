"""The guide as data: chapters of Markdown files, their sections, where links lead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INDEX = "README.md"
"""The first page; its list of links gives the chapters' order and summaries."""

PREFIX = "card-"
"""What the renderer puts before every id; a test holds the anchors to its own."""

_FENCE = re.compile(r"\s*(```|~~~)")
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$", re.MULTILINE)
_ENTRY = re.compile(r"^\s*[-*] \[([^\]]+)\]\(([\w/-]+)\.md\):?\s*(.*)$", re.MULTILINE)
_LINK = re.compile(r"(\]\()((?:\.\./)?[\w/-]+)\.md(#[\w-]+)?\)")
_OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./(?!guide/)([\w/-]+\.md)(?:#[\w-]+)?\)")
_PICTURE = re.compile(r"^!\[([^\]]*)\]\((?:\.\./)*pictures/([\w.-]+)\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading; `anchor` is the id that the rendering gives it."""

    anchor: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file: `slug` is its address below the guide, `source` its Markdown."""

    slug: str
    title: str
    summary: str
    source: str
    sections: tuple[Section, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that stands alone on a line of a chapter."""

    file: str
    words: str


def read_guide(directory: Path) -> dict[str, Chapter]:
    """Read the chapters in the order of the index, which is the chapter "".

    Raises FileNotFoundError for a chapter of the index that has no file.
    """
    index = (directory / INDEX).read_text(encoding="utf-8")
    chapters = {"": _chapter("", "", index)}
    for _title, target, summary in _ENTRY.findall(index):
        source = (directory / f"{target}.md").read_text(encoding="utf-8")
        chapters[target] = _chapter(target, summary, source)
    return chapters


def addressed(chapter: Chapter, base: str) -> tuple[str, dict[str, Picture]]:
    """Return the Markdown under the title, links below `base`, and its pictures.

    Each picture's line becomes a paragraph with its mark, the key of the mapping. What
    is no chapter, and so has no page, is named by its file in the source.
    """
    pictures: dict[str, Picture] = {}

    def link(found: re.Match[str]) -> str:
        target = found[2].removeprefix("../guide/")
        slug = "" if target == "README" else target
        return f"{found[1]}{base}{slug}{_anchor_of(found[3])})"

    def picture(found: re.Match[str]) -> str:
        mark = f"picture {len(pictures)} of this chapter"
        pictures[mark] = Picture(found[2], found[1])
        return mark

    body = _HEADING.sub("", chapter.source, count=1)
    body = _OUTSIDE.sub(r"\1 (`docs/\2`)", body)
    return _PICTURE.sub(picture, _LINK.sub(link, body)), pictures


def _anchor_of(fragment: str | None) -> str:
    return f"#{PREFIX}{fragment[1:]}" if fragment else ""


def _chapter(slug: str, summary: str, source: str) -> Chapter:
    sections = tuple(_sections(source))
    return Chapter(slug, sections[0].title, summary, source, sections)


def _sections(source: str) -> Iterator[Section]:
    title, lines, is_code = "", [], False
    for line in source.splitlines():
        is_code ^= _FENCE.match(line) is not None
        heading = None if is_code else _HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        if title:
            yield _section(title, lines)
        title, lines = heading[2], []
    yield _section(title, lines)


def _section(title: str, lines: list[str]) -> Section:
    plain = re.sub(r"[`*_]", "", title)
    kept = re.sub(r"[^\w\s-]", "", plain).strip().lower()
    return Section(PREFIX + re.sub(r"[-\s]+", "-", kept), plain, "\n".join(lines))
