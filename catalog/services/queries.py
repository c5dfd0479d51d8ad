"""A reader's question: its parts, and the one way to write it as a query string."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from catalog.search.base import FACET_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

FACET_LABELS = {
    "task": "Task",
    "takes": "Takes",
    "gives": "Gives",
    "runtime": "Runtime",
    "framework": "Framework",
    "license": "License",
    "visibility": "Visibility",
    "latency": "Median time",
    "verified": "Verified",
    "callable": "Callable",
    "language": "Language",
    "tag": "Tag",
    "owner": "Owner",
}
"""The facets in the order in which pages show them."""

SORT_LABELS = {
    "relevance": "Best match",
    "popular": "Most called",
    "stars": "Most starred",
    "created": "Newest",
    "updated": "Last changed",
    "name": "Name",
}
RELEVANCE = "relevance"
MAX_CHOSEN = 20
MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader asks: words, chosen facet values, a filter, order and place.

    `chosen` maps a facet to its accepted values; `filter` is an expression of the
    filter language; `facets` are those to count; `explain` asks for reasons.
    """

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    filter: str = ""
    sort: str = RELEVANCE
    cursor: str = ""
    limit: int = 20
    facets: tuple[str, ...] = FACET_FIELDS
    explain: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the words decides what is found."""
        return bool(self.chosen or self.filter)

    @property
    def count_of_choices(self) -> int:
        return sum(map(len, self.chosen.values())) + bool(self.filter)

    def without(self, facet: str, value: str) -> Query:
        """Return the question without one chosen value, at its first page."""
        left = {
            name: tuple(v for v in values if name != facet or v != value)
            for name, values in self.chosen.items()
        }
        return replace(self, chosen={k: v for k, v in left.items() if v}, cursor="")

    def bare(self) -> Query:
        """Return the words alone, in the same order."""
        return replace(self, chosen={}, filter="", cursor="")


def query_in(parameters: QueryDict) -> Query:
    """Read a question; what is unknown is left out, the values are the service's."""
    found = {name: _values(parameters, name) for name in FACET_LABELS}
    return Query(
        text=parameters.get("q", "").strip(),
        chosen={name: values for name, values in found.items() if values},
        filter=parameters.get("filter", "").strip(),
        sort=parameters.get("sort") or RELEVANCE,
        cursor=parameters.get("cursor", ""),
    )


def query_from(text: str) -> Query:
    """Read a question from a query string, as `query_string` writes it."""
    return query_in(QueryDict(text))


def _values(parameters: QueryDict, name: str) -> tuple[str, ...]:
    wanted = {value for value in parameters.getlist(name) if value}
    return tuple(sorted(wanted))[:MAX_CHOSEN]


def query_string(query: Query) -> str:
    """Write a question in its one form: fixed order, nothing left at its default."""
    pairs = [("q", query.text)] if query.text else []
    for name in FACET_LABELS:
        pairs += [(name, value) for value in sorted(query.chosen.get(name, ()))]
    if query.filter:
        pairs.append(("filter", query.filter))
    if query.sort != RELEVANCE:
        pairs.append(("sort", query.sort))
    if query.cursor:
        pairs.append(("cursor", query.cursor))
    return urlencode(pairs)


def address_of(query: Query) -> str:
    """Return the address of the search page that answers a question."""
    asked = query_string(query)
    return reverse("catalog:search") + (f"?{asked}" if asked else "")
