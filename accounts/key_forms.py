"""The form of a new API key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError

from accounts import keys
from accounts.models import ApiKey

if TYPE_CHECKING:
    from accounts.models import User

DAYS = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "365 days"))


class KeyForm(forms.Form):
    """A new key."""

    name = forms.CharField(
        max_length=80, help_text="What will use it, such as “nightly reports”."
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[
            (ApiKey.Scope.READ.value, "read what you see"),
            (ApiKey.Scope.RUN.value, "run algorithms"),
            (ApiKey.Scope.WRITE.value, "write what is yours"),
        ],
        initial=[ApiKey.Scope.READ.value, ApiKey.Scope.RUN.value],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label="It ends in", choices=DAYS, coerce=int, initial=keys.DEFAULT_DAYS
    )

    def save(self, *, user: User) -> keys.NewKey | None:
        """Make the key; None with an error where it is refused."""
        try:
            return keys.create_key(user=user, **self.cleaned_data)
        except ValidationError as refused:
            self.add_error("name", refused)
        return None
