"""Bytes of the data store between rows and storage: kept once, thrown away late.

No question to the storage stands inside a transaction. A key is never used twice, so
that throwing away and keeping never meet (docs/decisions/0021).
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog.content import blobs
from catalog.models import Blob, DataFile
from catalog.services.data_errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Generator

    from django.core.files.storage import Storage

    from catalog.content.blobs import Arrived

logger = logging.getLogger(__name__)

#: bytes that nobody refers to stay as long: an upload may be about to
GRACE = timedelta(hours=1)
LEFTOVER_SECONDS = 24 * 3600.0
BATCH = 500
AWAY = "The data store cannot be reached now. Try again."


def incoming() -> Path:
    """Return where uploads are while they arrive."""
    return Path(settings.INCOMING_DIR)


def _storage() -> Storage:
    return storages["data"]


def keep(arrived: Arrived) -> Blob:
    """Put arrived bytes into the storage, unless it has them; return their row.

    The row comes first: of bytes without a row nobody would ever know. Raises
    StoreUnavailable.
    """
    blob = _claim(arrived)
    try:
        blobs.keep(_storage(), blob.key, arrived)
    except Exception as error:
        logger.exception("keeping %s failed", blob.key)
        raise StoreUnavailable(AWAY, retry_after=1) from error
    return blob


def _claim(arrived: Arrived) -> Blob:
    """Return the live row of these bytes, touched now, or a new one."""
    if found := _touched(arrived.digest):
        return found
    digest = arrived.digest
    key = f"{digest[:2]}/{digest}.{uuid4().hex[:12]}"
    try:
        with transaction.atomic():
            return Blob.objects.create(digest=digest, size=arrived.size, key=key)
    except IntegrityError:
        found = _touched(digest)
        if found is None:
            raise StoreUnavailable(AWAY, retry_after=1) from None
        return found


def _touched(digest: str) -> Blob | None:
    found = Blob.objects.filter(digest=digest, doomed_at=None).first()
    return found if found and touch(found) else None


def touch(blob: Blob) -> bool:
    """Say that somebody is about to refer to these bytes; False: they are doomed.

    Bytes that were touched a short while ago are not doomed for as long.
    """
    now = timezone.now()
    if now - blob.touched_at < GRACE / 2:
        return True
    live = Blob.objects.filter(pk=blob.pk, doomed_at=None)
    blob.touched_at = now
    return bool(live.update(touched_at=now))


def read(blob: Blob, start: int, length: int) -> Generator[bytes] | blobs.Parts:
    """Yield `length` bytes from byte `start`, opened at once.

    Raises FileNotFoundError where the storage has them not, StoreUnavailable where it
    does not answer.
    """
    try:
        return blobs.read(_storage(), blob.key, start, length)
    except FileNotFoundError:
        raise
    except Exception as error:
        logger.exception("reading %s failed", blob.key)
        raise StoreUnavailable(AWAY, retry_after=1) from error


def sweep() -> int:
    """Throw away bytes that nobody has referred to for an hour; return how many."""
    blobs.clear_leftovers(incoming(), older_than=LEFTOVER_SECONDS)
    used = DataFile.objects.filter(blob=OuterRef("pk"))
    idle = Blob.objects.filter(
        ~Exists(used), doomed_at=None, touched_at__lt=timezone.now() - GRACE
    )
    while batch := list(idle.values_list("pk", flat=True)[:BATCH]):
        # Asked again in the same statement: one may have been touched meanwhile.
        idle.filter(pk__in=batch).update(doomed_at=timezone.now())
    thrown = 0
    for blob in Blob.objects.exclude(doomed_at=None).iterator(BATCH):
        try:
            blobs.remove(_storage(), blob.key)
        except Exception:
            # Its row stays, and with it the task.
            logger.exception("throwing %s away failed", blob.key)
            continue
        blob.delete()
        thrown += 1
    return thrown
