"""Forms of sign-up, sign-in and settings: allauth's, in our words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from accounts import joining, mail, throttle

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User

LONGEST_LOGIN, LONGEST_PASSWORD, LONGEST_CODE = 254, 4096, 32
PASSWORD_RULE = "At least 8 characters, and not a common one."  # noqa: S105 - a hint
NAME_RULE = (
    "Letters, digits, - and _. It is the first part of your algorithms' addresses, as "
    "in ada/BrandPulse."
)
#: field -> label, hint
WORDS = {
    "login": ("Name or e-mail address", ""),
    "password": ("Password", ""),
    "username": ("Name", NAME_RULE),
    "email": ("E-mail address", ""),
    "password1": ("New password", PASSWORD_RULE),
    "oldpassword": ("Current password", ""),
    "code": ("Code", ""),
    "recipient": ("Address", ""),
}
BOUNDS = {
    "login": LONGEST_LOGIN,
    "password": LONGEST_PASSWORD,
    "password1": LONGEST_PASSWORD,
    "oldpassword": LONGEST_PASSWORD,
    "code": LONGEST_CODE,
}


class Worded(forms.Form):
    """Says what each field is in its label, not inside of it, and bounds it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            label, hint = WORDS.get(name, (str(field.label), str(field.help_text)))
            field.label, field.help_text = label, hint
            field.widget.attrs.pop("placeholder", None)
            if name in BOUNDS:
                field.validators.append(MaxLengthValidator(BOUNDS[name]))
                field.widget.attrs["maxlength"] = str(BOUNDS[name])
        first = next(iter(self.fields.values()))
        first.widget.attrs["autofocus"] = True


class SignInForm(Worded, account.LoginForm):  # type: ignore[misc] # allauth has no types
    """Name or address, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class NewcomerFields(Worded):
    """Holds a newcomer's address to the rules of this catalog."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.fields["email"].required:
            self.fields["email"].label = "E-mail address, if you like"
        if "password1" in self.fields:
            self.fields["password1"].label = "Password"

    def clean_email(self) -> str:
        email: str = super().clean_email()  # type: ignore[misc] # of the form beside it
        if email:
            joining.check_email(email)
            joining.check_invited_email(context.request, email)
        return email


class SignUpForm(NewcomerFields, account.SignupForm):  # type: ignore[misc] # allauth has no types
    """A new person: the name is also the address of the person's algorithms."""

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the person, or do as if: whether an address is known shows nowhere."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
            joining.hold_name(self.cleaned_data["username"])
        user, response = super().try_save(request)
        return user, response


class EmailForm(Worded, account.AddEmailForm):  # type: ignore[misc] # allauth has no types
    """Another address; it counts once it is verified, where mail can be sent."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        joining.check_email(email)
        return email

    def save(self, request: HttpRequest) -> EmailAddress:
        if mail.is_sent():
            return super().save(request)
        EmailAddress.objects.filter(user=self.user).delete()
        address = EmailAddress.objects.create(
            user=self.user, email=self.cleaned_data["email"], primary=True
        )
        self.user.email = address.email
        self.user.save(update_fields=["email"])
        return address


class PasswordForm(Worded, account.ChangePasswordForm):  # type: ignore[misc] # allauth has no types
    """Another password; ends all other sessions."""

    password2 = None


class FirstPasswordForm(Worded, account.SetPasswordForm):  # type: ignore[misc] # allauth has no types
    """A password for who signs in with a provider."""

    password2 = None


class ResetForm(Worded, account.ResetPasswordForm):  # type: ignore[misc] # allauth has no types
    """The address to which a way back is mailed."""


class NewPasswordForm(Worded, account.ResetPasswordKeyForm):  # type: ignore[misc] # allauth has no types
    """The new password of who followed the mailed link."""

    password2 = None


class ConfirmForm(Worded, account.ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    """The password again, before something that matters."""


class Code(Worded):
    """A code of six digits, or a recovery code; too many say when to go on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc] # of the form beside it
        except ValidationError as error:
            if error.code in {throttle.CODE, "rate_limited"}:
                key = f"mfa-auth-user-{self.user.pk}"  # type: ignore[attr-defined] # ditto
                raise throttle.too_many(context.request, key=key) from None
            raise
        return code


class CodeForm(Code, second_factor.AuthenticateForm):  # type: ignore[misc] # allauth has no types
    """The code at sign-in."""


class ConfirmCodeForm(Code, second_factor.ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    """The code before something that matters."""


class NewAppForm(Code, ActivateTOTPForm):  # type: ignore[misc] # allauth has no types
    """The first code of an app that was just set up."""
