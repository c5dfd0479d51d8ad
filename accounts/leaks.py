"""Keys that somebody put into a text: ended at once, and their owners told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts import keys, notices
from accounts.models import Membership, User
from accounts.roles import Action, may

if TYPE_CHECKING:
    from accounts.models import ApiKey, Team

TOLD = (
    "Your key “{name}” (vtr_{lookup}…) stood in a text that was about to be saved "
    "here. The text was refused and the key is revoked. Make a new one, and remove the "
    "old one from wherever that text came from."
)


def managers_of(team: Team) -> list[User]:
    """Return who manages a team's keys, by name."""
    held = [role for role in Membership.Role.values if may(role, Action.KEYS)]
    found = User.objects.filter(memberships__team=team, memberships__role__in=held)
    return list(found.filter(is_active=True).order_by("username"))


def holders_of(key: ApiKey) -> list[User]:
    """Return whom the fate of a key concerns: its person, or its team's managers."""
    if key.team is not None:
        return managers_of(key.team)
    return [key.user] if key.user is not None else []


@transaction.atomic
def end_leaked(secret: str) -> bool:
    """Revoke the live key behind `secret` and tell its owners; tell whether one was.

    Call it outside of the transaction that stores the text: that one is refused, and
    the key must stay revoked.
    """
    key = keys.known_key(secret)
    if key is None or not key.is_live(timezone.now()):
        return False
    if not keys.revoke_key(key=key, action="revoke leaked key"):
        return False
    said = TOLD.format(name=key.name, lookup=key.lookup)
    for person in holders_of(key):
        notices.tell(user=person, text=said, address=keys_page_of(key))
    return True


def keys_page_of(key: ApiKey) -> str:
    """Return the path of the page where a key is listed."""
    owner = getattr(key.team, "owner", None)
    return f"/teams/{owner.slug}/keys" if owner else "/settings/keys"
