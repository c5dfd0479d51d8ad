"""API keys: `vtr_` + 8 of look-up + 32 of secret + 6 of CRC-32, all base62.

The layout follows GitHub's token format of 2021: a prefix that scanners know, and
a checksum that lets a mistyped key be refused without asking the database. 32
base62 characters are 190 bits.
"""

from __future__ import annotations

import hashlib
import secrets
import string
import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import ApiKey
from accounts.viewers import KeyViewer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User

PREFIX = "vtr_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
LOOKUP, SECRET, CHECK = 8, 32, 6
LENGTH = len(PREFIX) + LOOKUP + SECRET + CHECK
DEFAULT_DAYS, MAX_DAYS = 90, 365
SPELLINGS = ("Simple ", "Bearer ")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: the row, and the secret that is shown this once."""

    row: ApiKey
    secret: str


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    number = zlib.crc32(text.encode())
    digits = []
    for _ in range(CHECK):
        number, rest = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[rest])
    return "".join(reversed(digits))


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def is_well_formed(secret: str) -> bool:
    """Tell whether `secret` has the layout and the checksum of a key."""
    return (
        len(secret) == LENGTH
        and secret.startswith(PREFIX)
        and secret.isascii()
        and secret[-CHECK:] == _checksum(secret[:-CHECK])
    )


def secret_in(header: str) -> str:
    """Take the key out of an Authorization header: raw, Simple or Bearer."""
    header = header.strip()
    for spelling in SPELLINGS:
        if header[: len(spelling)].lower() == spelling.lower():
            return header[len(spelling) :].strip()
    return header


def create_key(
    *, user: User, name: str, scopes: Sequence[str], days: int = DEFAULT_DAYS
) -> NewKey:
    """Make a key; raises ValidationError for unknown scopes or a long life."""
    known = set(ApiKey.Scope.values)
    if not scopes or not set(scopes) <= known:
        raise ValidationError(
            f"Scopes are some of: {', '.join(ApiKey.Scope.values)}.", code="scopes"
        )
    if not 1 <= days <= MAX_DAYS:
        raise ValidationError(f"A key lives 1 to {MAX_DAYS} days.", code="days")
    name = name.strip()
    if not 1 <= len(name) <= 80 or not name.isprintable():  # noqa: PLR2004 - the column
        raise ValidationError("Give the key a name of 1 to 80 characters.", code="name")
    lookup = _random(LOOKUP)
    body = PREFIX + lookup + _random(SECRET)
    secret = body + _checksum(body)
    row = ApiKey.objects.create(
        user=user,
        made_by=user,
        name=name,
        lookup=lookup,
        digest=digest_of(secret),
        scopes=sorted(set(scopes)),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return NewKey(row=row, secret=secret)


def find_key(secret: str) -> ApiKey | None:
    """Return the live key behind `secret`, or None; a bad checksum asks nothing."""
    if not is_well_formed(secret):
        return None
    lookup = secret[len(PREFIX) : len(PREFIX) + LOOKUP]
    rows = ApiKey.objects.select_related("user", "team__owner")
    key = rows.filter(lookup=lookup).first()
    if key is None or not secrets.compare_digest(key.digest, digest_of(secret)):
        return None
    if not key.is_live(timezone.now()):
        return None
    if key.user is not None and not key.user.is_active:
        return None
    return key


def viewer_of(key: ApiKey) -> User | KeyViewer:
    """Return whom a key stands for: its person, or less or another than a person."""
    rules = key.parsed_rules
    if key.team is not None:
        slug = key.team.owner.slug
        return KeyViewer(slug, team_id=key.team_id, rules=rules)
    if key.user is None:
        raise ValueError(f"{key} stands for nobody")
    if rules:
        return KeyViewer(key.user.username, user_id=key.user_id, rules=rules)
    return key.user


def revoke_key(*, key: ApiKey) -> None:
    """Make a key useless from the next request on."""
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
