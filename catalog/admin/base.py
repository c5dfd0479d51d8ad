"""What the administration's pages share: read-only rows, and actions with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db import transaction
from django.template.response import TemplateResponse

from accounts.models import User
from catalog.models import AuditEntry
from catalog.services import audit
from catalog.services.errors import ServiceError
from catalog.services.leaked_keys import SecretFound, check_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest, HttpResponse

    AnyAdmin = admin.ModelAdmin[Any]
    AnyInline = admin.TabularInline[Any, Any]
else:
    AnyAdmin = admin.ModelAdmin
    AnyInline = admin.TabularInline

Category = AuditEntry.Category


class ReadOnlyAdmin(AnyAdmin):
    """Rows that the product writes and people look at."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, _request: HttpRequest, _obj: Model | None = None
    ) -> bool:
        return False


class MachineryAdmin(ReadOnlyAdmin):
    """Rows that nobody curates: reached by address, left out of the start page."""

    def has_module_permission(self, _request: HttpRequest) -> bool:
        return False


class WithoutKeys:
    """A form that refuses API keys in its texts; live ones are revoked at once."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc,attr-defined] # of the form it is mixed into
        for name, value in list(cleaned.items()):
            if isinstance(value, str):
                try:
                    check_text(value, what=name)
                except SecretFound as found:
                    self.add_error(name, found.message)  # type: ignore[attr-defined] # as above
        return cleaned


class KeylessForm(WithoutKeys, forms.ModelForm):  # type: ignore[type-arg] # of any row
    """The form of rows in a table below another row."""


class AuditedAdmin(AnyAdmin):
    """Rows whose edits by hand leave audit entries too, and hold no keys."""

    def get_form(self, *args: Any, **options: Any) -> type[forms.ModelForm[Any]]:
        form = super().get_form(*args, **options)
        return type(form.__name__, (WithoutKeys, form), {})

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: Any
    ) -> None:
        before = {name: form.initial.get(name) for name in form.changed_data}
        super().save_model(request, obj, form, change)
        changes = {
            name: (before[name], form.cleaned_data.get(name))
            for name in form.changed_data
            if isinstance(form.cleaned_data.get(name), str | int | float | bool)
        }
        action, category = "edit" if change else "add", Category.CURATION
        if "visibility" in changes:
            action, category = f"make {changes['visibility'][1]}", Category.VISIBILITY
        audit.note(
            actor=curator_of(request),
            action=action,
            target=obj,
            category=category,
            changes=changes,
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        audit.note(actor=curator_of(request), action="delete", target=obj)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            audit.note(actor=curator_of(request), action="delete", target=obj)
        super().delete_queryset(request, queryset)


def curator_of(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("the administration is for people who signed in")
    return request.user


class ReasonForm(WithoutKeys, forms.Form):
    """Asks why."""

    reason = forms.CharField(
        max_length=300,
        widget=forms.TextInput(attrs={"size": 80, "autofocus": True}),
        help_text="Kept in the audit trail. Readers see why something is verified or "
        "deprecated, owners why it is hidden or declined.",
    )


class OptionalReasonForm(WithoutKeys, forms.Form):
    """Asks for a word that may be left out."""

    reason = forms.CharField(
        max_length=300, required=False, widget=forms.TextInput(attrs={"size": 80})
    )


class AskingAction:
    """An action that asks with a form before it does anything.

    `verb` gets the curator, the chosen rows and the form's values; it returns the
    number of changed rows and raises ServiceError, and then nothing has changed.
    """

    template: ClassVar[str] = "admin/catalog/ask.html"

    def __init__(
        self,
        name: str,
        title: str,
        verb: Callable[..., int],
        form: type[forms.Form] = ReasonForm,
    ) -> None:
        self.__name__ = name
        self.short_description = title
        self.allowed_permissions = ("change",)
        self._verb = verb
        self._form = form

    def __call__(
        self, model_admin: AnyAdmin, request: HttpRequest, rows: QuerySet[Any]
    ) -> HttpResponse | None:
        is_answer = "answered" in request.POST
        form = self._form(request.POST if is_answer else None)
        if is_answer and form.is_valid():
            try:
                with transaction.atomic():
                    curator = curator_of(request)
                    count = self._verb(curator, list(rows), form.cleaned_data)
            except ServiceError as error:
                form.add_error(None, error.message)
            else:
                said = f"{self.short_description}: {count} changed."
                model_admin.message_user(request, said, messages.SUCCESS)
                return None
        return self._ask(model_admin, request, rows, form)

    def _ask(
        self,
        model_admin: AnyAdmin,
        request: HttpRequest,
        rows: QuerySet[Any],
        form: forms.Form,
    ) -> HttpResponse:
        context = {
            **model_admin.admin_site.each_context(request),
            "title": self.short_description,
            "action": self.__name__,
            "rows": rows,
            "form": form,
            "opts": model_admin.opts,
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, self.template, context)
