"""A team page's answer: a tab in its frame, with the form that stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from django.shortcuts import render

from catalog.web.page import check_slug
from catalog.web.team_forms import InviteForm, TeamForm

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse, QueryDict

    from catalog.services.pages.teams import Head, TeamPage

    class Tab(Protocol):
        """What stands on a tab of a team, under its head."""

        @property
        def head(self) -> Head: ...


def show_team(request: HttpRequest, tab: str, shown: Tab, **more: Any) -> HttpResponse:
    """Render a tab; a GET under a former name of the team is led to the present."""
    check_slug(request, shown.head.slug)
    context = {
        "page": shown,
        "head": shown.head,
        "tab": tab,
        "section": "teams",
        **more,
    }
    status = status_of(more.get("form"))
    return render(request, f"catalog/team_{tab}.html", context, status=status)


def status_of(form: forms.Form | None) -> int:
    """Return 400 for a form that was sent and refused."""
    return 400 if form is not None and form.errors else 200


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with; None where nothing was sent."""
    return request.POST if request.method == "POST" else None


def invite_form(shown: TeamPage) -> InviteForm | None:
    """Return an empty invitation for who may invite."""
    if not shown.head.may_invite:
        return None
    return InviteForm(role=shown.head.standing.role)


def settings_form(request: HttpRequest, shown: TeamPage) -> TeamForm:
    """Return the form of what the team is called, as sent or as it is."""
    team = shown.head.team
    now = {"name": team.name, "slug": shown.head.slug, "about": team.about}
    return TeamForm(posted(request), initial=now)
