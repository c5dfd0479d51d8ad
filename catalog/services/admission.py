"""How often one address or person may run samples on the page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache

from catalog.services.errors import TooManyRuns

if TYPE_CHECKING:
    from catalog.services.callers import Caller

HOUR = 3600


def _window(caller: Caller) -> tuple[str, int]:
    now = int(time.time())
    who = f"user:{caller.user_id}" if caller.user_id else f"address:{caller.address}"
    return f"runs:{who}:{now // HOUR}", HOUR - now % HOUR


def admit(caller: Caller) -> None:
    """Count one run of this hour; raises TooManyRuns once they are used up."""
    key, left = _window(caller)
    cache.add(key, 0, HOUR)
    if cache.incr(key) > settings.VITRINE_RUNS_PER_HOUR:
        raise TooManyRuns(
            f"You have used your {settings.VITRINE_RUNS_PER_HOUR:,} runs of this "
            f"hour. The next run is possible in {left // 60 + 1} min.",
            retry_after=left,
        )


def runs_left(caller: Caller) -> int:
    """Return how many runs are left in this hour."""
    key, _left = _window(caller)
    used = int(cache.get(key, 0))
    return max(settings.VITRINE_RUNS_PER_HOUR - used, 0)
