"""What the worker does for the data store: temporary files, bytes nobody has."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from catalog.models import DataDirectory, DataFile
from catalog.services import data_blobs
from catalog.services.data_paths import ALGO, PASSING, SESSION
from catalog.services.data_store import locked
from catalog.services.data_usage import OVERHEAD, charge
from catalog.services.passing_files import VISITORS

if TYPE_CHECKING:
    from datetime import datetime

#: how long stays what a run leaves in `.session` and an algorithm in `.algo/.../temp`
PASSING_TIME = timedelta(hours=24)
BATCH = 500


def tidy() -> int:
    """Drop files that are only for a while, then bytes that nobody refers to.

    Return how many files were dropped.
    """
    dropped = drop_passing(before=timezone.now() - PASSING_TIME)
    data_blobs.sweep()
    return dropped


def drop_passing(*, before: datetime) -> int:
    """Drop what sessions and `temp` directories have from before a time."""
    kinds = (
        Q(name__startswith=f"{SESSION}/")
        | Q(name__startswith=f"{ALGO}/", name__endswith=f"/{PASSING}")
        | Q(name__startswith=VISITORS)
    )
    passing = DataDirectory.objects.filter(kinds).select_related("owner")
    return sum(_drop(directory, before) for directory in passing.iterator(BATCH))


def end_session(*, owner_id: int, session: str) -> None:
    """Drop what a run that is over has left in its `.session`, if anything."""
    rows = DataDirectory.objects.select_related("owner")
    name = f"{SESSION}/{session}"
    for directory in rows.filter(owner_id=owner_id, name=name):
        _drop(directory, timezone.now())


@transaction.atomic
def _drop(directory: DataDirectory, before: datetime) -> int:
    """Drop the old files of a directory, and an old directory that is empty then."""
    if not locked(directory):
        return 0
    old = DataFile.objects.filter(directory=directory, modified_at__lte=before)
    size = old.aggregate(size=Sum("size"))["size"] or 0
    dropped, _by_kind = old.delete()
    freed = size + dropped * OVERHEAD
    rest = DataFile.objects.filter(directory=directory)
    if directory.created_at <= before and not rest.exists():
        directory.delete()
        freed += OVERHEAD
    charge(directory.owner, -freed)
    return dropped
