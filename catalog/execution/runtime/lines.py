"""What leads to one worker process: its channel, what it prints, its end.

The executor holds it, and lends it to a gateway that calls often (lending.py).
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from typing import TYPE_CHECKING

from .asks import PART_BYTES, OversteppedError, check_ask
from .failures import CallError, from_header
from .frames import (
    HEADER_TYPES,
    TYPE_HEADERS,
    BodyTooLargeError,
    Channel,
    ProtocolError,
    decode_header,
)
from .printed import as_text, kept

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from .frames import ContentType

    #: takes header and body of an ask and the call's deadline, gives the answer's
    PassOn = Callable[[bytes, bytes, float], tuple[bytes, bytes]]


class HungUpError(Exception):
    """The worker closed its end before it had read all that it was sent.

    `unread`: it read nothing of the call, so that another may have it.
    """

    def __init__(self, *, unread: bool) -> None:
        super().__init__("the worker hung up")
        self.unread = unread


#: what ends a line, beside OversteppedError
BREAKS = (HungUpError, EOFError, OSError, ProtocolError)


class Line:
    """Carries one call at a time. Its socket never waits by itself."""

    def __init__(self, sock: socket.socket, pipe: int, pidfd: int) -> None:
        """Own the worker's socket, the pipe of its prints, its pidfd (or -1)."""
        self.sock, self.pipe, self.pidfd = sock, pipe, pidfd
        #: the end of what was printed since the last call began
        self.output = b""
        self._channel = _DeadlineChannel(sock, self)
        self._poller = select.poll()
        for fd in self.descriptors():
            self._poller.register(fd, select.POLLIN)

    def descriptors(self) -> list[int]:
        fds = (self.sock.fileno(), self.pipe, self.pidfd)
        return [fd for fd in fds if fd >= 0]

    def call(
        self,
        content_type: ContentType,
        body: bytes,
        deadline: float,
        limit: int,
        pass_on: PassOn,
    ) -> tuple[ContentType, bytes]:
        """Return content type and result bytes; `pass_on` answers what is asked.

        Raises the CallError that the worker tells, after which it takes the next
        call, or one of BREAKS or OversteppedError, after which it takes none.
        """
        self.output = b""
        asked = 0
        try:
            self._channel.deadline = deadline
            self._channel.send(TYPE_HEADERS[content_type], body)
            header, result = self._receive(limit)
            while (known := HEADER_TYPES.get(header)) is None:
                fields = decode_header(header)
                if "ask" not in fields:
                    raise from_header(fields.get("error"))
                asked += 1
                check_ask(asked, header, result)
                self._channel.send(*pass_on(header, result, deadline))
                header, result = self._receive(limit)
        except (BrokenPipeError, ConnectionResetError):
            # unix(7) resets a connection whose end has not read all that was sent
            raise HungUpError(unread=not asked) from None
        return known, result

    def first_words(self, deadline: float) -> bytes:
        """Return the header that the worker sends by itself; raises one of BREAKS."""
        self._channel.deadline = deadline
        try:
            return self._channel.receive(0)[0]
        except (BrokenPipeError, ConnectionResetError):
            raise HungUpError(unread=True) from None

    def printed(self) -> str:
        """Return the end of what the author printed since the last call began.

        One reading takes all that was printed before the answer: a pipe holds less.
        """
        self.drain()
        return as_text(self.output)

    def is_quiet(self) -> bool:
        """Tell whether nothing happened to an idle worker, which has nothing to say."""
        for fd, _event in self._poller.poll(0):
            if fd != self.pipe:
                return False
            self.drain()
        return True

    def wait(self, deadline: float) -> None:
        """Block until the channel is readable; raises TimeoutError or EOFError."""
        sock = self.sock.fileno()
        while (remaining := deadline - time.monotonic()) > 0:
            for fd, _event in self._poller.poll(remaining * 1000):
                if fd == sock:  # registered first, so it comes first
                    return
                if fd == self.pidfd:
                    raise EOFError
                self.drain()
        raise TimeoutError

    def drain(self) -> None:
        """Take what the author printed, keep the end of it."""
        try:
            data = os.read(self.pipe, 65536)
        except BlockingIOError:
            return
        if data:
            self.output = kept(self.output, data)
        else:  # both streams are closed; poll would report that for ever
            with contextlib.suppress(KeyError):
                self._poller.unregister(self.pipe)

    def close(self) -> None:
        self.sock.close()
        for fd in (self.pipe, self.pidfd):
            if fd >= 0:
                os.close(fd)

    def _receive(self, limit: int) -> tuple[bytes, bytes]:
        """Take a result within `limit`, or an ask within its own."""
        if limit >= PART_BYTES:
            return self._channel.receive(limit)
        header, body = self._channel.receive(PART_BYTES)
        if len(body) > limit and header in HEADER_TYPES:
            raise BodyTooLargeError(f"body of {len(body)} bytes, limit {limit}")
        return header, body


class _DeadlineChannel(Channel):
    """A channel whose reads and writes end at `deadline` or with the process."""

    __slots__ = ("_line", "deadline")

    def __init__(self, sock: socket.socket, line: Line) -> None:
        super().__init__(sock)
        self._line = line
        self.deadline = 0.0

    def send(self, header: bytes, body: bytes = b"") -> None:
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        rest, body = self.send_at_once(header, body)
        if rest or body:
            self.sock.settimeout(remaining)
            self.sock.sendall(rest)
            self.sock.sendall(body)
            self.sock.settimeout(0)

    def _read(self, size: int) -> bytes:
        self._line.wait(self.deadline)
        return super()._read(size)

    def _read_into(self, view: memoryview) -> int:
        self._line.wait(self.deadline)
        return super()._read_into(view)


#: how a gateway names to the executor what broke a line that was lent to it
_NAMED: dict[str, type[Exception]] = {
    "timeout": TimeoutError,
    "too large": BodyTooLargeError,
    "no frame": ProtocolError,
    "overstepped": OversteppedError,
    "hung up": HungUpError,
    "gone": EOFError,
}


def name_of(error: Exception) -> str:
    return next((n for n, kind in _NAMED.items() if isinstance(error, kind)), "gone")


def error_named(name: str, *, unread: bool) -> Exception:
    """Make again what `name_of` named."""
    kind = _NAMED.get(name, EOFError)
    if kind is HungUpError:
        return HungUpError(unread=unread)
    if kind is OversteppedError:
        return OversteppedError("algorithm_error", "The algorithm overstepped")
    return kind(name)


def is_survived(error: CallError) -> bool:
    """Tell whether the worker takes the next call after this failure of one."""
    return not isinstance(error, OversteppedError)
