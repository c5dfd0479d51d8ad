"""Workers on loan: a gateway that calls one often calls it without the executor."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from .spawning import wait_readable

if TYPE_CHECKING:
    from collections.abc import Callable

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
    the calls made so far, and nothing until the gateway has it: nothing is closed that
    is on its way there.
    """

    def __init__(self, worker: Worker, calls: int, timeout: float) -> None:
        """Lend for `calls` of at most `timeout` seconds each; raises OSError."""
        self.worker = worker
        self.calls = min(calls, LOAN_CALLS)
        self.overdue_at = time.monotonic() + LOAN_SECONDS + timeout + GRACE_SECONDS
        self._token = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

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


class Lending:
    """What a pool has lent. Everything here is called with the pool's lock held."""

    def __init__(
        self, put_back: Callable[[Worker], None], retire: Callable[[Worker], None]
    ) -> None:
        """`put_back` takes a worker that rested, `retire` one in an unknown state."""
        self._put_back, self._retire = put_back, retire
        self._lent: set[Lent] = set()

    def __len__(self) -> int:
        return len(self._lent)

    def lend(self, worker: Worker, calls: int, timeout: float) -> Lent | None:
        """Lend a worker; None where the system lacks what it takes: Linux has it."""
        if worker.line.pidfd < 0 or not hasattr(os, "eventfd"):
            return None
        try:
            lent = Lent(worker, calls, timeout)
        except OSError:  # no descriptor is left
            return None
        self._lent.add(lent)
        return lent

    def call_back(self, lent: Lent) -> bool:
        """Take a worker back; false while its gateway uses it."""
        if not lent.call_back():
            return False
        self.drop(lent)
        self._put_back(lent.worker)
        return True

    def call_back_resting(self, key: str = "") -> None:
        """Take back all that rest, or those of one key."""
        for lent in list(self._lent):
            if key in {"", lent.worker.spec.key}:
                self.call_back(lent)

    def resting(self) -> int:
        return sum(lent.rests() for lent in self._lent)

    def end(self, lent: Lent) -> None:
        """End a loan, and a worker that is in the middle of a call."""
        if lent in self._lent and not self.call_back(lent):
            self.drop(lent)
            self._retire(lent.worker)

    def sweep(self, now: float) -> None:
        """Take back what rests; end what a gateway keeps longer than any call takes."""
        self.call_back_resting()
        for lent in [lent for lent in self._lent if now > lent.overdue_at]:
            self.end(lent)

    def drop(self, lent: Lent) -> bool:
        """Forget a loan, whose worker is the caller's; false where it was over."""
        if lent not in self._lent:
            return False
        self._lent.remove(lent)
        lent.close()
        return True
