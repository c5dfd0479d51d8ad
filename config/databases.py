"""The database and the cache that URLs name, with what many threads need of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dj_database_url

if TYPE_CHECKING:
    from dj_database_url import DBConfig

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"
LOCK_SECONDS = 2
CONNECT_SECONDS = 5


def cache(redis_url: str) -> dict[str, str]:
    """Give what is kept for a while its place: Redis, or each process for itself."""
    if redis_url:
        return {"BACKEND": "config.cache.SharedCache", "LOCATION": redis_url}
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


def database(url: str, *, statement_seconds: int) -> DBConfig:
    """Read `url`; `statement_seconds` bounds one statement of PostgreSQL, 0 none."""
    found = dj_database_url.parse(url, conn_max_age=None)
    if found["ENGINE"] == SQLITE:
        # Writers queue at BEGIN instead of failing at COMMIT (docs/decisions/0003).
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    if found["ENGINE"] == POSTGRESQL:
        # A server that was restarted is met with a new connection, not an error.
        found["CONN_HEALTH_CHECKS"] = True
        found["OPTIONS"] = {
            "connect_timeout": CONNECT_SECONDS,
            **found.get("OPTIONS", {}),
            "application_name": "vitrine",
            "options": f"-c lock_timeout={LOCK_SECONDS}s "
            f"-c statement_timeout={statement_seconds}s",
        }
    return found
