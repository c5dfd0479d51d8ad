"""Whether the product can do its work, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from catalog.execution import execution_backends
from catalog.services import admission, indexing


@dataclass(frozen=True, slots=True)
class Readiness:
    """The parts, each with `ok`. An index that is away only makes search slower."""

    is_ready: bool
    parts: dict[str, dict[str, Any]]


def readiness(*, with_details: bool) -> Readiness:
    """Ask database, index, executor, and Redis where there is one.

    Details hold counts of private rows and paths: they are for staff.
    """
    database = _database()
    index = indexing.backend().health()
    executor = execution_backends[settings.VITRINE_EXECUTION].health()
    parts: dict[str, dict[str, Any]] = {
        "database": {"ok": database},
        "index": {"ok": index.ok, "backend": settings.VITRINE_SEARCH},
        "executor": {
            "ok": executor.ok,
            "backend": settings.VITRINE_EXECUTION,
            "sandbox": executor.sandbox,
        },
    }
    redis = admission.counting().problem()
    if settings.REDIS_URL:
        # Not needed to be ready: each process counts for itself while it is away.
        parts["redis"] = {"ok": not redis}
    if with_details:
        parts["index"] |= {"detail": index.detail, "documents": index.documents}
        if said := indexing.advice():
            parts["index"]["advice"] = said
        parts["executor"] |= {"detail": executor.detail, "workers": executor.workers}
        if redis:
            parts["redis"]["detail"] = redis
    return Readiness(database and executor.ok, parts)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() is not None
    except DatabaseError:
        return False
