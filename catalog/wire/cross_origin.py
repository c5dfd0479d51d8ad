"""CORS for /v1/web: any page's script may call with a key that its user gave it.

The key travels in a header of the script's own making and no cookie counts here, so
any origin is allowed and credentials are not (Fetch standard, CORS protocol).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

PREFIX = "/v1/web/"
_ANY_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "X-Error-Message, Retry-After, RateLimit, RateLimit-Policy"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept",
    # A browser asks again after two hours at the latest, whatever is said here.
    "Access-Control-Max-Age": "7200",
}


def preflight() -> HttpResponse:
    """Answer what a browser asks before it calls; the call itself brings the key."""
    response = HttpResponse(status=204, headers=settings.WIRE_HEADERS | _PREFLIGHT)
    del response["Content-Type"]
    return response


def allow(response: HttpResponseBase) -> None:
    """Let a page of any origin read this answer."""
    for name, value in _ANY_ORIGIN.items():
        response[name] = value
