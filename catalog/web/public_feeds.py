"""What is new, as Atom feeds of what is public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

from catalog.services.branding import look
from catalog.web.feeds import Atom, add_algorithm
from catalog.web.machine.addresses import absolute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from catalog.models import Algorithm, Version


def algorithms_feed(
    request: HttpRequest, title: str, rows: Sequence[Algorithm]
) -> HttpResponse:
    """Write algorithms as entries, dated by when they were listed."""
    feed = _feed(request, title, "/search")
    for row in rows:
        add_algorithm(request, feed, row)
    return _answer(feed)


def versions_feed(
    request: HttpRequest, title: str, path: str, rows: Sequence[Version]
) -> HttpResponse:
    """Write versions as entries, with their notes; `path` is the page they are of."""
    feed = _feed(request, title, path)
    for row in rows:
        algorithm = row.algorithm
        feed.add_item(
            title=f"{algorithm.full_name} {row.number}",
            link=absolute(request, row.get_absolute_url()),
            description=row.notes or algorithm.summary,
            unique_id=f"urn:uuid:{row.pk}",
            author_name=algorithm.owner.slug,
            pubdate=row.published_at,
            updateddate=row.published_at,
        )
    return _answer(feed)


def _feed(request: HttpRequest, title: str, path: str) -> Atom:
    address = absolute(request, request.path)
    return Atom(
        title=f"{title} · {look().name}",
        link=absolute(request, path),
        description="",
        feed_url=address,
        feed_guid=address,
    )


def _answer(feed: Atom) -> HttpResponse:
    media = "application/atom+xml; charset=utf-8"
    response = HttpResponse(feed.writeString("utf-8"), content_type=media)
    # Whoever keeps it asks each time: what turned private must not linger.
    response["Cache-Control"] = "public, no-cache"
    return response
