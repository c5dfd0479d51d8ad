"""A Redis of the tests' own, on a free loopback port."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING

import pytest

from tests.live_product import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 10


class Redis:
    """A server that keeps nothing on disk; it may be stopped and started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.place = tempfile.TemporaryDirectory(prefix="vitrine-redis-")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> Redis:
        self.process = subprocess.Popen(
            [
                *("redis-server", "--port", str(self.port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--dir", self.place.name),
            ],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            time.sleep(0.02)
        raise AssertionError("redis-server does not answer")

    def forget(self) -> None:
        """Drop all that is kept, as for a new day."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as asking:
            asking.sendall(b"FLUSHALL\r\n")
            assert asking.recv(16) == b"+OK\r\n"

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None


@contextlib.contextmanager
def running_redis() -> Iterator[Redis]:
    """Give a running server; a missing program is a skip that names it."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is missing: make system installs it")
    server = Redis()
    try:
        yield server.start()
    finally:
        server.stop()
        server.place.cleanup()
