"""How much an owner's data takes of the quota, exact under uploads at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F

from catalog.models import DataUsage
from catalog.services.data_errors import QuotaFull

if TYPE_CHECKING:
    from accounts.models import Owner

#: what a file or a directory takes besides its bytes, so that empty ones end as well
OVERHEAD = 1024


def charge(owner: Owner, more: int) -> None:
    """Count bytes that come (or go, below 0) in the caller's transaction.

    Raises QuotaFull where the quota would be passed; then nothing may be stored.
    """
    row = DataUsage.objects.filter(owner=owner)
    if more > 0:
        row = row.filter(used__lte=settings.DATA_QUOTA_BYTES - more)
    if row.update(used=F("used") + more):
        return
    DataUsage.objects.get_or_create(owner=owner)
    if not row.update(used=F("used") + more):
        raise _full(owner)


def check_room(owner: Owner, more: int) -> None:
    """Raise QuotaFull for an upload that would not fit, before its bytes are read."""
    used = DataUsage.objects.filter(owner=owner).values_list("used", flat=True).first()
    if more > 0 and (used or 0) + more > settings.DATA_QUOTA_BYTES:
        raise _full(owner)


def _full(owner: Owner) -> QuotaFull:
    megabytes = settings.DATA_QUOTA_BYTES // (1024 * 1024)
    return QuotaFull(
        f"The data of {owner} takes all of its {megabytes:,} MiB, or would with this. "
        "Delete files, or ask the operator for more."
    )
