"""Workers on loan: a gateway that calls one often calls it without the executor."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from .spawning import wait_readable

if TYPE_CHECKING:
    from .workers import Worker

#: a loan ends after so many calls, or when so much time has passed (s), whichever is
#: first: whoever waits in the queue meanwhile waits no longer than that
LOAN_CALLS = 32
LOAN_SECONDS = 0.25
#: only calls as short as this gain by it (s)
SHORT_CALL = 0.05
#: how much longer than the call's own time a gateway may keep a worker (s)
GRACE_SECONDS = 5.0
#: the socket, the pipe of the prints, the pidfd and the token
DESCRIPTORS = 4


class Lent:
    """A worker whose line a gateway has as well.

    The token, a counter of the kernel's that both hold (eventfd(2)), says whose turn
    it is: who reads it has the worker until he writes it back. It holds one more than
    the calls made so far.
    """

    def __init__(self, worker: Worker, calls: int, timeout: float) -> None:
        """Lend for `calls` of at most `timeout` seconds each; raises OSError."""
        self.worker = worker
        self.calls = min(calls, LOAN_CALLS)
        self.overdue_at = time.monotonic() + LOAN_SECONDS + timeout + GRACE_SECONDS
        self._token = os.eventfd(1, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def descriptors(self) -> list[int]:
        return [*self.worker.line.descriptors(), self._token]

    def rests(self) -> bool:
        """Tell whether the gateway does not use it at the moment."""
        return wait_readable(self._token, 0)

    def call_back(self) -> bool:
        """Take the worker back; false while the gateway uses it."""
        try:
            self.worker.calls += os.eventfd_read(self._token) - 1
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        os.close(self._token)


def can_be_lent(worker: Worker) -> bool:
    """Tell whether this system has what it takes: Linux has."""
    return worker.line.pidfd >= 0 and hasattr(os, "eventfd")
