"""When and from where keys are used: last use, first use, and new addresses.

Every call asks here, so that a call within a minute of the last one from the same
place costs one look into a dict.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone

from accounts import acting
from accounts.addresses import network_of
from accounts.models import ApiKey
from catalog.models import AuditEntry
from catalog.services import audit

if TYPE_CHECKING:
    from uuid import UUID

logger = logging.getLogger(__name__)

FIRST = "use key first"
NEW_ADDRESS = "use key from a new address"
REMEMBERED = timedelta(days=30)
MOST = 10_000
#: key and address -> second of the monotonic clock from which it is looked at again
_due: dict[tuple[UUID, str], float] = {}


def note_use(*, key_id: UUID, address: str) -> None:
    """Note that a key was just used; a record that cannot be written stops no call."""
    place, now = (key_id, address), time.monotonic()
    if now < _due.get(place, 0.0):
        return
    if len(_due) >= MOST:
        _due.clear()
    _due[place] = now + ApiKey.LAST_USED_STEP
    try:
        with transaction.atomic():
            _note(key_id, address)
    except DatabaseError:
        logger.exception("the use of key %s is not noted", key_id)


def _note(key_id: UUID, address: str) -> None:
    row = ApiKey.objects.filter(pk=key_id)
    now = timezone.now()
    if row.filter(last_used_at=None).update(last_used_at=now):
        _remember(key_id, address)
        _write(FIRST, key_id, address)
        return
    if cache.add(f"key-used:{key_id}", 1, ApiKey.LAST_USED_STEP):
        row.update(last_used_at=now)
    if address and not _is_known(key_id, address):
        # One a minute: who changes addresses quickly shall not fill the trail.
        if not cache.add(f"key-moved:{key_id}", 1, ApiKey.LAST_USED_STEP):
            return
        _write(NEW_ADDRESS, key_id, address)
    _remember(key_id, address)


def _is_known(key_id: UUID, address: str) -> bool:
    """Tell whether the key was used from there lately; the trail knows after a restart.

    An IPv6 address counts as its network.
    """
    if cache.get(_place(key_id, address)):
        return True
    told = AuditEntry.objects.filter(
        target_type="apikey",
        target_id=str(key_id),
        action__in=(FIRST, NEW_ADDRESS),
        created_at__gte=timezone.now() - REMEMBERED,
    )
    near = network_of(address)
    seen = told.values_list("address", flat=True)
    return any(network_of(known) == near for known in seen)


def _remember(key_id: UUID, address: str) -> None:
    cache.set(_place(key_id, address), 1, REMEMBERED.total_seconds())


def _place(key_id: UUID, address: str) -> str:
    return f"key-from:{key_id}:{network_of(address)}"


def _write(action: str, key_id: UUID, address: str) -> None:
    key = ApiKey.objects.select_related("user", "team").get(pk=key_id)
    with acting.acting(address=address, key_id=key_id):
        audit.note(
            actor=key.user,
            action=action,
            target=key,
            category=AuditEntry.Category.KEY,
            team=key.team,
        )
