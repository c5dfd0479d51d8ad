"""What people do to their accounts, told to the audit trail; sessions that end with it.

allauth sends its own signals in its own flows alone: a test that signs somebody in by
force, or a command, is nobody's sign-in.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from allauth.account import signals as account
from allauth.mfa import signals as second_factor
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts import events, joining, sessions
from accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest

SIGN_IN, ACCOUNT = "sign-in", "account"
#: stands for whoever has no account; what was typed may be a password
NOBODY = 0
FACTORS = {"totp": "authenticator app", "recovery_codes": "recovery codes"}


def tell_of_failure(name: str) -> None:
    """Tell of a sign-in that failed: of whose account, never what was typed."""
    who = Q(username__iexact=name) | Q(email__iexact=name)
    user = User.objects.filter(who).first() if name else None
    events.tell(
        category=SIGN_IN, action="sign-in failed", target=user or User(pk=NOBODY)
    )


def _tell(category: str, action: str, user: User, reason: str = "") -> None:
    events.tell(
        category=category, action=action, target=user, actor=user, reason=reason
    )


def _on_sign_in(*, user: User, **told: Any) -> None:
    means = "by single sign-on" if told.get("sociallogin") else ""
    _tell(SIGN_IN, "sign in", user, means)


def _on_password(*, request: HttpRequest, user: User, **told: Any) -> None:
    """End what goes on elsewhere: who knew the former password is signed out."""
    actions = {
        account.password_changed: "change password",
        account.password_set: "set password",
        account.password_reset: "reset password",
    }
    sessions.end_sessions(user=user, but=digest_of(request))
    _tell(ACCOUNT, actions[told["signal"]], user)


def digest_of(request: HttpRequest) -> str:
    """Return the key of the row of this request's session."""
    store = request.session
    return store.digest if isinstance(store, sessions.SessionStore) else ""


def _on_email(*, user: User, email_address: Any, **told: Any) -> None:
    action = "add e-mail" if told["signal"] is account.email_added else "remove e-mail"
    events.tell(
        category=ACCOUNT,
        action=action,
        target=user,
        actor=user,
        changes={"e-mail": ("", email_address.email)}
        if action == "add e-mail"
        else {"e-mail": (email_address.email, "")},
    )


def _on_email_changed(
    *, user: User, from_email_address: Any, to_email_address: Any, **_told: Any
) -> None:
    before = from_email_address.email if from_email_address else ""
    events.tell(
        category=ACCOUNT,
        action="change e-mail",
        target=user,
        actor=user,
        changes={"e-mail": (before, to_email_address.email)},
    )


def _on_email_confirmed(
    *, request: HttpRequest, email_address: Any, **_told: Any
) -> None:
    _tell(ACCOUNT, "verify e-mail", email_address.user)
    with suppress(ValidationError):  # an invitation that ended meanwhile
        joining.take_up(request=request, user=email_address.user)


def _on_factor(*, user: User, authenticator: Any, **told: Any) -> None:
    verbs = {
        second_factor.authenticator_added: "turn on two-factor",
        second_factor.authenticator_removed: "turn off two-factor",
        second_factor.authenticator_reset: "make recovery codes",
    }
    reason = FACTORS.get(authenticator.type, authenticator.type)
    _tell(ACCOUNT, verbs[told["signal"]], user, reason)


def _on_factor_failed(*, user: User, **_told: Any) -> None:
    events.tell(category=SIGN_IN, action="second factor failed", target=user)


def connect() -> None:
    """Listen to allauth."""
    pairs = (
        (account.user_logged_in, _on_sign_in),
        (account.password_changed, _on_password),
        (account.password_set, _on_password),
        (account.password_reset, _on_password),
        (account.email_added, _on_email),
        (account.email_removed, _on_email),
        (account.email_changed, _on_email_changed),
        (account.email_confirmed, _on_email_confirmed),
        (second_factor.authenticator_added, _on_factor),
        (second_factor.authenticator_removed, _on_factor),
        (second_factor.authenticator_reset, _on_factor),
        (second_factor.authentication_failed, _on_factor_failed),
    )
    for signal, receiver in pairs:
        signal.connect(receiver, dispatch_uid=f"accounts:{receiver.__name__}")
