"""What algorithms keep for visitors, for a day.

A visitor has no namespace. What an algorithm writes to `.algo` for one lies with the
algorithm's owner, in one directory for all visitors: found by who knows its name,
never listed, replaced or deleted by them (docs/decisions/0024).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from accounts.models import Owner
from catalog.models import DataDirectory, DataFile
from catalog.services.data_errors import QuotaFull
from catalog.services.data_usage import OVERHEAD, charge
from catalog.services.errors import Forbidden

if TYPE_CHECKING:
    from catalog.models import Blob
    from catalog.services.callers import Caller
    from catalog.services.data_paths import Inside, Place

#: begins the names of directories for visitors
VISITORS = ".visitors/"
_ALGO = ".algo/"


def is_visitors(caller: Caller, place: Place, inside: Inside | None) -> bool:
    """Tell whether a path means what an algorithm keeps for visitors."""
    return (
        inside is not None
        and not caller.viewer.is_authenticated
        and place.is_algorithms
        and place.directory.startswith(_ALGO)
    )


def name_of(place: Place) -> str:
    """Return the name of the directory that stands for `.algo/owner/name/kind`."""
    return VISITORS + place.directory.removeprefix(_ALGO)


def directory_to_write(place: Place, inside: Inside) -> DataDirectory:
    """Return the visitors' directory of the algorithm that writes; made when new."""
    owner = Owner.objects.get(pk=inside.author_id)
    with transaction.atomic():
        found, is_new = DataDirectory.objects.get_or_create(
            owner=owner,
            name=name_of(place),
            defaults={"read": DataDirectory.Read.MY_ALGOS},
        )
        if is_new:
            charge(owner, OVERHEAD)
    found.owner = owner
    return found


def check_room(directory: DataDirectory, more: int) -> None:
    """Raise QuotaFull where visitors' files of one algorithm take what they may."""
    files = DataFile.objects.filter(directory=directory)
    used = files.aggregate(size=Sum("size"))["size"] or 0
    if used + more > settings.VISITORS_DATA_BYTES:
        raise QuotaFull(
            "What this algorithm keeps for visitors takes all of its place. Sign in "
            "to have a place of your own, or try again tomorrow."
        )


def check_same(file: DataFile | None, blob: Blob) -> None:
    """Raise Forbidden where a visitor's file would replace another one."""
    if file is not None and file.blob_id != blob.pk:
        raise Forbidden("Another visitor's file has this name. Choose another one.")
