"""Forms of sign-up and sign-in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts import attempts, services
from accounts.models import User


class SignInForm(AuthenticationForm):
    """Name and password; a long row of failures makes the address wait."""

    username = UsernameField(
        label="Name", widget=forms.TextInput(attrs={"autofocus": True})
    )

    error_messages = {
        "invalid_login": "This name and password do not go together.",
        "inactive": "This account is closed.",
    }

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username", "")
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        if wait := attempts.seconds_to_wait(name=name, address=address):
            raise ValidationError(
                f"Too many attempts for this name. Try again in {wait // 60 + 1} min.",
                code="wait",
            )
        try:
            return super().clean()
        except ValidationError:
            attempts.note_failure(name=name, address=address)
            raise


class SignUpForm(forms.Form):
    """A new person: the name is also the address of the person's algorithms."""

    username = forms.CharField(
        label="Name",
        max_length=39,
        help_text="Letters, digits, - and _. It is the first part of your algorithms' "
        "addresses, as in ada/BrandPulse.",
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        max_length=4096,
        strip=False,
        help_text="At least 8 characters, and not a common one.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(username=self.data.get("username", "")))
        return password

    def save(self) -> User | None:
        """Make the person; None with an error at the name where it is refused."""
        try:
            return services.create_user(**self.cleaned_data)
        except ValidationError as refused:
            self.add_error("username", refused)
        except IntegrityError:
            self.add_error("username", "This name is taken.")
        return None
