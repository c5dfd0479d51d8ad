"""The form of a new API key: of a person, or of a team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import keys
from accounts.models import ApiKey

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "365 days"))
SCOPES = (
    ("read", "read: find and read what it may see"),
    ("run", "run: call algorithms"),
    ("write", "write: change listings, stars and collections"),
    ("data", "data: files at /v1/data, once this server has them"),
    ("admin", "admin: manage teams, keys and who may see what"),
)
ALL, SOME = "all", "rules"


class KeyForm(forms.Form):
    """A new key of a person."""

    whom = "you"
    name = forms.CharField(
        max_length=keys.NAME_CHARACTERS,
        help_text="What will use it, such as “nightly reports”.",
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=SCOPES,
        initial=[ApiKey.Scope.READ.value, ApiKey.Scope.RUN.value],
        widget=forms.CheckboxSelectMultiple,
    )
    reach = forms.ChoiceField(
        label="It reaches", required=False, widget=forms.RadioSelect, initial="all"
    )
    rules = forms.CharField(
        label="These algorithms",
        required=False,
        max_length=4000,
        widget=forms.Textarea(
            attrs={"rows": 3, "placeholder": "algo://owner/*", "spellcheck": "false"}
        ),
        help_text=f"At most {keys.MOST_RULES} lines: algo://owner/* for all of an "
        "owner, algo://owner/Name for one.",
    )
    days = forms.TypedChoiceField(
        label="It ends in", choices=DAYS, coerce=int, initial=keys.DEFAULT_DAYS
    )
    calls_per_day = forms.IntegerField(
        label="Calls a day, at most",
        required=False,
        min_value=1,
        max_value=keys.MOST_CALLS,
        help_text="Empty: as many as this server allows a key.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        reach = self.fields["reach"]
        assert isinstance(reach, forms.ChoiceField)  # noqa: S101 - it is declared above
        reach.choices = [(ALL, f"everything {self.whom} may"), (SOME, "only some")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        rules = [line for line in cleaned.get("rules", "").splitlines() if line.strip()]
        reach = cleaned.pop("reach", "") or (SOME if rules else ALL)
        if reach == SOME and not rules:
            self.add_error("rules", "Name at least one algorithm or owner.")
        if reach == ALL and rules:
            self.add_error(
                "rules", "Choose “only some”, or empty this list: it would not count."
            )
        cleaned["rules"] = rules
        return cleaned

    def save(self, make: Callable[..., keys.NewKey]) -> keys.NewKey | None:
        """Make the key; None, with the error at its field, where it is refused."""
        try:
            return make(**self.cleaned_data)
        except ValidationError as refused:
            code = str(getattr(refused, "code", "") or "")
            code = "rules" if code == "rule" else code
            self.add_error(code if code in self.fields else "name", refused)
        return None


class TeamKeyForm(KeyForm):
    """A new key of a team, which can do no administration."""

    whom = "the team"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)  # noqa: S101 - as above
        scopes.choices = [each for each in SCOPES if each[0] != ApiKey.Scope.ADMIN]
