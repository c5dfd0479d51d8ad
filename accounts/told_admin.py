"""Administration whose edits by hand are told, one event for each row that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db import transaction

from accounts import events
from accounts.models import Team, User

if TYPE_CHECKING:
    from django import forms
    from django.db.models import Model, QuerySet
    from django.forms import BaseModelFormSet
    from django.http import HttpRequest

    AnyAdmin = admin.ModelAdmin[Any]
else:
    AnyAdmin = admin.ModelAdmin

MEMBERSHIP, KEY, ACCOUNT = "membership", "key", "account"
CATEGORIES = {"team": MEMBERSHIP, "membership": MEMBERSHIP, "invitation": MEMBERSHIP}
CATEGORIES["apikey"] = KEY
#: what is never told, whatever form it comes by
SECRET = frozenset({"password", "digest", "data", "token"})


class ToldAdmin(AnyAdmin):
    """Rows of people, teams and keys; a form that changes nothing tells nothing."""

    #: an act that a field's change stands for, where it is more than an edit
    acts: ClassVar[dict[str, str]] = {}

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: Any
    ) -> None:
        changes = changes_in(form)
        super().save_model(request, obj, form, change)
        if change and not form.changed_data:
            return
        acts = [
            act for field, act in self.acts.items() if changes.get(field, ("", ""))[1]
        ]
        edited = acts[0] if acts else "edit"
        tell(request, edited if change else "add", obj, changes)

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: Any
    ) -> None:
        told = list(_changes_of(formset))
        super().save_formset(request, form, formset, change)
        for action, obj, changes in told:
            tell(request, action, obj, changes)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        tell(request, "delete", obj, {})
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            tell(request, "delete", obj, {})
        super().delete_queryset(request, queryset)


def tell(
    request: HttpRequest, action: str, obj: Model, changes: dict[str, tuple[Any, Any]]
) -> None:
    """Tell of one act by the signed-in administrator."""
    actor = request.user if isinstance(request.user, User) else None
    team = obj if isinstance(obj, Team) else getattr(obj, "team", None)
    events.tell(
        category=CATEGORIES.get(str(obj._meta.model_name), ACCOUNT),  # noqa: SLF001 - Django's public name for it
        action=action,
        target=obj,
        actor=actor,
        # A team that ends takes its owners along: who acted is kept by name.
        team=team if isinstance(team, Team) else None,
        changes=changes,
    )


def changes_in(form: forms.BaseModelForm[Any]) -> dict[str, tuple[Any, Any]]:
    """Return what a form changes of its row's own columns, secrets left out."""
    own = {field.name for field in form._meta.model._meta.concrete_fields}  # noqa: SLF001 - Django's public name for it
    return {
        name: (form.initial.get(name), _said(form.cleaned_data.get(name)))
        for name in form.changed_data
        if name in own and name not in SECRET
    }


def _said(value: Any) -> Any:
    """Rows are named by what they are, as forms start with their ids."""
    return str(value) if value is not None and hasattr(value, "_meta") else value


def _changes_of(
    formset: BaseModelFormSet[Any, Any],
) -> list[tuple[str, Any, dict[str, tuple[Any, Any]]]]:
    deleted = set(map(id, formset.deleted_forms))
    found: list[tuple[str, Any, dict[str, tuple[Any, Any]]]] = []
    for form in formset.forms:
        is_new = form.instance._state.adding  # noqa: SLF001 - Django's public name for it
        if id(form) in deleted:
            if not is_new:
                found.append(("delete", form.instance, {}))
        elif form.has_changed():
            found.append(("add" if is_new else "edit", form.instance, changes_in(form)))
    return found
