"""Collections: all of them, and one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.services import collections as service
from catalog.services.pages import collections as pages
from catalog.web.machine.negotiation import show_page
from catalog.web.page import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page("GET")
def collections(request: HttpRequest) -> HttpResponse:
    rows = service.collections_for(viewer=request.user)
    context = {"rows": rows, "section": "collections"}
    return show_page(request, "catalog/collections.html", context)


@page("GET")
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    shown = pages.collection_page(viewer=request.user, slug=slug)
    context = {"page": shown, "section": "collections"}
    return show_page(request, "catalog/collection.html", context)
