"""The process that renders: started when first needed, killed when it is late."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

#: seconds of processor time for rendering and sanitizing together, and seconds of
#: the clock: the process steps back behind all others, so a busy machine takes longer
DEADLINE = 2.0
PATIENCE = 6.0
START_DEADLINE = 15.0

#: address space of the process; size of an answer (bytes)
MEMORY = 256 * 1024 * 1024
MAX_ANSWER = 4 * 1024 * 1024

_HEADER = struct.Struct("!I")
_ROOT = Path(__file__).resolve().parents[3]
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from catalog.content.renderer.child import main; main()"
)


class RendererFailed(Exception):
    """A source was not rendered; the message is a sentence for its author."""


class RendererAway(RendererFailed):
    """The renderer could not be started; the source itself was not tried."""


class _Gone(Exception):
    """The process ended before it took the request: nothing was tried yet."""


class RenderProcess:
    """A child that renders one source at a time. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        # The kernel kills a child with PDEATHSIG when the *thread* that started it
        # ends. This one lives as long as the process; a web thread may not.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="renderer-start")

    def render(self, source: str, deadline: float = PATIENCE) -> dict[str, Any]:
        """Give `html` and `toc` of a source; raises RendererFailed.

        `deadline` is in seconds of the clock; the process has DEADLINE of its own.
        """
        with self._lock:
            try:
                return self._attempt(source, deadline)
            except _Gone:
                self.kill()
            try:
                return self._attempt(source, deadline)
            except _Gone:
                self.kill()
                raise RendererAway("The renderer could not be started.") from None

    def kill(self) -> None:
        """End the child at once; the next render starts another."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def disown(self) -> None:
        """Let go of a child that belongs to the process this one was forked from."""
        if self._channel is not None:
            self._channel.close()
        if self._child is not None:
            self._child.returncode = 0  # never waited for: it is not ours

    def _attempt(self, source: str, deadline: float) -> dict[str, Any]:
        channel = self._ready_channel()
        until = time.monotonic() + deadline
        try:
            answer = _ask(channel, source, until)
        except TimeoutError:
            self.kill()
            reason = f"Rendering the card took longer than {deadline:g} s."
            raise RendererFailed(reason) from None
        except (OSError, EOFError, ValueError):
            reason = "Rendering the card took more memory than is allowed, or failed."
            if self._ran_out():
                reason = f"Rendering the card took longer than {DEADLINE:g} s."
            self.kill()
            raise RendererFailed(reason) from None
        if "error" in answer:
            raise RendererFailed(str(answer["error"]))
        return answer

    def _ran_out(self) -> bool:
        """Tell whether the kernel ended the child for the time it took."""
        if self._child is None:
            return False
        try:
            return self._child.wait(timeout=1) == -signal.SIGPROF
        except subprocess.TimeoutExpired:
            return False

    def _ready_channel(self) -> socket.socket:
        if self._child is not None and self._child.poll() is not None:
            self.kill()
        if self._channel is None:
            try:
                self._starter.submit(self._start).result()
            except RuntimeError:  # no more threads, or the interpreter is closing
                raise _Gone from None
        if self._channel is None:
            raise _Gone
        return self._channel

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._child = _spawn(theirs.fileno())
            _receive(ours, time.monotonic() + START_DEADLINE)
        except (OSError, EOFError):
            ours.close()
            return
        self._channel = ours


def _spawn(channel: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-I", "-c", _BOOT, str(_ROOT), str(os.getpid())],
        stdin=channel,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd="/",
    )


_processes: dict[int, RenderProcess] = {}
_processes_lock = threading.Lock()


def process() -> RenderProcess:
    """Give the renderer of this process; after a fork the child gets its own."""
    pid = os.getpid()
    with _processes_lock:
        if pid not in _processes:
            _processes[pid] = RenderProcess()
        return _processes[pid]


def _environment() -> dict[str, str]:
    """Nothing of ours but what the interpreter may need to find its libraries."""
    kept = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _ask(channel: socket.socket, source: str, until: float) -> dict[str, Any]:
    try:
        _send(channel, source.encode(), until)
        _receive(channel, until)  # the child says that it has the whole source
    except TimeoutError:
        raise
    except (OSError, EOFError):
        raise _Gone from None
    answer: dict[str, Any] = json.loads(_receive(channel, until))
    return answer


def _send(channel: socket.socket, body: bytes, until: float) -> None:
    channel.settimeout(_left(until))
    channel.sendall(_HEADER.pack(len(body)) + body)


def _receive(channel: socket.socket, until: float) -> bytes:
    (size,) = _HEADER.unpack(_read(channel, _HEADER.size, until))
    if size > MAX_ANSWER:
        raise ValueError("the answer is too large")
    return _read(channel, size, until)


def _read(channel: socket.socket, size: int, until: float) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        channel.settimeout(_left(until))
        part = channel.recv(min(size - len(parts), 65536))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _end_all() -> None:
    for each in _processes.values():
        each.kill()


def _forget() -> None:
    """After a fork: leave the parent's child and channel to the parent."""
    global _processes_lock  # noqa: PLW0603 - a lost thread may hold the lock
    _processes_lock = threading.Lock()
    for stale in _processes.values():
        stale.disown()
    _processes.clear()


atexit.register(_end_all)
os.register_at_fork(after_in_child=_forget)
