"""Asks /v1 in this process as the server does: through the gateway, no middleware."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from django.test import RequestFactory

from catalog.wire.gateway import WireGateway


@dataclass
class Answer:
    """What came back; `parts` as the server got them."""

    status: int
    headers: dict[str, str]
    parts: list[bytes] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        return b"".join(self.parts)

    @property
    def value(self) -> Any:
        return json.loads(self.content or b"null")


def environ_of(method, target, body=b"", key="", **headers) -> dict[str, Any]:
    """Return what a server hands on for a request; `headers` as CGI names them."""
    path, _, query = target.partition("?")
    request = RequestFactory().generic(method, "/", body, content_type="x/y")
    environ = dict(request.environ)
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
    environ["QUERY_STRING"] = query
    environ.pop("CONTENT_TYPE", None)
    if key:
        environ["HTTP_AUTHORIZATION"] = key
    return environ | headers


def ask(method, target, body=b"", key="", **headers) -> Answer:
    answer = Answer(0, {})

    def start(status, sent):
        answer.status, answer.headers = int(status.split()[0]), dict(sent)

    environ = environ_of(method, target, body, key, **headers)
    parts = WireGateway(lambda *_: [b""])(environ, start)
    try:
        answer.parts = list(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    return answer
