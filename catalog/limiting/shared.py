"""Windows counted in Redis, where several processes share them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from limits.errors import StorageError
from limits.storage import RedisStorage
from redis.backoff import NoBackoff
from redis.retry import Retry

if TYPE_CHECKING:
    from typing import Any

#: a request waits no longer than this for Redis (seconds)
PATIENCE = 0.25
KEPT = 10_000


class Away(Exception):
    """Redis does not answer; the message says how."""


class SharedWindows:
    """Fixed windows by name: Redis counts and ends them, atomically.

    A count is one trip; when a window ends is asked once per process and window.
    """

    def __init__(self, url: str) -> None:
        options: dict[str, Any] = {
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            # One more attempt, for a kept connection that Redis has closed.
            "retry": Retry(NoBackoff(), 1),
        }
        # `limits` has a spelling of its own for a socket file.
        url = (
            url.replace("unix://", "redis+unix://", 1)
            if url.startswith("unix:")
            else url
        )
        self._storage = RedisStorage(
            url, key_prefix="vitrine:limit", wrap_exceptions=True, **options
        )
        self._ends: dict[str, float] = {}

    def add(self, name: str, seconds: int) -> tuple[int, int]:
        """Count one and return the count and the seconds left; raises Away."""
        try:
            count = self._storage.incr(name, seconds)
            return count, self._left(name, seconds, is_new=count == 1)
        except StorageError as error:
            raise _away(error) from error

    def read(self, name: str, seconds: int) -> tuple[int, int]:
        """Return the count and the seconds left without counting; raises Away."""
        try:
            if not (count := self._storage.get(name)):
                return 0, seconds
            return count, self._left(name, seconds, is_new=False)
        except StorageError as error:
            raise _away(error) from error

    def ping(self) -> None:
        """Raise Away where Redis does not answer."""
        try:
            self._storage.get("ping")
        except StorageError as error:
            raise _away(error) from error

    def _left(self, name: str, seconds: int, *, is_new: bool) -> int:
        now = time.time()
        end = now + seconds if is_new else self._ends.get(name, 0.0)
        if end <= now:
            end = self._storage.get_expiry(name)
        if len(self._ends) >= KEPT:
            self._ends.clear()
        self._ends[name] = end
        return min(max(round(end - now), 1), seconds)


def _away(error: StorageError) -> Away:
    return Away(str(cast("object", error.storage_error)))
