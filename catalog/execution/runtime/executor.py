"""The executor: one daemon per host that runs calls in worker processes."""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from .frames import Channel, encode_header
from .groups import Limits
from .listening import (
    EXIT_ALREADY_RUNNING,
    EXIT_MISCONFIGURED,
    AlreadyRunningError,
    Listener,
    MisconfiguredError,
    is_same_user,
)
from .pool import Pool
from .release import PROTOCOL, release_stamp
from .sessions import Session
from .spawning import wait_readable

#: the default would map 8 MB for each connection; a worker's header may be nested as
#: deep as the JSON parser goes, which 128 KB do not hold
THREAD_STACK = 1024 * 1024
DRAIN_STEP = 0.02
#: three descriptors for a worker, one for a gateway's thread
OPEN_FILES = 8192


class Executor:
    """Accepts gateways on a listening socket until it is told to stop."""

    def __init__(self, listener: Listener, pool: Pool, grace_seconds: float) -> None:
        self._listener = listener
        self._pool = pool
        self._grace_seconds = grace_seconds
        self._sessions: set[Session] = set()
        self._wakeup, self._alarm = socket.socketpair()
        self._alarm.settimeout(0)
        greeting = {"protocol": PROTOCOL, "release": release_stamp()}
        self._greeting = encode_header(greeting).encode()

    def serve(self, exit_idle: float | None) -> None:
        """Run in the main thread, which is the one that gets the signals.

        With `exit_idle` (s) it ends by itself when nobody was connected for so long.
        """
        signal.set_wakeup_fd(self._alarm.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: None)
        self._pool.start()
        self._accept_until_stopped(exit_idle)
        self._listener.close()
        self._drain()

    def _accept_until_stopped(self, exit_idle: float | None) -> None:
        poller = select.poll()
        poller.register(self._listener.sock, select.POLLIN)
        poller.register(self._wakeup, select.POLLIN)
        wait = None if exit_idle is None else exit_idle * 1000
        while True:
            ready = {fd for fd, _event in poller.poll(wait)}
            if self._wakeup.fileno() in ready:
                self._wakeup.recv(64)
                return
            if ready:
                self._accept()
            elif not self._sessions:
                return

    def stop(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._alarm.send(b"s")

    def _accept(self) -> None:
        try:
            sock, _ = self._listener.sock.accept()
        except OSError:
            return  # it gave up while it waited, or descriptors are short
        if not is_same_user(sock):
            sock.close()
            return
        session = Session(Channel(sock), self._pool, self.stop)
        self._sessions.add(session)
        threading.Thread(target=self._run, args=(session,), daemon=True).start()

    def _run(self, session: Session) -> None:
        try:
            session.serve(self._greeting)
        finally:
            self._sessions.discard(session)

    def _drain(self) -> None:
        """Let running calls end, then end the workers; a second signal hurries it."""
        self._pool.refuse()
        give_up = time.monotonic() + self._grace_seconds
        while time.monotonic() < give_up:
            # In this order: a loan that breaks makes its session busy first.
            is_settled = self._pool.settle()
            if is_settled and not any(s.busy for s in list(self._sessions)):
                break
            if wait_readable(self._wakeup.fileno(), DRAIN_STEP):
                break
        for session in list(self._sessions):
            session.cut()
        self._pool.close()


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    try:
        listener = Listener(options.socket)
    except AlreadyRunningError as error:
        print(f"executor: {error}", file=sys.stderr)
        return EXIT_ALREADY_RUNNING
    except (MisconfiguredError, OSError) as error:
        print(f"executor: {error}", file=sys.stderr)
        return EXIT_MISCONFIGURED
    if options.detach:
        _detach(listener)
    else:
        listener.write_pid(os.getpid())
    threading.stack_size(THREAD_STACK)
    _allow_open_files()
    Executor(listener, Pool(_limits(options)), options.grace_seconds).serve(
        options.exit_idle
    )
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="executor", description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--max-workers", type=int)
    parser.add_argument("--total-workers", type=int)
    parser.add_argument("--queue-limit", type=int)
    parser.add_argument("--idle-seconds", type=float)
    parser.add_argument("--max-calls", type=int)
    parser.add_argument("--grace-seconds", type=float, default=10.0)
    parser.add_argument("--exit-idle", type=float, metavar="SECONDS")
    parser.add_argument("--detach", action="store_true")
    return parser.parse_args(arguments)


def _limits(options: argparse.Namespace) -> Limits:
    names = ("max_workers", "total_workers", "queue_limit", "idle_seconds", "max_calls")
    given = {name: getattr(options, name) for name in names}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def _allow_open_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _detach(listener: Listener) -> None:
    """Go on in a child that belongs to nobody; the parent ends, listening is done."""
    child = os.fork()
    if child:
        listener.write_pid(child)
        os._exit(0)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
