"""E-mail addresses that people have shown to be theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from accounts.models import User


def verified_of(*, user: User) -> list[str]:
    """Return a person's verified addresses in lower case."""
    if not apps.is_installed("allauth.account"):
        return []
    rows = _verified().filter(user=user)
    return [email.lower() for email in rows.values_list("email", flat=True)]


def reader_of(email: str) -> User | None:
    """Return the person who verified this address, if the account is open."""
    if not apps.is_installed("allauth.account"):
        return None
    rows = _verified().filter(email__iexact=email, user__is_active=True)
    found = rows.select_related("user").first()
    return found.user if found else None


def _verified() -> Any:
    return apps.get_model("account", "EmailAddress").objects.filter(verified=True)
