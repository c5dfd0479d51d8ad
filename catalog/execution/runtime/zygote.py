"""The zygote: one quiet process that forks the workers of an environment.

Single-threaded, so forking is safe and the workers' parent-death signal means this
process. It preloads installed packages only, never an author's source.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import socket
import sys
import time
from typing import Any

from . import worker
from .frames import PREFIX, Channel, decode_header, encode_header

REAP_SECONDS = 1.0
FDS_PER_WORKER = 2


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="zygote")
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("preload", nargs="*")
    options = parser.parse_args(arguments)
    control = socket.socket(fileno=options.fd)
    sys.dont_write_bytecode = True
    try:
        Channel(control).send(encode_header(_preload(options.preload)).encode())
        gc.collect()
        gc.freeze()  # keeps collections in a child from touching the shared pages
        while True:
            header, fds = _receive(control)
            answer = _obey(control, decode_header(header), fds)
            Channel(control).send(encode_header(answer).encode())
    except (EOFError, ConnectionError):
        return 0  # the executor ended; the kernel now ends the workers


def _preload(names: list[str]) -> dict[str, Any]:
    try:
        for name in names:
            importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - whatever an import may raise
        return {"error": f"preload: {type(error).__name__}: {error}"[:1000]}
    return {"ready": True}


def _receive(control: socket.socket) -> tuple[bytes, list[int]]:
    data, fds, _flags, _address = socket.recv_fds(control, 65536, FDS_PER_WORKER)
    while len(data) < PREFIX.size or len(data) < PREFIX.size + _header_length(data):
        more = control.recv(65536) if data else b""
        if not more:
            raise EOFError
        data += more
    return data[PREFIX.size :], fds


def _header_length(data: bytes) -> int:
    length: int = PREFIX.unpack_from(data)[0]
    return length


def _obey(
    control: socket.socket, command: dict[str, Any], fds: list[int]
) -> dict[str, Any]:
    if command["op"] == "reap":
        return {"status": _reap(command["pid"])}
    own = os.getpid()
    try:
        pid = os.fork()
        if pid == 0:
            control.close()
            sock, output = fds
            worker.run(socket.socket(fileno=sock), output, command, own)
    except OSError as error:
        return {"error": f"fork: {error.strerror}"}
    finally:
        for fd in fds:
            os.close(fd)
    return {"pid": pid}


def _reap(pid: int) -> int | None:
    """Return exit code or negative signal; the executor has sent SIGKILL before."""
    give_up = time.monotonic() + REAP_SECONDS
    while time.monotonic() < give_up:
        try:
            ended, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return None
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    return None
