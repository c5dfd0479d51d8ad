"""A batch: POST /v1/algo/{owner}/{Name}[/{version}]/batch (docs/guide/batch.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import StreamingHttpResponse

from catalog.models import Run
from catalog.services import batches, call_format, runs
from catalog.wire import answers, parsing
from catalog.wire.entry import endpoint

if TYPE_CHECKING:
    from django.http import HttpRequest

    from catalog.services.callers import Caller


@endpoint("POST", refused=answers.refused)
def batch(request: HttpRequest, caller: Caller, ref: str) -> StreamingHttpResponse:
    """Run an algorithm once for each input, and answer a line for each, in order."""
    reference = parsing.reference_in(ref)
    asked = batches.Asked(
        call=runs.Call(
            owner=reference.owner,
            name=reference.name,
            version=reference.version,
            body=b"",
            content_type="json",
            surface=Run.Surface.WIRE,
            timeout=call_format.timeout_in(request.GET.get("timeout", "")),
        ),
        body=parsing.body_in(request, "json"),
        media_type=call_format.media_type_in(request.META.get("CONTENT_TYPE", "")),
        has_keys=batches.has_keys_in(request.GET.get("keys", "")),
        parallel=batches.parallel_in(request.GET.get("concurrency", "")),
        authorization=request.META.get("HTTP_AUTHORIZATION", ""),
    )
    lines = batches.begin(caller=caller, asked=asked)
    headers = {**settings.WIRE_HEADERS, **batches.HEADERS}
    return StreamingHttpResponse(lines, headers=headers)
