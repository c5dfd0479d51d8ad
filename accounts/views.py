"""Sign-in, sign-up and second factor: allauth's views, which also say how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.totp import views as app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.http import urlencode

from accounts import joining, mail, throttle

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

TOO_MANY = 429


def entrance(request: HttpRequest) -> dict[str, Any]:
    """Return what the pages of entering show beside their form."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    after = f"?{urlencode({'next': wanted})}" if wanted else ""
    providers = [
        {
            "name": each["name"],
            "address": reverse("openid_connect_login", args=[each["provider_id"]])
            + after,
        }
        for each in settings.OIDC
    ]
    return {
        "sign_up_is_open": joining.is_open(request),
        "sign_up_mode": settings.VITRINE_SIGN_UP,
        "domains": settings.VITRINE_SIGN_UP_DOMAINS,
        "providers": providers,
        "sends_mail": mail.is_sent(),
        "after": after,
    }


class Patient:
    """Answers 429 with the time to wait where a form was sent too often."""

    def form_invalid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc] # of the view beside it
        if seconds := throttle.wait_in(form):
            response.status_code = TOO_MANY
            response["Retry-After"] = str(seconds)
        return response


class Entrance:
    """Tells the page which ways lead in."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc] # of the view beside it
        return {**own, **entrance(self.request)}


class SignIn(Patient, Entrance, account.LoginView):  # type: ignore[misc] # allauth has no types
    """Name or address and password in, session out, back to `next`."""


class SignUp(Entrance, account.SignupView):  # type: ignore[misc] # allauth has no types
    """A new account, where the operator allows it."""

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ValidationError as refused:
            # Two took the name, or the invitation, at the same moment.
            form.add_error(None, refused)
            return self.form_invalid(form)  # type: ignore[no-any-return] # allauth has no types
        return response


class Reset(Entrance, account.PasswordResetView):  # type: ignore[misc] # allauth has no types
    """A way back by mail, or the word that the operator has one."""


class EmailPage(Entrance, account.EmailView):  # type: ignore[misc] # allauth has no types
    """The person's address."""


class Confirm(Patient, account.ReauthenticateView):  # type: ignore[misc] # allauth has no types
    """The password again."""


class SecondFactor(Patient, second_factor.AuthenticateView):  # type: ignore[misc] # allauth has no types
    """The code at sign-in."""


class ConfirmCode(Patient, second_factor.ReauthenticateView):  # type: ignore[misc] # allauth has no types
    """The code again."""


class NewApp(Patient, app.ActivateTOTPView):  # type: ignore[misc] # allauth has no types
    """An authenticator app is set up: picture, secret, first code."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own: dict[str, Any] = super().get_context_data(**kwargs)
        secret: str = own["form"].secret
        grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return {**own, "secret": grouped}
