"""What the pool keeps of one key: idle workers, waiting calls, a failed load."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .failures import CallError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .workers import Worker

#: how long a source that does not load is not tried again (s)
NEGATIVE_CACHE_SECONDS = 10.0


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts, and seconds where the name says so; the first two per key and overall."""

    max_workers: int = field(default_factory=cores)
    total_workers: int = field(default_factory=lambda: 8 * cores())
    queue_limit: int = 64
    idle_seconds: float = 120.0
    max_calls: int = 50_000


class Waiter:
    """A call in the queue: gets a worker, or the right to start one, or neither."""

    __slots__ = ("_wakeup", "granted", "refused", "since", "worker")

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.granted = False
        self.refused = False
        self.worker: Worker | None = None
        self._wakeup = threading.Lock()
        self._wakeup.acquire()

    def grant(self, worker: Worker | None) -> None:
        self.granted = True
        self.worker = worker
        self._wakeup.release()

    def refuse(self) -> None:
        self.refused = True
        self.grant(None)

    def wait(self, deadline: float) -> bool:
        return self._wakeup.acquire(timeout=max(0.0, deadline - time.monotonic()))


@dataclass(slots=True)
class Group:
    """All of one key. `size` counts workers that are up, busy or starting."""

    idle: list[Worker] = field(default_factory=list)
    waiters: deque[Waiter] = field(default_factory=deque)
    size: int = 0
    failure: CallError | None = None
    failed_at: float = 0.0

    def remember(self, failure: CallError) -> None:
        if self.failure is None:  # the answer from memory does not prolong itself
            self.failure = failure
            self.failed_at = time.monotonic()

    def recent_failure(self) -> CallError | None:
        """Return a copy for one more caller while the load is not tried again."""
        known = self.failure
        if known is None:
            return None
        if time.monotonic() - self.failed_at > NEGATIVE_CACHE_SECONDS:
            self.failure = None
            return None
        return CallError(known.code, known.message, known.error_type, known.stacktrace)

    def raise_failure(self) -> None:
        failure = self.recent_failure()
        if failure is not None:
            raise failure

    def is_empty(self) -> bool:
        return not self.size and not self.waiters and self.recent_failure() is None


def must_yield(group: Group, groups: Iterable[Group], max_workers: int) -> bool:
    """Tell whether calls of another key need the place of this one's worker more.

    They do when they have no worker at all and waited longer than ours, or when
    nobody waits for ours.
    """
    others = [
        other
        for other in groups
        if other is not group and other.waiters
        if not (group.waiters and other.size) and other.size < max_workers
    ]
    if not others or not group.waiters:
        return bool(others)
    oldest = min(other.waiters[0].since for other in others)
    return oldest < group.waiters[0].since


def neediest(groups: Iterable[Group], max_workers: int) -> Group | None:
    """Return whose call may start a worker first: without one, then by waiting."""
    wanting = [group for group in groups if group.waiters and group.size < max_workers]
    return min(wanting, key=lambda g: (g.size > 0, g.waiters[0].since), default=None)
