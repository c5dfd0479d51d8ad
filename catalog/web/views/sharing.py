"""Who sees it: the page of a listing's publishers, and what they do there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render

from catalog.services import grants, sharing
from catalog.services.errors import BadRequest
from catalog.services.pages import who_sees
from catalog.web.page import check_spelling, page

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@page("GET")
def settings(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    return _show(request, owner, name)


@page("GET", "POST")
def visibility(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Make the whole listing private; what makes it public is a review."""
    return _act(request, owner, name, "It is private now.", sharing.make_private)


@page("GET", "POST")
def version(request: HttpRequest, owner: str, name: str, number: str) -> HttpResponse:
    """Make one version public or private."""
    wanted = request.POST.get("visibility", "")
    return _act(
        request,
        owner,
        name,
        f"{number} is {wanted} now.",
        sharing.set_version_visibility,
        number=number,
        visibility=wanted,
    )


@page("GET", "POST")
def discoverable(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Put a private listing on request, or take it off."""
    is_on = request.POST.get("on") == "yes"
    said = "It is on request now." if is_on else "It is no longer on request."
    return _act(request, owner, name, said, sharing.set_discoverable, is_on=is_on)


@page("GET", "POST")
def share(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Share it with a team or a person."""
    to, right = request.POST.get("to", ""), request.POST.get("right", "")
    return _act(request, owner, name, "It is shared.", grants.grant, to=to, right=right)


@page("GET", "POST")
def right(request: HttpRequest, owner: str, name: str, pk: UUID) -> HttpResponse:
    """Change what a share allows."""
    wanted = request.POST.get("right", "")
    said = "The share is changed."
    return _act(request, owner, name, said, grants.change_right, pk=pk, right=wanted)


@page("GET", "POST")
def revoke(request: HttpRequest, owner: str, name: str, pk: UUID) -> HttpResponse:
    """End a share."""
    return _act(request, owner, name, "The share is ended.", grants.revoke_grant, pk=pk)


@page("GET")
@login_required
def shared(request: HttpRequest) -> HttpResponse:
    """List what others share with the reader, and the codes to be shared with."""
    found = who_sees.shared_with(viewer=request.user)
    return render(request, "catalog/shared.html", {"page": found, "section": "shared"})


def _act(
    request: HttpRequest,
    owner: str,
    name: str,
    said: str,
    verb: Callable[..., Any],
    **given: Any,
) -> HttpResponse:
    """Do it and come back to the page, which says what was refused."""
    if request.method != "POST":
        return redirect("catalog:algorithm_settings", owner, name)
    try:
        verb(viewer=request.user, owner=owner, name=name, **given)
    except BadRequest as refused:
        return _show(request, owner, name, problem=refused.message)
    messages.success(request, said)
    return redirect("catalog:algorithm_settings", owner, name)


def _show(
    request: HttpRequest, owner: str, name: str, *, problem: str = ""
) -> HttpResponse:
    shown = who_sees.who_sees(viewer=request.user, owner=owner, name=name)
    check_spelling(request, shown.algorithm.owner.slug, shown.algorithm.name)
    context = {"page": shown, "problem": problem, "section": "explore"}
    status = 400 if problem else 200
    return render(request, "catalog/algorithm_settings.html", context, status=status)
