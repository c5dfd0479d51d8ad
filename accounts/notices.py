"""Telling a person something: on the site, and by mail where this server sends mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts import mail
from accounts.models import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User

LONGEST = 500
SHOWN = 100


def tell(*, user: User, text: str, address: str = "") -> Notice:
    """Leave a notice for `user`; it is mailed once the transaction is committed.

    `address` is a path of ours. The text names nothing that the person may not see.
    """
    notice = Notice.objects.create(user=user, text=text[:LONGEST], address=address)
    transaction.on_commit(lambda: mail.send_notice(notice))
    return notice


def unseen(*, user: User) -> int:
    """Count the notices that the person has not seen yet."""
    return Notice.objects.filter(user=user, seen_at=None).count()


def newest(*, user: User) -> list[Notice]:
    """Return what the person was told last, the newest first."""
    return list(Notice.objects.filter(user=user)[:SHOWN])


def mark_seen(*, user: User, notices: Iterable[Notice]) -> None:
    """Note that the person has seen these notices."""
    keys = [notice.pk for notice in notices if notice.seen_at is None]
    if keys:
        rows = Notice.objects.filter(user=user, pk__in=keys)
        rows.update(seen_at=timezone.now())
