"""Signing in with an OpenID Connect provider; used where one is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core.exceptions import SignupClosedException
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.forms import SignupForm
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import joining, mailboxes, services
from accounts.forms import NewcomerFields

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth has no types
    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """Find the account of an address that both sides have verified.

        An address that nobody proved here is a claim: going by it, its writer would
        get a visitor, or the visitor the writer's account.
        """
        for address in sociallogin.email_addresses:
            if address.verified and (user := mailboxes.reader_of(address.email)):
                return user, address.email
        return None

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Hold newcomers from a provider to the rules for all."""
        if not joining.is_open(request):
            return False
        emails = [address.email for address in sociallogin.email_addresses]
        try:
            for email in emails:
                joining.check_email(email)
                joining.check_invited_email(request, email)
        except ValidationError:
            return False
        return True

    @transaction.atomic
    def save_user(
        self, request: HttpRequest, sociallogin: Any, form: Any = None
    ) -> User:
        """Save a newcomer with the namespace, and no token of the provider's."""
        user: User = sociallogin.user
        user.set_unusable_password()
        if form is not None:
            user.username = form.cleaned_data["username"]
            user.email = form.cleaned_data.get("email") or ""
        else:
            user.username = joining.free_name(_wishes(sociallogin))
        try:
            services.register(user=user)
            sociallogin.save(request)
            joining.settle(request=request, user=user, how="by single sign-on")
        except ValidationError:
            raise SignupClosedException from None
        return user


def _wishes(sociallogin: Any) -> list[str | None]:
    """Return what the provider calls the person; allauth drops what is no name here."""
    told = sociallogin.account.extra_data
    claims = told.get("userinfo") or told.get("id_token") or {}
    return [claims.get(name) for name in ("preferred_username", "email", "name")]


class ProviderSignUpForm(NewcomerFields, SignupForm):  # type: ignore[misc] # allauth has no types
    """What the provider did not tell."""
