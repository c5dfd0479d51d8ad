"""Running a version through /api: waited for, or accepted and run later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser

from catalog.api import repeating
from catalog.api import serializers as shapes
from catalog.api.authentication import caller_of
from catalog.api.errors import problem_response
from catalog.api.own_runs import OwnRunShape
from catalog.api.permissions import Runs
from catalog.api.views import Private
from catalog.execution import AlgorithmFailed
from catalog.models import Run
from catalog.services import call_format, durable_runs, repeated_runs, runs
from catalog.services.durable_documents import document_of, links_of
from catalog.services.errors import BadRequest

if TYPE_CHECKING:
    from typing import IO

    from rest_framework.request import Request

    from catalog.models import DurableRun
    from catalog.services.idempotency import Answer

RESPOND_ASYNC = "respond-async"
PARAMETERS = [
    OpenApiParameter("timeout", float, description="Seconds to wait at most."),
    OpenApiParameter(
        "webhook", str, description="With respond-async: told of the end by POST."
    ),
    OpenApiParameter(
        "Prefer",
        str,
        location="header",
        description=f"`{RESPOND_ASYNC}` accepts the run and answers at once.",
    ),
    repeating.PARAMETER,
]


class BodyAsItIs(BaseParser):
    """Hand the bytes on: the worker decodes them."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002 - DRF's signature
        parser_context: Any = None,  # noqa: ARG002 - DRF's signature
    ) -> Any:
        return stream.read()


class RunView(Private):
    """Run a version: wait for the result, or have it accepted (`respond-async`)."""

    permission_classes = [Runs]
    parser_classes = [BodyAsItIs]

    @extend_schema(
        request=dict.fromkeys(call_format.KINDS, OpenApiTypes.ANY),
        parameters=PARAMETERS,
        responses={
            200: shapes.RunAnswer,
            202: OwnRunShape,
            **dict.fromkeys(
                (400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 502, 503, 504),
                shapes.ProblemShape,
            ),
        },
    )
    def post(
        self, request: Request, owner: str, name: str, number: str = ""
    ) -> HttpResponse:
        call = runs.Call(
            owner=owner,
            name=name,
            version=number,
            body=body_of(request),
            content_type=call_format.content_type_in(request.content_type or ""),
            surface=Run.Surface.API,
            timeout=call_format.timeout_in(request.query_params.get("timeout", "")),
        )
        return _answered(request, call)


def _answered(request: Request, call: runs.Call) -> HttpResponse:
    """Run what was asked for: now or later, once for its key."""
    caller, key = caller_of(request), repeating.key_in(request)
    webhook = request.query_params.get("webhook", "")
    if _prefers_async(request):
        accepted = durable_runs.enqueue_once(
            caller=caller, call=call, key=key, answer=_accepted, webhook=webhook
        )
        return repeating.answered(accepted)
    if webhook:
        raise BadRequest(f"webhook: it goes with `Prefer: {RESPOND_ASYNC}` only.")
    if not key:
        return _response(runs.execute(caller=caller, call=call))
    return repeating.answered(
        repeated_runs.execute_once(caller=caller, call=call, key=key, answer=_kept)
    )


def _prefers_async(request: Request) -> bool:
    """Read `Prefer` (RFC 7240); other preferences may stand beside it."""
    preferences = request.headers.get("Prefer", "").split(",")
    return any(
        one.split(";")[0].strip().lower() == RESPOND_ASYNC for one in preferences
    )


def _accepted(run: DurableRun) -> Answer:
    response = HttpResponse(
        document_of(run), status=202, content_type="application/json"
    )
    response["Location"] = links_of(run)["self"]
    response["Preference-Applied"] = RESPOND_ASYNC
    return repeating.kept(response)


def _kept(end: runs.Execution | AlgorithmFailed) -> Answer:
    if isinstance(end, AlgorithmFailed):
        return repeating.kept(problem_response(end, {}))
    return repeating.kept(_response(end))


def _response(done: runs.Execution) -> HttpResponse:
    return HttpResponse(_answer(done), content_type="application/json")


def body_of(request: Request) -> bytes:
    """Return the body as it came; raises where it is over the limit or cut off."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    call_format.check_length(length)
    body: Any = request.data
    body = body if isinstance(body, bytes) else b""
    is_chunked = "vitrine.chunked" in request.META
    call_format.check_whole(body, length, is_chunked=is_chunked)
    return bytes(body)


def _answer(done: runs.Execution) -> bytes:
    return b'{"id":"%b","algorithm":"%b","version":"%b","result":%b,"metadata":%b}' % (
        str(done.run_id).encode(),
        done.target.full_name.encode(),
        done.target.number.encode(),
        call_format.result_as_json(done.result),
        call_format.metadata_of(done.result),
    )
