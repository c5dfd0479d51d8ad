"""The figures of the catalog as one viewer sees it: all are counted, none is told."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from django.db.models import CharField, Count, Sum
from django.db.models.functions import Cast, Substr

from catalog.models import Algorithm, Run, Version
from catalog.services.rollups import begin_of, days_shown, kept_hours
from catalog.snippets import shown_targets

if TYPE_CHECKING:
    from catalog.visibility import Viewer

MEASURED_RUNS = 1000


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the viewer sees, could call, and what was called in 30 days.

    `by_day` has the calls of each day, the oldest first; `median_ms` is that of the
    last `measured` runs that succeeded, None where there was none.
    """

    algorithms: int
    owners: int
    documented: int
    by_day: tuple[int, ...]
    median_ms: float | None
    measured: int
    languages: int
    targets: int

    @property
    def calls(self) -> int:
        return sum(self.by_day)

    @property
    def callable(self) -> int:
        return self.algorithms - self.documented


def ledger(*, viewer: Viewer) -> Ledger:
    """Return the figures of all that `viewer` sees. Three queries."""
    counted = Algorithm.objects.visible_to(viewer).aggregate(
        algorithms=Count("pk"),
        owners=Count("owner", distinct=True),
        callable=Count("latest"),
    )
    targets = shown_targets()
    durations = _durations(viewer)
    return Ledger(
        algorithms=counted["algorithms"],
        owners=counted["owners"],
        documented=counted["algorithms"] - counted["callable"],
        by_day=_by_day(viewer),
        median_ms=median(durations) if durations else None,
        measured=len(durations),
        languages=len({target.language for target in targets}),
        targets=len(targets),
    )


def _by_day(viewer: Viewer) -> tuple[int, ...]:
    days = days_shown()
    rows = (
        kept_hours(viewer, begin_of(days[0]))
        .annotate(day=Substr(Cast("hour", CharField()), 1, 10))
        .values_list("day")
        .annotate(n=Sum("calls"))
        .order_by()
    )
    counts = dict(rows)
    return tuple(counts.get(day.isoformat(), 0) for day in days)


def _durations(viewer: Viewer) -> list[float]:
    """Return the durations (ms) of the last runs; their times are indexed."""
    versions = Version.objects.visible_to(viewer)
    runs = Run.objects.filter(
        version__in=versions,
        outcome=Run.Outcome.SUCCEEDED,
        created_at__gte=begin_of(days_shown()[0]),
    ).order_by("-created_at")
    return list(runs.values_list("duration_ms", flat=True)[:MEASURED_RUNS])
