"""The search that answers while there is no index: plain, slower, never wrong."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from django.core import signing
from django.db.models import Q

from catalog.models import Algorithm
from catalog.search.base import BadCursor, SearchPage

if TYPE_CHECKING:
    from catalog.models.algorithm import AlgorithmQuerySet
    from catalog.search import SearchRequest
    from catalog.visibility import Viewer

ORDERS = {
    "relevance": ("-call_count", "pk"),
    "popular": ("-call_count", "pk"),
    "updated": ("-updated_at", "pk"),
    "name": ("name", "pk"),
}
COLUMNS = {"task": "task", "tag": "tags__name", "owner": "owner__slug"}
REASON = "The search index is away. Results come from the database, by calls."
FACET_ROWS = 10_000


def search(*, viewer: Viewer, request: SearchRequest) -> SearchPage:
    """Find rows that hold every word; facets count at most 10,000 matches."""
    begun = time.perf_counter()
    matches = _matching(viewer, request)
    offset = _offset(request.after)
    found = _filtered(matches, request).order_by(*ORDERS[request.sort]).distinct()
    ids = [str(pk) for pk in found.values_list("pk", flat=True)]
    shown = ids[offset : offset + request.limit]
    more = offset + request.limit < len(ids)
    return SearchPage(
        ids=tuple(shown),
        total=len(ids),
        facets={name: _counts(matches, request, name) for name in request.facets},
        terms=tuple(_words(request.text)),
        cursor=signing.dumps(offset + request.limit) if more else "",
        took_ms=(time.perf_counter() - begun) * 1000,
        degraded=REASON,
    )


def suggest(*, viewer: Viewer, prefix: str, limit: int) -> list[str]:
    named = Algorithm.objects.visible_to(viewer).filter(name__istartswith=prefix)
    return [str(pk) for pk in named.values_list("pk", flat=True)[:limit]]


def _words(text: str) -> list[str]:
    return text.replace("\x00", " ").lower().split()[:20]


def _matching(viewer: Viewer, request: SearchRequest) -> AlgorithmQuerySet:
    rows = Algorithm.objects.visible_to(viewer)
    for word in _words(request.text):
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(title__icontains=word)
            | Q(summary__icontains=word)
            | Q(tags__name__icontains=word)
        )
    return rows


def _filtered(
    rows: AlgorithmQuerySet, request: SearchRequest, *, leave_out: str = ""
) -> AlgorithmQuerySet:
    for name, values in request.filters.items():
        if name != leave_out:
            rows = rows.filter(**{f"{COLUMNS[name]}__in": values})
    return rows


def _counts(
    rows: AlgorithmQuerySet, request: SearchRequest, name: str
) -> list[tuple[str, int]]:
    matching = _filtered(rows, request, leave_out=name)
    ids = matching.distinct().values_list("pk", flat=True)[:FACET_ROWS]
    values = Algorithm.objects.filter(pk__in=list(ids)).values_list(
        COLUMNS[name], flat=True
    )
    counted = Counter(value for value in values if value)
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:20]


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(signing.loads(cursor))
    except (signing.BadSignature, ValueError, TypeError):
        raise BadCursor(cursor) from None
