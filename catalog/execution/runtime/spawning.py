"""The executor's side of its zygotes: one per set of preloaded packages."""

from __future__ import annotations

import contextlib
import select
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from .confinement import worker_environment
from .failures import CallError, timed_out
from .frames import PREFIX, Channel, ProtocolError, decode_header, encode_header

#: an executor without a zygote is of no use, so this is no option
ANSWER_SECONDS = 10.0


class Zygote:
    """A zygote process and the channel to it; safe to use from all threads."""

    def __init__(self, preload: tuple[str, ...]) -> None:
        self.workers = 0
        self.last_used = time.monotonic()
        self._ready = False
        self._lock = threading.Lock()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                _command(theirs.fileno(), preload),
                pass_fds=(theirs.fileno(),),
                env=worker_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._channel = Channel(ours)

    def fork(self, spec: dict[str, Any], fds: list[int], deadline: float) -> int:
        """Return the pid of a new worker that owns copies of `fds`.

        Raises CallError at the deadline, OSError or EOFError when the zygote is gone.
        """
        if not self._lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise timed_out()
        try:
            self._wait_ready(deadline)
            answer = self._ask({"op": "fork", **spec}, fds)
            self.workers += 1
        finally:
            self._lock.release()
        if "pid" not in answer:
            raise CallError("unavailable", str(answer.get("error")))
        return int(answer["pid"])

    def reap(self, pid: int) -> int | None:
        """Return how a killed worker ended: exit code, negative signal, unknown."""
        with self._lock:
            self.workers -= 1
            self.last_used = time.monotonic()
            try:
                status = self._ask({"op": "reap", "pid": pid}, [])["status"]
            except (OSError, EOFError, ProtocolError):
                return None
        return None if status is None else int(status)

    def close(self) -> None:
        """End it, and by the kernel's hand all of its workers."""
        self._channel.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
            return
        self._process.kill()
        self._process.wait()

    def _wait_ready(self, deadline: float) -> None:
        """Preloading may outlast one call; the next one finds it further on."""
        if self._ready:
            return
        sock = self._channel.sock
        if not wait_readable(sock.fileno(), deadline - time.monotonic()):
            raise timed_out()
        sock.settimeout(ANSWER_SECONDS)
        greeting = decode_header(self._channel.receive()[0])
        if "error" in greeting:
            raise CallError("load_error", str(greeting["error"]), "LoadingError")
        self._ready = True

    def _ask(self, command: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        header = encode_header(command).encode()
        frame = PREFIX.pack(len(header), 0) + header
        if fds:
            socket.send_fds(self._channel.sock, [frame], fds)
        else:
            self._channel.sock.sendall(frame)
        return decode_header(self._channel.receive()[0])


class Nursery:
    """Keeps the zygotes; starts one on first use and again after it died."""

    def __init__(self) -> None:
        self._zygotes: dict[tuple[str, ...], Zygote] = {}
        self._lock = threading.Lock()

    def fork(
        self,
        preload: tuple[str, ...],
        spec: dict[str, Any],
        fds: list[int],
        deadline: float,
    ) -> tuple[Zygote, int]:
        for last in (False, True):
            zygote = self.zygote(preload)
            try:
                return zygote, zygote.fork(spec, fds, deadline)
            except (OSError, EOFError, ProtocolError) as error:
                self._forget(preload, zygote)
                if last:
                    raise CallError("unavailable", f"no zygote: {error!r}") from error
            except CallError as error:
                if error.code == "load_error":  # a failed preload is tried anew
                    self._forget(preload, zygote)
                raise
        raise AssertionError

    def zygote(self, preload: tuple[str, ...]) -> Zygote:
        with self._lock:
            zygote = self._zygotes.get(preload)
            if zygote is None:
                zygote = self._zygotes[preload] = Zygote(preload)
            return zygote

    def sweep(self, idle_seconds: float) -> None:
        """End zygotes of packages that no worker has used for a while."""
        before = time.monotonic() - idle_seconds
        with self._lock:
            unused = [
                (preload, zygote)
                for preload, zygote in self._zygotes.items()
                if preload and not zygote.workers and zygote.last_used < before
            ]
            for preload, _ in unused:
                del self._zygotes[preload]
        for _, zygote in unused:
            zygote.close()

    def close(self) -> None:
        with self._lock:
            zygotes = list(self._zygotes.values())
            self._zygotes.clear()
        for zygote in zygotes:
            zygote.close()

    def _forget(self, preload: tuple[str, ...], zygote: Zygote) -> None:
        with self._lock:
            if self._zygotes.get(preload) is zygote:
                del self._zygotes[preload]
        zygote.close()


def wait_readable(fd: int, seconds: float) -> bool:
    """Poll one descriptor; select(2) knows none above 1023."""
    poller = select.poll()
    poller.register(fd, select.POLLIN)
    return bool(poller.poll(max(0.0, seconds) * 1000))


def _command(fd: int, preload: tuple[str, ...]) -> list[str]:
    program = Path(__file__).with_name("__main__.py")
    return [
        sys.executable,
        "-I",
        str(program),
        "zygote",
        "--fd",
        str(fd),
        "--",
        *preload,
    ]
