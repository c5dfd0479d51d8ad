"""The page of an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.services.pages import owners
from catalog.web.machine.negotiation import HTML, form_of, show_page
from catalog.web.page import check_spelling, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page("GET")
def owner(request: HttpRequest, owner: str) -> HttpResponse:
    shown = owners.owner_page(
        viewer=request.user,
        slug=owner,
        sort=request.GET.get("sort", ""),
        cursor=request.GET.get("cursor", ""),
        with_stubs=form_of(request) == HTML,
    )
    check_spelling(request, shown.owner.slug)
    context = {"page": shown, "sorts": owners.SORTS, "section": "explore"}
    return show_page(request, "catalog/owner.html", context)
