"""Where django-allauth asks us: names, sign-up, mail, addresses to lead on to, secrets.

It does the flows; who may join, what a name is and what is written down is ours.
"""

from __future__ import annotations

import logging
import unicodedata
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any, ClassVar, cast

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from qrcode.image.svg import SvgPathFillImage

from accounts import events, joining, mail, services, signals, throttle
from accounts.addresses import address_of
from accounts.models import User
from accounts.names import validate_owner_name
from accounts.sealing import seal, unseal

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest

logger = logging.getLogger(__name__)

STAGE = "allauth.account.stages.EmailVerificationStage"
SECOND_FACTOR = "second factor"
MISMATCH = "This name or address and this password do not go together."


class AddressStage(EmailVerificationStage):  # type: ignore[misc] # allauth has no types
    """Asks for a verified address, of who has one.

    People whom the operator made without an address can sign in where mail is sent.
    """

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        if user is not None and not self.login.signup and not _has_address(user):
            return None, True
        return cast("tuple[Any, bool]", super().handle())


def _has_address(user: User) -> bool:
    return bool(user.email) or EmailAddress.objects.filter(user=user).exists()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": MISMATCH,
        "email_password_mismatch": MISMATCH,
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your password.",
        "duplicate_email": "This is your address already.",
        "incorrect_code": "This code is not the one we sent.",
        "rate_limited": "Too many attempts. Wait a few minutes, then try again.",
        throttle.CODE: "Too many attempts. Wait a few minutes, then try again.",
    }

    def is_ajax(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Answer pages alone: programs have an API of their own."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or "unknown"

    def is_safe_url(self, url: str | None) -> bool:
        """Lead on to paths of our own host alone, written without tricks."""
        if not url or not url.startswith("/") or "\\" in url:
            return False
        if any(unicodedata.category(letter)[0] in "CZ" for letter in url):
            return False
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    # --- Signing up ---

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return joining.is_open(request)

    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: FBT001, FBT002 - allauth's signature
        validate_owner_name(username) if shallow else joining.check_name(username)
        return username

    def generate_unique_username(
        self,
        txts: list[str | None],
        regex: str | None = None,  # noqa: ARG002 - allauth's signature
    ) -> str:
        return joining.free_name(txts)

    def save_user(
        self,
        request: HttpRequest,
        user: User,
        form: Form,
        commit: bool = True,  # noqa: FBT001, FBT002 - allauth's signature
    ) -> User:
        """Save a newcomer with the namespace; raises ValidationError."""
        super().save_user(request, user, form, commit=False)
        if commit:
            with transaction.atomic():
                services.register(user=user)
                joining.settle(request=request, user=user, how="by password")
        return user

    # --- Signing in and out ---

    def get_login_stages(self) -> list[str]:
        ours = f"{__name__}.{AddressStage.__name__}"
        stages = super().get_login_stages()
        return [ours if stage == STAGE else stage for stage in stages]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        key = self._get_login_attempts_cache_key(request, **credentials)
        self._login_failed_rl_usage = ratelimit.consume(
            request, app=throttle.APP, action="login_failed", key=key
        )
        if not self._login_failed_rl_usage:
            raise throttle.too_many(request, key=key)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002 - allauth's signature
        name = credentials.get("username") or credentials.get("email") or ""
        signals.tell_of_failure(name)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            events.tell(
                category="sign-in",
                action="sign out",
                target=request.user,
                actor=request.user,
            )
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again who it is, unless the person has nothing to answer with."""
        if self.request and not self.get_reauthentication_methods(self.request.user):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def can_delete_email(self, email_address: Any) -> bool:
        """Keep the one address that people verified themselves with."""
        return not (mail.is_sent() and email_address.primary)

    # --- Mail ---

    def send_mail(self, template_prefix: str, email: str, context: Any) -> None:
        """Send one mail; a failing server is logged, without what the mail says."""
        if not mail.is_sent():
            return
        try:
            super().send_mail(template_prefix, email, {**context, "base": self._base()})
        except (OSError, SMTPException):
            logger.exception("a mail could not be sent")

    def _base(self) -> str:
        own: str = settings.BASE_URL
        return own or self.request.build_absolute_uri("/").rstrip("/")

    def get_email_confirmation_url(
        self,
        request: HttpRequest,  # noqa: ARG002 - allauth's signature
        emailconfirmation: Any,
    ) -> str:
        return self._base() + reverse(
            "account_confirm_email", args=[emailconfirmation.key]
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, token = key.partition("-")
        return self._base() + reverse(
            "account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}
        )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Seals what a second factor is checked against."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or was used already.",
    }

    def build_totp_svg(self, url: str) -> str:
        """Draw the picture with its own white ground: dark pages have none."""
        drawn = qrcode.make(url, image_factory=SvgPathFillImage)
        return str(drawn.to_string(encoding="unicode"))

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=SECOND_FACTOR)
