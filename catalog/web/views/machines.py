"""Documents for machines: feeds, /llms.txt, /robots.txt and social cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.http import conditional_page

from catalog.services import announced
from catalog.services.pages import social
from catalog.web.machine.addresses import absolute
from catalog.web.machine.llms import llms_text
from catalog.web.page import check_spelling, page
from catalog.web.public_feeds import algorithms_feed, versions_feed

if TYPE_CHECKING:
    from django.http import HttpRequest

DAY = 24 * 3600
ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /api/
Disallow: /settings/
Disallow: /v1/
Sitemap: {}
"""


@page("GET")
@conditional_page
def new_feed(request: HttpRequest) -> HttpResponse:
    return algorithms_feed(request, "New algorithms", announced.new_algorithms())


@page("GET")
@conditional_page
def new_versions_feed(request: HttpRequest) -> HttpResponse:
    return versions_feed(request, "New versions", "/", announced.new_versions())


@page("GET")
@conditional_page
def owner_feed(request: HttpRequest, owner: str) -> HttpResponse:
    slug = announced.owner_slug(owner=owner)
    check_spelling(request, slug)
    rows = announced.new_versions(owner=slug)
    return versions_feed(request, f"New versions of {slug}", f"/{slug}", rows)


@page("GET")
@conditional_page
def algorithm_feed(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    found = announced.algorithm(owner=owner, name=name)
    check_spelling(request, found.owner.slug, found.name)
    rows = announced.new_versions(owner=owner, name=name)
    title = f"Versions of {found.full_name}"
    return versions_feed(request, title, found.get_absolute_url(), rows)


@page("GET")
@conditional_page
def llms(request: HttpRequest) -> HttpResponse:
    text = llms_text(request, announced.best_known())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@page("GET")
def robots(request: HttpRequest) -> HttpResponse:
    text = ROBOTS.format(absolute(request, "/sitemap.xml"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@page("GET")
@conditional_page
def social_card(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    found, drawn = social.public_card(owner=owner, name=name)
    check_spelling(request, found.owner.slug, found.name)
    # It is gone with the next request once the algorithm turns private.
    return _picture(drawn, "public, no-cache")


@page("GET")
@conditional_page
def social_card_home(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view has one
    return _picture(social.social_card(), f"public, max-age={DAY}")


def _picture(drawn: bytes, kept: str) -> HttpResponse:
    response = HttpResponse(drawn, content_type="image/png")
    response["Cache-Control"] = kept
    return response
