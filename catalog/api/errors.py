"""Every error of /api as problem+json (RFC 9457), in one place."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse
from rest_framework.exceptions import APIException

from catalog.execution import AlgorithmFailed, ExecutionError
from catalog.services.errors import RUN_STATUS, BadFilter, InvalidInput, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

RETRYABLE = {
    "queue_full",
    "queue_timeout",
    "backend_unavailable",
    "rate_limited",
    "quota_exhausted",
    "request_in_flight",
    "too_many_waiting",
    "too_many_streams",
}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    retry_after: int = 0,
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Build one problem; `instance` is an id that the log knows as well."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": f"urn:uuid:{uuid4()}",
        "code": code,
        "retryable": code in RETRYABLE,
        **(extra or {}),
    }
    response = HttpResponse(
        orjson.dumps(body), status=status, content_type="application/problem+json"
    )
    response["Cache-Control"] = "private, no-store"
    if retry_after:
        response["Retry-After"] = str(retry_after)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def not_found() -> HttpResponse:
    """Answer for missing, private and not permitted: the same but for the id."""
    return problem(404, "not_found", "There is nothing here that you can see.")


def problem_response(error: Exception, _context: Mapping[str, Any]) -> HttpResponse:
    """Map what a view raised; an unknown error is logged and says only its id."""
    if isinstance(error, ServiceError):
        return _refused(error)
    if isinstance(error, ExecutionError):
        return _run_failed(error)
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, SuspiciousOperation):
        return _unreadable(error)
    if isinstance(error, APIException):
        return _framework(error)
    answer = problem(500, "internal_error", "The server failed. The log has the cause.")
    logger.error("unexpected error on /api", exc_info=error)
    return answer


def _refused(error: ServiceError) -> HttpResponse:
    if error.status == HTTPStatus.NOT_FOUND and error.code == "not_found":
        return not_found()
    extra: dict[str, Any] = {}
    if isinstance(error, InvalidInput):
        extra["errors"] = [
            {"pointer": found.pointer, "detail": found.detail}
            for found in error.problems
        ]
    if isinstance(error, BadFilter):
        place = {"position": error.position, "length": error.length}
        extra["errors"] = [{"parameter": "filter", "detail": error.message, **place}]
    return problem(
        error.status,
        error.code,
        error.message,
        retry_after=error.retry_after,
        extra=extra,
    )


def _unreadable(error: SuspiciousOperation) -> HttpResponse:
    """Answer for a body that is too large, or more parameters than Django takes."""
    if isinstance(error, RequestDataTooBig):
        return problem(413, "payload_too_large", "The body is over the limit.")
    return problem(400, "bad_request", "A part of the request cannot be read.")


def _run_failed(error: ExecutionError) -> HttpResponse:
    extra: dict[str, Any] = {"duration": error.duration}
    if isinstance(error, AlgorithmFailed):
        extra["error_type"] = error.error_type
        if error.stacktrace:
            extra["stacktrace"] = error.stacktrace
    status = RUN_STATUS.get(error.code, 502)
    retry_after = 1 if error.code in RETRYABLE else 0
    return problem(
        status, error.code, error.message, retry_after=retry_after, extra=extra
    )


def _framework(error: APIException) -> HttpResponse:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "bad_request"
    detail = error.detail if isinstance(error.detail, str) else "Check the request."
    extra = {}
    if isinstance(error.detail, dict):
        extra["errors"] = [
            {"pointer": f"/{name}", "detail": " ".join(map(str, said))}
            for name, said in error.detail.items()
        ]
    return problem(error.status_code, code, str(detail), extra=extra)
