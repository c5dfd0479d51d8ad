"""A real HTTP server that answers like /v1/algo and remembers what it was sent."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

KEY = "vtr_0123456789abcdef"
REFUSED = '{"error":{"message":"authorization required: “no such key”"}}'
FAILED = (
    '{"error":{"message":"cannot read “text”","error_type":"InputError"},'
    '"metadata":{"duration":0.001}}'
)


@dataclass
class CallApi:
    """`sent` are the (path, headers, body) of all requests, `answers` the bodies."""

    base: str
    key: str = KEY
    sent: list = field(default_factory=list)
    answers: list = field(default_factory=list)

    def url(self, name):
        return f"{self.base}/v1/algo/demo/{name}/1.0.0"

    def answer(self, *, path, headers, body):
        self.sent.append((path, headers, body))
        if headers["Authorization"] != f"Simple {self.key}":
            return 401, REFUSED.encode()
        if "/Fails/" in path:
            return 200, FAILED.encode()
        metadata = b',"metadata":{"content_type":"json","duration":0.0012}}'
        return 200, b'{"result":' + body.strip() + metadata


@pytest.fixture(scope="session")
def call_api():
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = api.answer(path=self.path, headers=self.headers, body=body)
            api.answers.append(answer)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args):
            """Keep the test's output to the test."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api = CallApi(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield api
        server.shutdown()
