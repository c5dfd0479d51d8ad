"""Windows counted in this process.

`limits` has such a storage too. Ours is smaller and quicker: theirs starts a thread
that reads every name at nearly every count, which took up to 1.2 ms with 50,000 names
(docs/decisions/0016).
"""

from __future__ import annotations

import math
import time
from threading import Lock

#: names kept before those that ended are dropped, and then the oldest
KEPT = 100_000
NONE = -math.inf, 0


class ProcessWindows:
    """Fixed windows by name; each begins with the first count after its last end."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = Lock()
        # name -> monotonic end, count: what never runs backwards ends a window
        self._windows: dict[str, tuple[float, int]] = {}

    def add(self, name: str, seconds: int) -> tuple[int, int]:
        """Count one and return the count and the whole seconds left, at least 1."""
        now = time.monotonic()
        with self._lock:
            end, count = self._windows.get(name, NONE)
            if end <= now:
                if len(self._windows) >= self._kept:
                    self._drop(now)
                # Taken out first, so that the order of the names is that of beginning.
                self._windows.pop(name, None)
                end, count = now + seconds, 0
            count += 1
            self._windows[name] = end, count
        # The sum of two floats may be a hair above: 61 s of a minute.
        return count, min(math.ceil(end - now), seconds)

    def read(self, name: str, seconds: int) -> tuple[int, int]:
        """Return the count and the whole seconds left without counting."""
        now = time.monotonic()
        end, count = self._windows.get(name, NONE)
        if end <= now:
            return 0, seconds
        return count, min(math.ceil(end - now), seconds)

    def _drop(self, now: float) -> None:
        """Forget what ended; where that is little, the tenth that began first."""
        for name in [name for name, (end, _n) in self._windows.items() if end <= now]:
            del self._windows[name]
        if len(self._windows) > self._kept * 0.9:
            for name in list(self._windows)[: self._kept // 10]:
                del self._windows[name]
