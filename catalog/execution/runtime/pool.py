"""Warm workers per key, a queue for each, and a cap over all of them."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING

from .failures import CallError, closing, queue_timeout
from .groups import Group, Limits, Waiter, must_yield, neediest
from .lending import Lending
from .spawning import Nursery
from .workers import Worker

if TYPE_CHECKING:
    from .lending import Lent
    from .workers import Spec

SWEEP_SECONDS = 1.0
#: how often a call that waits looks for a worker that rests on loan (s): first, last
FIRST_LOOK, LAST_LOOK = 0.001, 0.05


class Pool:
    """Hands each worker to one call at a time; all methods are thread-safe."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._nursery = Nursery()
        self._lock = threading.Lock()
        self._groups: dict[str, Group] = {}
        self._total = 0
        self._waiting = 0
        self._closing = False
        self._lending = Lending(self._put_back, self._retire)
        self._ending: queue.SimpleQueue[Worker | None] = queue.SimpleQueue()
        self._undertaker = threading.Thread(target=self._tend, daemon=True)

    def start(self) -> None:
        """Start what lives as long as the pool; call it once, after any fork."""
        self._nursery.zygote(())
        self._undertaker.start()

    def acquire(self, spec: Spec, deadline: float) -> tuple[Worker, bool]:
        """Return a worker and whether it was started for this call.

        Raises CallError: queue_full at once, queue_timeout at the deadline,
        load_error and timeout from the start, closing when the executor ends.
        """
        with self._lock:
            if self._closing:
                raise closing()
            group = self._groups.setdefault(spec.key, Group())
            worker = self._take_idle(group, spec.key)
            if worker is not None:
                return worker, False
            waiter = None if self._reserve(group) else self._enqueue(group)
        if waiter is not None:
            worker = self._wait(group, waiter, deadline)
            if worker is not None:
                return worker, False
        return self._start(group, spec, deadline), True

    def release(self, worker: Worker) -> None:
        """Take a worker back: to the next in the queue, to rest, or to its end."""
        is_fit = self._is_fit(worker)
        with self._lock:
            self._put_back(worker, is_fit=is_fit)

    def lend(self, worker: Worker, session: int, timeout: float) -> Lent | None:
        """Lend a worker to the session that had it the last time too, else release it.

        Not while anybody waits. `timeout` bounds the calls of the loan (s).
        """
        is_again, worker.served = worker.served == session, session
        is_fit = self._is_fit(worker)
        with self._lock:
            if is_fit and is_again and not self._waiting and not self._closing:
                calls = self._limits.max_calls - worker.calls
                lent = self._lending.lend(worker, calls, timeout)
                if lent is not None:
                    return lent
            self._put_back(worker, is_fit=is_fit)
        return None

    def end_loan(self, lent: Lent) -> None:
        """Take a worker back; one in the middle of a call is ended."""
        with self._lock:
            self._lending.end(lent)

    def claim(self, lent: Lent) -> bool:
        """Take over a worker from its gateway; false where the loan is over."""
        with self._lock:
            return self._lending.drop(lent)

    def settle(self) -> bool:
        """Call back what rests and tell whether nothing is lent any more."""
        with self._lock:
            self._lending.call_back_resting()
            return not self._lending

    def is_warm(self, key: str) -> bool:
        with self._lock:
            group = self._groups.get(key)
            if group is None:
                return False
            busy = group.size > len(group.idle)
            return busy or any(worker.is_alive() for worker in group.idle)

    def forget_failure(self, key: str) -> None:
        """Let the next call try a source again that did not load."""
        with self._lock:
            group = self._groups.get(key)
            if group is not None:
                group.failure = None

    def counts(self) -> dict[str, int]:
        with self._lock:
            idle = sum(len(group.idle) for group in self._groups.values())
            idle += self._lending.resting()
            return {
                "workers": self._total,
                "idle": idle,
                "waiting": self._waiting,
            }

    def refuse(self) -> None:
        """Send everybody away who has no worker yet."""
        with self._lock:
            self._closing = True
            for group in self._groups.values():
                while group.waiters:
                    group.waiters.popleft().refuse()
            self._waiting = 0

    def close(self) -> None:
        """End the zygotes, and with them every worker."""
        self.refuse()
        self._ending.put(None)
        self._nursery.close()

    # these are called without the lock

    def _is_fit(self, worker: Worker) -> bool:
        return (
            not worker.ended
            and worker.is_alive()
            and not worker.is_worn_out(self._limits.max_calls)
        )

    def _awaited(self, waiter: Waiter, deadline: float) -> bool:
        """Wait for a worker; what is lent is called back as soon as it rests."""
        pause = FIRST_LOOK
        while self._lending and time.monotonic() + pause < deadline:
            if waiter.wait(time.monotonic() + pause):
                return True
            with self._lock:
                self._lending.call_back_resting()
            pause = min(2 * pause, LAST_LOOK)
        return waiter.wait(deadline)

    def _wait(self, group: Group, waiter: Waiter, deadline: float) -> Worker | None:
        """Return a worker, or None for the right to start one."""
        if not self._awaited(waiter, deadline):
            with self._lock:
                if not waiter.granted:
                    group.waiters.remove(waiter)
                    self._waiting -= 1
                    raise queue_timeout()
        if waiter.refused:
            raise closing()
        if time.monotonic() < deadline:
            return waiter.worker
        if waiter.worker is not None:
            self.release(waiter.worker)
        else:
            self._give_back(group, None)
        raise queue_timeout()

    def _start(self, group: Group, spec: Spec, deadline: float) -> Worker:
        failure = None
        try:
            with self._lock:
                group.raise_failure()
            return Worker(spec, self._nursery, deadline)
        except CallError as error:
            failure = error
            raise
        except OSError as error:  # out of descriptors or processes
            failure = CallError("unavailable", f"No worker can be started: {error}")
            raise failure from error
        finally:
            if failure is not None:
                self._give_back(group, failure)

    def _give_back(self, group: Group, failure: CallError | None) -> None:
        """Return a place that was granted and holds no worker."""
        with self._lock:
            group.size -= 1
            self._total -= 1
            if failure is not None and failure.code == "load_error":
                group.remember(failure)
            self._grant_start()

    def _tend(self) -> None:
        """End workers off the path of the calls, and look after the idle ones."""
        swept = time.monotonic()
        while True:
            try:
                worker = self._ending.get(timeout=SWEEP_SECONDS)
            except queue.Empty:
                pass
            else:
                if worker is None:
                    return
                worker.end()
            if time.monotonic() - swept >= SWEEP_SECONDS:
                self._sweep()
                swept = time.monotonic()

    def _sweep(self) -> None:
        now = time.monotonic()
        with self._lock:
            self._lending.sweep(now)
            for key, group in list(self._groups.items()):
                for worker in group.idle[:]:
                    if (
                        now - worker.idle_since > self._limits.idle_seconds
                        or not worker.is_alive()
                        or worker.is_worn_out(self._limits.max_calls)
                    ):
                        group.idle.remove(worker)
                        self._count_out(group, worker)
                if group.is_empty():
                    del self._groups[key]
            self._grant_start()
        self._nursery.sweep(self._limits.idle_seconds)

    # the rest is called with the lock held

    def _put_back(self, worker: Worker, *, is_fit: bool | None = None) -> None:
        group = self._groups[worker.spec.key]
        is_fit = self._is_fit(worker) if is_fit is None else is_fit
        if not is_fit or self._closing or self._must_yield(group):
            self._retire(worker)
        elif group.waiters:
            self._waiting -= 1
            group.waiters.popleft().grant(worker)
        else:
            worker.idle_since = time.monotonic()
            group.idle.append(worker)

    def _take_idle(self, group: Group, key: str) -> Worker | None:
        if not group.idle and self._lending:
            self._lending.call_back_resting(key)
        while group.idle:
            worker = group.idle.pop()  # the warmest; the others may grow old
            if worker.is_alive():
                return worker
            self._count_out(group, worker)
        return None

    def _reserve(self, group: Group) -> bool:
        """Make room for one more worker of this key, if there can be one."""
        group.raise_failure()
        if group.size >= self._limits.max_workers or group.waiters:
            return False
        if self._total >= self._limits.total_workers and not self._evict():
            return False
        group.size += 1
        self._total += 1
        return True

    def _evict(self) -> bool:
        """End the worker that has been idle longest, whoever's it is."""
        if not any(group.idle for group in self._groups.values()):
            self._lending.call_back_resting()
        resting = [group for group in self._groups.values() if group.idle]
        if not resting:
            return False
        group = min(resting, key=lambda group: group.idle[0].idle_since)
        self._count_out(group, group.idle.pop(0))
        return True

    def _enqueue(self, group: Group) -> Waiter:
        if len(group.waiters) >= self._limits.queue_limit:
            raise CallError("queue_full", "Too many calls wait for this version")
        waiter = Waiter()
        group.waiters.append(waiter)
        self._waiting += 1
        return waiter

    def _retire(self, worker: Worker) -> None:
        self._count_out(self._groups[worker.spec.key], worker)
        self._grant_start()

    def _count_out(self, group: Group, worker: Worker) -> None:
        group.size -= 1
        self._total -= 1
        self._ending.put(worker)

    def _must_yield(self, group: Group) -> bool:
        if self._waiting == len(group.waiters):
            return False
        return must_yield(group, self._groups.values(), self._limits.max_workers)

    def _grant_start(self) -> None:
        """Give a free place to the call that has waited longest for a first worker."""
        if not self._waiting or self._total >= self._limits.total_workers:
            return
        group = neediest(self._groups.values(), self._limits.max_workers)
        if group is not None:
            group.size += 1
            self._total += 1
            self._waiting -= 1
            group.waiters.popleft().grant(None)
