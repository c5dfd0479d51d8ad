"""The search page's address: the question's chips, orders and ways on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from catalog.services.queries import (
    FACET_LABELS,
    SORT_LABELS,
    Query,
    address_of,
    query_string,
)

if TYPE_CHECKING:
    from catalog.services.search import Results

SHOWN_FILTER = 60


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter; its address is the search without it."""

    facet: str
    label: str
    value: str
    shown: str
    address: str


def addresses(results: Results) -> dict[str, Any]:
    """Return the question with its chips, its orders and where one can go from it."""
    query = results.query
    first = replace(query, cursor="")
    asked = query_string(first)
    feed = reverse("catalog:search_feed") + (f"?{asked}" if asked else "")
    return {
        "query": query,
        "asked": asked,
        "chips": chips_of(results),
        "sorts": SORT_LABELS,
        "next": address_of(replace(query, cursor=results.next_cursor)),
        "first": address_of(first),
        "bare": address_of(query.bare()),
        "corrected": address_of(replace(first, text=results.corrected)),
        "feed": feed,
    }


def chips_of(results: Results) -> list[Chip]:
    """Return one chip for each chosen value, and one for the filter."""
    query = results.query
    names = {
        (facet.name, value.value): value.label
        for facet in results.facets
        for value in facet.values
    }
    chips = [
        Chip(
            facet=name,
            label=FACET_LABELS[name],
            value=value,
            shown=names.get((name, value), value),
            address=address_of(query.without(name, value)),
        )
        for name, values in query.chosen.items()
        for value in values
    ]
    return chips + _filter_chip(query)


def _filter_chip(query: Query) -> list[Chip]:
    if not query.filter:
        return []
    text = query.filter
    shown = text if len(text) <= SHOWN_FILTER else f"{text[: SHOWN_FILTER - 1]}…"
    address = address_of(replace(query, filter="", cursor=""))
    return [Chip("filter", "Filter", text, shown, address)]
