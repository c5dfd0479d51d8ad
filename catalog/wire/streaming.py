"""Bodies that a view reads as they arrive, instead of whole before it is asked.

A route is named here, and its view reads `Body`; config/wsgi.py leaves the input of
such requests alone, and afterwards reads what the view left of it.
"""

from __future__ import annotations

import base64
import re
from typing import IO, TYPE_CHECKING, Any

from catalog.services.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    Environ = dict[str, Any]

PART = 256 * 1024
#: method and path of what may be larger than a call
ROUTES = (("PUT", re.compile(r"/v1/(?:connector/)?data/", re.IGNORECASE)),)


def is_streamed(environ: Environ) -> bool:
    """Tell whether the view of this request reads its body itself."""
    method, path = environ.get("REQUEST_METHOD"), environ.get("PATH_INFO", "")
    return any(method == known and route.match(path) for known, route in ROUTES)


#: Content-Digest of RFC 9530; other algorithms than SHA-256 are not looked at
_DIGEST = re.compile(r"(?:^|,)\s*sha-256\s*=\s*:([A-Za-z0-9+/]{43}=):", re.IGNORECASE)


def _digest_in(header: str) -> str:
    found = _DIGEST.search(header)
    return base64.b64decode(found[1]).hex() if found else ""


class Body:
    """A request's body in parts; `length` is what was announced, None if chunked.

    Going through it raises BadRequest where it ends before its length. A chunked body
    that breaks off cannot be told from one that ends: granian shows both alike. An
    empty one is therefore refused, and `sha256` (hex, or "") is what its sender says
    of the whole in Content-Digest.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._input: IO[bytes] = request.META["wsgi.input"]
        coding = request.META.get("HTTP_TRANSFER_ENCODING", "")
        announced = request.META.get("CONTENT_LENGTH") or "0"
        self.length: int | None = None
        if "chunked" not in coding.lower():
            is_number = announced.isascii() and announced.isdigit()
            self.length = int(announced[:18]) if is_number else 0
        self.sha256 = _digest_in(request.META.get("HTTP_CONTENT_DIGEST", ""))

    def __iter__(self) -> Iterator[bytes]:
        left, is_empty = self.length, True
        while left is None or left > 0:
            part = self._read(PART if left is None else min(PART, left))
            if not part:
                break
            if left is not None:
                left -= len(part)
            is_empty = False
            yield part
        if is_empty and self.length is None:
            raise BadRequest(
                "The chunked body is empty, or broke off. Nothing was stored; send an "
                "empty file with Content-Length: 0."
            )
        if left:
            raise BadRequest("The request body ended too early. Nothing was stored.")

    def _read(self, size: int) -> bytes:
        try:
            return self._input.read(size)
        except OSError:
            raise BadRequest(
                "The request body broke off. Nothing was stored."
            ) from None
