"""The page of an invitation: what it is, and taking it up."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render

from accounts import invitations
from catalog.services import teams as service
from catalog.services.errors import NotFound
from catalog.web.page import page, secret

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@secret
@page("GET", "POST")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an open invitation; a POST takes it up, and needs a person."""
    found = service.open_invitation(token=token)
    if request.method == "POST":
        return _welcome(request, service.accept(viewer=request.user, token=token))
    if not request.user.is_authenticated:
        invitations.remember(request.session, found)
    here = invitations.path_of(token)
    context = {"invitation": found, "here": here, "section": "teams"}
    return render(request, "catalog/invitation.html", context)


@page("POST")
@login_required
def accept(request: HttpRequest) -> HttpResponse:
    """Take up an invitation that was mailed to the person."""
    try:
        pk = UUID(request.POST.get("invitation", ""))
    except ValueError:
        raise NotFound(service.CLOSED) from None
    return _welcome(request, service.accept_mailed(viewer=request.user, pk=pk))


def _welcome(request: HttpRequest, team: object) -> HttpResponse:
    request.session.pop(invitations.IN_SESSION, None)
    if team is None:
        return redirect("catalog:home")
    messages.success(request, f"Welcome to {team}.")
    return redirect("catalog:team", team.owner.slug)
