"""The search page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_htmx.http import push_url, replace_url

from catalog.services.discoverable import on_request
from catalog.services.pages import listing
from catalog.services.queries import address_of, query_in
from catalog.services.search_misses import missed_text, note_miss
from catalog.web import asked
from catalog.web.machine.negotiation import HTML, form_of, show_page
from catalog.web.page import afterwards, page, wants_part

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SECTION = {"own_search": True, "section": "explore"}


@page("GET")
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found; htmx gets that part, and the address without blanks."""
    query = query_in(request.GET)
    found = listing.find(viewer=request.user, query=query)
    # Typing replaces its own entry of the browser's history; a choice adds one.
    is_typing = request.headers.get("HX-Trigger") == "q"
    is_part = wants_part(request)
    context = {"found": found, **asked.addresses(found.results), **SECTION}
    if form_of(request) == HTML and not query.is_narrowed and not query.cursor:
        context["on_request"] = on_request(viewer=request.user, text=query.text)
    name = "parts/found" if is_part else "search"
    context["is_part"] = is_part
    response = show_page(request, f"catalog/{name}.html", context, status=found.status)
    if not (is_part and is_typing):
        afterwards(response, note_miss, missed_text(found.results))
    note = replace_url if is_typing else push_url
    return note(response, address_of(query)) if is_part else response
