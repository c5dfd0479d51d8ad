"""The query parameters of a search, parsed and documented once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field

from catalog.models import Algorithm
from catalog.search.base import FACET_FIELDS, SORTS
from catalog.services.queries import FACET_LABELS, MAX_CHOSEN, MAX_ROWS, Query

if TYPE_CHECKING:
    from catalog.models.algorithm import AlgorithmQuerySet

YES, NO = ("true", "1", "yes"), ("false", "0", "no")


class ManyWords(forms.MultipleChoiceField):
    """A parameter that may be repeated, with any value."""

    def valid_value(self, value: str) -> bool:  # noqa: ARG002 - any value may match nothing
        return True


class ManyWordsFilter(filters.Filter):  # type: ignore[misc] # untyped library
    field_class = ManyWords


class FacetNames(forms.MultipleChoiceField):
    """Names of facets, repeated or between commas; `true` means all of them."""

    def to_python(self, value: Any) -> list[str]:
        words = [word for part in value or () for word in str(part).split(",") if word]
        if len(words) == 1 and words[0].lower() in (*YES, *NO):
            return list(FACET_FIELDS) if words[0].lower() in YES else []
        return words

    def validate(self, value: list[str]) -> None:
        for name in value:
            if name not in FACET_FIELDS:
                raise forms.ValidationError(
                    f"There is no facet {name[:40]}. Write true, or any of "
                    f"{', '.join(FACET_FIELDS)}."
                )


class FacetNamesFilter(filters.Filter):  # type: ignore[misc] # untyped library
    field_class = FacetNames


def _described(made: filters.Filter) -> filters.Filter:
    """Describe a parameter that may be repeated; it is no column to read it from."""
    said = {"type": "array", "items": {"type": "string"}, "description": made.label}
    return extend_schema_field(said)(made)


def _facet(name: str) -> filters.Filter:
    label = f"{FACET_LABELS[name]}; may be repeated (any of them)."
    return _described(ManyWordsFilter(label=label))


class SearchFilter(filters.FilterSet):  # type: ignore[misc] # untyped library
    """Words, facets and filter of a search."""

    q = filters.CharFilter(
        label="Words to find.",
        max_length=settings.QUERY_CHARACTERS,
    )
    task = _facet("task")
    takes = _facet("takes")
    gives = _facet("gives")
    runtime = _facet("runtime")
    framework = _facet("framework")
    license = _facet("license")
    visibility = _facet("visibility")
    latency = _facet("latency")
    verified = _facet("verified")
    callable = _facet("callable")
    language = _facet("language")
    tag = _facet("tag")
    owner = _facet("owner")
    filter = filters.CharFilter(
        label="An expression such as `verified AND stars >= 3`; see the guide.",
    )
    facets = _described(
        FacetNamesFilter(
            label="Facets to count: names, repeated or between commas, or `true` for "
            "all.",
        )
    )

    class Meta:
        model = Algorithm
        fields: list[str] = []

    def filter_queryset(self, queryset: AlgorithmQuerySet) -> AlgorithmQuerySet:
        """Leave the rows alone: the search service answers, see `query`."""
        return queryset

    @property
    def query(self) -> Query:
        """The question that the parameters ask, once they are valid."""
        asked: dict[str, Any] = self.form.cleaned_data
        chosen = {name: tuple(sorted(set(asked[name] or ()))) for name in FACET_LABELS}
        return Query(
            text=asked["q"] or "",
            chosen={name: v[:MAX_CHOSEN] for name, v in chosen.items() if v},
            filter=asked["filter"] or "",
            facets=tuple(asked["facets"] or ()),
        )


class AlgorithmFilter(SearchFilter):
    """A search with the order and place of its rows."""

    sort = filters.ChoiceFilter(
        label="Order of the results.", choices=[(name, name) for name in SORTS]
    )
    cursor = filters.CharFilter(label="`next` of the page before.", max_length=4000)
    limit = filters.NumberFilter(
        label=f"Rows of a page, 1 to {MAX_ROWS}.",
        min_value=1,
        max_value=MAX_ROWS,
        decimal_places=0,
    )
    explain = filters.BooleanFilter(label="Say of each row why it was found.")

    @property
    def query(self) -> Query:
        """The question that the parameters ask, once they are valid."""
        asked: dict[str, Any] = self.form.cleaned_data
        words = super().query
        return Query(
            text=words.text,
            chosen=words.chosen,
            filter=words.filter,
            facets=words.facets,
            sort=asked["sort"] or "relevance",
            cursor=asked["cursor"] or "",
            limit=int(asked["limit"] or 20),
            explain=bool(asked["explain"]),
        )
