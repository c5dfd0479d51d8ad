"""The guide's pages: chapters rendered once per process, searched with the catalog."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from PIL import Image

from catalog.content.guide import Chapter, Section, addressed, read_guide
from catalog.content.renderer import TocEntry, render_markdown
from catalog.search.analysis import Fragment, excerpt, highlight
from catalog.search.base import PUBLIC, SearchDocument
from catalog.search.documents import IndexedDocument, indexed, plain
from catalog.search.query import TextQuery
from catalog.search.scoring import Candidate, Statistics, rank
from catalog.services.errors import NotFound

if TYPE_CHECKING:
    from catalog.content.guide import Picture

_MARKUP = re.compile(r"[`*|#]+|\]\([^)]*\)|\[|(?<=\s)-+(?=\s)")
FEW = 3
EXCERPT = 180


@dataclass(frozen=True, slots=True)
class Entry:
    """A chapter in the list of chapters."""

    slug: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One chapter as HTML with its headings and its neighbors."""

    chapter: Chapter
    html: str
    toc: list[TocEntry]
    chapters: list[Entry]
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True, slots=True)
class GuideHit:
    """A section that a text finds, with its matches marked."""

    chapter: str
    title: str
    address: str
    text: list[Fragment]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """All sections, ready to be ranked as catalog entries are."""

    places: dict[str, tuple[Chapter, Section]]
    documents: list[IndexedDocument]

    def statistics(self, text: TextQuery) -> Statistics:
        lengths = [document.length for document in self.documents]
        return Statistics(
            documents=len(lengths),
            average_length=sum(lengths) / len(lengths),
            frequencies={
                term: sum(term in document.terms for document in self.documents)
                for term in text.terms
            },
        )


def chapter(*, slug: str = "") -> GuidePage:
    """Return a chapter; "" is the first page. Raises NotFound."""
    chapters = _chapters()
    if slug not in chapters:
        raise NotFound("there is no such chapter of the guide")
    html, toc = _rendered(slug)
    entries = [Entry(c.slug, c.title, c.summary) for c in chapters.values()]
    place = list(chapters).index(slug)
    return GuidePage(
        chapter=chapters[slug],
        html=html,
        toc=toc,
        chapters=entries,
        before=entries[place - 1] if place else None,
        after=entries[place + 1] if place + 1 < len(entries) else None,
    )


def find(*, text: str, limit: int = FEW) -> list[GuideHit]:
    """Find sections with all words of `text`, best first; none for an empty text."""
    asked = TextQuery.parse(text)
    if not asked.groups:
        return []
    shelf = _shelf()
    candidates = [
        Candidate(document.id, 0, document.length, document.packed_terms)
        for document in shelf.documents
        if asked.holds_all(document.terms.__contains__)
    ]
    ranked = rank(candidates, asked, shelf.statistics(asked))[:limit]
    return [_hit(*shelf.places[found], asked) for found in ranked]


@lru_cache(maxsize=1)
def _chapters() -> dict[str, Chapter]:
    return read_guide(settings.GUIDE_DIR)


@lru_cache(maxsize=64)
def _rendered(slug: str) -> tuple[str, list[TocEntry]]:
    """Render a chapter: our own text, so a GET may do it, once per process."""
    source, pictures = addressed(_chapters()[slug], reverse("catalog:guide"))
    rendered = render_markdown(source)
    html = rendered.html
    for mark, picture in pictures.items():
        html = html.replace(f"<p>{mark}</p>", _figure(picture))
    return html, rendered.toc


def _figure(picture: Picture) -> str:
    with Image.open(settings.PICTURES_DIR / picture.file) as opened:
        width, height = opened.size
    return format_html(
        '<figure><img src="{}" alt="{}" width="{}" height="{}" loading="lazy">'
        "</figure>",
        static(f"pictures/{picture.file}"),
        picture.words,
        width,
        height,
    )


@lru_cache(maxsize=1)
def _shelf() -> _Shelf:
    places = {
        f"{chapter.slug}#{section.anchor}": (chapter, section)
        for chapter in _chapters().values()
        if chapter.slug
        for section in chapter.sections
    }
    documents = [
        indexed(
            SearchDocument(
                id=key,
                version=0,
                audiences=(PUBLIC,),
                owner="",
                name="",
                title=section.title,
                summary=chapter.title,
                docs=section.text,
            )
        )
        for key, (chapter, section) in places.items()
    ]
    return _Shelf(places, documents)


def _hit(chapter: Chapter, section: Section, asked: TextQuery) -> GuideHit:
    text = excerpt(_MARKUP.sub(" ", plain(section.text)), asked.terms, EXCERPT)
    is_title = section is chapter.sections[0]
    address = reverse("catalog:guide") + chapter.slug
    return GuideHit(
        chapter=chapter.title,
        title=section.title,
        address=address if is_title else f"{address}#{section.anchor}",
        text=highlight(text, asked.terms),
    )
