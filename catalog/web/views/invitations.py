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
from catalog.web.team_forms import PeopleForm
from catalog.web.team_tabs import posted, status_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import Team


@secret
@page("GET", "POST")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an open invitation; a POST takes it up, and needs a person."""
    found = service.open_invitation(token=token)
    if request.method == "POST":
        return _welcome(request, service.accept(viewer=request.user, token=token))
    if not request.user.is_authenticated:
        invitations.remember(request.session, token)
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


@page("GET", "POST")
@login_required
def people(request: HttpRequest) -> HttpResponse:
    """Show who is invited into the catalog, to staff; a POST invites more."""
    form = PeopleForm(posted(request))
    rows = service.invited_people(viewer=request.user)
    new = form.invite(viewer=request.user) if form.is_valid() else None
    context = {
        "rows": [new.row, *rows] if new else rows,
        "form": PeopleForm() if new else form,
        "new": new,
    }
    name = "catalog/invite_people.html"
    response = render(request, name, context, status=status_of(form))
    response["Cache-Control"] = "private, no-store"
    return response


@page("POST")
@login_required
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    service.revoke_person(viewer=request.user, pk=pk)
    messages.success(request, "The invitation is closed.")
    return redirect("catalog:invite_people")


def _welcome(request: HttpRequest, team: Team | None) -> HttpResponse:
    request.session.pop(invitations.IN_SESSION, None)
    if team is None:
        return redirect("catalog:home")
    messages.success(request, f"Welcome to {team}.")
    return redirect("catalog:team", team.owner.slug)
