"""A durable run as server-sent events: each change of its state, until it has ended.

A stream holds a thread of the server, so there are few at once, each ends after a
while, and the client comes back with the id of the last event that it has.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import orjson
from django.conf import settings
from django.utils import timezone

from accounts import epoch
from catalog.services import durable_runs
from catalog.services.durable_documents import error_of, summary_of
from catalog.services.errors import NotFound, StreamsTaken, TooManyStreams

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catalog.models import DurableRun
    from catalog.services.callers import Caller

STREAM_SECONDS = 60.0
POLL_SECONDS = 0.25
PROGRESS_SECONDS = 2.0
HEARTBEAT_SECONDS = 10.0
RETRY_MILLISECONDS = 1000
MOST_OF_ONE = 4
#: a slot that nobody gave back counts no longer than this
SLOT_SECONDS = STREAM_SECONDS + 30.0


class Slots:
    """Who watches in this process: so many all together, and so many each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: dict[UUID, tuple[Any, float]] = {}

    def take(self, who: Any) -> UUID:
        """Return a slot to give back; raises TooManyStreams, StreamsTaken."""
        now = time.monotonic()
        with self._lock:
            self._taken = {k: v for k, v in self._taken.items() if v[1] > now}
            mine = sum(holder == who for holder, _end in self._taken.values())
            if mine >= MOST_OF_ONE:
                raise TooManyStreams(
                    f"You watch {mine} runs already. Ask for the run's state instead.",
                    retry_after=5,
                )
            if len(self._taken) >= settings.VITRINE_ASYNC_STREAMS:
                raise StreamsTaken(
                    "All event streams of this server are taken. Ask for the run's "
                    "state instead.",
                    retry_after=5,
                )
            slot = uuid4()
            self._taken[slot] = (who, now + SLOT_SECONDS)
        return slot

    def give_back(self, slot: UUID) -> None:
        with self._lock:
            self._taken.pop(slot, None)


slots = Slots()


class Watching:
    """The bytes of one stream. It holds a slot until it is closed."""

    def __init__(self, caller: Caller, run: DurableRun, seen: int) -> None:
        self._caller = caller
        self._run = run
        self._seen = seen
        self._slot = slots.take(tuple(caller.holder.items()))

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield b"retry: %d\n: watching\n\n" % RETRY_MILLISECONDS
            yield from self._events()
        finally:
            self.close()

    def close(self) -> None:
        slots.give_back(self._slot)

    def _events(self) -> Iterator[bytes]:
        begun = spoken = beaten = time.monotonic()
        while (now := time.monotonic()) < begun + STREAM_SECONDS:
            run = self._run
            if run.number_of_changes > self._seen:
                self._seen, spoken = run.number_of_changes, now
                yield _event("state", state_of(run), pk=run.number_of_changes)
            elif now >= spoken + PROGRESS_SECONDS:
                spoken = now
                yield _event("progress", _progress_of(run))
            if now >= beaten + HEARTBEAT_SECONDS:
                beaten = now
                yield b": still here\n\n"
            if run.is_over or not self._looked_again():
                return
            time.sleep(POLL_SECONDS)

    def _looked_again(self) -> bool:
        """Read the run anew; nothing is told to a caller whose rights may be others."""
        if epoch.current() != self._caller.epoch:
            return False
        try:
            self._run = durable_runs.find_run(
                caller=self._caller, pk=self._run.pk, is_whole=False
            )
        except NotFound:
            return False
        return True


def watch(*, caller: Caller, pk: UUID, seen: str = "") -> Watching | None:
    """Return the events of one of the caller's runs after the one with id `seen`.

    None where the run is over and its last event was seen: there is nothing to come.
    Raises NotFound, TooManyStreams, StreamsTaken.
    """
    run = durable_runs.find_run(caller=caller, pk=pk, is_whole=False)
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1  # noqa: PLR2004 - no count is that long
    if run.is_over and number >= run.number_of_changes:
        return None
    return Watching(caller, run, number)


def state_of(run: DurableRun) -> dict[str, Any]:
    """Return what an event says of a run: what a list shows, and why it failed."""
    told = summary_of(run)
    if run.state == run.State.FAILED:
        told["error"] = error_of(run)
    return told


def _progress_of(run: DurableRun) -> dict[str, Any]:
    since = run.started_at if run.state == run.State.RUNNING else run.created_at
    seconds = (timezone.now() - (since or run.created_at)).total_seconds()
    return {"state": run.state, "attempt": run.attempt, "seconds": round(seconds, 1)}


def _event(name: str, told: dict[str, Any], *, pk: int | None = None) -> bytes:
    identified = b"" if pk is None else b"id: %d\n" % pk
    data = orjson.dumps(told, option=orjson.OPT_UTC_Z)
    return b"event: %b\n%bdata: %b\n\n" % (name.encode(), identified, data)
