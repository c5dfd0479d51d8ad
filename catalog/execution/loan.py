"""One worker that the executor lent to this process, and how the two are called."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from catalog.execution.answering import answer
from catalog.execution.base import BackendUnavailable
from catalog.execution.runtime.failures import CallError
from catalog.execution.runtime.frames import (
    Channel,
    ProtocolError,
    decode_header,
    encode_header,
)
from catalog.execution.runtime.lending import DESCRIPTORS, LOAN_SECONDS
from catalog.execution.runtime.lines import (
    BREAKS,
    HungUpError,
    Line,
    is_survived,
    name_of,
)

if TYPE_CHECKING:
    from catalog.execution.base import Host, RunRequest

    Told = tuple[dict[str, Any], bytes]

#: Linux alone has it, and lends alone
CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
#: how long the executor may take to say what became of a worker (s)
TOLD_SECONDS = 10.0


class LendingChannel(Channel):
    """A gateway's channel to the executor, which may send descriptors along."""

    __slots__ = ("fds",)

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self.fds: list[int] = []

    def _read(self, size: int) -> bytes:
        data, fds, _flags, _address = socket.recv_fds(
            self.sock, size, DESCRIPTORS, CLOSE_ON_EXEC
        )
        self.fds += fds
        if not data:
            raise EOFError
        return data

    def close(self) -> None:
        super().close()
        while self.fds:
            os.close(self.fds.pop())

    def __del__(self) -> None:
        """Close what came for a thread that was broken off before it took it."""
        self.close()


class Loan:
    """One worker, for one thread at a time: `take` it, call it, let it `rest`."""

    def __init__(
        self, channel: LendingChannel, key: str, calls: int, timeout: float
    ) -> None:
        """Own what came over `channel`: for `calls` of at most `timeout` seconds.

        Raises OSError where descriptors did not arrive.
        """
        if len(channel.fds) != DESCRIPTORS:
            raise OSError(errno.EMFILE, "the loan did not arrive whole")
        self.channel, self.key = channel, key
        sock, pipe, pidfd, self._token = channel.fds
        channel.fds = []
        self._line = Line(socket.socket(fileno=sock), pipe, pidfd)
        self._calls, self._timeout = calls, timeout
        self._until = time.monotonic() + LOAN_SECONDS
        self._turn = 0
        self.rest()

    def is_over(self) -> bool:
        return self._turn > self._calls or time.monotonic() > self._until

    def take(self, timeout: float) -> bool:
        """Begin a call of at most `timeout` seconds; false where it cannot be."""
        if self.is_over() or timeout > self._timeout:
            return False
        try:
            self._turn = os.eventfd_read(self._token)
        except BlockingIOError:
            return False  # the executor has called it back
        if self._line.is_quiet():
            return True
        # It ended, or says what nobody asked: the executor is to look at it.
        os.eventfd_write(self._token, self._turn)
        self._calls = 0
        return False

    def rest(self) -> None:
        """End a call after which the worker takes the next one."""
        self._turn += 1
        os.eventfd_write(self._token, self._turn)

    def run(self, request: RunRequest) -> Told | None:
        """Return header and body of the outcome; None where nothing was executed.

        Afterwards the worker rests, or the loan is over. Raises BackendUnavailable.
        """
        begun = time.monotonic()
        try:
            content_type, result = self._line.call(
                request.content_type,
                request.body,
                begun + request.timeout,
                request.max_result_bytes,
                partial(_answered, request.host),
            )
        except (*BREAKS, CallError) as error:
            self._calls = 0
            return self._failed(error, begun)
        except BaseException:
            self._calls = 0
            self.channel.close()  # the executor ends a worker in an unknown state
            raise
        self.rest()
        duration = round(time.monotonic() - begun, 6)  # as the executor says it
        fields = {"ct": content_type, "duration": duration, "queued": 0.0}
        return fields | {"cold": False}, result

    def close(self) -> None:
        self._line.close()
        os.close(self._token)

    def give_up(self) -> None:
        """Let go of it and of its connection: its executor sees to the worker."""
        self.channel.close()
        self.close()

    def _failed(self, error: Exception, begun: float) -> Told | None:
        duration = round(time.monotonic() - begun, 6)  # as the executor says it
        if isinstance(error, CallError):
            fields = error.as_header()
            if is_survived(error):
                self.rest()
            else:
                with contextlib.suppress(BackendUnavailable):
                    self._broken(error)
        else:
            ended = self._broken(error)
            if ended is None or ended.get("unread"):
                return None
            fields = ended
        return fields | {"duration": duration}, b""

    def _broken(self, error: Exception) -> dict[str, Any] | None:
        """Have the executor end the worker and say how it ended.

        None where the worker went with its executor, before it read the call. Raises
        BackendUnavailable where it may have read it.
        """
        is_unread = isinstance(error, HungUpError) and error.unread
        said = {"op": "broken", "why": name_of(error), "unread": is_unread}
        try:
            self.channel.wait_at_most(TOLD_SECONDS)
            told, _ = self.channel.exchange(
                encode_header(said).encode(), self._line.output
            )
            return decode_header(told)
        except (OSError, EOFError, ProtocolError) as gone:
            self.channel.close()
            if is_unread:
                return None
            raise BackendUnavailable(
                "The executor ended in the middle of this call.", may_have_run=True
            ) from gone
        except BaseException:
            self.channel.close()  # an answer is owed on it
            raise


def _answered(
    host: Host | None, header: bytes, body: bytes, deadline: float
) -> tuple[bytes, bytes]:
    return answer(host, decode_header(header), body, deadline - time.monotonic())
