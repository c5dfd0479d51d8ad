"""The audit trail: one's own, a team's, and for curators the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import StreamingHttpResponse
from django.shortcuts import render

from catalog.services import audit_export, audit_trail
from catalog.services.pages import audit
from catalog.web.page import Moved, check_slug, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from catalog.services.audit_filters import Filters
    from catalog.services.audit_trail import Trail
    from catalog.services.pages.audit import AuditPage


@page("GET")
@login_required
def own(request: HttpRequest) -> HttpResponse:
    return _show(request, audit.own_page(viewer=request.user, asked=request.GET))


@page("GET")
@login_required
def own_export(request: HttpRequest) -> HttpResponseBase:
    return _file(request, audit_trail.own_trail(viewer=request.user))


@page("GET")
def team(request: HttpRequest, slug: str) -> HttpResponse:
    shown = audit.team_page(viewer=request.user, slug=slug, asked=request.GET)
    check_slug(request, shown.head.slug if shown.head else slug)
    return _show(request, shown)


@page("GET")
def team_export(request: HttpRequest, slug: str) -> HttpResponseBase:
    trail = audit_trail.team_trail(viewer=request.user, slug=slug)
    return _file(request, trail)


@page("GET")
def whole(request: HttpRequest) -> HttpResponse:
    shown = audit.whole_page(viewer=request.user, asked=request.GET)
    return _show(request, shown, is_whole=True)


@page("GET")
def whole_export(request: HttpRequest) -> HttpResponseBase:
    return _file(request, audit_trail.whole_trail(viewer=request.user))


def _show(
    request: HttpRequest, shown: AuditPage, *, is_whole: bool = False
) -> HttpResponse:
    _check_key(request, shown.found.filters)
    template = "catalog/team_audit.html" if shown.head else "catalog/audit.html"
    context = {
        "page": shown,
        "head": shown.head,
        "tab": "audit",
        "is_whole": is_whole,
        "section": "teams" if shown.head else "audit",
    }
    response = render(request, template, context)
    response["Cache-Control"] = "private, no-store"
    return response


def _check_key(request: HttpRequest, filters: Filters) -> None:
    """Lead away from an address with a whole key in it."""
    asked = request.GET.get("key", "")
    if asked.startswith(filters.key) and len(asked) > len(filters.key):
        raise Moved(f"{request.path}?{filters.query}")


def _file(request: HttpRequest, trail: Trail) -> HttpResponseBase:
    """Answer with a file that is written while it is sent."""
    form = request.GET.get("format", "csv")
    parts = audit_export.exported(trail=trail, asked=request.GET, form=form)
    response = StreamingHttpResponse(parts, content_type=audit_export.MEDIA[form])
    response["Content-Disposition"] = f'attachment; filename="audit.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response
