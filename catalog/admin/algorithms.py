"""Curation of algorithms and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Count

from catalog.admin.base import AskingAction, AuditedAdmin, ReasonForm
from catalog.models import Algorithm, Tag, Visibility
from catalog.services import curation, rollups, sharing
from catalog.services.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from accounts.models import User

    AlgorithmModelForm = forms.ModelForm[Algorithm]
else:
    AlgorithmModelForm = forms.ModelForm


class AlgorithmForm(AlgorithmModelForm):
    """A listing whose languages are texts: pages and the index read them as such."""

    def clean_language(self) -> list[str]:
        words: Any = self.cleaned_data["language"] or []
        if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
            raise forms.ValidationError('Write a list of tags, such as ["en", "de"].')
        return words


class DeprecateForm(ReasonForm):
    """Asks why, and what to use instead."""

    successor = forms.CharField(
        required=False,
        help_text="owner/Name of what to use instead, if there is something.",
    )


class MergeForm(ReasonForm):
    """Asks for the tag that stays."""

    into = forms.CharField(label="Tag that stays", max_length=60)


def _with_reason(verb: Callable[..., int]) -> Callable[..., int]:
    def apply(curator: User, rows: Sequence[Algorithm], values: dict[str, Any]) -> int:
        return verb(curator=curator, algorithms=rows, reason=values["reason"])

    return apply


def _deprecate(curator: User, rows: Sequence[Algorithm], values: dict[str, Any]) -> int:
    successor = None
    if values["successor"]:
        owner, _, name = values["successor"].strip().partition("/")
        successor = Algorithm.objects.named(owner, name).first()
        if successor is None:
            raise BadRequest(f"There is no algorithm {values['successor']}.")
    return curation.deprecate(
        curator=curator,
        algorithms=rows,
        reason=values["reason"],
        successor=successor,
    )


def _make_private(
    curator: User, rows: Sequence[Algorithm], values: dict[str, Any]
) -> int:
    public = [row for row in rows if row.visibility == Visibility.PUBLIC]
    for row in public:
        if row.hidden_at is not None:
            raise BadRequest(f"{row} is hidden: only its owner sees it already.")
        sharing.make_private(
            viewer=curator,
            owner=row.owner.slug,
            name=row.name,
            reason=values["reason"],
        )
    return len(public)


def _merge(curator: User, rows: Sequence[Tag], values: dict[str, Any]) -> int:
    into = Tag.objects.filter(name=values["into"].strip()).first()
    if into is None:
        raise BadRequest(f"There is no tag {values['into']}.")
    return curation.merge_tags(
        curator=curator, tags=rows, into=into, reason=values["reason"]
    )


ALGORITHM_ACTIONS = [
    AskingAction(verb.__name__, title, _with_reason(verb))
    for verb, title in (
        (curation.verify, "Verify"),
        (curation.unverify, "Take the verified mark back"),
        (curation.feature, "Feature on the home page"),
        (curation.unfeature, "Take from the home page"),
        (curation.hide, "Hide from all but the owner"),
        (curation.show, "Show again"),
        (curation.restore, "Take the deprecation back"),
    )
]
PRIVATE = AskingAction("make_private", "Make private", _make_private)
DEPRECATE = AskingAction("deprecate", "Deprecate", _deprecate, DeprecateForm)


class MarkFilter(admin.SimpleListFilter):
    """Rows by what curators said of them."""

    title = "mark"
    parameter_name = "mark"

    def lookups(self, _request: HttpRequest, _admin: Any) -> list[tuple[str, str]]:
        marks = ("verified", "featured", "deprecated", "hidden")
        return [(name, name.title()) for name in marks] + [("none", "Unmarked")]

    def queryset(
        self, _request: HttpRequest, rows: QuerySet[Algorithm]
    ) -> QuerySet[Algorithm]:
        marks = ("verified", "featured", "deprecated", "hidden")
        if self.value() == "none":
            return rows.filter(**{f"{name}_at": None for name in marks})
        if self.value() in marks:
            return rows.filter(**{f"{self.value()}_at__isnull": False})
        return rows


@admin.register(Algorithm)
class AlgorithmAdmin(AuditedAdmin):
    """What curators decide is done by actions, which ask for a reason."""

    form = AlgorithmForm
    list_display = [
        "full_name",
        "title",
        "task",
        "visibility",
        "marks",
        "call_count",
        "star_count",
        "updated_at",
    ]
    list_filter = [MarkFilter, "visibility", "task", "license"]
    list_select_related = ["owner"]
    search_fields = ["name", "title", "summary", "owner__slug", "source_id"]
    autocomplete_fields = ["owner", "tags"]
    date_hierarchy = "updated_at"
    actions = [*ALGORITHM_ACTIONS, PRIVATE, DEPRECATE]
    readonly_fields = [
        "takes",
        "gives",
        "source_id",
        "verified_at",
        "verified_reason",
        "featured_at",
        "deprecated_at",
        "deprecated_reason",
        "successor",
        "hidden_at",
        "hidden_reason",
        "call_count",
        "median_ms",
        "star_count",
        "revision",
        "created_at",
        "updated_at",
    ]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Leave listing to folders and cards, which are checked."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer no deletion of many at once: hide them instead."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description="marks")
    def marks(self, algorithm: Algorithm) -> str:
        marks = ("verified", "featured", "deprecated", "hidden")
        found = [name for name in marks if getattr(algorithm, f"{name}_at")]
        return ", ".join(found) or "-"

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: Any
    ) -> None:
        super().save_model(request, obj, form, change)
        if "visibility" in form.changed_data:
            # Calls of private versions are not told of what is public now.
            rollups.recount(obj)

    def view_on_site(self, algorithm: Algorithm) -> str:
        # As it is stored: of a refused edit, `algorithm` has the refused name.
        stored = Algorithm.objects.select_related("owner").get(pk=algorithm.pk)
        return stored.get_absolute_url()


@admin.register(Tag)
class TagAdmin(AuditedAdmin):
    list_display = ["name", "used"]
    search_fields = ["name"]
    actions = [AskingAction("merge_tags", "Merge into one tag", _merge, MergeForm)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        rows: QuerySet[Tag] = super().get_queryset(request)
        return rows.annotate(uses=Count("algorithms"))

    @admin.display(description="algorithms", ordering="uses")
    def used(self, tag: Any) -> int:
        return int(tag.uses)
