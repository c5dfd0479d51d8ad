"""The algorithm page, its tabs, and what is done there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render

from catalog.services.pages import algorithm as pages, uses
from catalog.services.pages.pictures import example_picture
from catalog.services.resolving import find_algorithm
from catalog.web.page import check_spelling, page
from catalog.web.views.finding import wants_part
from catalog.web.wanted import TARGET_COOKIE, caller_in, wanted_in

if TYPE_CHECKING:
    from django.http import HttpRequest

    from catalog.services.pages.algorithm import AlgorithmPage

YEAR = 365 * 24 * 3600
PICTURE_SECONDS = 3600


def _show(
    request: HttpRequest, tab: str, shown: AlgorithmPage, *, part: str = ""
) -> HttpResponse:
    found = shown.head.algorithm
    check_spelling(request, found.owner.slug, found.name)
    context = {"page": shown, "head": shown.head, "tab": tab, "section": "explore"}
    context["is_part"] = bool(part) and wants_part(request)
    if context["is_part"]:
        # The panel stands on two tabs, and its links stay on the one it is on.
        context["tab"] = "overview" if "on_overview" in request.POST else tab
    # The compact snippet of the overview, or the wide one of the tab Use it.
    context["is_wide"] = tab == "use" and (
        not context["is_part"] or "wide" in request.POST
    )
    name = part if context["is_part"] else f"catalog/algorithm_{tab}.html"
    status = shown.outcome.status if shown.outcome and request.method == "POST" else 200
    return render(request, name, context, status=status)


@page("GET")
def overview(
    request: HttpRequest, owner: str, name: str, number: str = ""
) -> HttpResponse:
    wanted = wanted_in(request, owner, name, number=number)
    shown = pages.overview(caller=caller_in(request), wanted=wanted)
    return _show(request, "overview", shown)


@page("GET", "POST")
def try_it(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Show the panel; a POST carries what was typed into the other mode."""
    wanted = wanted_in(request, owner, name)
    shown = pages.try_it(caller=caller_in(request), wanted=wanted)
    return _show(request, "try", shown, part="catalog/parts/trial.html")


@page("GET", "POST")
def run(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Run what was typed; who comes back to this address finds the panel."""
    if request.method != "POST":
        return redirect("catalog:algorithm_try", owner, name)
    wanted = wanted_in(request, owner, name)
    shown = pages.run(caller=caller_in(request), wanted=wanted)
    return _show(request, "try", shown, part="catalog/parts/run_answer.html")


@page("GET")
def use_it(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    wanted = wanted_in(request, owner, name)
    shown = pages.use_it(caller=caller_in(request), wanted=wanted)
    return _show(request, "use", shown)


@page("GET", "POST")
def snippet(request: HttpRequest, owner: str, name: str, target: str) -> HttpResponse:
    """Show one target's code; a POST carries the input that was typed."""
    uses.check_target(target)
    wanted = wanted_in(request, owner, name, target=target)
    shown = pages.use_it(caller=caller_in(request), wanted=wanted)
    response = _show(request, "use", shown, part="catalog/parts/snippet.html")
    response.set_cookie(TARGET_COOKIE, target, max_age=YEAR, samesite="Lax")
    return response


@page("GET", "POST")
def make_key(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Show the code with a key made for it; the secret is in this answer only."""
    if request.method != "POST":
        return redirect("catalog:algorithm_use", owner, name)
    wanted = wanted_in(request, owner, name, target=request.POST.get("target", ""))
    shown = pages.use_it(
        caller=caller_in(request), wanted=replace(wanted, makes_key=True)
    )
    response = _show(request, "use", shown, part="catalog/parts/snippet.html")
    response["Cache-Control"] = "private, no-store"
    return response


@page("GET")
def versions(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    wanted = wanted_in(request, owner, name)
    return _show(
        request, "versions", pages.versions(viewer=request.user, wanted=wanted)
    )


@page("GET")
def source(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    wanted = wanted_in(request, owner, name)
    file = request.GET.get("file", "")
    shown = pages.source(viewer=request.user, wanted=wanted, file=file)
    return _show(request, "source", shown)


@page("GET")
def card(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Give the card's source, as it was published."""
    found = find_algorithm(viewer=request.user, owner=owner, name=name)
    check_spelling(request, found.owner.slug, found.name)
    text = found.card.source if found.card else ""
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")


@page("GET")
def picture(
    request: HttpRequest, owner: str, name: str, number: str, position: int
) -> HttpResponse:
    """Give a picture of an example; versions never change, so it may be kept."""
    found = example_picture(
        viewer=request.user,
        owner=owner,
        name=name,
        number=number,
        position=position,
        at=request.GET.get("at", ""),
    )
    response = HttpResponse(found.data, content_type=found.media_type)
    response["Cache-Control"] = f"private, max-age={PICTURE_SECONDS}"
    return response
