"""Sends recorded requests as raw HTTP, one connection each, and compares answers.

A file of `recorded/` has a request a line, as it was recorded, and below it what is to
be answered: the status with the body, then headers. In a body `<...>` stands for what
differs each time; a line that begins with `+` was not recorded, but makes what the next
ones are about.
"""

from __future__ import annotations

import ast
import re
import socket
from dataclasses import dataclass, field
from pathlib import Path

RECORDED = Path(__file__).with_name("recorded")
#: what stands for what differs each time
DIFFERING = {
    "<seconds>": r"[0-9]+(?:\.[0-9]+)?(?:e-[0-9]+)?",
    "<id>": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "<hash>": r"[0-9a-f]{40}",
    "<time>": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z",
    "<text>": r'(?:[^"\\]|\\.)*',
    "<host>": r"http://127\.0\.0\.1:\d+",
    "<newline>": r"\n",
    "<more>": r".*",
}


@dataclass
class Exchange:
    """One recorded request, and the answer that it is to get."""

    text: str
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    status: int = 0
    answer: str = ""
    answer_headers: dict[str, str] = field(default_factory=dict)

    def sent(self, port: int, key: str) -> bytes:
        """Return the request's bytes, with a key that counts here."""
        lines = [f"{self.method} {self.target} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
        is_chunked = False
        for name, value in self.headers:
            counting = re.sub(r"sim(ABC|ENV)|jwt\.tok", key, value)
            lines.append(f"{name}: {counting}")
            is_chunked = is_chunked or name.lower() == "transfer-encoding"
        body = in_chunks(self.body) if is_chunked else self.body
        if self.body and not is_chunked:
            lines.append(f"Content-Length: {len(body)}")
        if not any(name.lower() == "connection" for name, _value in self.headers):
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode() + body

    def problems(self, status: int, headers: dict[str, str], body: bytes) -> list[str]:
        """Tell in which way an answer is not the one that is expected."""
        found = []
        text = body.decode("utf-8", "backslashreplace")
        if status != self.status or not matcher(self.answer).fullmatch(text):
            found.append(f"expected {self.status} {self.answer}\ngot {status} {text}")
        for name, value in self.answer_headers.items():
            got = headers.get(name.lower(), "")
            if not matcher(value).fullmatch(got):
                found.append(f"expected {name}: {value}, got {got!r}")
        return found


def in_chunks(body: bytes) -> bytes:
    """Write a body in two chunks, as a stream would be sent."""
    parts = [part for part in (body[:1], body[1:]) if part]
    return b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"


def matcher(text: str) -> re.Pattern[str]:
    """Return what an answer must match whole."""
    parts = re.split(f"({'|'.join(DIFFERING)})", text)
    return re.compile(
        "".join(DIFFERING.get(p) or re.escape(p) for p in parts), re.DOTALL
    )


def recorded(name: str) -> list[Exchange]:
    """Read a file of recorded requests."""
    found: list[Exchange] = []
    for line in (RECORDED / f"{name}.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        if not line.startswith("  "):
            found.append(_request(line))
        elif re.match(r"  \d{3}\b", line):
            found[-1].status, found[-1].answer = int(line[2:5]), line[6:]
        else:
            header, _, value = line.strip().partition(": ")
            found[-1].answer_headers[header] = value
    return found


def _request(line: str) -> Exchange:
    start, *parts = line.removeprefix("+ ").split(" | ")
    method, _, target = start.partition(" ")
    headers, body = [], b""
    for part in parts:
        if part.startswith("body="):
            body = ast.literal_eval(part.removeprefix("body="))
        else:
            name, _, value = part.partition(": ")
            headers.append((name, value))
    return Exchange(line, method, target, headers, body)


def ask(port: int, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes on a connection of their own; return status, headers and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(sent)
        head, body = b"", b""
        while b"\r\n\r\n" not in head:
            part = line.recv(65536)
            assert part, f"the server hung up after {head!r}"
            head += part
        head, _, body = head.partition(b"\r\n\r\n")
        status, headers = _head(head)
        length = int(headers.get("content-length", 0))
        while not sent.startswith(b"HEAD ") and len(body) < length:
            part = line.recv(65536)
            assert part, "the server hung up in the middle of its answer"
            body += part
    return status, headers, body


def _head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return int(first.split()[1]), headers
