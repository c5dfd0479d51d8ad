"""Stars: setting and taking one, and the list of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render

from catalog.services import stars
from catalog.services.pages import listing
from catalog.services.resolving import find_algorithm
from catalog.web.page import page, wants_part

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page("GET", "POST")
def star(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Star, or with `star=off` no more; who comes back here finds the algorithm."""
    found = find_algorithm(viewer=request.user, owner=owner, name=name)
    if request.method != "POST":
        return redirect(found)
    is_off = request.POST.get("star") == "off"
    change = stars.unstar if is_off else stars.star
    change(viewer=request.user, algorithm=found)
    if not wants_part(request):
        return redirect(found)
    context = {"algorithm": found, "is_starred": not is_off}
    return render(request, "catalog/parts/star.html", context)


@page("GET")
@login_required
def starred(request: HttpRequest) -> HttpResponse:
    rows = listing.listed(
        viewer=request.user, algorithms=stars.starred(viewer=request.user)
    )
    context = {"rows": rows, "section": "stars"}
    return render(request, "catalog/starred.html", context)
