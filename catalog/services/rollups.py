"""Rolls runs up per version and hour, and reads the figures from there.

The hour is the unit: one with new runs is counted anew from its run records and
replaces what was kept, but only where it grew. So counting twice changes nothing, and
an hour whose run records are dropped (whole hours, oldest first) keeps its figures.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import CharField, F, Max, Min, Q, Sum
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from catalog.content.histogram import bucket_of, merged, quantile
from catalog.models import Algorithm, Run, RunHour, Version, Visibility
from catalog.services.indexing import note_change

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

    from catalog.visibility import Viewer

FIGURE_DAYS = 30
HOUR = timedelta(hours=1)
#: A run is dated before it is written; it may wait that long for the database.
LATE = timedelta(minutes=2)
WRITTEN_AT_ONCE = 500


#: Figures that grew by less than this need no new document in the index.
NOTED_RATIO = 1.1
#: What the algorithms' own columns count: what everybody sees of a public one, and
#: all of what only its owner sees.
_COUNTED = (
    Q(version__algorithm__visibility=Visibility.PRIVATE)
    | Q(version__algorithm__hidden_at__isnull=False)
    | Q(version__visibility=Visibility.PUBLIC)
)


@dataclass(slots=True)
class _Count:
    """The runs of one version in one hour."""

    calls: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    durations: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class RolledUp:
    """What a roll-up did; hand `until` to the next one, and it reads no more again."""

    until: datetime
    versions: frozenset[UUID]


def roll_up(*, since: datetime | None = None) -> RolledUp:
    """Bring RunHour up to date with the runs written after `since`.

    Without `since`, start an hour before the newest hour that is kept. Each hour is
    one short transaction. Returns the versions whose figures changed.
    """
    until = timezone.now()
    start = _newest_kept() if since is None else since - LATE
    changed: set[UUID] = set()
    while (first := _first_run(start)) is not None:
        hour = hour_of(first)
        changed |= roll_up_hour(hour)
        start = hour + HOUR
    return RolledUp(until, frozenset(changed))


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour (UTC) that `moment` is in."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _newest_kept() -> datetime | None:
    newest: datetime | None = RunHour.objects.aggregate(top=Max("hour"))["top"]
    return newest - HOUR if newest else None


def _first_run(start: datetime | None) -> datetime | None:
    runs = Run.objects.filter(created_at__gte=start) if start else Run.objects.all()
    first: datetime | None = runs.aggregate(first=Min("created_at"))["first"]
    return first


def roll_up_hour(hour: datetime) -> set[UUID]:
    """Count one hour's runs and keep what grew; return the versions that did."""
    counted = _counted(hour)
    with transaction.atomic():
        known = RunHour.objects.filter(hour=hour)
        kept = dict(known.values_list("version_id", "calls"))
        grown = {pk for pk, count in counted.items() if count.calls > kept.get(pk, 0)}
        RunHour.objects.bulk_create(
            (
                RunHour(
                    version_id=pk,
                    hour=hour,
                    calls=counted[pk].calls,
                    errors=dict(counted[pk].errors),
                    durations=dict(counted[pk].durations),
                )
                for pk in grown
            ),
            batch_size=WRITTEN_AT_ONCE,
            update_conflicts=True,
            unique_fields=["version", "hour"],
            update_fields=["calls", "errors", "durations"],
        )
    return grown


def _counted(hour: datetime) -> dict[UUID, _Count]:
    runs = Run.objects.filter(created_at__gte=hour, created_at__lt=hour + HOUR)
    rows = runs.values_list("version_id", "outcome", "error_code", "duration_ms")
    counts: defaultdict[UUID, _Count] = defaultdict(_Count)
    for pk, outcome, code, duration in rows.iterator(chunk_size=2000):
        count = counts[pk]
        count.calls += 1
        if outcome == Run.Outcome.SUCCEEDED:
            count.durations[str(bucket_of(duration))] += 1
        else:
            count.errors[code] += 1
    return counts


@dataclass(frozen=True, slots=True)
class Figures:
    """Calls of the last 30 days (UTC, today included) and how long they took.

    `median_ms` is that of the runs that succeeded; None where there was none.
    `by_day` has the calls of each day, the oldest first.
    """

    calls: int
    median_ms: float | None
    by_day: tuple[int, ...]


NO_FIGURES = Figures(0, None, (0,) * FIGURE_DAYS)


def days_shown(days: int = FIGURE_DAYS) -> list[date]:
    """Return the last `days` dates in UTC, oldest first, today last."""
    today = timezone.now().astimezone(UTC).date()
    return [today - timedelta(days=back) for back in reversed(range(days))]


