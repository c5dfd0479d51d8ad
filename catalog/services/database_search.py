"""The search that answers while there is no index: plain and slower, by calls.

Filters and facets are computed by the engine's own functions, from the rows: what
they mean does not depend on where the answer comes from.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from django.core import signing
from django.db.models import Count, Q

from catalog.models import Algorithm
from catalog.search.base import BadCursor, SearchPage, Suggestion
from catalog.search.documents import facets_of
from catalog.search.filters import holds, parse_filter, with_names
from catalog.search.filters.fields import values_of
from catalog.services.indexing import document_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catalog.models.algorithm import AlgorithmQuerySet
    from catalog.search import SearchRequest
    from catalog.search.base import Kind
    from catalog.visibility import Viewer

    Facets = dict[str, tuple[str, ...]]

ORDERS = {
    "relevance": ("-call_count", "pk"),
    "popular": ("-call_count", "pk"),
    "stars": ("-star_count", "pk"),
    "updated": ("-updated_at", "pk"),
    "created": ("-created_at", "pk"),
    "name": ("name", "pk"),
}
COLUMNS = {"task": "task", "tag": "tags__name", "owner": "owner__slug"}
REASON = "The search index is away. Results come from the database, by calls."
#: rows that one answer looks at; the index is rebuilt in minutes
MOST_ROWS = 20_000
MOST_VALUES = 20
UNREAD = ("latest__input_schema", "latest__output_schema", "latest__manifest")


def search(*, viewer: Viewer, request: SearchRequest) -> SearchPage:
    """Find rows that hold every word, among the 20,000 that come first.

    Raises FilterError and BadCursor as an index does.
    """
    begun = time.perf_counter()
    condition = with_names(parse_filter(request.filter), request.names)
    offset = _offset(request.after)
    ids: list[str] = []
    counts: dict[str, Counter[str]] = {name: Counter() for name in request.facets}
    for row in _rows(viewer, request):
        document = document_of(row, with_docs=False)
        if condition is not None and not holds(condition, values_of(document)):
            continue
        facets = facets_of(document)
        missed = _missed(facets, request)
        if not missed:
            ids.append(document.id)
        # A facet's counts leave out its own filter.
        for name in request.facets:
            if not missed or missed == [name]:
                counts[name].update(facets[name])
    end = offset + request.limit
    return SearchPage(
        ids=tuple(ids[offset:end]),
        total=len(ids),
        facets={name: _top(counted) for name, counted in counts.items()},
        terms=tuple(_words(request.text)),
        cursor=signing.dumps(end) if end < len(ids) else "",
        took_ms=(time.perf_counter() - begun) * 1000,
        degraded=REASON,
    )


def suggest(
    *, viewer: Viewer, prefix: str, limit: int, kinds: Sequence[Kind]
) -> list[Suggestion]:
    """Complete a prefix with names, then with tasks, tags and owners."""
    rows = Algorithm.objects.visible_to(viewer)
    found: list[Suggestion] = []
    if "algorithm" in kinds:
        begun = Q(name__istartswith=prefix) | Q(title__istartswith=prefix)
        named = rows.filter(begun).order_by(*ORDERS["popular"])
        ids = named.values_list("pk", flat=True)[:limit]
        found += [Suggestion("algorithm", id=str(pk)) for pk in ids]
    for kind in kinds:
        if kind != "algorithm":
            found += _begun(rows, kind, prefix, limit)
    return found[:limit]


def _begun(
    rows: AlgorithmQuerySet, kind: Kind, prefix: str, limit: int
) -> list[Suggestion]:
    column = COLUMNS[kind]
    counted = (
        rows.filter(**{f"{column}__istartswith": prefix})
        .order_by()
        .values_list(column)
        .annotate(n=Count("pk", distinct=True))
        .order_by("-n", column)[:limit]
    )
    return [Suggestion(kind, value=value, count=n) for value, n in counted]


def _words(text: str) -> list[str]:
    return text.replace("\x00", " ").lower().split()[:20]


def _rows(viewer: Viewer, request: SearchRequest) -> Iterator[Algorithm]:
    rows = Algorithm.objects.visible_to(viewer)
    for word in _words(request.text):
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(title__icontains=word)
            | Q(summary__icontains=word)
            | Q(tags__name__icontains=word)
        )
    ordered = rows.distinct().order_by(*ORDERS[request.sort])
    parts = ordered.select_related("owner", "latest").defer(*UNREAD)
    shown = parts.prefetch_related("tags", "grants")[:MOST_ROWS]
    yield from shown.iterator(chunk_size=1000)


def _missed(facets: Facets, request: SearchRequest) -> list[str]:
    """Return the facets whose filter the row does not pass."""
    return [
        name
        for name, accepted in request.filters.items()
        if set(accepted).isdisjoint(facets[name])
    ]


def _top(counted: Counter[str]) -> list[tuple[str, int]]:
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return ordered[:MOST_VALUES]


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(signing.loads(cursor))
    except (signing.BadSignature, ValueError, TypeError):
        raise BadCursor(cursor) from None
