"""Failed sign-ins, counted per name and address, so that guessing is slow."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache

WINDOW = 15 * 60  # seconds
ALLOWED = 10


def _key(name: str, address: str, window: int) -> str:
    # Hashed: a name may hold what no cache key may.
    who = hashlib.sha256(f"{name.lower()}\n{address}".encode()).hexdigest()
    return f"sign-in:{who}:{window}"


def seconds_to_wait(*, name: str, address: str) -> int:
    """Return 0 while another attempt is allowed, else the seconds until it is."""
    now = int(time.time())
    failed = int(cache.get(_key(name, address, now // WINDOW), 0))
    return WINDOW - now % WINDOW if failed >= ALLOWED else 0


def note_failure(*, name: str, address: str) -> None:
    """Count one failed attempt."""
    key = _key(name, address, int(time.time()) // WINDOW)
    cache.add(key, 0, WINDOW)
    cache.incr(key)
