"""What a call request says: reference, options, body and its kind."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from django.conf import settings
from django.http.request import UnreadablePostError

from catalog.services import call_format
from catalog.services.errors import BadRequest, NotFound
from catalog.services.resolving import ALGORITHM_ID

if TYPE_CHECKING:
    from django.http import HttpRequest

    from catalog.execution.base import ContentType

Output = Literal["default", "raw", "void"]
OUTPUTS: dict[str, Output] = {
    "": "default",
    "default": "default",
    "raw": "raw",
    "void": "void",
}
#: seconds, where the caller says nothing; a version's own limit may be lower
DEFAULT_TIMEOUT = 300.0
#: as the published clients write it: True, TRUE, true
YES = {"1", "true"}


class Reference(NamedTuple):
    """`owner/Name[/version]` as it stands in the path.

    Without a name, `owner` is an algorithm's id.
    """

    owner: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Options:
    """What the query says of the answer; `timeout` in seconds.

    `webhook` is an address that is told of the end of a call nobody waits for.
    """

    output: Output = "default"
    timeout: float = DEFAULT_TIMEOUT
    wants_output: bool = False
    wants_timing: bool = False
    webhook: str = ""


NO_OPTIONS = Options()


def reference_in(path: str) -> Reference:
    """Read a path's reference; `algo://` may be left in it, a slash may end it."""
    for left_over in ("algo://", "algo:/"):
        path = path.removeprefix(left_over)
    owner, *rest = path.strip("/").split("/")
    if ALGORITHM_ID.fullmatch(owner) and len(rest) <= 1 and all(rest):
        return Reference(owner, "", rest[0] if rest else "")
    if not owner or len(rest) not in (1, 2) or not all(rest):
        raise NotFound(f"algorithm algo://{path.strip('/')} not found")
    return Reference(owner, rest[0], rest[1] if len(rest) == 2 else "")  # noqa: PLR2004 - name, version


def options_in(request: HttpRequest) -> Options:
    """Read the query, of which unknown parameters count for nothing.

    Raises BadRequest.
    """
    # Most calls have none, and Django parses even an empty query string.
    if not request.META.get("QUERY_STRING"):
        return NO_OPTIONS
    said = request.GET
    output, webhook = _output(said.get("output", "")), said.get("webhook", "")
    if webhook and output != "void":
        raise BadRequest("webhook: it goes with output=void only")
    return Options(
        output=output,
        webhook=webhook,
        timeout=call_format.timeout_in(said.get("timeout", "")) or DEFAULT_TIMEOUT,
        wants_output=said.get("stdout", "").lower() in YES,
        wants_timing=said.get("timing", "").lower() in YES,
    )


def _output(text: str) -> Output:
    output = OUTPUTS.get(text.lower())
    if output is None:
        raise BadRequest(f"output={text[:40]!r}: write one of default, raw, void")
    return output


def kind_in(request: HttpRequest, missing: str = "") -> ContentType:
    """Read the body's kind; `missing` stands in for a Content-Type that is not sent."""
    return call_format.content_type_in(request.META.get("CONTENT_TYPE") or missing)


def body_in(request: HttpRequest, kind: ContentType) -> bytes:
    """Read the body, decoding base64 where Content-Encoding says so."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    call_format.check_length(length)
    try:
        # Not request.body, which checks its own limit twice and keeps a second copy.
        body = request.read(settings.CALL_BODY_BYTES + 1)
    except UnreadablePostError:
        raise BadRequest("The request body ended too early.") from None
    is_chunked = "vitrine.chunked" in request.META
    call_format.check_whole(body, length, is_chunked=is_chunked)
    if kind == "binary" and _encoding(request) == "base64":
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error as error:
            raise BadRequest(f"The body is not base64: {error}") from None
    return body


def _encoding(request: HttpRequest) -> str:
    encoding: str = request.META.get("HTTP_CONTENT_ENCODING", "")
    return encoding.strip().lower()
