"""What no view should have to think of: where from, NUL bytes, oversized bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponseNotAllowed

from accounts.acting import acting
from accounts.addresses import address_of
from catalog.web import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

JSON_EDGE = "/api/"
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]


class ActingMiddleware:
    """Lets what a request does be noted with the address that it came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with acting(address=address_of(request)):
            return self.get_response(request)


class RequestLimitsMiddleware:
    """Answers 405 to a method that no page has, 400 to NUL, 413 to a large body.

    The JSON edge says the same in its own format, so its paths pass.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(JSON_EDGE):
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            failure = _failure_of(request)
            if failure is not None:
                return errors.failure_page(request, failure)
        return self.get_response(request)


def _failure_of(request: HttpRequest) -> errors.Failure | None:
    if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        return errors.BAD_REQUEST
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > settings.CALL_BODY_BYTES:
        return errors.TOO_LARGE
    if length == "0" and request.META.get("vitrine.chunked"):
        # A malformed chunk reads as an empty body (docs of granian's WSGI input).
        return errors.BAD_REQUEST
    return None
