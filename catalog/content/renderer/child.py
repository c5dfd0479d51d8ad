"""What runs in the renderer's process: limits first, then a source at a time."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import struct
import sys
from typing import TYPE_CHECKING

from .process import DEADLINE, MAX_ANSWER, MEMORY

if TYPE_CHECKING:
    from .pipeline import CardPipeline

_HEADER = struct.Struct("!I")
_PR_SET_PDEATHSIG = 1

#: how far rendering steps back behind everything that answers requests
_NICENESS = 10


def main() -> None:
    """Serve the socket on standard input until the parent closes it."""
    _confine(int(sys.argv[2]))
    from .pipeline import CardPipeline  # noqa: PLC0415 - its libraries under limits

    pipeline = CardPipeline()
    channel = socket.socket(fileno=os.dup(0))
    _send(channel, b"ready")
    while True:
        source = _receive(channel)
        _send(channel, b"taken")
        # Its signal ends this process in the middle of any loop of C.
        signal.setitimer(signal.ITIMER_PROF, DEADLINE)
        answer = _answer(pipeline, source.decode())
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(channel, answer)


def _answer(pipeline: CardPipeline, source: str) -> bytes:
    """Render; every failure of the libraries becomes a sentence."""
    try:
        body = json.dumps(pipeline.render(source)).encode()
    except MemoryError:
        return _error("Rendering the card took more memory than is allowed.")
    except RecursionError:
        return _error("The card is nested too deeply.")
    except Exception as error:  # noqa: BLE001 - python-markdown raises what it likes
        return _error(f"The card could not be rendered ({type(error).__name__}).")
    if len(body) > MAX_ANSWER:
        return _error("The rendered card would be too large.")
    return body


def _error(sentence: str) -> bytes:
    return json.dumps({"error": sentence}).encode()


def _confine(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send(channel: socket.socket, body: bytes) -> None:
    channel.sendall(_HEADER.pack(len(body)) + body)


def _receive(channel: socket.socket) -> bytes:
    (size,) = _HEADER.unpack(_read(channel, _HEADER.size))
    return _read(channel, size)


def _read(channel: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = channel.recv(size - len(parts))
        if not part:
            sys.exit(0)
        parts += part
    return bytes(parts)
