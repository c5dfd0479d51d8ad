"""The number that dates every cached look-up (docs/decisions/0004)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.signals import post_delete, post_save

from accounts.models import ApiKey, Epoch, Membership, Owner, Team, User
from accounts.plain_sql import read

if TYPE_CHECKING:
    from django.db.models import Model


def current() -> int:
    """Read the epoch: one indexed row, no model, because every call asks."""
    row = read("SELECT n FROM accounts_epoch WHERE id = 1")
    return int(row[0]) if row else 0


def bump() -> None:
    """Make every process forget its look-ups; call it in the write's transaction.

    A database that was emptied has no row: it is made anew.
    """
    if not Epoch.objects.filter(pk=1).update(n=F("n") + 1):
        Epoch.objects.create(pk=1, n=1)


def bump_on_writes(*senders: type[Model]) -> None:
    """Connect `senders`, so that the admin and every service bump alike."""
    for sender in senders:
        uid = f"epoch:{sender.__name__}"
        post_save.connect(_on_write, sender=sender, dispatch_uid=uid)
        post_delete.connect(_on_write, sender=sender, dispatch_uid=uid)


def _on_write(**_kwargs: Any) -> None:
    bump()


def connect() -> None:
    bump_on_writes(User, Team, Membership, Owner, ApiKey)
