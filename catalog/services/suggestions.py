"""What completes a word that is being typed: names, tasks, tags, owners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from catalog.search import SearchUnavailable
from catalog.search.base import KINDS
from catalog.services import database_search, indexing
from catalog.services.pages.tasks import task_of
from catalog.services.queries import Query, address_of
from catalog.services.search import check_text, in_order
from catalog.visibility import access_for

if TYPE_CHECKING:
    from catalog.models import Algorithm
    from catalog.search.base import Kind
    from catalog.search.base import Suggestion as Hit
    from catalog.visibility import Viewer

LIMIT = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: what it is, how it reads, where it leads.

    `detail` is a title or the like; `count` the visible algorithms behind it.
    `algorithm` is the row of an algorithm.
    """

    kind: Kind
    label: str
    address: str
    detail: str = ""
    count: int = 1
    algorithm: Algorithm | None = None


def suggest(*, viewer: Viewer, prefix: str, limit: int = LIMIT) -> list[Suggestion]:
    """Complete `prefix` with what `viewer` sees, algorithms first.

    Raises BadRequest for a prefix over the limit of a query.
    """
    check_text(prefix)
    if not prefix.strip():
        return []
    hits = _hits(viewer, prefix, limit)
    named = in_order(viewer, [hit.id for hit in hits if hit.kind == "algorithm"])
    rows = {str(row.pk): row for row in named}
    found = [_suggestion(hit, rows.get(hit.id)) for hit in hits]
    return [suggestion for suggestion in found if suggestion is not None]


def _hits(viewer: Viewer, prefix: str, limit: int) -> list[Hit]:
    try:
        access = access_for(viewer, without=indexing.behind_for(viewer))
        return indexing.backend().suggest(prefix, access, limit, KINDS)
    except SearchUnavailable:
        return database_search.suggest(
            viewer=viewer, prefix=prefix, limit=limit, kinds=KINDS
        )


def _suggestion(hit: Hit, row: Algorithm | None) -> Suggestion | None:
    if hit.kind == "algorithm":
        if row is None:
            return None
        address = row.get_absolute_url()
        return Suggestion(
            "algorithm", row.full_name, address, detail=row.title, algorithm=row
        )
    if hit.kind == "owner":
        address = reverse("catalog:owner", args=[hit.value])
        return Suggestion("owner", hit.value, address, count=hit.count)
    label = task_of(hit.value).label if hit.kind == "task" else hit.value
    address = address_of(Query(chosen={hit.kind: (hit.value,)}))
    return Suggestion(hit.kind, label, address, count=hit.count)
