"""The call API in front of Django's own handler: no session, no CSRF, no CSP."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import StreamingHttpResponse

from accounts.addresses import address_of
from catalog.services import admission
from catalog.services.errors import ServiceError
from catalog.wire import answers, cross_origin
from catalog.wire.urls import urlpatterns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from catalog.limiting import Standing

    Environ = dict[str, Any]
    Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

logger = logging.getLogger(__name__)

PREFIX = "/v1/"
STATUS = {known.value: f"{known.value} {known.phrase}" for known in HTTPStatus}
ONLY_HTTPS = "call over https; revoke the key if one was sent"


class WireGateway:
    """A WSGI application: answers what is under /v1/, hands the rest on.

    Django's handler and middleware cost a fifth of a warm call and do nothing for
    programs that hold a key (docs/decisions/0005).
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(
        self, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PREFIX):
            return self.application(environ, start_response)
        with admission.noting() as standings:
            response = _counted(WSGIRequest(environ), standings)
        if environ["PATH_INFO"].startswith(cross_origin.PREFIX):
            cross_origin.allow(response)
        database = connections[DEFAULT_DB_ALIAS]
        if database.errors_occurred:
            database.close_if_unusable_or_obsolete()
        fields = [*response.items(), *admission.headers_of(standings)]
        start_response(STATUS[response.status_code], fields)
        if isinstance(response, StreamingHttpResponse):
            return _Stream(response)
        return [cast("HttpResponse", response).content]


class _Stream:
    """What a view sends in parts; its files are closed when the server is done."""

    def __init__(self, response: StreamingHttpResponse) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._response)

    def close(self) -> None:
        self._response.close()


def _counted(request: WSGIRequest, standings: list[Standing]) -> HttpResponseBase:
    """Answer, and count by address what was refused before its key was read."""
    response = _answer(request)
    if standings:
        return response
    try:
        admission.admit_address(address_of(request))
    except ServiceError as refused:
        return answers.refused(refused)
    return response


def _answer(request: WSGIRequest) -> HttpResponseBase:
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        # A redirect would hide that the key has been sent for everybody to read.
        return answers.refusal(403, ONLY_HTTPS)
    view, named = _match(request.path_info.removeprefix(PREFIX))
    if view is None:
        return answers.refusal(404, "not found")
    try:
        response: HttpResponseBase = view(request, **named)
    except SuspiciousOperation:
        # Such as more query parameters than DATA_UPLOAD_MAX_NUMBER_FIELDS.
        return answers.refusal(400, "a part of the request cannot be read")
    except Exception:
        logger.exception("%s %s failed", request.method, request.path)
        return answers.refusal(500, "internal error")
    return response


def _match(path: str) -> tuple[Callable[..., Any] | None, dict[str, Any]]:
    """Ask this edge's routes alone: the whole tree costs a tenth of a call."""
    for route in urlpatterns:
        if match := route.pattern.match(path):
            return route.callback, match[2]
    return None, {}
