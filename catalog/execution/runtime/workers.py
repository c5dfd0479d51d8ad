"""The executor's side of one worker process."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .asks import PART_BYTES, check_ask
from .confinement import MIB
from .failures import CallError, crashed, from_header, queue_timeout, timed_out
from .frames import BodyTooLargeError, Channel, ProtocolError, decode_header
from .printed import as_text, kept
from .spawning import wait_readable
from .worker import HEADER_TYPES, READY, TYPE_HEADERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from .program import ContentType
    from .spawning import Nursery, Zygote

    #: takes header and body of an ask and the call's deadline, gives the answer's
    PassOn = Callable[[bytes, bytes, float], tuple[bytes, bytes]]

#: how long a process may take to end by itself after it closed its channel (s)
EXIT_SECONDS = 0.5
REAP_SECONDS = 1.0
#: how often the memory of a busy worker is looked at (s)
MEMORY_CHECK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Spec:
    """What a worker is started from; equal keys share workers."""

    key: str
    bundle: str
    entry: str
    runtime: str
    preload: tuple[str, ...]
    memory_mb: int


class Worker:
    """A process with its channel. Used by one thread at a time."""

    def __init__(self, spec: Spec, nursery: Nursery, deadline: float) -> None:
        """Fork it and wait until the source is loaded; raises CallError."""
        self.spec = spec
        self.calls = 0
        self.idle_since = 0.0
        self._output = b""
        self._ended = False
        self._memory_limit = 0.75 * spec.memory_mb * MIB
        self._memory_checked = 0.0
        self._zygote, self.pid, sock, self._pipe = _fork(spec, nursery, deadline)
        self._pidfd = _open_pidfd(self.pid)
        self._channel = _DeadlineChannel(sock, self)
        self._poller = select.poll()
        for fd in (sock.fileno(), self._pipe, self._pidfd):
            if fd >= 0:
                self._poller.register(fd, select.POLLIN)
        self._wait_loaded(deadline)

    def call(
        self,
        content_type: ContentType,
        body: bytes,
        deadline: float,
        limit: int,
        pass_on: PassOn,
    ) -> tuple[ContentType, bytes]:
        """Return content type and result bytes; `pass_on` answers what it asks.

        Raises CallError. Afterwards `ended` tells whether the worker survived it.
        """
        if time.monotonic() >= deadline:
            raise queue_timeout()
        self.calls += 1
        self._output = b""
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
                self._check_ask(asked, header, result)
                self._channel.send(*pass_on(header, result, deadline))
                header, result = self._receive(limit)
        except (BrokenPipeError, ConnectionResetError):
            # unix(7) resets a connection whose end has not read all that was sent
            failure = crashed(self.end())
            failure.unread = not asked
            raise failure from None
        except (EOFError, OSError, ProtocolError, CallError) as error:
            raise self._failure(error) from None
        return known, result

    def _receive(self, limit: int) -> tuple[bytes, bytes]:
        """Take a result within `limit`, or an ask within its own."""
        if limit >= PART_BYTES:
            return self._channel.receive(limit)
        header, body = self._channel.receive(PART_BYTES)
        if len(body) > limit and header in HEADER_TYPES:
            raise BodyTooLargeError(f"body of {len(body)} bytes, limit {limit}")
        return header, body

    def _check_ask(self, count: int, header: bytes, body: bytes) -> None:
        try:
            check_ask(count, header, body)
        except CallError:
            self.end()  # it waits for an answer that it will not get
            raise

    def printed(self) -> str:
        """Return the end of what the author printed since the last call began.

        One reading takes all that was printed before the answer: a pipe holds less.
        """
        if not self._ended:
            self._drain()
        return as_text(self._output)

    @property
    def ended(self) -> bool:
        return self._ended

    def is_alive(self) -> bool:
        """Look before handing it out: an idle worker has nothing to say."""
        for fd, _event in self._poller.poll(0):
            if fd != self._pipe:
                return False
            self._drain()
        return True

    def is_worn_out(self, max_calls: int) -> bool:
        """Tell whether it served long enough or its memory grew past the limit."""
        if self.calls >= max_calls:
            return True
        now = time.monotonic()
        if now - self._memory_checked < MEMORY_CHECK_SECONDS:
            return False
        used = resident_bytes(self.pid)
        if not self._memory_checked:  # large from the start is no growth
            self._memory_limit = max(self._memory_limit, 1.25 * used)
        self._memory_checked = now
        return used > self._memory_limit

    def end(self) -> int | None:
        """Kill the whole process group; return how the worker itself ended."""
        if self._ended:
            return None
        self._ended = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._wait_exit(REAP_SECONDS)
        status = self._zygote.reap(self.pid)
        self._channel.close()
        for fd in (self._pipe, self._pidfd):
            if fd >= 0:
                os.close(fd)
        return status

    def wait(self, deadline: float) -> None:
        """Block until the channel is readable; raises TimeoutError or EOFError."""
        sock = self._channel.sock.fileno()
        while (remaining := deadline - time.monotonic()) > 0:
            for fd, _event in self._poller.poll(remaining * 1000):
                if fd == sock:  # registered first, so it comes first
                    return
                if fd == self._pidfd:
                    raise EOFError
                self._drain()
        raise TimeoutError

    def _wait_loaded(self, deadline: float) -> None:
        try:
            self._channel.deadline = deadline
            header, _ = self._channel.receive(0)
            if header != READY:
                raise from_header(decode_header(header).get("error"))
        except (BrokenPipeError, ConnectionResetError):
            # unix(7) resets a connection whose end has not read all that was sent
            failure = crashed(self.end())
            failure.unread = True
            raise failure from None
        except (EOFError, OSError, ProtocolError, CallError) as error:
            failure = self._failure(error)
            self.end()
            if failure.code == "worker_crashed":
                failure.code, failure.error_type = "load_error", "LoadingError"
            raise failure from None

    def _failure(self, error: Exception) -> CallError:
        """Name what broke a call; ends the worker unless it answered properly."""
        if isinstance(error, CallError):
            return error
        if isinstance(error, TimeoutError):
            self.end()
            return timed_out()
        if isinstance(error, BodyTooLargeError):
            self.end()
            return CallError(
                "output_too_large", "The result is too large", "TooLargeError"
            )
        if isinstance(error, ProtocolError):
            self.end()
            message = "The algorithm broke its worker's channel"
            return CallError("worker_crashed", message, "SystemError")
        exited = self._wait_exit(EXIT_SECONDS)
        self._drain()
        status = self.end()
        if not exited:  # it closed the channel and lives on, so the status is ours
            message = "The algorithm closed its worker's channel"
            return CallError("worker_crashed", message, "SystemError")
        return crashed(status, as_text(self._output))

    def _wait_exit(self, seconds: float) -> bool:
        """Wait for the process to end; always true where there are no pidfds."""
        if self._pidfd < 0:
            return True
        return wait_readable(self._pidfd, seconds)

    def _drain(self) -> None:
        """Take what the author printed, keep the end of it."""
        try:
            data = os.read(self._pipe, 65536)
        except BlockingIOError:
            return
        if data:
            self._output = kept(self._output, data)
        else:  # both streams are closed; poll would report that for ever
            with contextlib.suppress(KeyError):
                self._poller.unregister(self._pipe)


class _DeadlineChannel(Channel):
    """A channel whose reads and writes end at `deadline` or with the process."""

    __slots__ = ("_worker", "deadline")

    def __init__(self, sock: socket.socket, worker: Worker) -> None:
        super().__init__(sock)
        self._worker = worker
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
        self._worker.wait(self.deadline)
        return super()._read(size)

    def _read_into(self, view: memoryview) -> int:
        self._worker.wait(self.deadline)
        return super()._read_into(view)


def _fork(
    spec: Spec, nursery: Nursery, deadline: float
) -> tuple[Zygote, int, socket.socket, int]:
    """Return zygote, pid, our end of the channel, the pipe of the prints."""
    ours, theirs = socket.socketpair()
    pipe, output = os.pipe()
    command: dict[str, Any] = {
        "bundle": spec.bundle,
        "entry": spec.entry,
        "memory_mb": spec.memory_mb,
    }
    try:
        fds = [theirs.fileno(), output]
        zygote, pid = nursery.fork(spec.preload, command, fds, deadline)
    except BaseException:
        ours.close()
        os.close(pipe)
        raise
    finally:
        theirs.close()
        os.close(output)
    ours.settimeout(0)
    os.set_blocking(pipe, False)
    return zygote, pid, ours, pipe


def _open_pidfd(pid: int) -> int:
    """Tells the end of the process even where a child of it holds the channel."""
    opener = getattr(os, "pidfd_open", None)  # Linux alone has it
    return int(opener(pid)) if opener is not None else -1


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process, 0 where it cannot be told."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_bytes().split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE")
    except (OSError, ValueError, IndexError):
        return 0
