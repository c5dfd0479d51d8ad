"""Verbs on people and teams: keyword-only, one transaction, they raise."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Membership, Owner, Team, User
from accounts.namespaces import check_free


@transaction.atomic
def create_user(
    *, username: str, password: str, email: str = "", is_staff: bool = False
) -> User:
    """Make a person and the person's namespace; raises ValidationError."""
    check_free(username)
    user = User.objects.create_user(
        username=username,
        password=password,
        email=email,
        is_staff=is_staff,
        is_superuser=is_staff,
    )
    Owner.objects.create(slug=username, user=user)
    return user


@transaction.atomic
def create_team(*, slug: str, name: str, created_by: User | None = None) -> Team:
    """Make a team, its namespace and, where given, its first owner."""
    check_free(slug)
    team = Team.objects.create(name=name)
    Owner.objects.create(slug=slug, team=team)
    if created_by is not None:
        add_member(team=team, user=created_by, role=Membership.Role.OWNER)
    return team


def add_member(*, team: Team, user: User, role: str) -> Membership:
    """Give a person a role in a team; raises ValidationError for an unknown one."""
    if role not in Membership.Role.values:
        raise ValidationError(
            f"A role is one of: {', '.join(Membership.Role.values)}.", code="role"
        )
    membership, _created = Membership.objects.update_or_create(
        team=team, user=user, defaults={"role": role}
    )
    return membership


def generated_password() -> str:
    return secrets.token_urlsafe(15)
