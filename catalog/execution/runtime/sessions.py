"""One gateway connection: reads requests, runs them, answers."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from typing import TYPE_CHECKING, Any

from .confinement import SANDBOX_LEVEL
from .failures import CallError, timed_out
from .frames import (
    CONTENT_TYPES,
    Channel,
    ProtocolError,
    decode_header,
    encode_header,
)
from .lending import SHORT_CALL
from .lines import error_named
from .printed import kept
from .spawning import wait_readable
from .workers import Spec, resident_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from .lending import Lent
    from .pool import Pool

RUNTIMES = ("python",)
#: how long the gateway may be in the middle of a frame (s)
FRAME_SECONDS = 5.0


class GatewayGoneError(Exception):
    """The gateway hung up on a call that waits for its answer."""


class Session:
    """Serves one connection in its own thread until the gateway closes it."""

    def __init__(self, channel: Channel, pool: Pool, stop: Callable[[], None]) -> None:
        self._channel = channel
        self._pool = pool
        self._stop = stop
        #: the worker that the gateway at the other end has on loan
        self._lent: Lent | None = None
        #: the gateway still answers what a worker asked that has ended since
        self._is_owed = False
        self.busy = False

    def serve(self, greeting: bytes) -> None:
        try:
            self._channel.send(greeting)
            while True:
                self._answer()
        except (EOFError, OSError, ProtocolError, GatewayGoneError):
            pass  # the gateway went away, which is how connections end
        finally:
            self.busy = False
            self._end_loan()
            self._channel.close()

    def _answer(self) -> None:
        """Do one exchange; while the next is waited for no body is kept."""
        header, body = self._channel.receive()
        self.busy = True
        answer = self._obey(decode_header(header), body)
        if self._is_owed:
            self._channel.receive()
            self._is_owed = False
        if self._lent is None:
            self._channel.send(*answer)
        else:
            self._channel.send_with(self._lent.descriptors(), *answer)
        self.busy = False

    def cut(self) -> None:
        """Hang up on a call that is still running."""
        with contextlib.suppress(OSError):
            self._channel.sock.shutdown(socket.SHUT_RDWR)

    def _obey(self, request: dict[str, Any], body: bytes) -> tuple[bytes, bytes]:
        operation = request["op"]
        try:
            if operation == "broken":
                raise self._broken(request, body)
            self._end_loan()
            if operation == "call":
                return self._call(request, body)
            answer = self._control(operation, request)
        except CallError as error:
            answer = error.as_header()
        return encode_header(answer).encode(), b""

    def _end_loan(self) -> None:
        """Take back what was lent: the gateway asks for more, or went away."""
        lent, self._lent = self._lent, None
        if lent is not None:
            self._pool.end_loan(lent)

    def _broken(self, request: dict[str, Any], printed: bytes) -> CallError:
        """End a worker whose line broke in the gateway's hands; name what happened.

        `printed` is what the gateway read of its prints.
        """
        lent, self._lent = self._lent, None
        if lent is None or not self._pool.claim(lent):
            return timed_out()  # it was written off
        worker = lent.worker
        worker.line.output = kept(b"", printed)
        failure = worker.failure(error_named(request["why"], unread=request["unread"]))
        worker.end()
        self._pool.release(worker)
        return failure

    def _call(self, request: dict[str, Any], body: bytes) -> tuple[bytes, bytes]:
        if request["ct"] not in CONTENT_TYPES:
            raise ProtocolError(f"content type {request['ct']!r}")
        arrived = time.monotonic()
        try:
            return self._run(request, body, arrived)
        except CallError as error:
            if not error.unread:
                raise
        return self._run(request, body, arrived)

    def _run(
        self, request: dict[str, Any], body: bytes, arrived: float
    ) -> tuple[bytes, bytes]:
        deadline = arrived + request["timeout"]
        worker, cold = self._pool.acquire(_spec(request), deadline)
        wants_output, printed, is_short = "out" in request, "", False
        if wants_output:
            worker.printed()  # what came before is no output of this call
        started = time.monotonic()
        try:
            content_type, result = worker.call(
                request["ct"], body, deadline, request["max"], self._pass_on
            )
            if wants_output:
                printed = f',"output":{encode_header(worker.printed())}'
            is_short = not cold and time.monotonic() - started < SHORT_CALL
        except CallError as error:
            error.duration = time.monotonic() - started
            if wants_output:
                error.output = worker.printed()
            raise
        except BaseException:
            worker.end()  # nobody knows what state it is in
            raise
        finally:
            ended = time.monotonic()
            if is_short and "lend" in request:
                self._lent = self._pool.lend(worker, id(self), request["timeout"])
            else:
                self._pool.release(worker)
        loan = f',"lent":{self._lent.calls}' if self._lent is not None else ""
        header = (
            f'{{"ct":"{content_type}","duration":{ended - started:.6f},'
            f'"queued":{started - arrived:.6f},"cold":{"true" if cold else "false"}'
            f"{printed}{loan}}}"
        )
        return header.encode(), result

    def _pass_on(
        self, header: bytes, body: bytes, deadline: float
    ) -> tuple[bytes, bytes]:
        """Carry a worker's ask to the gateway and its answer back.

        Raises TimeoutError at the call's deadline, which ends the worker. The frame
        that the gateway owes is awaited before it hears of that.
        """
        sock = self._channel.sock
        try:
            sock.settimeout(FRAME_SECONDS)
            self._channel.send(header, body)
            if wait_readable(sock.fileno(), deadline - time.monotonic()):
                return self._channel.receive()
            self._is_owed = True
        except (EOFError, OSError, ProtocolError) as error:
            raise GatewayGoneError from error
        finally:
            sock.settimeout(None)
        raise TimeoutError

    def _control(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        if operation == "deploy":
            self._pool.forget_failure(request["key"])
            deadline = time.monotonic() + request["timeout"]
            worker, cold = self._pool.acquire(_spec(request), deadline)
            self._pool.release(worker)
            return {"cold": cold}
        if operation == "describe":
            return {"warm": self._pool.is_warm(request["key"])}
        if operation == "health":
            return {
                "pid": os.getpid(),
                "sandbox": SANDBOX_LEVEL,
                "resident": resident_bytes(os.getpid()),
                **self._pool.counts(),
            }
        if operation == "stop":
            self._stop()
            return {}
        raise ProtocolError(f"operation {operation!r}")


def _spec(request: dict[str, Any]) -> Spec:
    if request["runtime"] not in RUNTIMES:
        message = f"The runtime {request['runtime']!r} is not available here"
        raise CallError("load_error", message, "LoadingError")
    return Spec(
        request["key"],
        request["bundle"],
        request["entry"],
        request["runtime"],
        tuple(request["preload"]),
        request["memory_mb"],
    )
