"""An algorithm page's answer: a tab, or the part of it that htmx swaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.web import recent
from catalog.web.machine.negotiation import show_page
from catalog.web.page import check_spelling, wants_part

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from catalog.services.pages.algorithm import AlgorithmPage


def show(
    request: HttpRequest, tab: str, shown: AlgorithmPage, *, part: str = ""
) -> HttpResponse:
    """Render a tab, or its `part` where htmx asks for it."""
    found = shown.head.algorithm
    check_spelling(request, found.owner.slug, found.name)
    is_part = bool(part) and wants_part(request)
    if tab == "try" and "on_overview" in request.POST:
        # The panel stands on two tabs, and an answer stays on the one it is on.
        tab = "overview"
    is_wide = tab == "use" and (not is_part or "wide" in request.POST)
    context = {
        "page": shown,
        "head": shown.head,
        "tab": tab,
        "is_part": is_part,
        "is_wide": is_wide,
        "section": "explore",
    }
    name = f"catalog/parts/{part}.html" if is_part else f"catalog/algorithm_{tab}.html"
    status = shown.outcome.status if shown.outcome else 200
    response = show_page(request, name, context, status=status)
    return response if is_part else recent.remember(request, response, found)
