"""Workers that the executor lent to this process: calls without the executor between.

Every so many calls, and whenever another call of the version waits, a worker goes back
by asking the executor the usual way (docs/decisions/0025).
"""

from __future__ import annotations

import os
import socket
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial
from threading import Lock
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
    from collections.abc import Callable, Iterator

    from catalog.execution.base import Host, RunRequest

    Told = tuple[dict[str, Any], bytes]

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
            self.sock, size, DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
        )
        self.fds += fds
        if not data:
            raise EOFError
        return data

    def close(self) -> None:
        super().close()
        while self.fds:
            os.close(self.fds.pop())


class Loan:
    """One worker, for one thread at a time: `take` it, call it, let it `rest`."""

    def __init__(
        self, channel: LendingChannel, key: str, calls: int, timeout: float
    ) -> None:
        """Own what came over `channel`: for `calls` of at most `timeout` seconds."""
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
        duration = time.monotonic() - begun
        fields = {"ct": content_type, "duration": duration, "queued": 0.0}
        return fields | {"cold": False}, result

    def close(self) -> None:
        self._line.close()
        os.close(self._token)

    def _failed(self, error: Exception, begun: float) -> Told | None:
        duration = time.monotonic() - begun
        fields: dict[str, Any] = {}
        if isinstance(error, CallError):
            fields = error.as_header()
        if isinstance(error, CallError) and is_survived(error):
            self.rest()
        else:
            ended = self._broken(error)
            if ended is None or ended.get("unread"):
                return None
            fields = fields or ended
        return fields | {"duration": duration}, b""

    def _broken(self, error: Exception) -> dict[str, Any] | None:
        """Have the executor end the worker and say how it ended."""
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
                return None  # the worker went with its executor, before it read
            raise BackendUnavailable(
                "The executor ended in the middle of this call.", may_have_run=True
            ) from gone


class Loans:
    """The loans of one process that rest. For all of its threads."""

    def __init__(self, let_go: Callable[[LendingChannel], None]) -> None:
        """`let_go` takes the channel of a loan that is over."""
        self._let_go = let_go
        self._resting: list[Loan] = []
        self._asking: Counter[str] = Counter()
        self._lock = Lock()
        self._pid = os.getpid()

    def run(self, request: RunRequest) -> Told | None:
        """Return the outcome of a call; None where the executor has to be asked.

        Raises BackendUnavailable.
        """
        loan = self._take(request.deployment.key, request.timeout)
        if loan is None:
            return None
        try:
            return loan.run(request)
        finally:
            self._keep(loan)

    def add(
        self, channel: LendingChannel, key: str, calls: int, timeout: float
    ) -> None:
        """Keep what the executor has lent, and let go of what is over."""
        with self._lock:
            over = [loan for loan in self._resting if loan.is_over()]
            self._resting = [loan for loan in self._resting if loan not in over]
        for loan in over:
            self._end(loan)
        self._keep(Loan(channel, key, calls, timeout))

    @contextmanager
    def asking(self, key: str) -> Iterator[None]:
        """Within, a call of this key waits in the executor: no other overtakes it."""
        with self._lock:
            self._asking[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._asking[key] -= 1
                if not self._asking[key]:
                    del self._asking[key]

    def close(self) -> None:
        with self._lock:
            loans, self._resting = self._resting, []
        for loan in loans:
            loan.channel.close()
            loan.close()

    def _take(self, key: str, timeout: float) -> Loan | None:
        if self._pid != os.getpid():  # a fork: the parent goes on to use these
            self._pid, self._lock = os.getpid(), Lock()
            self._asking.clear()
            self.close()
        while (loan := self._pick(key)) is not None:
            if loan.take(timeout):
                return loan
            self._end(loan)
        return None

    def _pick(self, key: str) -> Loan | None:
        with self._lock:
            if key in self._asking:
                return None
            for place in range(len(self._resting) - 1, -1, -1):
                if self._resting[place].key == key:  # the last: the warmest
                    return self._resting.pop(place)
        return None

    def _keep(self, loan: Loan) -> None:
        if loan.is_over():
            self._end(loan)
            return
        with self._lock:
            self._resting.append(loan)

    def _end(self, loan: Loan) -> None:
        loan.close()
        self._let_go(loan.channel)


def _answered(
    host: Host | None, header: bytes, body: bytes, deadline: float
) -> tuple[bytes, bytes]:
    return answer(host, decode_header(header), body, deadline - time.monotonic())
