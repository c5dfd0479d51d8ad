"""How often keys called, for the pages and lists of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count

from accounts import key_listing
from catalog.models import Run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID


def connect() -> None:
    """Answer accounts, which knows of no runs."""
    key_listing.calls_wanted.connect(_on_wanted, dispatch_uid="key_calls")


def _on_wanted(*, keys: list[UUID], since: datetime, **_told: Any) -> Mapping[Any, int]:
    runs = Run.objects.filter(key__in=keys, created_at__gte=since)
    counted = runs.order_by().values_list("key").annotate(n=Count("pk"))
    return dict(counted)
