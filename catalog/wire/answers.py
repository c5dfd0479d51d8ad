"""Bodies of the call API: compact JSON, fixed key order (docs/guide/call-api.md).

The protocol is that of Algorithmia's API reference and its published clients: an
algorithm's own failure is HTTP 200 with `error`, a refusal is not 2xx.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpResponse
from django.http.response import ResponseHeaders

from catalog.execution import AlgorithmFailed
from catalog.services import call_format

if TYPE_CHECKING:
    from collections.abc import Sequence, ValuesView
    from uuid import UUID

    from catalog.execution import RunResult
    from catalog.services.errors import InvalidInput, ServiceError

JSON = "application/json"


@cache
def _usual() -> dict[str, tuple[str, str]]:
    """Return the fields of every answer as Django keeps them: by name in lower case."""
    fields = {"Cache-Control": "private, no-store", **settings.WIRE_HEADERS}
    return {name.lower(): (name, value) for name, value in fields.items()}


@receiver(setting_changed)
def _forget_usual(*, setting: str, **_signal: object) -> None:
    if setting == "WIRE_HEADERS":
        _usual.cache_clear()


class _Fields(ResponseHeaders):
    """Header fields that begin with those of every answer.

    To set each of these takes as long as all else that writes an answer.
    """

    def __init__(self, content_type: str, length: int) -> None:
        self._store = {
            "content-type": ("Content-Type", content_type),
            "content-length": ("Content-Length", str(length)),
            **_usual(),
        }

    def items(self) -> ValuesView[tuple[str, str]]:  # type: ignore[override]
        """Give names and values as they are kept, not by a search for each name."""
        return self._store.values()


def _answer(
    body: bytes, *, status: int = 200, content_type: str = JSON
) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type=content_type)
    response.headers = _Fields(content_type, len(body))
    return response


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def success(
    result: RunResult, *, output: str | None = None, has_timing: bool = False
) -> HttpResponse:
    """Splice the worker's checked bytes into the envelope, unparsed.

    `output` is what was printed, for those who asked and may read it.
    """
    body = call_format.result_as_json(result)
    metadata = call_format.metadata_of(result, output=output, has_timing=has_timing)
    return _answer(b'{"result":%b,"metadata":%b}' % (body, metadata))


def raw(result: RunResult) -> HttpResponse:
    """Answer with the bare result: text without quotes, bytes as they are."""
    kinds = {
        "json": JSON,
        "text": "text/plain; charset=utf-8",
        "binary": "application/octet-stream",
    }
    return _answer(result.body, content_type=kinds[result.content_type])


def failure(
    error: AlgorithmFailed, *, is_raw: bool = False, output: str = ""
) -> HttpResponse:
    """Answer with what the algorithm raised; every value in `error` is a string.

    Where the bare result was asked for, a status tells the two apart.
    """
    said = {"message": error.message, "error_type": error.error_type}
    if error.stacktrace:
        # The documented key, and the one that the published Python client reads.
        said |= {"stacktrace": error.stacktrace, "stack_trace": error.stacktrace}
    metadata: dict[str, object] = {"duration": max(error.duration, 1e-6)}
    if output:
        metadata["stdout"] = output
    body = _dump({"error": said, "metadata": metadata})
    response = _answer(body, status=400 if is_raw else 200)
    _name_error(response, error.message)
    return response


def misfit(error: InvalidInput, *, is_raw: bool = False) -> HttpResponse:
    """Answer an input that does not fit as if the algorithm had said so itself."""
    failed = AlgorithmFailed(error.message, code=error.code, error_type="InputError")
    return failure(failed, is_raw=is_raw)


def accepted(run_id: UUID) -> HttpResponse:
    """Answer that a run will be done later."""
    return document({"async": "void", "request_id": f"req-{run_id}"})


def kept(body: bytes, status: int, content_type: str) -> HttpResponse:
    """Answer with what was answered before."""
    return _answer(body, status=status, content_type=content_type)


def refused(error: ServiceError) -> HttpResponse:
    """Answer with what a service refused."""
    return refusal(error.status, error.message, retry_after=error.retry_after)


#: codes of the contract's table by the code of the failure table
WIRE_CODES = {
    "not_found": 1000,
    "unauthorized": 2002,
    "forbidden": 2001,
    "invalid_json": 2013,
    "bad_request": 2015,
}


def refused_with_code(error: ServiceError, *, number: int = 0) -> HttpResponse:
    """Answer as `refused` does, with the contract's number of the reason.

    `number` is one that says more than the code of the failure table does.
    """
    said: dict[str, object] = {"message": error.message}
    number = number or WIRE_CODES.get(error.code, 0)
    if number:
        said = {"code": number, **said}
    response = refusal(error.status, error.message, retry_after=error.retry_after)
    response.content = _dump({"error": said})
    response["Content-Length"] = str(len(response.content))
    return response


def method_not_allowed(methods: Sequence[str]) -> HttpResponse:
    """Answer a method that an address does not know."""
    response = refusal(405, f"use {' or '.join(methods)} here")
    response["Allow"] = ", ".join(methods)
    return response


def document(value: object, *, status: int = 200) -> HttpResponse:
    """Answer with compact JSON in the order that `value` has."""
    return _answer(_dump(value), status=status)


def refusal(status: int, message: str, *, retry_after: int = 0) -> HttpResponse:
    """Answer with what the platform refuses, in body and header."""
    response = _answer(_dump({"error": {"message": message}}), status=status)
    _name_error(response, message)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    if status == 401:  # noqa: PLR2004 - RFC 9110: a 401 names its scheme
        response["WWW-Authenticate"] = "Simple"
    return response


def nothing() -> HttpResponse:
    """Answer 204 with no body at all."""
    response = HttpResponse(status=204, headers=settings.WIRE_HEADERS)
    del response["Content-Type"]
    response["Cache-Control"] = "private, no-store"
    return response


def attachment(body: bytes, *, name: str) -> HttpResponse:
    """Answer with a tar.gz to be kept under `name`."""
    response = _answer(body, content_type="application/gzip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _name_error(response: HttpResponse, message: str) -> None:
    """Say the message in a header as well, where some clients look for it."""
    plain = "".join(char if " " <= char <= "~" else "?" for char in message[:500])
    response["X-Error-Message"] = plain
