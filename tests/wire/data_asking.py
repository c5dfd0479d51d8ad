"""Asks the data API as the server does: whole stack of /v1, without a socket."""

from __future__ import annotations

import io
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from django.core.signals import request_finished
from django.db import close_old_connections

from catalog.wire.gateway import WireGateway
from config.wsgi import whole_body

stack = whole_body(WireGateway(None))


@dataclass(frozen=True)
class Answer:
    """Status, headers by lower-case name, and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def __getitem__(self, name: str) -> str | None:
        return self.headers.get(name.lower())


def ask(
    method: str,
    path: str,
    body: bytes | io.RawIOBase = b"",
    *,
    key: str | None = None,
    content_type: str = "application/json",
    length: int | None = None,
    **headers: str,
) -> Answer:
    """Send a request; `length` is the announced one, where it is not the body's."""
    address, _, query = path.partition("?")
    said: dict[str, object] = {}

    def start(status, given):
        said["status"] = int(status.split()[0])
        said["headers"] = {name.lower(): value for name, value in given}

    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    environ = {
        "REQUEST_METHOD": method,
        # As the server decodes it: bytes of the path, one sign each.
        "PATH_INFO": unquote_to_bytes(address).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "192.0.2.1",
        "CONTENT_TYPE": content_type.encode().decode("latin-1"),
        "wsgi.input": stream,
        "wsgi.url_scheme": "http",
    }
    if "transfer_encoding" not in headers:
        environ["CONTENT_LENGTH"] = str(len(body) if length is None else length)
    if key is not None:
        environ["HTTP_AUTHORIZATION"] = key
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    response = stack(environ, start)
    # As Django's test client: the end of a request closes no test's connection.
    request_finished.disconnect(close_old_connections)
    try:
        whole = b"".join(response)
    finally:
        if hasattr(response, "close"):
            response.close()
        request_finished.connect(close_old_connections)
    if method == "HEAD":
        whole = b""
    return Answer(said["status"], said["headers"], whole)
