"""Verbs of staff on people's accounts: made, named and closed by somebody else.

Keyword-only, one transaction each; they raise ValidationError. Whether `actor` may is
asked before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from accounts import events, mail, services, sessions, teams
from accounts.models import Membership, User

if TYPE_CHECKING:
    from collections.abc import Mapping

CATEGORY = "account"
LONGEST_NAME, LONGEST_EMAIL = 150, 254


@transaction.atomic
def create(*, actor: User, username: str, email: str, fullname: str = "") -> User:
    """Make an account that nobody can sign in to until a password is set.

    Its person sets one by the page for forgotten passwords, of which a mail tells
    where mail is sent; elsewhere the operator gives one (`manage.py reset_password`).
    """
    email = _checked_email(email)
    first, last = _parts(fullname)
    user = User(username=username, email=email, first_name=first, last_name=last)
    user.set_unusable_password()
    services.register(user=user)
    _tell("create account", user, actor, {"e-mail": ("", email)})
    transaction.on_commit(lambda: _welcome(user))
    return user


@transaction.atomic
def rename(*, actor: User, user: User, fullname: str) -> User:
    """Change what a person is called in full; the same name again is no change."""
    before, (first, last) = user.get_full_name(), _parts(fullname)
    user.first_name, user.last_name = first, last
    if user.get_full_name() != before:
        user.save(update_fields=["first_name", "last_name"])
        changes = {"full name": (before, user.get_full_name())}
        _tell("name account", user, actor, changes)
    return user


@transaction.atomic
def close(*, actor: User, user: User) -> None:
    """Close an account: its sessions end and its keys stop, what it owns stays.

    Raises ValidationError for the last owner of a team.
    """
    owned = Membership.objects.filter(user=user, role=Membership.Role.OWNER)
    for held in owned.select_related("team__owner"):
        teams.keep_an_owner(teams.lock(held.team), held)
    user.is_active = False
    user.save(update_fields=["is_active"])
    sessions.end_sessions(user=user)
    _tell("close account", user, actor, {})


def _checked_email(email: str) -> str:
    email = email.strip().lower()
    if len(email) > LONGEST_EMAIL:
        raise ValidationError("This address is too long.", code="email")
    validate_email(email)
    is_known = EmailAddress.objects.filter(email__iexact=email).exists()
    if is_known or User.objects.filter(email__iexact=email).exists():
        raise ValidationError("This address has an account already.", code="email")
    return email


def _parts(fullname: str) -> tuple[str, str]:
    """Return first and last name, as Django keeps them; raises ValidationError."""
    words = " ".join(fullname.split())
    if len(words) > LONGEST_NAME or not (not words or words.isprintable()):
        raise ValidationError(
            f"A full name has at most {LONGEST_NAME} printable characters.",
            code="fullname",
        )
    first, _space, last = words.rpartition(" ")
    return (first, last) if first else (last, "")


def _welcome(user: User) -> None:
    page = mail.link_to(reverse("account_reset_password"))
    text = f"An account was made for you here: {user.username}."
    mail.send(
        to=user.email,
        subject=text,
        text=f"{text}\n\nChoose a password for it: {page}\n",
    )


def _tell(
    action: str, user: User, actor: User, changes: Mapping[str, tuple[Any, Any]]
) -> None:
    events.tell(
        category=CATEGORY, action=action, target=user, actor=actor, changes=changes
    )
