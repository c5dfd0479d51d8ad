"""Workers on loan for tests: a source that ends in every way, a second gateway."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from catalog.execution import AlgorithmFailed
from tests.contract.execution_contract import answer, run

ROOT = Path(__file__).resolve().parent.parent
SOURCE = """
import Algorithmia
import os
import signal
import struct
import sys
import threading
import time

def ask_for_ever():
    client = Algorithmia.client()
    while True:
        client.file("a").getString()

def close_everything():
    os.closerange(3, 50)
    time.sleep(20)

def forge():
    # an answer that is nobody's yet, after this call's own
    (fd,) = filter(_is_sock, range(3, 50))
    frame = struct.pack("!II", 13, 6) + b'{"ct":"json"}' + b"forged"
    threading.Timer(0.1, os.write, (fd, frame)).start()

DO = {
    "forge": forge,
    "raise": lambda: 1 / 0,
    "exit": lambda: sys.exit(3),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "crash": lambda: os.abort(),
    "loop": lambda: max(iter(int, 1)),
    "much": lambda: "x" * 3_000_000,
    "no json": lambda: {1j},
    "memory": lambda: bytearray(10**12),
    "hang up": close_everything,
    "ask for ever": ask_for_ever,
    "garbage": lambda: [os.write(fd, b"!" * 99) for fd in range(3, 20) if _is_sock(fd)],
    "file": lambda: Algorithmia.client().file("a").getString(),
    "print": lambda: print("line\\n" * 100_000),
    "pid": os.getpid,
}

def _is_sock(fd):
    try:
        return os.readlink(f"/proc/self/fd/{fd}").startswith("socket")
    except OSError:
        return False

def apply(input):
    if isinstance(input, float):
        time.sleep(input)
    if isinstance(input, str) and input.startswith("print and "):
        print("before the end", flush=True)
        input = input.removeprefix("print and ")
    return DO[input]() if isinstance(input, str) and input in DO else input
"""
GATEWAY = """
import os, sys, pathlib, threading, time
sys.path.insert(0, {root!r})
from catalog.execution import Deployment
from tests.contract.execution_contract import run
from catalog.execution.backends.local import LocalBackend

backend = LocalBackend(socket=pathlib.Path({socket!r}), autostart=False)
deployment = Deployment({key!r}, pathlib.Path({bundle!r}))
for _ in range(5):
    run(backend, deployment, 0, timeout={timeout})
print("lent", flush=True)
if {forks}:
    threading.Timer(0.2, lambda: os.fork() or time.sleep(20) or os._exit(0)).start()
if {last!r}:
    run(backend, deployment, {last!r}, timeout={timeout})
sys.stdin.read()
"""


def loans(backend) -> int:
    return len(backend._connections.loans._resting)


def descriptors(pid) -> list[int]:
    return [int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir()]


def lend(backend, deployment, **more):
    """Call until the worker is on loan to this process."""
    for _ in range(100):
        run(backend, deployment, 0, **more)
        if loans(backend):
            return
    raise AssertionError("nothing was lent")


def outcome(backend, deployment, value, **more):
    """Return what callers see of a call, which may fail."""
    try:
        return answer(backend, deployment, value, **more)
    except AlgorithmFailed as failed:
        return failed.code, failed.error_type, failed.message, failed.stacktrace


@contextlib.contextmanager
def gateway(place, deployment, last="", timeout=10.0, *, forks=False):
    """Give a process that has a worker on loan, and then may call with `last`."""
    script = GATEWAY.format(
        root=str(ROOT),
        socket=str(place.socket),
        key=deployment.key,
        bundle=str(deployment.bundle),
        last=last,
        timeout=timeout,
        forks=forks,
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=-1, stdout=-1) as process:
        try:
            assert process.stdout.readline() == b"lent\n"
            yield process
        finally:
            process.kill()
