"""Finding algorithms: the index's answer, re-read through the privacy rule."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from catalog.models import Algorithm, Example
from catalog.search import SearchRequest, SearchUnavailable
from catalog.search.analysis import Fragment, highlight
from catalog.search.base import SORTS, BadCursor, Sort
from catalog.search.filters import FilterError
from catalog.services import database_search, indexing, synonyms
from catalog.services.errors import BadFilter, BadRequest
from catalog.services.facets import (
    Facet,
    Labels,
    facets_for,
    facets_of,
    names_in_filters,
)
from catalog.services.queries import MAX_ROWS, Query
from catalog.services.reasons import reasons_of
from catalog.visibility import access_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from catalog.search.base import SearchPage
    from catalog.search.explaining import Reason
    from catalog.visibility import Viewer

logger = logging.getLogger(__name__)

UNREAD = ("latest__input_schema", "latest__output_schema", "latest__manifest")


@dataclass(frozen=True, slots=True)
class Row:
    """A found algorithm with its matches marked and its first example.

    `reasons` say why it was found, where the question asked for that.
    """

    algorithm: Algorithm
    name: list[Fragment]
    summary: list[Fragment]
    example: Example | None
    reasons: tuple[Reason, ...] | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.

    `corrected` is the text with misspelled words put right, where that finds more;
    `degraded` says why the index did not answer.
    """

    query: Query
    rows: list[Row]
    total: int
    facets: list[Facet]
    next_cursor: str
    took_ms: float
    degraded: str
    corrected: str


def search(*, viewer: Viewer, query: Query) -> Results:
    """Find what `viewer` may see; never fails for the index.

    Raises BadRequest for a sort, limit, cursor or facet that is none, BadFilter for
    a filter that cannot be read.
    """
    request = _request(viewer, query)
    page = _answer(viewer, request)
    return Results(
        query=query,
        rows=_rows(viewer, page, explained=query.explain),
        total=page.total,
        facets=facets_of(page.facets, request.facets, query, Labels(viewer)),
        next_cursor=page.cursor,
        took_ms=page.took_ms,
        degraded=page.degraded,
        corrected=page.corrected,
    )


def nothing_for(*, viewer: Viewer, query: Query) -> Results:
    """Return no results: the question alone, its chosen values with their names."""
    names = [name for name in facets_for(viewer, query.facets) if name in query.chosen]
    facets = facets_of({}, names, query, Labels(viewer))
    return Results(query, [], 0, facets, "", 0.0, "", "")


def _answer(viewer: Viewer, request: SearchRequest) -> SearchPage:
    try:
        return _from_index_or_rows(viewer, request)
    except BadCursor:
        raise BadRequest(
            "This cursor belongs to another search. Start again at the first page."
        ) from None
    except FilterError as error:
        raise BadFilter(
            error.message,
            text=error.text,
            position=error.position,
            length=error.length,
        ) from None


def _from_index_or_rows(viewer: Viewer, request: SearchRequest) -> SearchPage:
    try:
        access = access_for(viewer, without=indexing.behind_for(viewer))
        return indexing.backend().search(request, access)
    except SearchUnavailable as error:
        logger.warning("the index did not answer, the database does: %s", error)
        return database_search.search(viewer=viewer, request=request)


def _request(viewer: Viewer, query: Query) -> SearchRequest:
    check_text(query.text)
    if not 1 <= query.limit <= MAX_ROWS:
        raise BadRequest(f"limit: write 1 to {MAX_ROWS}.")
    return SearchRequest(
        text=query.text,
        filters=query.chosen,
        filter=query.filter,
        names=names_in_filters(),
        sort=_sort(query.sort),
        facets=facets_for(viewer, query.facets),
        limit=query.limit,
        after=query.cursor,
        synonyms=synonyms.active(),
    )


def _sort(name: str) -> Sort:
    for known in SORTS:
        if known == name:
            return known
    raise BadRequest(f"sort: write one of {', '.join(SORTS)}.")


def check_text(text: str) -> None:
    """Raise BadRequest for a text over the limit of a query."""
    limit = settings.QUERY_CHARACTERS
    if len(text) > limit:
        raise BadRequest(
            f"The query has {len(text):,} characters; the limit is {limit:,}."
        )


def in_order(viewer: Viewer, ids: Sequence[str]) -> list[Algorithm]:
    """Re-read hits as the viewer sees them now: a stale index leaks nothing."""
    if not ids:
        return []
    visible = Algorithm.objects.visible_to(viewer).filter(pk__in=ids)
    parts = visible.select_related("owner__team", "latest").defer(*UNREAD)
    found = {str(row.pk): row for row in parts.prefetch_related("tags")}
    return [found[pk] for pk in ids if pk in found]


def _rows(viewer: Viewer, page: SearchPage, *, explained: bool) -> list[Row]:
    algorithms = in_order(viewer, page.ids)
    examples = first_examples(algorithms)
    reasons = reasons_of(algorithms, page.query) if explained else {}
    return [
        Row(
            algorithm=algorithm,
            name=highlight(algorithm.name, page.terms),
            summary=highlight(algorithm.summary, page.terms),
            example=examples.get(algorithm.latest_id),
            reasons=reasons.get(algorithm.pk),
        )
        for algorithm in algorithms
    ]


def first_examples(algorithms: Iterable[Algorithm]) -> dict[object, Example]:
    """Return the first example of each newest version, by version."""
    versions = [row.latest_id for row in algorithms if row.latest_id]
    examples = Example.objects.filter(version_id__in=versions, position=0)
    return {example.version_id: example for example in examples}
