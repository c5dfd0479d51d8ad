"""The start page, and what a reader's browser remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect

from catalog.services.pages import home as home_service
from catalog.web import recent
from catalog.web.machine.negotiation import show_page
from catalog.web.page import page
from catalog.web.wanted import TARGET_COOKIE

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page("GET")
def home(request: HttpRequest) -> HttpResponse:
    shown = home_service.home(
        viewer=request.user,
        base_url=request.build_absolute_uri("/"),
        target=request.COOKIES.get(TARGET_COOKIE, ""),
    )
    return show_page(request, "catalog/home.html", {"page": shown, "own_search": True})


@page("GET", "POST")
def clear_recent(request: HttpRequest) -> HttpResponse:
    """Forget what was viewed; who comes back to this address loses nothing."""
    response = redirect("catalog:home")
    return recent.forget(response) if request.method == "POST" else response
