"""Verbs on people and teams: keyword-only, one transaction, they raise."""

from __future__ import annotations

import secrets

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import events, sessions
from accounts.models import Membership, Owner, Team, User
from accounts.namespaces import check_free


@transaction.atomic
def create_user(
    *, username: str, password: str, email: str = "", is_staff: bool = False
) -> User:
    """Make a person and the person's namespace; raises ValidationError."""
    user = User(
        username=username,
        email=email.lower(),
        is_staff=is_staff,
        is_superuser=is_staff,
    )
    user.set_password(password)
    return register(user=user)


def register(*, user: User) -> User:
    """Save a new person and make the person's namespace; raises ValidationError."""
    check_free(user.username)
    try:
        with transaction.atomic():
            user.save()
            Owner.objects.create(slug=user.username, user=user)
    except IntegrityError:
        raise ValidationError("This name is taken.", code="taken") from None
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


@transaction.atomic
def reset_password(*, user: User, and_second_factor: bool = False) -> str:
    """Give a person a generated password, returned once, and end the sessions.

    With `and_second_factor` the password alone will do again.
    """
    password = generated_password()
    if and_second_factor and Authenticator.objects.filter(user=user).delete()[0]:
        events.tell(
            category="account",
            action="turn off two-factor",
            target=user,
            reason="by the operator",
        )
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_sessions(user=user)
    events.tell(
        category="account",
        action="reset password",
        target=user,
        reason="by the operator",
    )
    return password
