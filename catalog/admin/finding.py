"""What makes things found: collections, synonyms, and searches that found nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from catalog.admin.base import (
    AnyInline,
    AuditedAdmin,
    KeylessForm,
    MachineryAdmin,
    ReadOnlyAdmin,
)
from catalog.models import (
    Collection,
    CollectionItem,
    SavedSearch,
    SearchMiss,
    Star,
    Synonym,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    SynonymForm = forms.ModelForm[Synonym]
    Items = forms.BaseInlineFormSet[CollectionItem, Collection, Any]
else:
    SynonymForm = forms.ModelForm
    Items = forms.BaseInlineFormSet

FEWEST_WORDS = 2


class WordsForm(SynonymForm):
    """A group of at least two words or phrases."""

    class Meta:
        model = Synonym
        fields = ["words", "note", "is_active"]

    def clean_words(self) -> str:
        given = " ".join(self.cleaned_data["words"].split())
        words = dict.fromkeys(word.strip().lower() for word in given.split(","))
        words.pop("", None)
        if len(words) < FEWEST_WORDS:
            raise forms.ValidationError(
                "Write at least two words or phrases, separated by commas."
            )
        return ", ".join(words)


@admin.register(Synonym)
class SynonymAdmin(AuditedAdmin):
    """Groups of words that mean the same; a change works with the next search."""

    form = WordsForm
    list_display = ["words", "is_active", "note"]
    list_filter = ["is_active"]
    search_fields = ["words", "note"]


@admin.register(SearchMiss)
class SearchMissAdmin(ReadOnlyAdmin):
    """What people looked for and did not find, the most wanted first."""

    list_display = ["text", "count", "last_at", "is_done", "links"]
    list_filter = ["is_done", "last_at"]
    search_fields = ["text"]
    actions = ["mark_done", "mark_open"]

    def has_change_permission(
        self, request: HttpRequest, obj: Any | None = None
    ) -> bool:
        """Leave changes to the actions of the list."""
        return obj is None and self.has_view_permission(request)

    @admin.display(description="mend")
    def links(self, miss: SearchMiss) -> str:
        search = f"{reverse('catalog:search')}?{urlencode({'q': miss.text})}"
        words = {"words": f"{miss.text}, ", "note": "from a search without a result"}
        synonym = f"{reverse('admin:catalog_synonym_add')}?{urlencode(words)}"
        return format_html(
            '<a href="{}">search again</a> · <a href="{}">add a synonym</a>',
            search,
            synonym,
        )

    @admin.action(description="Mark as done", permissions=["view"])
    def mark_done(self, _request: HttpRequest, rows: QuerySet[SearchMiss]) -> None:
        rows.update(is_done=True)

    @admin.action(description="Mark as open", permissions=["view"])
    def mark_open(self, _request: HttpRequest, rows: QuerySet[SearchMiss]) -> None:
        rows.update(is_done=False)


class ItemsOnce(Items):
    """Items of which none is there twice; Django sees that in kept collections only."""

    def clean(self) -> None:
        super().clean()
        given = [form.cleaned_data for form in self.forms if form.is_valid()]
        kept = [row["algorithm"] for row in given if row and not row.get("DELETE")]
        for algorithm in kept:
            if kept.count(algorithm) > 1:
                raise forms.ValidationError(f"{algorithm} is in the list twice.")


class CollectionItemInline(AnyInline):
    form = KeylessForm
    model = CollectionItem
    formset = ItemsOnce
    extra = 1
    autocomplete_fields = ["algorithm"]
    ordering = ["position"]


@admin.register(Collection)
class CollectionAdmin(AuditedAdmin):
    list_display = ["title", "slug", "position", "is_featured", "is_published"]
    list_filter = ["is_featured", "is_published"]
    list_editable = ["position", "is_featured", "is_published"]
    search_fields = ["title", "summary", "slug"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [CollectionItemInline]

    def view_on_site(self, collection: Collection) -> str:
        return collection.get_absolute_url()


@admin.register(CollectionItem)
class CollectionItemAdmin(MachineryAdmin):
    list_display = ["collection", "position", "algorithm", "note"]
    list_select_related = ["collection", "algorithm__owner"]
    search_fields = ["collection__title", "algorithm__name"]


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnlyAdmin):
    list_display = ["name", "user", "query", "created_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]


@admin.register(Star)
class StarAdmin(ReadOnlyAdmin):
    list_display = ["algorithm", "user", "created_at"]
    list_select_related = ["algorithm__owner", "user"]
    search_fields = ["algorithm__name", "user__username"]
