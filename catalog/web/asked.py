"""The search page's address: read into a question, and written back changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from catalog.services.search import LABELS, SORTS, Query

if TYPE_CHECKING:
    from django.http import QueryDict

MAX_CHOSEN = 20
SORT_LABELS = {
    "relevance": "Best match",
    "popular": "Most called",
    "updated": "Newest",
    "name": "Name",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter; its address is the search without it."""

    facet: str
    label: str
    value: str
    address: str


def query_in(parameters: QueryDict) -> Query:
    """Read the question; what is unknown is left out, the rest is for the service."""
    sort = parameters.get("sort", "")
    return Query(
        text=parameters.get("q", "").strip(),
        tasks=_chosen(parameters, "task"),
        tags=_chosen(parameters, "tag"),
        owners=_chosen(parameters, "owner"),
        sort=sort if sort in SORTS else "relevance",
        cursor=parameters.get("cursor", ""),
    )


def _chosen(parameters: QueryDict, name: str) -> tuple[str, ...]:
    wanted = dict.fromkeys(value for value in parameters.getlist(name) if value)
    return tuple(wanted)[:MAX_CHOSEN]


def address_of(query: Query) -> str:
    """Write the question as an address, without what it leaves at its default."""
    pairs = [("q", query.text)] if query.text else []
    pairs += [(name, value) for name, some in query.chosen.items() for value in some]
    if query.sort != "relevance":
        pairs.append(("sort", query.sort))
    if query.cursor:
        pairs.append(("cursor", query.cursor))
    return reverse("catalog:search") + (f"?{urlencode(pairs)}" if pairs else "")


def addresses(query: Query, next_cursor: str) -> dict[str, Any]:
    """Return the question with its chips, its orders and where one can go from it."""
    return {
        "query": query,
        "chips": chips_of(query),
        "sorts": SORT_LABELS,
        "next": address_of(replace(query, cursor=next_cursor)),
        "first": address_of(replace(query, cursor="")),
        "bare": address_of(replace(query, tasks=(), tags=(), owners=(), cursor="")),
    }


def chips_of(query: Query) -> list[Chip]:
    """Return one chip for each chosen value."""
    return [
        Chip(name, LABELS[name], value, address_of(_without(query, name, value)))
        for name, values in query.chosen.items()
        for value in values
    ]


def _without(query: Query, name: str, value: str) -> Query:
    def left(facet: str, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(v for v in values if facet != name or v != value)

    return replace(
        query,
        tasks=left("task", query.tasks),
        tags=left("tag", query.tags),
        owners=left("owner", query.owners),
        cursor="",
    )
