"""What a call request says: reference, options, body and its kind."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.http.request import UnreadablePostError

from catalog.services import call_format
from catalog.services.errors import BadRequest, NotFound

if TYPE_CHECKING:
    from django.http import HttpRequest

    from catalog.execution.base import ContentType

Output = Literal["default", "raw"]


@dataclass(frozen=True, slots=True)
class Reference:
    """`owner/Name[/version]` as it stands in the path."""

    owner: str
    name: str
    version: str


def reference_in(path: str) -> Reference:
    """Read a path's reference; `algo://` may be left in it, a slash may end it."""
    for left_over in ("algo://", "algo:/"):
        path = path.removeprefix(left_over)
    parts = path.strip("/").split("/")
    if len(parts) not in (2, 3) or not all(parts):
        raise NotFound(f"algorithm algo://{path.strip('/')} not found")
    return Reference(parts[0], parts[1], parts[2] if len(parts) == 3 else "")  # noqa: PLR2004 - owner, name, version


def output_in(request: HttpRequest) -> Output:
    """Read `?output=`: how the result comes back; raises BadRequest."""
    output = _parameter(request, "output") or "default"
    if output == "raw":
        return "raw"
    if output == "default":
        return "default"
    raise BadRequest(f"output={output[:40]!r}: write one of default, raw")


def timeout_in(request: HttpRequest) -> float | None:
    """Read `?timeout=` in seconds; raises BadRequest."""
    return call_format.timeout_in(_parameter(request, "timeout"))


def _parameter(request: HttpRequest, name: str) -> str:
    # Most calls have none, and Django parses even an empty query string.
    return request.GET.get(name, "") if request.META.get("QUERY_STRING") else ""


def body_in(request: HttpRequest, kind: ContentType) -> bytes:
    """Read the body, decoding base64 where Content-Encoding says so."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    call_format.check_length(length)
    try:
        body = request.body
    except UnreadablePostError:
        raise BadRequest("The request body ended too early.") from None
    is_chunked = "vitrine.chunked" in request.META
    call_format.check_whole(body, length, is_chunked=is_chunked)
    if kind == "binary" and request.headers.get("Content-Encoding") == "base64":
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error as error:
            raise BadRequest(f"The body is not base64: {error}") from None
    return body
