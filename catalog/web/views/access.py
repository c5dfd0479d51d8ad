"""Asking to see a listing on request, and deciding such requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from catalog.services import access_requests
from catalog.services.errors import BadRequest, NotFound
from catalog.services.pages import requests as pages
from catalog.web.machine.negotiation import HTML, form_of
from catalog.web.page import check_spelling, page
from catalog.web.team_tabs import show_team

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


def stub(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Show a listing on request at its own address; raises NotFound anywhere else."""
    match = request.resolver_match
    is_page = match is not None and match.url_name == "algorithm"
    if not is_page or form_of(request) != HTML:
        raise NotFound("a stub is a page, and of the first tab alone")
    return _stub(request, owner, name)


@page("POST")
def ask(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        access_requests.ask(viewer=request.user, owner=owner, name=name, reason=reason)
    except BadRequest as refused:
        return _refused(request, owner, name, refused)
    return redirect("catalog:algorithm", owner, name)


@page("POST")
@login_required
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    access_requests.withdraw(viewer=request.user, pk=pk)
    messages.success(request, "Your request is withdrawn.")
    return redirect("catalog:own_requests")


@page("GET")
@login_required
def own_requests(request: HttpRequest) -> HttpResponse:
    found = pages.own_requests(viewer=request.user)
    context = {"page": found, "queue": found.queue, "section": "requests"}
    return render(request, "catalog/own_requests.html", context)


@page("GET")
def team_requests(request: HttpRequest, slug: str) -> HttpResponse:
    shown = pages.team_queue(viewer=request.user, slug=slug)
    return show_team(request, "requests", shown.page, queue=shown.queue)


@page("POST")
@login_required
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Grant or decline, and go back to the queue."""
    given = request.POST
    row = access_requests.decide(
        viewer=request.user,
        pk=pk,
        is_granted=given.get("decision") == "grant",
        right=given.get("right", ""),
        answer=given.get("answer", ""),
    )
    messages.success(request, f"{row.user} is told.")
    return redirect(_queue_in(request))


def _queue_in(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return wanted if is_ours else access_requests.queue_address()


def _refused(
    request: HttpRequest, owner: str, name: str, refused: BadRequest
) -> HttpResponse:
    """Say it on the stub; who sees the listing whole has none."""
    reason = request.POST.get("reason", "")
    try:
        return _stub(request, owner, name, problem=refused.message, reason=reason)
    except NotFound:
        raise refused from None


def _stub(
    request: HttpRequest, owner: str, name: str, *, problem: str = "", reason: str = ""
) -> HttpResponse:
    shown = pages.stub_page(viewer=request.user, owner=owner, name=name)
    check_spelling(request, shown.stub.owner, shown.stub.name)
    context = {"page": shown, "problem": problem, "reason": reason}
    context["section"] = "explore"
    status = 400 if problem else 200
    response = render(request, "catalog/stub.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
