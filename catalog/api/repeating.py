"""Requests of /api that may be sent again: `Idempotency-Key`, and kept answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter

from catalog.services import idempotency

if TYPE_CHECKING:
    from rest_framework.request import Request

PARAMETER = OpenApiParameter(
    idempotency.HEADER,
    str,
    location="header",
    description="The same key with the same request runs once, for 24 hours: it is "
    "answered again with what it was answered first.",
)
#: headers of an answer that are kept with it
KEPT = ("Location", "Preference-Applied", "Retry-After")


def key_in(request: Request) -> str:
    """Return the request's Idempotency-Key; empty for none."""
    return request.headers.get(idempotency.HEADER, "")


def kept(response: HttpResponse) -> idempotency.Answer:
    """Return a response as it is kept."""
    return idempotency.Answer(
        response.status_code,
        response["Content-Type"],
        response.content,
        {name: response[name] for name in KEPT if name in response},
    )


def answered(answer: idempotency.Answer) -> HttpResponse:
    """Return a kept answer as a response."""
    response = HttpResponse(
        answer.body, status=answer.status, content_type=answer.content_type
    )
    for name, value in answer.headers.items():
        response[name] = value
    if answer.is_replay:
        response[idempotency.REPLAYED] = "true"
    return response
