"""Telling people that a key of theirs ends soon, once, a week before."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import notices
from accounts.leaks import holders_of, keys_page_of
from accounts.models import ApiKey

#: how long before its end the owners of a key are told
BEFORE = timedelta(days=7)
TOLD = (
    "Your key “{name}” (vtr_{lookup}…) ends on {day}. Make a new one in time, and put "
    "it where this one is used."
)


def tell_of_endings() -> int:
    """Tell the owners of keys that end within a week; return how many keys those were.

    A key that was made for a week or less is known to end.
    """
    now = timezone.now()
    ending = ApiKey.objects.filter(
        end_told_at=None,
        revoked_at=None,
        expires_at__gt=now,
        expires_at__lte=now + BEFORE,
    )
    rows = ending.select_related("user", "team__owner")
    told = [_tell(key) for key in rows if key.expires_at - key.created_at > BEFORE]
    return sum(told)


@transaction.atomic
def _tell(key: ApiKey) -> bool:
    # Not save(): this is no change that a cached look-up depends on.
    mine = ApiKey.objects.filter(pk=key.pk, end_told_at=None)
    if not mine.update(end_told_at=timezone.now()):
        return False
    day = f"{key.expires_at:%-d %B %Y}"
    said = TOLD.format(name=key.name, lookup=key.lookup, day=day)
    for person in holders_of(key):
        notices.tell(user=person, text=said, address=keys_page_of(key))
    return True
