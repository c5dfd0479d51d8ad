"""Who may make an account here, and what becomes of a newcomer."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError

from accounts import events, invitations, mail, namespaces
from accounts.invitations import OtherAddress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from accounts.models import Invitation, User

MOST_NUMBERED = 50
LONGEST = 39
HELD_SECONDS = 30 * 24 * 3600
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")


def is_open(request: HttpRequest) -> bool:
    """Tell whether this visitor may make an account."""
    if settings.VITRINE_SIGN_UP == "invitation":
        return invitations.remembered(request.session) is not None
    return settings.VITRINE_SIGN_UP in {"open", "domains"}


def check_email(email: str) -> None:
    """Raise ValidationError for a mailbox outside the domains that may sign up.

    The whole domain is compared: neither a part of it nor a longer one will do.
    """
    domains = settings.VITRINE_SIGN_UP_DOMAINS
    if settings.VITRINE_SIGN_UP != "domains":
        return
    if email.rpartition("@")[2].lower() not in domains:
        raise ValidationError(
            f"Accounts here are for addresses at {', '.join(domains)}.", code="domain"
        )


def check_invited_email(request: HttpRequest, email: str) -> None:
    """Raise ValidationError where the invitation is for another mailbox."""
    invitation = _invitation(request)
    if invitation is None or not invitation.email or not mail.is_sent():
        return
    if email.lower() != invitation.email.lower():
        raise ValidationError(
            "This invitation is for another address: use the one it was sent to.",
            code="other_address",
        )


def settle(*, request: HttpRequest, user: User, how: str) -> None:
    """Note a newcomer and take up the invitation; in the transaction of the sign-up.

    Raises ValidationError where somebody else took the invitation up meanwhile.
    """
    events.tell(
        category="account", action="sign up", target=user, actor=user, reason=how
    )
    take_up(request=request, user=user)


def take_up(*, request: HttpRequest, user: User) -> None:
    """Accept the invitation that opened the sign-up, so that it opens no second one.

    One for a mailbox waits until the mailbox is verified.
    """
    invitation = _invitation(request)
    if invitation is None:
        return
    try:
        invitations.accept(user=user, invitation=invitation)
    except OtherAddress:
        return
    request.session.pop(invitations.IN_SESSION, None)


def _invitation(request: HttpRequest) -> Invitation | None:
    if settings.VITRINE_SIGN_UP != "invitation":
        return None
    return invitations.remembered(request.session)


def check_name(name: str) -> None:
    """Raise ValidationError for a name that is none, is taken or is held."""
    namespaces.check_free(name)
    if cache.get(_held(name)):
        raise ValidationError("This name is taken.", code="taken")


def hold_name(name: str) -> None:
    """Let a name look taken, as after a sign-up.

    A sign-up with an address that has an account makes none. Were its name free
    afterwards, anybody could learn from the name whether the address has an account.
    """
    cache.set(_held(name), True, HELD_SECONDS)  # noqa: FBT003 - the value held


def _held(name: str) -> str:
    return f"name-held:{hashlib.sha256(name.lower().encode()).hexdigest()}"


def free_name(wishes: Iterable[str | None]) -> str:
    """Return a valid name that nobody has, near the first wish that makes one."""
    bases = (_name_in(wish) for wish in wishes)
    base = next((base for base in bases if base), "member")
    for number in range(1, MOST_NUMBERED):
        name = base if number == 1 else _with(base, str(number))
        if _is_free(name):
            return name
    return _with(base, secrets.token_hex(4))


def _name_in(wish: str | None) -> str:
    local = (wish or "").partition("@")[0]
    return NOT_IN_NAMES.sub("-", local).strip("-_")[:LONGEST]


def _with(base: str, ending: str) -> str:
    return f"{base[: LONGEST - len(ending) - 1]}-{ending}"


def _is_free(name: str) -> bool:
    try:
        check_name(name)
    except ValidationError:
        return False
    return True
