"""The pages of teams, for their members, and what is done there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render

from catalog.services import teams as service
from catalog.services.pages import teams as pages
from catalog.web.page import page
from catalog.web.team_forms import InviteForm, TeamForm
from catalog.web.team_tabs import (
    invite_form,
    posted,
    settings_form,
    show_team,
    status_of,
)

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@page("GET", "POST")
@login_required
def teams(request: HttpRequest) -> HttpResponse:
    """List one's teams; a POST makes one more."""
    form = TeamForm(posted(request))
    made = form.create(viewer=request.user) if form.is_valid() else None
    if made is not None:
        messages.success(request, f"{made.team} is there. Invite the others now.")
        return redirect("catalog:team_members", made.owner.slug)
    shown = pages.mine(viewer=request.user)
    context = {"page": shown, "form": form, "section": "teams"}
    return render(request, "catalog/teams.html", context, status=status_of(form))


@page("GET")
def team(request: HttpRequest, slug: str) -> HttpResponse:
    shown = pages.overview(viewer=request.user, slug=slug)
    return show_team(request, "overview", shown)


@page("GET")
def algorithms(request: HttpRequest, slug: str) -> HttpResponse:
    shown = pages.algorithms(
        viewer=request.user,
        slug=slug,
        show=request.GET.get("show", ""),
        page=request.GET.get("page", ""),
    )
    return show_team(request, "algorithms", shown, choices=pages.CHOICES)


@page("GET")
def usage(request: HttpRequest, slug: str) -> HttpResponse:
    period = request.GET.get("period", "")
    shown = pages.usage(viewer=request.user, slug=slug, period=period)
    return show_team(request, "usage", shown)


@page("GET")
def members(request: HttpRequest, slug: str) -> HttpResponse:
    shown = pages.members(viewer=request.user, slug=slug)
    return show_team(request, "members", shown, form=invite_form(shown))


@page("GET", "POST")
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite; the link is in this answer only."""
    if request.method != "POST":
        return redirect("catalog:team_members", slug)
    standing = service.find_team(viewer=request.user, slug=slug)
    form = InviteForm(request.POST, role=standing.role)
    new = form.invite(viewer=request.user, team=slug) if form.is_valid() else None
    shown = pages.members(viewer=request.user, slug=slug)
    kept = form if new is None else invite_form(shown)
    response = show_team(request, "members", shown, form=kept, new=new)
    response["Cache-Control"] = "private, no-store"
    return response


@page("POST")
def revoke(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    service.revoke_invitation(viewer=request.user, team=slug, pk=pk)
    messages.success(request, "The invitation is closed.")
    return redirect("catalog:team_members", slug)


@page("POST")
def set_role(request: HttpRequest, slug: str, username: str) -> HttpResponse:
    role = request.POST.get("role", "")
    held = service.set_role(
        viewer=request.user, team=slug, username=username, role=role
    )
    messages.success(request, f"{held.user} is {held.get_role_display().lower()} now.")
    return redirect("catalog:team_members", slug)


@page("POST")
def remove(request: HttpRequest, slug: str, username: str) -> HttpResponse:
    service.remove_member(viewer=request.user, team=slug, username=username)
    messages.success(request, f"{username} is no longer a member.")
    return redirect("catalog:team_members", slug)


@page("POST")
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    left = service.leave(viewer=request.user, team=slug)
    messages.success(request, f"You left {left}.")
    return redirect("catalog:teams")


@page("GET", "POST")
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the team is called; a POST changes it."""
    shown = pages.settings(viewer=request.user, slug=slug)
    form = settings_form(request, shown)
    done = form.rename(viewer=request.user, team=slug) if form.is_valid() else None
    if done is not None:
        messages.success(request, "The changes are saved.")
        return redirect("catalog:team_settings", done.owner.slug)
    return show_team(request, "settings", shown, form=form)


@page("POST")
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    service.delete_team(viewer=request.user, team=slug)
    messages.success(request, f"The team {slug} is deleted.")
    return redirect("catalog:teams")