def begin_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def kept_hours(viewer: Viewer, since: datetime) -> QuerySet[RunHour]:
    """Return the hours from `since` on, of the versions that `viewer` sees."""
    versions = Version.objects.visible_to(viewer)
    return RunHour.objects.filter(version__in=versions, hour__gte=since)


def figures_of(
    *,
    viewer: Viewer,
    algorithms: Collection[Algorithm],
    seen: Collection[Version] | None = None,
) -> dict[UUID, Figures]:
    """Return figures by algorithm, counting only versions that `viewer` sees.

    Algorithms without a call in 30 days are left out. `seen` are all those versions,
    where they are at hand; otherwise one query more: with the versions as a subquery
    SQLite reads every hour of the catalog.
    """
    if seen is None and algorithms:
        of = Version.objects.visible_to(viewer).filter(
            algorithm__in=[row.pk for row in algorithms]
        )
        seen = of.only("pk")
    versions = [version.pk for version in seen or ()]
    if not versions:
        return {}
    days = days_shown()
    rows = (
        RunHour.objects.filter(version__in=versions, hour__gte=begin_of(days[0]))
        # Cutting the text is far cheaper than truncating dates: SQLite has no such.
        .annotate(day=Substr(Cast("hour", CharField()), 1, 10))
        .values_list("version__algorithm_id", "day")
        .annotate(n=Sum("calls"))
        .order_by()
    )
    counts: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for pk, day, n in rows:
        counts[pk][day] = n
    names = [day.isoformat() for day in days]
    medians = {row.pk: row.median_ms for row in algorithms}
    return {
        pk: Figures(
            calls=sum(by_day.values()),
            median_ms=medians[pk],
            by_day=tuple(by_day.get(name, 0) for name in names),
        )
        for pk, by_day in counts.items()
    }


def calls_of(*, viewer: Viewer) -> int:
    """Return all calls of 30 days of what `viewer` sees."""
    hours = kept_hours(viewer, begin_of(days_shown()[0]))
    return hours.aggregate(n=Sum("calls"))["n"] or 0


def most_called(*, viewer: Viewer, limit: int) -> list[UUID]:
    """Return the algorithms with most calls in 30 days, of what `viewer` sees."""
    counted = (
        kept_hours(viewer, begin_of(days_shown()[0]))
        .values(pk_of=F("version__algorithm_id"))
        .annotate(n=Sum("calls"))
        .order_by("-n", "pk_of")[:limit]
    )
    return [row["pk_of"] for row in counted]


def count_calls(*, versions: Collection[UUID] | None = None) -> int:
    """Bring `call_count` and `median_ms` of algorithms up to date.

    `versions` names what was just rolled up; None means every algorithm (medians
    are of 30 days, and end without a call). Returns how many rows changed. The index
    hears of it only where a figure moved by a tenth: it orders, nobody reads it there.
    """
    rows = Algorithm.objects.all()
    if versions is not None:
        rows = rows.filter(versions__in=versions).distinct()
    known = {pk: (n, ms) for pk, n, ms in rows.values_list(*_FIGURES)}
    hours = RunHour.objects.filter(_COUNTED)
    if versions is not None:
        hours = hours.filter(version__algorithm__in=known)
    counts = dict(
        hours.values_list("version__algorithm_id").annotate(n=Sum("calls")).order_by()
    )
    medians = _medians(hours)
    changed = 0
    for pk, before in known.items():
        after = counts.get(pk, 0), medians.get(pk)
        if after != before:
            _write(pk, before, after)
            changed += 1
    return changed


def recount(*algorithms: Algorithm) -> None:
    """Count anew at once, as others see these now: private runs must not show."""
    known = Version.objects.filter(algorithm__in=algorithms)
    count_calls(versions=set(known.values_list("pk", flat=True)))


_FIGURES = ("pk", "call_count", "median_ms")
_Pair = tuple[int, float | None]


def _medians(hours: QuerySet[RunHour]) -> dict[UUID, float | None]:
    recent = hours.filter(hour__gte=begin_of(days_shown()[0])).order_by(
        "version__algorithm_id"
    )
    rows = recent.values_list("version__algorithm_id", "durations")
    return {
        pk: quantile(merged(durations for _pk, durations in group), 0.5)
        for pk, group in groupby(rows.iterator(chunk_size=2000), key=itemgetter(0))
    }


def _write(pk: UUID, before: _Pair, after: _Pair) -> None:
    count, median = after
    with transaction.atomic():
        # Not save(): a figure is no change that a cached look-up depends on.
        Algorithm.objects.filter(pk=pk).update(call_count=count, median_ms=median)
        if [_noted(part) for part in before] != [_noted(part) for part in after]:
            note_change(pk)


def _noted(figure: float | None) -> int:
    """Return a step that changes where a figure moves by a tenth or so."""
    if figure is None:
        return -1
    return round(math.log(figure + 1) / math.log(NOTED_RATIO))
