"""The algorithm page, its tabs, and what is done there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import conditional_page

from catalog.services.errors import NotFound
from catalog.services.pages import algorithm as pages
from catalog.services.pages import uses
from catalog.services.pages.algorithm import Wanted
from catalog.services.pages.pictures import example_picture
from catalog.services.resolving import find_algorithm
from catalog.web.page import check_spelling, page
from catalog.web.tables import usage_table
from catalog.web.tabs import show
from catalog.web.views import access
from catalog.web.wanted import TARGET_COOKIE, caller_in, wanted_in

if TYPE_CHECKING:
    from django.http import HttpRequest


YEAR = 365 * 24 * 3600


@page("GET")
def overview(
    request: HttpRequest, owner: str, name: str, number: str = ""
) -> HttpResponse:
    """Show the first tab, or of a listing on request what may be shown."""
    wanted = wanted_in(request, owner, name, number=number)
    try:
        shown = pages.overview(caller=caller_in(request), wanted=wanted)
    except NotFound:
        return access.stub(request, owner, name)
    return show(request, "overview", shown)


@page("GET", "POST")
def try_it(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Show the panel; a POST carries what was typed into the other mode."""
    wanted = wanted_in(request, owner, name)
    shown = pages.try_it(caller=caller_in(request), wanted=wanted)
    return show(request, "try", shown, part="trial")


@page("GET", "POST")
def run(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Run what was typed; who comes back to this address finds the panel."""
    if request.method != "POST":
        return redirect("catalog:algorithm_try", owner, name)
    wanted = wanted_in(request, owner, name)
    shown = pages.run(caller=caller_in(request), wanted=wanted)
    return show(request, "try", shown, part="run_answer")


@page("GET")
def use_it(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    wanted = wanted_in(request, owner, name)
    shown = pages.use_it(caller=caller_in(request), wanted=wanted)
    return show(request, "use", shown)


@page("GET", "POST")
def snippet(request: HttpRequest, owner: str, name: str, target: str) -> HttpResponse:
    """Show one target's code; a POST carries the input that was typed."""
    uses.check_target(target)
    wanted = wanted_in(request, owner, name, target=target)
    shown = pages.use_it(caller=caller_in(request), wanted=wanted)
    response = show(request, "use", shown, part="snippet")
    response.set_cookie(TARGET_COOKIE, target, max_age=YEAR, samesite="Lax")
    return response


@page("GET", "POST")
def make_key(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Show the code with a key made for it; the secret is in this answer only."""
    if request.method != "POST":
        return redirect("catalog:algorithm_use", owner, name)
    target = request.POST.get("target", "")
    uses.check_target(target)
    wanted = replace(wanted_in(request, owner, name, target=target), makes_key=True)
    shown = pages.use_it(caller=caller_in(request), wanted=wanted)
    response = show(request, "use", shown, part="snippet")
    response["Cache-Control"] = "private, no-store"
    return response


@page("GET")
def versions(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    wanted = wanted_in(request, owner, name)
    return show(request, "versions", pages.versions(viewer=request.user, wanted=wanted))


@page("GET")
def source(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    wanted = wanted_in(request, owner, name)
    file = request.GET.get("file", "")
    shown = pages.source(viewer=request.user, wanted=wanted, file=file)
    return show(request, "source", shown)


@page("GET")
def usage(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    wanted = wanted_in(request, owner, name)
    period = request.GET.get("period", "")
    shown = pages.usage(viewer=request.user, wanted=wanted, period=period)
    return show(request, "usage", shown)


@page("GET")
def usage_csv(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Give the columns of the charts as CSV."""
    wanted = wanted_in(request, owner, name)
    period = request.GET.get("period", "")
    shown = pages.usage(viewer=request.user, wanted=wanted, period=period)
    found = shown.head.algorithm
    check_spelling(request, found.owner.slug, found.name)
    return usage_table(shown)


@page("GET")
def card(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Give the card's source, as it was published."""
    found = find_algorithm(viewer=request.user, owner=owner, name=name)
    check_spelling(request, found.owner.slug, found.name)
    text = found.card.source if found.card else ""
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")


@page("GET")
@conditional_page
def picture(
    request: HttpRequest, owner: str, name: str, number: str, position: int
) -> HttpResponse:
    """Give a picture of an example; the browser asks each time whether it still may."""
    wanted = Wanted(owner, name, number, example=position)
    at = request.GET.get("at", "")
    found = example_picture(viewer=request.user, wanted=wanted, at=at)
    response = HttpResponse(found.data, content_type=found.media_type)
    kept = "no-cache" if found.is_public else "no-store"
    response["Cache-Control"] = f"private, {kept}"
    return response
