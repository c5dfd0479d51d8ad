"""The verb on what the call API's organizations say of a team beside its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction

from accounts import events, roles, teams
from accounts.organization import Organization
from accounts.roles import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Team, User

#: field -> how long it may be
LONGEST = {"contact_name": 80, "email": 254, "url": 200, "external_id": 80, "kind": 10}


@transaction.atomic
def describe(*, actor: User, team: Team, said: Mapping[str, str]) -> Organization:
    """Change the fields of LONGEST that `said` has; raises ValidationError.

    What stays the same is no change and leaves nothing in the trail.
    """
    team = teams.lock(team)
    roles.check(teams.role_of(team, actor), Action.SETTINGS)
    row = described(team)
    wanted = {name: _checked(name, text) for name, text in said.items()}
    changes = {
        name: (getattr(row, name), text)
        for name, text in wanted.items()
        if getattr(row, name) != text
    }
    if not changes:
        return row
    for name, (_before, text) in changes.items():
        setattr(row, name, text)
    row.save()
    events.tell(
        category=teams.CATEGORY,
        action="describe team",
        target=team,
        actor=actor,
        team=team,
        changes=changes,
    )
    return row


def described(team: Team) -> Organization:
    """Return a team's row, an empty one not yet saved where it has none."""
    return Organization.objects.filter(team=team).first() or Organization(team=team)


def _checked(name: str, text: str) -> str:
    text = " ".join(text.split())
    if len(text) > LONGEST[name] or not (not text or text.isprintable()):
        raise ValidationError(
            f"{name}: at most {LONGEST[name]} printable characters.", code=name
        )
    if name == "email" and text:
        validate_email(text)
    if name == "url" and text:
        URLValidator(schemes=["http", "https"])(text)
    if name == "kind" and text not in Organization.Kind.values:
        kinds = ", ".join(Organization.Kind.values)
        raise ValidationError(f"type_id: one of {kinds}.", code="kind")
    return text
