"""The executor's side of one worker process."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .confinement import MIB
from .failures import CallError, crashed, from_header, queue_timeout, timed_out
from .frames import BodyTooLargeError, ProtocolError, decode_header
from .lines import BREAKS, HungUpError, Line, is_survived
from .printed import as_text
from .spawning import wait_readable
from .worker import READY

if TYPE_CHECKING:
    from .frames import ContentType
    from .lines import PassOn
    from .spawning import Nursery, Zygote

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
    """A process with its line. Used by one thread at a time."""

    def __init__(self, spec: Spec, nursery: Nursery, deadline: float) -> None:
        """Fork it and wait until the source is loaded; raises CallError."""
        self.spec = spec
        self.calls = 0
        self.idle_since = 0.0
        #: the session that it served last
        self.served = 0
        self._ended = False
        self._memory_limit = 0.75 * spec.memory_mb * MIB
        self._memory_checked = 0.0
        self._zygote, self.pid, sock, pipe = _fork(spec, nursery, deadline)
        self.line = Line(sock, pipe, _open_pidfd(self.pid))
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
        try:
            return self.line.call(content_type, body, deadline, limit, pass_on)
        except (*BREAKS, CallError) as error:
            raise self.failure(error) from None

    def printed(self) -> str:
        """Return the end of what the author printed since the last call began."""
        return as_text(self.line.output) if self._ended else self.line.printed()

    @property
    def ended(self) -> bool:
        return self._ended

    def is_alive(self) -> bool:
        """Look before handing it out."""
        return self.line.is_quiet()

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
        self.line.close()
        return status

    def _wait_loaded(self, deadline: float) -> None:
        try:
            header = self.line.first_words(deadline)
            if header != READY:
                raise from_header(decode_header(header).get("error"))
        except (*BREAKS, CallError) as error:
            failure = self.failure(error)
            self.end()
            if failure.code == "worker_crashed":
                failure.code, failure.error_type = "load_error", "LoadingError"
            raise failure from None

    def failure(self, error: Exception) -> CallError:
        """Name what broke a call; ends the worker unless it answered properly."""
        if isinstance(error, CallError):
            if not is_survived(error):
                self.end()
            return error
        if not isinstance(error, (HungUpError, TimeoutError, ProtocolError)):
            return self._exited()
        status = self.end()
        if isinstance(error, TimeoutError):
            return timed_out()
        if isinstance(error, BodyTooLargeError):
            message = "The result is too large"
            return CallError("output_too_large", message, "TooLargeError")
        if isinstance(error, ProtocolError):
            message = "The algorithm broke its worker's channel"
            return CallError("worker_crashed", message, "SystemError")
        failure = crashed(status)
        failure.unread = error.unread
        return failure

    def _exited(self) -> CallError:
        exited = self._wait_exit(EXIT_SECONDS)
        self.line.drain()
        status = self.end()
        if not exited:  # it closed the channel and lives on, so the status is ours
            message = "The algorithm closed its worker's channel"
            return CallError("worker_crashed", message, "SystemError")
        return crashed(status, as_text(self.line.output))

    def _wait_exit(self, seconds: float) -> bool:
        """Wait for the process to end; always true where there are no pidfds."""
        if self.line.pidfd < 0:
            return True
        return wait_readable(self.line.pidfd, seconds)


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
