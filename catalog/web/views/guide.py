"""Pages of the guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.services.pages import guide as guide_service
from catalog.web.machine.negotiation import show_page
from catalog.web.page import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page("GET")
def guide(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show a chapter, or on the first page what `q` finds in all of them."""
    text = "" if slug else request.GET.get("q", "").strip()
    context = {
        "page": guide_service.chapter(slug=slug),
        "text": text,
        "hits": guide_service.find(text=text, limit=20),
        "section": "guide",
    }
    return show_page(request, "catalog/guide.html", context)
