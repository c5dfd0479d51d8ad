"""The worker process: loads one source, then answers one call at a time."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import algorithmia
from .asks import WayBack
from .confinement import confine, die_with_parent
from .failures import CallError, exit_code
from .frames import HEADER_TYPES, TYPE_HEADERS, Channel, encode_header
from .program import Program, load_program

if TYPE_CHECKING:
    import socket

READY = encode_header({"ready": True}).encode()


def run(sock: socket.socket, output: int, spec: dict[str, Any], parent: int) -> None:
    """Become the worker for `spec` (bundle, entry, memory_mb); never returns."""
    code = 70  # EX_SOFTWARE: our own fault
    try:
        bundle = Path(spec["bundle"])
        _leave_parent(output, bundle, parent)
        confine(spec["memory_mb"])
        channel, way_back = Channel(sock), WayBack()
        algorithmia.install(way_back)
        program = _load(channel, bundle, spec["entry"])
        while not way_back.is_broken:
            _answer(channel, program, way_back)
        code = 0  # the author cut an ask short: what the channel holds is not known
    except SystemExit as stop:
        code = exit_code(stop)
    except EOFError:
        code = 0  # the executor let go of this worker
    finally:
        _flush()
        os._exit(code)


def _leave_parent(output: int, bundle: Path, parent: int) -> None:
    os.setsid()  # a process group of its own: killed as a whole
    die_with_parent(parent)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(nothing)
    os.close(output)
    os.umask(0o077)
    os.chdir(bundle)
    sys.dont_write_bytecode = True
    sys.argv[:] = [""]
    _forget_project()
    _reseed()


def _forget_project() -> None:
    """Keep the product's own directories off the import path, whoever put them on."""
    here = Path(__file__).resolve()
    sys.path[:] = [path for path in sys.path if path and Path(path) not in here.parents]


def _reseed() -> None:
    """Give each fork its own numpy stream; `random` sees to itself."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _load(channel: Channel, bundle: Path, entry: str) -> Program:
    try:
        program = load_program(bundle, entry)
    except CallError as error:
        _flush()
        channel.send(encode_header(error.as_header()).encode())
        raise EOFError from None
    _flush()
    channel.send(READY)
    return program


def _answer(channel: Channel, program: Program, way_back: WayBack) -> None:
    header, body = channel.receive()
    way_back.open(channel.exchange)
    try:
        content_type, result = program.run(HEADER_TYPES[header], body)
        way_back.close()
    except CallError as error:
        way_back.close()
        _flush()
        channel.send(encode_header(error.as_header()).encode())
    else:
        _flush()  # before the answer, so that prints count as this call's
        channel.send(TYPE_HEADERS[content_type], result)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # the author may have replaced it
            stream.flush()
