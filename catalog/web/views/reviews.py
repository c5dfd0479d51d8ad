"""Asking the curators to make an algorithm public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect

from catalog.services import reviews
from catalog.web.page import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@page("POST")
def ask(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    note = request.POST.get("note", "")
    reviews.request_review(viewer=request.user, owner=owner, name=name, note=note)
    return redirect("catalog:algorithm", owner, name)


@page("POST")
def withdraw(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    reviews.withdraw_review(viewer=request.user, owner=owner, name=name)
    return redirect("catalog:algorithm", owner, name)
