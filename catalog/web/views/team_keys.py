"""The keys of a team: its members see them, maintainers and owners manage them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect

from accounts.key_forms import TeamKeyForm
from catalog.services import api_keys
from catalog.services.pages.team_keys import team_keys
from catalog.web.page import page
from catalog.web.team_tabs import show_team
from catalog.web.wanted import caller_in

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@page("GET", "POST")
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    """List the keys; make one, whose secret is in this one answer only."""
    form, new = TeamKeyForm(request.POST or None), None
    if request.method == "POST":
        make = api_keys.maker_of_team(viewer=request.user, team=slug)
        new = form.save(make) if form.is_valid() else None
    shown = team_keys(caller=caller_in(request), slug=slug)
    kept = TeamKeyForm() if new else form
    form_or_none = kept if shown.head.may_manage_keys else None
    response = show_team(request, "keys", shown, form=form_or_none, new=new)
    response["Cache-Control"] = "private, no-store"
    return response


@page("POST")
def revoke(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    key = api_keys.revoke_key(caller=caller_in(request), pk=pk, team=slug)
    messages.success(request, f"The key “{key.name}” is revoked.")
    return redirect("catalog:team_keys", slug)
