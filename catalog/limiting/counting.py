"""Counts in Redis where there is one, in this process while it is away."""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import TYPE_CHECKING

from catalog.limiting.here import ProcessWindows
from catalog.limiting.policies import Standing

if TYPE_CHECKING:
    from catalog.limiting.policies import Policy
    from catalog.limiting.shared import SharedWindows

logger = logging.getLogger(__name__)

#: how long Redis is left alone after it did not answer (seconds)
PAUSE = 5.0


class Counting:
    """Counts who used how much of which policy. Safe for threads.

    With `redis_url` all processes share the counts. While Redis is away each counts
    for itself: limits stay, up to once per process, and nobody is turned away for it.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._url = redis_url
        self._shared: SharedWindows | None = None
        self._here = ProcessWindows()
        self._again_at = 0.0
        self._is_away = False
        self._lock = Lock()

    def count(self, policy: Policy, who: str) -> Standing:
        """Count one for `who` and say where that leaves him."""
        if not self._url:
            # The way of every call on a laptop, as short as it can be.
            asked = self._here.add(f"{policy.name}:{who}", policy.seconds)
            return Standing(policy, *asked)
        return self._ask(policy, who, is_counted=True)

    def look(self, policy: Policy, who: str) -> Standing:
        """Say where `who` stands, without counting."""
        return self._ask(policy, who, is_counted=False)

    def problem(self) -> str:
        """Ask Redis and return what is wrong with it; empty where nothing is."""
        if not self._url:
            return ""
        from catalog.limiting.shared import Away  # noqa: PLC0415 - 12 MB with redis

        try:
            self._redis().ping()
        except Away as away:
            return str(away)
        return ""

    def forget(self) -> None:
        """Begin anew with what this process counted, as a fresh one would."""
        self._here = ProcessWindows()

    def _redis(self) -> SharedWindows:
        if self._shared is None:
            from catalog.limiting.shared import SharedWindows  # noqa: PLC0415 - as above

            self._shared = SharedWindows(self._url)
        return self._shared

    def _ask(self, policy: Policy, who: str, *, is_counted: bool) -> Standing:
        name = f"{policy.name}:{who}"
        if self._url and time.monotonic() >= self._again_at:
            asked = self._ask_redis(name, policy.seconds, is_counted=is_counted)
            if asked is not None:
                return Standing(policy, *asked)
        ask = self._here.add if is_counted else self._here.read
        return Standing(policy, *ask(name, policy.seconds))

    def _ask_redis(
        self, name: str, seconds: int, *, is_counted: bool
    ) -> tuple[int, int] | None:
        from catalog.limiting.shared import Away  # noqa: PLC0415 - as above

        if self._is_away:
            # One request tries whether Redis is back; the others need not wait.
            self._again_at = time.monotonic() + PAUSE
        redis = self._redis()
        try:
            answer = (redis.add if is_counted else redis.read)(name, seconds)
        except Away as away:
            self._again_at = time.monotonic() + PAUSE
            self._note(is_away=True, why=str(away))
            return None
        if self._is_away:
            self._again_at = 0.0
            self._note(is_away=False)
        return answer

    def _note(self, *, is_away: bool, why: str = "") -> None:
        """Log a change once, however many threads meet it at the same time."""
        with self._lock:
            if self._is_away == is_away:
                return
            self._is_away = is_away
        if is_away:
            logger.error("Redis is away (%s): this process counts by itself", why)
        else:
            logger.warning("Redis is back: counts are shared again")
