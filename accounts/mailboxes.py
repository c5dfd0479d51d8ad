"""E-mail addresses that people have shown to be theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

if TYPE_CHECKING:
    from accounts.models import User


def verified_of(*, user: User) -> list[str]:
    """Return a person's verified addresses in lower case."""
    rows = EmailAddress.objects.filter(user=user, verified=True)
    return [email.lower() for email in rows.values_list("email", flat=True)]


def reader_of(email: str) -> User | None:
    """Return the person who verified this address, if the account is open."""
    rows = EmailAddress.objects.filter(
        email__iexact=email, verified=True, user__is_active=True
    )
    found = rows.select_related("user").first()
    return found.user if found else None
