"""Pages for finding: home, search, an owner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.shortcuts import render

from catalog.services.pages import home as home_service, listing
from catalog.web import asked
from catalog.web.page import check_spelling, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def wants_part(request: HttpRequest) -> bool:
    """Tell whether htmx swaps a part, and neither follows a link nor goes back."""
    headers = request.headers
    whole = ("HX-Boosted", "HX-History-Restore-Request")
    is_whole = any(headers.get(name) == "true" for name in whole)
    return headers.get("HX-Request") == "true" and not is_whole


@page("GET")
def home(request: HttpRequest) -> HttpResponse:
    context = {"page": home_service.home(viewer=request.user), "own_search": True}
    return render(request, "catalog/home.html", context)


@page("GET")
def search(request: HttpRequest) -> HttpResponse:
    query = asked.query_in(request.GET)
    found = listing.find(viewer=request.user, query=query)
    is_part = wants_part(request)
    context = {
        "found": found,
        "query": query,
        "chips": asked.chips_of(query),
        "sorts": asked.SORT_LABELS,
        "next": asked.address_of(replace(query, cursor=found.results.next_cursor)),
        "first": asked.address_of(replace(query, cursor="")),
        "bare": asked.address_of(replace(query, tasks=(), tags=(), owners=())),
        "is_part": is_part,
        "own_search": True,
        "section": "explore",
    }
    name = "catalog/parts/found.html" if is_part else "catalog/search.html"
    return render(request, name, context)


@page("GET")
def owner(request: HttpRequest, owner: str) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    shown = listing.owner_page(viewer=request.user, slug=owner, cursor=cursor)
    check_spelling(request, shown.owner.slug)
    return render(request, "catalog/owner.html", {"page": shown})
