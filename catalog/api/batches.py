"""A batch through /api: one line a result, with the envelopes of /v1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema

from catalog.api import serializers as shapes
from catalog.api.authentication import caller_of
from catalog.api.permissions import Runs
from catalog.api.runs import BodyAsItIs, body_of
from catalog.api.views import Private
from catalog.models import Run
from catalog.services import batches, call_format, runs

if TYPE_CHECKING:
    from rest_framework.request import Request

ANY = {"description": "An input, or with `keys=true` an object of key and input."}
TAKES: dict[str, Any] = {
    batches.ARRAY: {"type": "array", "items": ANY},
    batches.LINES[0]: {"type": "string", "description": "One JSON value a line."},
}


class BatchView(Private):
    """Run a version once for each input, and stream a line for each, in order."""

    permission_classes = [Runs]
    parser_classes = [BodyAsItIs]

    @extend_schema(
        request=TAKES,
        parameters=[
            OpenApiParameter(
                "keys", bool, description="Each item is an object of key and input."
            ),
            OpenApiParameter(
                "concurrency", int, description="How many items run at once at most."
            ),
            OpenApiParameter("timeout", float, description="Seconds for each item."),
        ],
        responses={
            (200, batches.LINES[0]): str,
            **dict.fromkeys(
                (400, 401, 403, 404, 413, 415, 429, 503), shapes.ProblemShape
            ),
        },
    )
    def post(
        self, request: Request, owner: str, name: str, number: str = ""
    ) -> StreamingHttpResponse:
        asked = batches.Asked(
            call=_call(request, owner, name, number),
            body=body_of(request),
            media_type=call_format.media_type_in(request.content_type or ""),
            has_keys=batches.has_keys_in(request.query_params.get("keys", "")),
            parallel=batches.parallel_in(request.query_params.get("concurrency", "")),
            authorization=request.META.get("HTTP_AUTHORIZATION", ""),
        )
        lines = batches.begin(caller=caller_of(request), asked=asked)
        return StreamingHttpResponse(lines, headers=batches.HEADERS)


def _call(request: Request, owner: str, name: str, number: str) -> runs.Call:
    return runs.Call(
        owner=owner,
        name=name,
        version=number,
        body=b"",
        content_type="json",
        surface=Run.Surface.API,
        timeout=call_format.timeout_in(request.query_params.get("timeout", "")),
    )
