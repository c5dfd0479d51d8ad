"""Keys as pages and the API list them: alive or not, ending soon, how often used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, cast

from django.dispatch import Signal
from django.utils import timezone

from accounts.models import ApiKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

#: days before a key's end from which its pages say so
SOON_DAYS = 7
CALLS_DAYS = 30
#: sent with `keys`, a list of ids, and `since`; whoever keeps the runs answers with
#: the calls of each key since then, for accounts knows of no runs
calls_wanted = Signal()


@dataclass(frozen=True, slots=True)
class Held:
    """A key in a list; `calls` are those of the last 30 days, begun days are left."""

    key: ApiKey
    calls: int
    days_left: int
    state: str

    @property
    def is_live(self) -> bool:
        return self.state == "live"

    @property
    def ends_soon(self) -> bool:
        left = self.key.expires_at - timezone.now()
        return self.is_live and left <= timedelta(days=SOON_DAYS)


def listed(rows: Iterable[ApiKey]) -> list[Held]:
    """Return keys with their state: those that live first, the newest before older."""
    keys = list(rows)
    calls = calls_of([key.pk for key in keys])
    held = [_held(key, calls.get(key.pk, 0)) for key in keys]
    return sorted(held, key=lambda each: not each.is_live)


def calls_of(keys: list[UUID]) -> Mapping[UUID, int]:
    """Return how often each key called in the last 30 days; missing ones did not."""
    since = timezone.now() - timedelta(days=CALLS_DAYS)
    asked = {"keys": keys, "since": since}
    counted: dict[UUID, int] = {}
    for _who, answer in calls_wanted.send(sender=ApiKey, **asked) if keys else []:
        counted.update(cast("Mapping[Any, int]", answer))
    return counted


def _held(key: ApiKey, calls: int) -> Held:
    now = timezone.now()
    left = max(ceil((key.expires_at - now) / timedelta(days=1)), 0)
    if key.revoked_at is not None:
        return Held(key, calls, left, "revoked")
    return Held(key, calls, left, "live" if key.is_live(now) else "ended")
