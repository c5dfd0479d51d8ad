"""The caller's own runs on the catalog API: state, result, events, webhook secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from catalog.api import serializers as shapes
from catalog.api.authentication import caller_of
from catalog.api.permissions import Administers, Runs
from catalog.api.views import PROBLEMS, Private
from catalog.models import DurableRun, WebhookDelivery
from catalog.services import (
    durable_documents,
    durable_runs,
    run_events,
    webhook_secrets,
)
from catalog.services.errors import BadRequest, NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

JSON = "application/json"
SLUG = 39


class RunLinks(serializers.Serializer[Any]):
    """Paths at which the run is read and watched."""

    self = serializers.CharField()
    events = serializers.CharField(required=False)


class RunError(serializers.Serializer[Any]):
    """Why a run failed, by the codes of the failure table."""

    status = serializers.IntegerField()
    code = serializers.CharField()
    message = serializers.CharField(required=False)
    error_type = serializers.CharField(required=False)
    stacktrace = serializers.CharField(required=False)


class RunWebhook(serializers.Serializer[Any]):
    """What became of the word to the caller's address."""

    url = serializers.CharField()
    state = serializers.ChoiceField(choices=WebhookDelivery.State.choices)
    attempts = serializers.IntegerField()
    last_answer = serializers.CharField(allow_blank=True)
    delivered_at = serializers.DateTimeField(allow_null=True)


class OwnRunShape(serializers.Serializer[Any]):
    """One run; `result` and `metadata`, or `error`, once it has ended.

    The record of a run that was waited for has neither result nor times before.
    """

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=DurableRun.State.choices)
    algorithm = serializers.CharField()
    version = serializers.CharField()
    attempt = serializers.IntegerField(required=False)
    created_at = serializers.DateTimeField(required=False)
    started_at = serializers.DateTimeField(required=False, allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    links = RunLinks()
    webhook = RunWebhook(required=False)
    result = serializers.JSONField(required=False)
    metadata = serializers.DictField(required=False)
    error = RunError(required=False)


class OwnRunList(serializers.Serializer[Any]):
    """A page of runs, newest first, without their results."""

    results = OwnRunShape(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class SecretTold(serializers.Serializer[Any]):
    """Whose secret shall be made: the caller's own, or with `team` a team's."""

    team = serializers.CharField(max_length=SLUG, allow_blank=True, default="")


class SecretShape(serializers.Serializer[Any]):
    """A new secret; it is in this answer only."""

    secret = serializers.CharField()


class EventShape(serializers.Serializer[Any]):
    """One server-sent event; `data` is a run as JSON."""

    event = serializers.CharField(required=False)
    id = serializers.CharField(required=False)
    data = serializers.CharField()  # type: ignore[assignment] # a field so named


class OwnRuns(Private):
    """The caller's durable runs, the person's or the team's."""

    permission_classes = [Runs]

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, enum=DurableRun.State.values),
            OpenApiParameter("limit", int, description="1 to 100."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
        responses={200: OwnRunList, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        asked = request.query_params
        page = durable_runs.own_runs(
            caller=caller_of(request),
            state=asked.get("state", ""),
            cursor=asked.get("cursor", ""),
            limit=_limit(asked.get("limit", "20")),
        )
        return Response(
            {
                "results": [durable_documents.summary_of(run) for run in page.rows],
                "total": page.total,
                "next": page.next_cursor or None,
            }
        )


class OwnRunView(Private):
    """One of the caller's runs: state, times, and its result or error."""

    permission_classes = [Runs]

    @extend_schema(responses={200: OwnRunShape, **PROBLEMS})
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        caller = caller_of(request)
        try:
            run = durable_runs.find_run(caller=caller, pk=pk)
        except NotFound:
            record = durable_runs.find_record(caller=caller, pk=pk)
            return Response(durable_documents.record_document(record))
        return HttpResponse(durable_documents.document_of(run), content_type=JSON)

    @extend_schema(responses={204: None, 409: shapes.ProblemShape, **PROBLEMS})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Cancel a run that still waits; twice is no error."""
        durable_runs.cancel(caller=caller_of(request), pk=pk)
        return Response(status=204)


class RunEventsView(Private):
    """The changes of a run's state as they happen, until it has ended."""

    permission_classes = [Runs]

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "Last-Event-ID",
                str,
                location="header",
                description="The last event that was seen; what follows it is sent.",
            )
        ],
        responses={
            (200, "text/event-stream"): EventShape,
            204: None,
            503: shapes.ProblemShape,
            **PROBLEMS,
        },
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        seen = request.headers.get("Last-Event-ID", "")
        events = run_events.watch(caller=caller_of(request), pk=pk, seen=seen)
        if events is None:
            return Response(status=204)
        response = StreamingHttpResponse(events, content_type="text/event-stream")
        response["Cache-Control"] = "private, no-store"
        response["X-Accel-Buffering"] = "no"  # a proxy in front hands on each event
        return response


class WebhookSecretView(Private):
    """The secret that signs webhooks, of the caller or of a team."""

    permission_classes = [Administers]

    @extend_schema(request=SecretTold, responses={201: SecretShape, **PROBLEMS})
    def post(self, request: Request) -> Response:
        """Make it, or make it anew; the one before signs beside it for 24 hours."""
        told = SecretTold(data=request.data)
        told.is_valid(raise_exception=True)
        secret = webhook_secrets.make_secret(
            viewer=request.user, team=told.validated_data["team"]
        )
        response = Response({"secret": secret}, status=201)
        response["Cache-Control"] = "private, no-store"
        return response


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):  # noqa: PLR2004 - no limit is that long
        raise BadRequest("limit: write a number from 1 to 100.")
    return int(text)
