"""What the worker does beside the index: figures, what is past its time, notices."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from accounts.key_endings import tell_of_endings
from accounts.sessions import SessionStore
from catalog.models import Algorithm, Run, Version
from catalog.services import (
    data_upkeep,
    durable_runs,
    idempotency,
    rollups,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

BATCH = 5_000
ROLL_UP_SECONDS = 3.0
#: a roll-up that takes long comes less often: it may use this share of the time
SHARE = 0.05
MINUTE, HOUR = 60.0, 3600.0


@dataclass(slots=True)
class Upkeep:
    """When each task is due next, in seconds of the monotonic clock."""

    rolled_up: datetime | None = None
    #: versions whose algorithms' own figures are still to be counted
    waiting: set[UUID] = field(default_factory=set)
    roll_up_due: float = 0.0
    minute_due: float = 0.0
    whole_due: float = 0.0

    def run_due(self) -> None:
        """Do what is due: figures every few seconds, dropping once a minute."""
        now = time.monotonic()
        if now >= self.roll_up_due:
            self._roll_up()
            took = time.monotonic() - now
            self.roll_up_due = now + max(ROLL_UP_SECONDS, took / SHARE)
        if now >= self.minute_due:
            drop_old_runs()
            durable_runs.drop_ended()
            idempotency.drop_old_keys()
            self.waiting |= _just_edited()
            self.minute_due = now + MINUTE
        if now >= self.whole_due:
            # Medians end after 30 days, with no call that would say so.
            rollups.count_calls()
            tell_of_endings()
            SessionStore.clear_expired()
            data_upkeep.tidy()
            self.whole_due = now + HOUR

    def _roll_up(self) -> None:
        done = rollups.roll_up(since=self.rolled_up)
        self.rolled_up = done.until
        self.waiting |= done.versions
        if self.waiting:
            rollups.count_calls(versions=self.waiting)
            self.waiting.clear()


def _just_edited() -> set[UUID]:
    """Return versions of algorithms just edited: who sees them may have changed."""
    since = timezone.now() - timedelta(seconds=2 * MINUTE)
    edited = Algorithm.objects.filter(updated_at__gte=since).exclude(call_count=0)
    known = Version.objects.filter(algorithm__in=edited)
    return set(known.values_list("pk", flat=True))


def drop_old_runs() -> int:
    """Delete run records past their time, whole hours, each rolled up before."""
    oldest = timezone.now() - timedelta(days=settings.RUN_RECORD_DAYS)
    end = rollups.hour_of(oldest)
    dropped = 0
    while (hour := _first_hour()) is not None and hour < end:
        rollups.roll_up_hour(hour)
        dropped += _drop_hour(hour)
    return dropped


def _first_hour() -> datetime | None:
    first = Run.objects.aggregate(first=Min("created_at"))["first"]
    return rollups.hour_of(first) if first else None


def _drop_hour(hour: datetime) -> int:
    old = Run.objects.filter(created_at__gte=hour, created_at__lt=hour + rollups.HOUR)
    dropped = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        dropped += Run.objects.filter(pk__in=batch).delete()[0]
    return dropped
