"""The audit trail on the catalog API: what the caller may read of it, and as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.response import Response

from catalog.api.authentication import caller_of
from catalog.api.views import PROBLEMS, Private
from catalog.models import AuditEntry
from catalog.services import audit_export, audit_trail
from catalog.services.errors import BadRequest, SignInNeeded
from catalog.services.pages import audit

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Audits(BasePermission):
    """A known person; a key needs the scope `admin`."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        if not request.user.is_authenticated:
            raise SignInNeeded("The audit trail needs an API key with `admin`.")
        caller_of(request).require("admin")
        return True


class AuditEntryShape(serializers.Serializer[Any]):
    """One act: who did what to what, why, from where and by which key."""

    id = serializers.UUIDField()
    when = serializers.DateTimeField()
    category = serializers.ChoiceField(choices=AuditEntry.Category.choices)
    action = serializers.CharField()
    actor = serializers.CharField(allow_null=True)
    target_type = serializers.CharField()
    target_id = serializers.CharField()
    target = serializers.CharField()
    team = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    changes = serializers.DictField(child=serializers.ListField())
    address = serializers.CharField(allow_null=True)
    key_id = serializers.UUIDField(allow_null=True)
    key = serializers.CharField(allow_null=True)
    sentence = serializers.CharField()


class AuditList(serializers.Serializer[Any]):
    """A page of acts, newest first."""

    results = AuditEntryShape(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


def _text(name: str, said: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=said)


FILTERS = [
    OpenApiParameter("category", str, enum=AuditEntry.Category.values),
    _text("action", "What was done, such as `make private`."),
    _text("actor", "Who did it, by username."),
    _text("team", "Acts in this team, by its name in addresses."),
    _text("target", "A part of what it was done to."),
    _text("key", "The key that it was done by: its id, or its beginning `vtr_...`."),
    _text("address", "The address that it was done from."),
    _text("since", "A day or moment of ISO 8601, in UTC where it names no zone."),
    _text("until", "As `since`; a day counts whole."),
]
PAGES = [
    OpenApiParameter("limit", int, description="1 to 100."),
    _text("cursor", "`next` of the page before."),
]


class Audit(Private):
    """What the caller may read of the audit trail: their own acts, and their teams'."""

    permission_classes = [Audits]

    @extend_schema(parameters=FILTERS + PAGES, responses={200: AuditList, **PROBLEMS})
    def get(self, request: Request) -> Response:
        trail = audit_trail.readable_trail(viewer=request.user)
        asked = request.query_params
        page = audit.page_of(trail=trail, asked=asked, limit=_limit(asked))
        answer = {
            "results": [audit_export.row_of(line) for line in page.lines],
            "total": page.found.total,
            "next": page.found.next_cursor or None,
        }
        response = Response(AuditList(answer).data)
        if page.next_query:
            limit = f"&limit={asked['limit']}" if "limit" in asked else ""
            address = f"{request.build_absolute_uri(request.path)}?{page.next_query}"
            response["Link"] = f'<{address}{limit}>; rel="next"'
        return response


class AuditExport(Private):
    """The same as a file, whole: CSV, or a JSON array."""

    permission_classes = [Audits]

    @extend_schema(
        parameters=[*FILTERS, OpenApiParameter("format", str, enum=["csv", "json"])],
        responses={
            (200, "text/csv"): str,
            (200, "application/json"): AuditEntryShape(many=True),
            **PROBLEMS,
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        trail = audit_trail.readable_trail(viewer=request.user)
        form = _form(request)
        parts = audit_export.exported(
            trail=trail, asked=request.query_params, form=form
        )
        response = StreamingHttpResponse(parts, content_type=audit_export.MEDIA[form])
        response["Content-Disposition"] = f'attachment; filename="audit.{form}"'
        response["Cache-Control"] = "private, no-store"
        return response


def _form(request: Request) -> str:
    """Return the form that is asked for: by `format`, else by Accept, else JSON."""
    accepted = request.headers.get("Accept", "")
    preferred = "csv" if "text/csv" in accepted else "json"
    return request.query_params.get("format", preferred)


def _limit(asked: Any) -> int:
    text = asked.get("limit", str(audit_trail.PAGE_ROWS))
    if not (text.isascii() and text.isdigit() and len(text) < 6):  # noqa: PLR2004 - no limit is that long
        raise BadRequest(f"limit: write a number from 1 to {audit_trail.MOST_ROWS}.")
    return int(text) or -1
