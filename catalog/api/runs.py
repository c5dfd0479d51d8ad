"""Running a version through /api: the body as it is, errors as problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser

from catalog.api import serializers as shapes
from catalog.api.authentication import caller_of
from catalog.api.permissions import Runs
from catalog.api.views import Private
from catalog.models import Run
from catalog.services import call_format, runs

if TYPE_CHECKING:
    from typing import IO

    from rest_framework.request import Request


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
    """Run a version and wait for the result."""

    permission_classes = [Runs]
    parser_classes = [BodyAsItIs]

    @extend_schema(
        request=dict.fromkeys(call_format.KINDS, OpenApiTypes.ANY),
        parameters=[
            OpenApiParameter("timeout", float, description="Seconds to wait at most.")
        ],
        responses={
            200: shapes.RunAnswer,
            **dict.fromkeys(
                (400, 401, 403, 404, 413, 415, 422, 429, 500, 502, 503, 504),
                shapes.ProblemShape,
            ),
        },
    )
    def post(
        self, request: Request, owner: str, name: str, number: str = ""
    ) -> HttpResponse:
        done = runs.execute(
            caller=caller_of(request),
            call=runs.Call(
                owner=owner,
                name=name,
                version=number,
                body=_body(request),
                content_type=call_format.content_type_in(request.content_type or ""),
                surface=Run.Surface.API,
                timeout=call_format.timeout_in(request.query_params.get("timeout", "")),
            ),
        )
        return HttpResponse(_answer(done), content_type="application/json")


def _body(request: Request) -> bytes:
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
