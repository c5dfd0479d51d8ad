"""Finding algorithms: the index's answer, re-read through the privacy rule."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from catalog.models import Algorithm, Example
from catalog.search import Access, SearchRequest, SearchUnavailable
from catalog.search.analysis import Fragment, highlight
from catalog.search.base import BadCursor, SearchPage, Sort
from catalog.services import database_search, indexing
from catalog.services.errors import BadRequest
from catalog.visibility import audiences_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from catalog.visibility import Viewer

logger = logging.getLogger(__name__)

LABELS = {"task": "Task", "tag": "Tag", "owner": "Owner"}
SORTS: tuple[Sort, ...] = ("relevance", "popular", "updated", "name")
MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader asks: words, chosen facet values, order and place."""

    text: str = ""
    tasks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    sort: str = "relevance"
    cursor: str = ""
    limit: int = 20

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The chosen values by facet, those without a choice left out."""
        values = {"task": self.tasks, "tag": self.tags, "owner": self.owners}
        return {facet: chosen for facet, chosen in values.items() if chosen}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet with its number of matches."""

    value: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet's values, the chosen ones among them even at zero."""

    name: str
    label: str
    values: list[FacetValue]


@dataclass(frozen=True, slots=True)
class Row:
    """A found algorithm with its matches marked and its first example."""

    algorithm: Algorithm
    name: list[Fragment]
    summary: list[Fragment]
    example: Example | None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found. `degraded` says why the index did not answer."""

    query: Query
    rows: list[Row]
    total: int
    facets: list[Facet]
    next_cursor: str
    took_ms: float
    degraded: str


def search(*, viewer: Viewer, query: Query) -> Results:
    """Find what `viewer` may see; raises BadRequest, never fails for the index."""
    request = _request(query)
    access = Access(audiences_for(viewer))
    try:
        page = indexing.backend().search(request, access)
    except BadCursor:
        raise BadRequest(
            "This cursor belongs to another search. Start again at the first page."
        ) from None
    except SearchUnavailable as error:
        logger.warning("the index did not answer, the database does: %s", error)
        page = database_search.search(viewer=viewer, request=request)
    return Results(
        query=query,
        rows=_rows(viewer, page),
        total=page.total,
        facets=[_facet(name, page, query) for name in request.facets],
        next_cursor=page.cursor,
        took_ms=page.took_ms,
        degraded=page.degraded,
    )


def suggest(*, viewer: Viewer, prefix: str, limit: int = 8) -> list[Algorithm]:
    """Return algorithms with a word of their name or title that starts so.

    Raises BadRequest for a prefix over the limit of a query.
    """
    _check_text(prefix)
    try:
        access = Access(audiences_for(viewer))
        ids = indexing.backend().suggest(prefix, access, limit)
    except SearchUnavailable:
        ids = database_search.suggest(viewer=viewer, prefix=prefix, limit=limit)
    return _in_order(viewer, ids)


def _request(query: Query) -> SearchRequest:
    _check_text(query.text)
    sort = next((known for known in SORTS if known == query.sort), None)
    if sort is None:
        raise BadRequest(f"sort: write one of {', '.join(SORTS)}.")
    if not 1 <= query.limit <= MAX_ROWS:
        raise BadRequest(f"limit: write 1 to {MAX_ROWS}.")
    return SearchRequest(
        text=query.text,
        filters=query.chosen,
        sort=sort,
        limit=query.limit,
        after=query.cursor,
    )


def _check_text(text: str) -> None:
    limit = settings.QUERY_CHARACTERS
    if len(text) > limit:
        raise BadRequest(
            f"The query has {len(text):,} characters; the limit is {limit:,}."
        )


def _in_order(viewer: Viewer, ids: Sequence[str]) -> list[Algorithm]:
    """Re-read hits as the viewer sees them now: a stale index leaks nothing."""
    visible = Algorithm.objects.visible_to(viewer).with_parts().filter(pk__in=ids)
    found = {str(algorithm.pk): algorithm for algorithm in visible}
    return [found[pk] for pk in ids if pk in found]


def _rows(viewer: Viewer, page: SearchPage) -> list[Row]:
    algorithms = _in_order(viewer, page.ids)
    examples = _first_examples(algorithms)
    return [
        Row(
            algorithm=algorithm,
            name=highlight(algorithm.name, page.terms),
            summary=highlight(algorithm.summary, page.terms),
            example=examples.get(algorithm.latest_id),
        )
        for algorithm in algorithms
    ]


def _first_examples(algorithms: Iterable[Algorithm]) -> dict[object, Example]:
    versions = [row.latest_id for row in algorithms if row.latest_id]
    examples = Example.objects.filter(version_id__in=versions, position=0)
    return {example.version_id: example for example in examples}


def _facet(name: str, page: SearchPage, query: Query) -> Facet:
    chosen = query.chosen.get(name, ())
    counts = dict(page.facets.get(name, ()))
    for value in chosen:
        counts.setdefault(value, 0)
    values = [FacetValue(v, n, selected=v in chosen) for v, n in counts.items()]
    return Facet(name, LABELS[name], values)
