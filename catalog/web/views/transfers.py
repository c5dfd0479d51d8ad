"""Renaming an algorithm, and handing it to another owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from catalog.services import transfers
from catalog.web.page import check_spelling, page
from catalog.web.team_forms import MoveForm
from catalog.web.team_tabs import posted, status_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page("GET", "POST")
def transfer(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Show where an algorithm may go; a POST moves it."""
    shown = transfers.movable(viewer=request.user, owner=owner, name=name)
    found = shown.algorithm
    check_spelling(request, found.owner.slug, found.name)
    form = MoveForm(posted(request), movable=shown)
    moved = form.move(viewer=request.user) if form.is_valid() else None
    if moved is not None:
        messages.success(request, f"It is {moved} now. The old address leads here.")
        return redirect("catalog:algorithm_transfer", moved.owner.slug, moved.name)
    context = {"page": shown, "form": form, "section": "explore"}
    return render(request, "catalog/transfer.html", context, status=status_of(form))
