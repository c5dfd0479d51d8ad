"""Search results and owner pages: what was found, with figures from run records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import Membership, Owner, User
from catalog.models import Algorithm, Run, Version
from catalog.services.errors import NotFound
from catalog.services.search import Query, Results, search

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from catalog.services.search import Row
    from catalog.visibility import Viewer

FIGURE_DAYS = 30
NEAR = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """Calls of the last 30 days and the median duration of those that succeeded."""

    calls: int
    median_ms: float | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One row with its figures."""

    row: Row
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results; `near` is what the words alone find when nothing fits."""

    results: Results
    rows: list[Listed]
    near: Results | None = None


@dataclass(frozen=True, slots=True)
class OwnerPage:
    """An owner's namespace, as far as the viewer sees it."""

    owner: Owner
    found: Found
    is_own: bool


def since() -> datetime:
    return timezone.now() - timedelta(days=FIGURE_DAYS)


def figures_of(
    *, viewer: Viewer, algorithms: Sequence[Algorithm]
) -> dict[UUID, Figures]:
    """Return figures by algorithm, counting only versions that `viewer` sees."""
    versions = Version.objects.visible_to(viewer).filter(algorithm__in=algorithms)
    runs = Run.objects.filter(version__in=versions, created_at__gte=since())
    counted = runs.values_list("version__algorithm_id").annotate(calls=Count("pk"))
    medians = _medians(runs.filter(outcome=Run.Outcome.SUCCEEDED))
    return {pk: Figures(calls, medians.get(pk)) for pk, calls in counted}


def _medians(runs: QuerySet[Run]) -> dict[UUID, float]:
    """Return the (lower) median of the durations in ms, by algorithm."""
    by_algorithm = [F("version__algorithm_id")]
    ranked = runs.annotate(
        rank=Window(RowNumber(), partition_by=by_algorithm, order_by="duration_ms"),
        of=Window(Count("pk"), partition_by=by_algorithm),
    )
    middle = ranked.filter(rank=(F("of") + 1) / 2)
    return dict(middle.values_list("version__algorithm_id", "duration_ms"))


def find(*, viewer: Viewer, query: Query) -> Found:
    """Search for the page; raises BadRequest as search() does."""
    results = search(viewer=viewer, query=query)
    near = None
    if not results.total and query.text and query.chosen:
        near = search(viewer=viewer, query=Query(text=query.text, limit=NEAR))
    return Found(results, _listed(viewer, results.rows), near)


def _listed(viewer: Viewer, rows: Sequence[Row]) -> list[Listed]:
    algorithms = [row.algorithm for row in rows]
    figures = figures_of(viewer=viewer, algorithms=algorithms) if rows else {}
    return [Listed(row, figures.get(row.algorithm.pk)) for row in rows]


def owner_page(*, viewer: Viewer, slug: str, cursor: str = "") -> OwnerPage:
    """Return an owner with its visible algorithms.

    Raises NotFound for a namespace that shows the viewer nothing, whether it is
    missing or private, unless the viewer belongs to it.
    """
    owner = Owner.objects.select_related("team").filter(slug__iexact=slug).first()
    if owner is None:
        raise NotFound(f"owner {slug} not found")
    is_own = _belongs(viewer, owner)
    if not is_own and not _shows_something(viewer, owner):
        raise NotFound(f"owner {slug} not found")
    query = Query(owners=(owner.slug,), sort="name", cursor=cursor)
    return OwnerPage(owner, find(viewer=viewer, query=query), is_own)


def _belongs(viewer: Viewer, owner: Owner) -> bool:
    if not isinstance(viewer, User):
        return False
    if owner.user_id == viewer.pk:
        return True
    if owner.team is None:
        return False
    return Membership.objects.filter(user=viewer, team=owner.team).exists()


def _shows_something(viewer: Viewer, owner: Owner) -> bool:
    return Algorithm.objects.visible_to(viewer).filter(owner=owner).exists()
