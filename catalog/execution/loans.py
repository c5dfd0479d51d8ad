"""Workers that the executor lent to this process: calls without the executor between.

Every so many calls, and whenever another call of the version waits, a worker goes back
by asking the executor the usual way (docs/decisions/0025).
"""

from __future__ import annotations

import atexit
import contextlib
import os
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakSet

from catalog.execution.loan import Loan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from catalog.execution.base import RunRequest
    from catalog.execution.loan import LendingChannel, Told


class Loans:
    """The loans of one process. For all of its threads."""

    def __init__(self, let_go: Callable[[LendingChannel], None]) -> None:
        """`let_go` takes the channel of a loan that is over."""
        self._let_go = let_go
        self._begin()
        _ALL.add(self)

    def _begin(self) -> None:
        self._resting: list[Loan] = []
        self._busy: set[Loan] = set()
        self._asking: Counter[str] = Counter()
        self._lock = Lock()

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
        try:
            loan = Loan(channel, key, calls, timeout)
        except OSError:
            channel.close()  # the executor ends a worker that nobody has
        else:
            self._keep(loan)

    @contextlib.contextmanager
    def asking(self, key: str) -> Iterator[bool]:
        """Within, a call of this key is the executor's: no other overtakes it.

        Gives whether it is the only one, so that a loan would be used.
        """
        with self._lock:
            self._asking[key] += 1
            is_alone = self._asking[key] == 1
        try:
            yield is_alone
        finally:
            with self._lock:
                self._asking[key] -= 1
                if self._asking[key] <= 0:
                    del self._asking[key]

    def leave_to_parent(self) -> None:
        """Begin with none in a child, whose copies would hide its parent's end.

        The lock is made anew too: a thread that the child has not may hold it.
        """
        inherited = [*self._resting, *self._busy]
        self._begin()
        for loan in inherited:
            loan.give_up()

    def close(self) -> None:
        with self._lock:
            loans, self._resting = self._resting, []
        for loan in loans:
            loan.give_up()

    def _take(self, key: str, timeout: float) -> Loan | None:
        """Begin with a loan; end those that are over, or that others wait for."""
        while (loan := self._pick(key)) is not None:
            try:
                if key not in self._asking and loan.take(timeout):
                    return loan
            except BaseException:
                loan.give_up()
                raise
            self._end(loan)
        return None

    def _pick(self, key: str) -> Loan | None:
        with self._lock:
            for place in range(len(self._resting) - 1, -1, -1):
                if self._resting[place].key == key:  # the last: the warmest
                    loan = self._resting.pop(place)
                    self._busy.add(loan)
                    return loan
        return None

    def _keep(self, loan: Loan) -> None:
        if loan.is_over():
            self._end(loan)
            return
        with self._lock:
            self._busy.discard(loan)
            self._resting.append(loan)

    def _end(self, loan: Loan) -> None:
        self._busy.discard(loan)
        loan.close()
        self._let_go(loan.channel)


#: of this process, for a child that it forks
_ALL: WeakSet[Loans] = WeakSet()


def _leave_to_parent() -> None:
    for loans in list(_ALL):
        loans.leave_to_parent()


def _close_all() -> None:
    """Close them while there are modules to do it with."""
    for loans in list(_ALL):
        loans.close()


os.register_at_fork(after_in_child=_leave_to_parent)
atexit.register(_close_all)
