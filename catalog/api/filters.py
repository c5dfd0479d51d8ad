"""The query parameters of /api/v1/algorithms, parsed and documented once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django_filters import rest_framework as filters

from catalog.models import Algorithm
from catalog.services.search import MAX_ROWS, SORTS, Query

if TYPE_CHECKING:
    from catalog.models.algorithm import AlgorithmQuerySet


class ManyWords(forms.MultipleChoiceField):
    """A parameter that may be repeated, with any value."""

    def valid_value(self, value: str) -> bool:  # noqa: ARG002 - any value may match nothing
        return True


class ManyWordsFilter(filters.Filter):  # type: ignore[misc] # untyped library
    field_class = ManyWords


class AlgorithmFilter(filters.FilterSet):  # type: ignore[misc] # untyped library
    """Words, facets, order and place of a search."""

    q = filters.CharFilter(
        label="Words to find.",
        max_length=settings.QUERY_CHARACTERS,
    )
    task = ManyWordsFilter(label="Task; may be repeated (any of them).")
    tag = ManyWordsFilter(label="Tag; may be repeated (any of them).")
    owner = ManyWordsFilter(label="Owner; may be repeated (any of them).")
    sort = filters.ChoiceFilter(
        label="Order of the results.", choices=[(name, name) for name in SORTS]
    )
    cursor = filters.CharFilter(label="`next` of the page before.", max_length=2000)
    limit = filters.NumberFilter(
        label=f"Rows of a page, 1 to {MAX_ROWS}.",
        min_value=1,
        max_value=MAX_ROWS,
        decimal_places=0,
    )
    facets = filters.BooleanFilter(label="Add the facets with their counts.")

    class Meta:
        model = Algorithm
        fields: list[str] = []

    def filter_queryset(self, queryset: AlgorithmQuerySet) -> AlgorithmQuerySet:
        """Leave the rows alone: the search service answers, see `query`."""
        return queryset

    @property
    def query(self) -> Query:
        """The question that the parameters ask; raises ValidationError."""
        asked: dict[str, Any] = self.form.cleaned_data
        return Query(
            text=asked["q"] or "",
            tasks=tuple(asked["task"] or ()),
            tags=tuple(asked["tag"] or ()),
            owners=tuple(asked["owner"] or ()),
            sort=asked["sort"] or "relevance",
            cursor=asked["cursor"] or "",
            limit=int(asked["limit"] or 20),
        )
