"""Markdown to safe HTML, in the renderer's process: libraries, settings, order."""

from __future__ import annotations

import re
from typing import Any

from bleach.sanitizer import Cleaner
from markdown import Markdown
from markdown.extensions.toc import slugify_unicode

from .card_filter import CardFilter
from .sanitize import SCHEMES, TAGS, may_stay

# By name, never `extra`: attr_list and md_in_html let authors set attributes, and
# codehilite hands the attributes of a fence to its own constructor.
_EXTENSIONS = ("tables", "fenced_code", "footnotes", "def_list", "abbr", "toc")
_SETTINGS: dict[str, dict[str, Any]] = {
    "markdown.extensions.tables": {"use_align_attribute": True},
    "markdown.extensions.toc": {"slugify": slugify_unicode},
}

#: elements whose text is no text; the sanitizer alone would show it
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


class CardPipeline:
    """Renders one source after another; keeps nothing of them."""

    def __init__(self) -> None:
        self._made: list[CardFilter] = []
        self._cleaner = Cleaner(
            tags=TAGS,
            attributes=may_stay,
            protocols=SCHEMES,
            strip=True,
            strip_comments=True,
            filters=[self._filter],
        )

    def render(self, source: str) -> dict[str, Any]:
        """Give `html`, and `toc` as [level, id, title]; raises anything."""
        self._made.clear()
        converter = Markdown(
            extensions=[
                *(f"markdown.extensions.{name}" for name in _EXTENSIONS),
                "markdown.extensions.sane_lists",
            ],
            extension_configs=_SETTINGS,
            output_format="html",
        )
        raw = _UNSEEN.sub("", converter.convert(source))
        clean = self._cleaner.clean(raw)
        return {
            "html": clean,
            "toc": [entry for made in self._made for entry in made.toc],
        }

    def _filter(self, *, source: Any) -> Any:
        made = CardFilter(source)
        self._made.append(made)
        return made
