"""Frames on a stream socket: `!II` header length, body length | header | body."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, Literal

PREFIX = struct.Struct("!II")
#: headers are small JSON objects; the largest carries a trimmed stack trace
HEADER_LIMIT = 256 * 1024
#: above every body limit of the gateway, below what would hurt the executor
BODY_LIMIT = 256 * 1024 * 1024
CHUNK = 64 * 1024

#: ASCII only, so that a header survives any text an author puts into a message
encode_header = json.JSONEncoder(separators=(",", ":")).encode
#: json.loads looks for UTF-16 and for options first, which takes as long again
_decode = json.JSONDecoder().decode

ContentType = Literal["json", "text", "binary"]
CONTENT_TYPES: tuple[ContentType, ...] = ("json", "text", "binary")
#: a worker's headers of calls and results, by the content type that they name
TYPE_HEADERS = {
    content_type: encode_header({"ct": content_type}).encode()
    for content_type in CONTENT_TYPES
}
HEADER_TYPES = {header: content_type for content_type, header in TYPE_HEADERS.items()}


class ProtocolError(Exception):
    """The peer sent what is no frame."""


class BodyTooLargeError(ProtocolError):
    """The prefix announces a body above the limit; nothing of it was read."""


class Channel:
    """One frame at a time in each direction, strictly alternating.

    Raises EOFError when the peer is gone between frames or inside one, OSError
    (TimeoutError among them) from the socket, ProtocolError for malformed frames.
    """

    __slots__ = ("sock",)

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def wait_at_most(self, seconds: float) -> None:
        """Bound each read and write; asks the system only for another bound."""
        if self.sock.gettimeout() != seconds:
            self.sock.settimeout(seconds)

    def send(self, header: bytes, body: bytes = b"") -> None:
        prefix = PREFIX.pack(len(header), len(body))
        if len(body) <= CHUNK:
            self.sock.sendall(prefix + header + body)
        else:
            self.sock.sendall(prefix + header)
            self.sock.sendall(body)

    def send_with(self, fds: list[int], header: bytes, body: bytes) -> None:
        """Send a frame, and with its first byte descriptors."""
        frame = PREFIX.pack(len(header), len(body)) + header
        sent = socket.send_fds(self.sock, [frame], fds)
        self.sock.sendall(frame[sent:] + body)

    def send_at_once(self, header: bytes, body: bytes = b"") -> tuple[bytes, bytes]:
        """Send what a socket that never waits takes at once; return what is left.

        That is mostly nothing: the peer has read all before it is sent a frame.
        """
        frame = PREFIX.pack(len(header), len(body)) + header
        if len(body) <= CHUNK:
            frame, body = frame + body, b""
        try:
            sent = self.sock.send(frame)
        except BlockingIOError:
            sent = 0
        return frame[sent:], body

    def receive(self, limit: int = BODY_LIMIT) -> tuple[bytes, bytes]:
        """Return header and body; the limit (bytes) is for the body."""
        data = self._read(CHUNK)
        while len(data) < PREFIX.size:
            data += self._read(CHUNK)
        header_length, body_length = PREFIX.unpack_from(data)
        if header_length > HEADER_LIMIT:
            raise ProtocolError(f"header of {header_length} bytes")
        if body_length > limit:
            raise BodyTooLargeError(f"body of {body_length} bytes, limit {limit}")
        start = PREFIX.size + header_length
        missing = start + body_length - len(data)
        if missing < 0:
            raise ProtocolError(f"{-missing} bytes after the frame")
        if missing:
            data = self._complete(data, missing)
        return data[PREFIX.size : start], data[start:]

    def exchange(self, header: bytes, body: bytes) -> tuple[bytes, bytes]:
        """Send a frame and wait for the one that answers it."""
        self.send(header, body)
        return self.receive()

    def _complete(self, data: bytes, missing: int) -> bytes:
        """Read the rest into one buffer; recv alone would copy it many times."""
        whole = bytearray(len(data) + missing)
        whole[: len(data)] = data
        view = memoryview(whole)[len(data) :]
        while view:
            view = view[self._read_into(view) :]
        return bytes(whole)

    def _read(self, size: int) -> bytes:
        data = self.sock.recv(size)
        if not data:
            raise EOFError
        return data

    def _read_into(self, view: memoryview) -> int:
        count = self.sock.recv_into(view)
        if not count:
            raise EOFError
        return count

    def close(self) -> None:
        self.sock.close()


def decode_header(header: bytes) -> dict[str, Any]:
    """Parse a header; raises ProtocolError unless it is a JSON object."""
    try:
        fields = _decode(header.decode())
    except (ValueError, RecursionError) as error:
        raise ProtocolError("header is no JSON") from error
    if not isinstance(fields, dict):
        raise ProtocolError("header is no JSON object")
    return fields
