"""Searches as Atom feeds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date

from catalog.services.branding import look
from catalog.services.queries import address_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from catalog.models import Algorithm
    from catalog.services.saved_searches import Feed

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
#: what XML 1.0 has no way to write, not even escaped
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Atom(Atom1Feed):
    """An empty feed is the same each time; what is no XML in a text becomes U+FFFD."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**_as_xml(about))

    def add_item(self, **item: Any) -> None:  # type: ignore[override] # by name
        super().add_item(**_as_xml(item))

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else NEVER


def _as_xml(texts: dict[str, Any]) -> dict[str, Any]:
    return {name: _readable(value) for name, value in texts.items()}


def _readable(value: Any) -> Any:
    if isinstance(value, list):
        return [_readable(item) for item in value]
    return _NO_XML.sub("\ufffd", value) if isinstance(value, str) else value


def atom(request: HttpRequest, feed: Feed) -> HttpResponse:
    """Write a feed; it changes only when an entry does, so readers get a 304."""
    written = Atom(
        title=f"{feed.title} · {look().name}",
        link=request.build_absolute_uri(address_of(feed.query)),
        description="",
        feed_url=request.build_absolute_uri(),
        feed_guid=request.build_absolute_uri(),
    )
    rows = [row.algorithm for row in feed.results.rows]
    for algorithm in rows:
        add_algorithm(request, written, algorithm)
    response = HttpResponse(
        written.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )
    if rows:
        newest = max(algorithm.updated_at for algorithm in rows)
        response["Last-Modified"] = http_date(newest.timestamp())
    # What turned private is gone at the next request: an ETag saves the rest.
    response["Cache-Control"] = "private, no-cache"
    return response


def add_algorithm(request: HttpRequest, feed: Atom1Feed, algorithm: Algorithm) -> None:
    feed.add_item(
        title=f"{algorithm.full_name}: {algorithm.title}",
        link=request.build_absolute_uri(algorithm.get_absolute_url()),
        description=algorithm.summary,
        unique_id=f"urn:uuid:{algorithm.pk}",
        author_name=algorithm.owner.slug,
        categories=[tag.name for tag in algorithm.tags.all()],
        pubdate=algorithm.created_at,
        updateddate=algorithm.updated_at,
    )
