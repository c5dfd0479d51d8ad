"""API keys: made for a person or a team, found by their secret, ended.

What a key reaches is decided by catalog.visibility for whom it stands for
(`viewer_of`); here is who may make one, and that no key makes a wider one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import events, key_text, roles
from accounts.key_limits import check_within
from accounts.models import ApiKey, Membership
from accounts.rules import parse_rule
from accounts.viewers import KeyViewer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Team, User

DEFAULT_DAYS, MAX_DAYS = 90, 365
MOST_RULES = 20
NAME_CHARACTERS = 80
MOST_CALLS = 2**31 - 1
CATEGORY = "key"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: the row, and the secret that is shown this once."""

    row: ApiKey
    secret: str


@transaction.atomic
def create_key(  # noqa: PLR0913 - one key, its parts
    *,
    name: str,
    scopes: Sequence[str],
    user: User | None = None,
    team: Team | None = None,
    made_by: User | None = None,
    rules: Sequence[str] = (),
    days: int = DEFAULT_DAYS,
    calls_per_day: int | None = None,
    by_key: ApiKey | None = None,
) -> NewKey:
    """Make a key of a person (`user`) or of a team.

    A team's key is made by one of its maintainers and owners; without `made_by` the
    operator makes it. `by_key` is the key that asks for it: the new one may do no
    more, reach no further and live no longer. Raises ValidationError for what is
    none, RoleNeeded, and KeyTooWide.
    """
    if (user is None) == (team is None):
        raise ValueError("a key stands for a person or for a team")
    row = ApiKey(
        user=user,
        team=team,
        made_by=made_by or user,
        name=_checked_name(name),
        scopes=_checked_scopes(scopes, team),
        rules=checked_rules(rules),
        calls_per_day=_checked_calls(calls_per_day),
        expires_at=timezone.now() + timedelta(days=_checked_days(days)),
    )
    if team is not None and made_by is not None:
        roles.check(_role(made_by, team), roles.Action.KEYS)
    if by_key is not None:
        check_within(row, by_key)
    secret = key_text.new_secret()
    row.lookup, row.digest = key_text.lookup_of(secret), key_text.digest_of(secret)
    row.save(force_insert=True)
    _tell("create key", row, row.made_by, _made(row))
    return NewKey(row=row, secret=secret)


def _role(user: User, team: Team) -> str:
    held = Membership.objects.filter(user=user, team=team)
    return held.values_list("role", flat=True).first() or ""


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= NAME_CHARACTERS or not name.isprintable():
        raise ValidationError("Give the key a name of 1 to 80 characters.", code="name")
    if next(key_text.keys_in(name.encode()), None):
        raise ValidationError("This name holds a key. Give another name.", code="name")
    return name


def _checked_scopes(scopes: Sequence[str], team: Team | None) -> list[str]:
    if not scopes or not set(scopes) <= set(ApiKey.Scope.values):
        raise ValidationError(
            f"Scopes are some of: {', '.join(ApiKey.Scope.values)}.", code="scopes"
        )
    if team is not None and ApiKey.Scope.ADMIN in scopes:
        raise ValidationError(
            "A team's key cannot have the scope admin: people manage teams and keys.",
            code="scopes",
        )
    return [scope for scope in ApiKey.Scope.values if scope in scopes]


def checked_rules(rules: Sequence[str]) -> list[str]:
    """Return rules in one spelling, each once; raises ValidationError."""
    parsed = {str(parse_rule(text)).lower(): parse_rule(text) for text in rules}
    if len(parsed) > MOST_RULES:
        raise ValidationError(
            f"A key has at most {MOST_RULES} rules; these are {len(parsed)}.",
            code="rules",
        )
    return [str(rule) for rule in parsed.values()]


def _checked_days(days: int) -> int:
    if not 1 <= days <= MAX_DAYS:
        raise ValidationError(f"A key lives 1 to {MAX_DAYS} days.", code="days")
    return days


def _checked_calls(calls: int | None) -> int | None:
    if calls is not None and not 1 <= calls <= MOST_CALLS:
        raise ValidationError(
            f"Calls a day are 1 to {MOST_CALLS:,}, or none for the server's quota.",
            code="calls_per_day",
        )
    return calls


def find_key(secret: str) -> ApiKey | None:
    """Return the live key behind `secret`, or None; a bad checksum asks nothing."""
    key = known_key(secret)
    if key is None or not key.is_live(timezone.now()):
        return None
    if key.user is not None and not key.user.is_active:
        return None
    return key


def known_key(secret: str) -> ApiKey | None:
    """Return the key behind `secret`, ended ones too; a bad checksum asks nothing."""
    if not key_text.is_well_formed(secret):
        return None
    rows = ApiKey.objects.select_related("user", "team__owner")
    key = rows.filter(lookup=key_text.lookup_of(secret)).first()
    digest = key_text.digest_of(secret)
    if key is None or not secrets.compare_digest(key.digest, digest):
        return None
    return key


def viewer_of(key: ApiKey) -> User | KeyViewer:
    """Return whom a key stands for: its person, or less or another than a person."""
    rules = key.parsed_rules
    if key.team is not None:
        owner = getattr(key.team, "owner", None)
        name = owner.slug if owner else key.team.name
        return KeyViewer(name, team_id=key.team_id, rules=rules)
    if key.user is None:
        raise ValueError(f"{key} stands for nobody")
    if rules:
        return KeyViewer(key.user.username, user_id=key.user_id, rules=rules)
    return key.user


@transaction.atomic
def revoke_key(
    *, key: ApiKey, actor: User | None = None, action: str = "revoke key"
) -> bool:
    """Make a key useless from the next request on; tell whether it was not yet.

    Of a team's key, `actor` is one of its maintainers and owners; raises RoleNeeded.
    Without one the operator ends it, or the server itself.
    """
    if key.team is not None and actor is not None:
        roles.check(_role(actor, key.team), roles.Action.KEYS)
    locked = ApiKey.objects.select_for_update().filter(pk=key.pk, revoked_at=None)
    row = locked.first()
    if row is None:
        return False
    row.revoked_at = key.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    _tell(action, key, actor, {})
    return True


def _tell(
    action: str, row: ApiKey, actor: User | None, changes: dict[str, Any]
) -> None:
    events.tell(
        category=CATEGORY,
        action=action,
        target=row,
        actor=actor,
        team=row.team,
        changes=changes,
    )


def _made(row: ApiKey) -> dict[str, tuple[Any, Any]]:
    said: dict[str, Any] = {
        "scopes": ", ".join(row.scopes),
        "rules": ", ".join(row.rules),
        "expires_at": row.expires_at.date(),
        "calls_per_day": row.calls_per_day,
    }
    return {name: (None, value) for name, value in said.items() if value}
