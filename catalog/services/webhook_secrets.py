"""Secrets that sign webhooks: made and replaced, sealed at rest, shown once.

As Standard Webhooks writes them: `whsec_` and the base64 of 32 random bytes.
"""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts.roles import Action
from accounts.sealing import Unsealable, seal, unseal
from catalog.models import AuditEntry, WebhookSecret
from catalog.services import audit
from catalog.services.teams import find_team
from catalog.services.teams import person as person_of

if TYPE_CHECKING:
    from accounts.models import Team
    from catalog.visibility import Viewer

PURPOSE = "webhook"
PREFIX = "whsec_"
SECRET_BYTES = 32
#: how long a secret that was replaced signs beside the new one
FORMER = timedelta(hours=24)


@transaction.atomic
def make_secret(*, viewer: Viewer, team: str = "") -> str:
    """Return a new secret of the person, or of a team that the viewer manages.

    It is shown this once. One that is replaced signs beside it for 24 hours. Raises
    NotFound for a foreign team, Forbidden for one's own without the role.
    """
    person = person_of(viewer)
    holder: dict[str, Any] = {"user": person}
    managed: Team | None = None
    if team:
        standing = find_team(viewer=viewer, slug=team)
        standing.check(Action.KEYS)
        managed = standing.team
        holder = {"team": managed}
    secret = PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    before = WebhookSecret.objects.select_for_update().filter(**holder).first()
    row = before or WebhookSecret(**holder)
    row.former = row.sealed if before else ""
    row.sealed, row.created_at = seal(secret, purpose=PURPOSE), timezone.now()
    row.save()
    audit.note(
        actor=person,
        action="make webhook secret",
        target=managed or person,
        category=AuditEntry.Category.KEY,
        team=managed,
    )
    return secret


def has_secret(holder: dict[str, int]) -> bool:
    """Tell whether this person or team, as columns of a row, has a secret."""
    return WebhookSecret.objects.filter(**holder).exists()


def signing_keys(holder: dict[str, int]) -> list[bytes]:
    """Return the keys that sign for a person or team, the newest first."""
    row = WebhookSecret.objects.filter(**holder).first()
    if row is None:
        return []
    sealed = [row.sealed]
    if row.former and timezone.now() < row.created_at + FORMER:
        sealed.append(row.former)
    return [key for text in sealed if (key := _opened(text))]


def _opened(sealed: str) -> bytes:
    """Return the key in a sealed secret; nothing where SECRET_KEY was changed."""
    try:
        secret = unseal(sealed, purpose=PURPOSE)
    except Unsealable:
        return b""
    return base64.b64decode(secret.removeprefix(PREFIX))
