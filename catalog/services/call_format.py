"""How a call is written in HTTP, on both edges that take one."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from django.conf import settings

from catalog.services.errors import (
    BadRequest,
    PayloadTooLarge,
    UnsupportedMediaType,
)

if TYPE_CHECKING:
    from catalog.execution import RunResult
    from catalog.execution.base import ContentType

KINDS: dict[str, ContentType] = {
    "application/json": "json",
    "text/plain": "text",
    "application/text": "text",
    "application/octet-stream": "binary",
}


def media_type_in(header: str) -> str:
    """Read a Content-Type; a header sent twice counts once, parameters not."""
    return header.partition(";")[0].partition(",")[0].strip().lower()


def content_type_in(header: str) -> ContentType:
    """Read the body's kind."""
    media_type = media_type_in(header)
    if not media_type:
        raise BadRequest("missing Content-Type")
    kind = KINDS.get(media_type)
    if kind is None:
        raise UnsupportedMediaType(
            f"unsupported Content-Type {media_type[:80]!r}; send application/json, "
            "text/plain or application/octet-stream"
        )
    return kind


def check_length(header: str) -> None:
    """Raise PayloadTooLarge where a Content-Length is over the limit."""
    if header.isdecimal() and int(header) > settings.CALL_BODY_BYTES:
        raise PayloadTooLarge(
            f"The input is over the limit of {settings.CALL_BODY_BYTES:,} bytes."
        )


def check_whole(body: bytes, length: str, *, is_chunked: bool) -> None:
    """Raise BadRequest for a body that ended before its Content-Length.

    A malformed chunk reads as the end of the body, so an empty chunked body may be
    damage and is refused as well.
    """
    if is_chunked and not body:
        raise BadRequest("The chunked request body is empty or malformed.")
    if length.isdecimal() and len(body) != int(length):
        raise BadRequest(
            f"The body ended after {len(body):,} of {int(length):,} bytes."
        )


def timeout_in(text: str) -> float | None:
    """Read a `timeout` parameter in seconds; raises BadRequest."""
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        raise BadRequest(f"timeout={text[:40]!r} is no number of seconds") from None
    if not 0 < seconds <= settings.CALL_TIMEOUT_MAX_SECONDS:
        raise BadRequest(
            f"timeout={text[:40]} is not in 0 to "
            f"{settings.CALL_TIMEOUT_MAX_SECONDS} seconds"
        )
    return seconds


def result_as_json(result: RunResult) -> bytes:
    """Return the result as JSON text: bytes become a base64 string."""
    if result.content_type == "json":
        return result.body
    if result.content_type == "text":
        return json.dumps(result.body.decode(), ensure_ascii=False).encode()
    return b'"' + base64.b64encode(result.body) + b'"'


def metadata_of(
    result: RunResult, *, output: str | None = None, has_timing: bool = False
) -> bytes:
    """Return `content_type` and `duration` (seconds, above 0), in this order.

    Behind them `stdout`, where there is an `output`, and `timing`: seconds of the run,
    and of it with its queue.
    """
    duration = max(result.duration, 1e-6)
    more = b""
    if output is not None:
        more = b',"stdout":' + json.dumps(output, ensure_ascii=False).encode()
    if has_timing:
        timing = {"running": duration, "total": duration + result.queued}
        more += b',"timing":' + json.dumps(timing, separators=(",", ":")).encode()
    return b'{"content_type":"%b","duration":%b%b}' % (
        result.content_type.encode(),
        repr(duration).encode(),
        more,
    )
