"""Pages for finding: home, search, an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django_htmx.http import push_url, replace_url

from catalog.services.pages import home as home_service
from catalog.services.pages import listing
from catalog.web import asked
from catalog.web.page import check_spelling, page, wants_part

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page("GET")
def home(request: HttpRequest) -> HttpResponse:
    context = {"page": home_service.home(viewer=request.user), "own_search": True}
    return render(request, "catalog/home.html", context)


@page("GET")
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found; htmx gets that part, and the address without blanks."""
    query = asked.query_in(request.GET)
    found = listing.find(viewer=request.user, query=query)
    context = {
        "found": found,
        **asked.addresses(query, found.results.next_cursor),
        "own_search": True,
        "section": "explore",
    }
    if not wants_part(request):
        return render(request, "catalog/search.html", context)
    response = render(request, "catalog/parts/found.html", context)
    # Typing replaces its own entry of the browser's history; a choice adds one.
    is_typing = request.headers.get("HX-Trigger") == "q"
    note = replace_url if is_typing else push_url
    return note(response, asked.address_of(query))


@page("GET")
def owner(request: HttpRequest, owner: str) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    shown = listing.owner_page(viewer=request.user, slug=owner, cursor=cursor)
    check_spelling(request, shown.owner.slug)
    return render(request, "catalog/owner.html", {"page": shown})
