"""What a team's algorithms were called, together and each, over a period."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from catalog.content import charts
from catalog.models import Algorithm, Run, RunHour, Version
from catalog.services import rollups
from catalog.services.pages.usage import (
    PERIODS,
    Column,
    Period,
    Tally,
    columns_of,
    period_of,
)
from catalog.services.pages.usage_charts import CallsChart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from accounts.models import Owner
    from catalog.visibility import Viewer

#: algorithms with a tone of their own in the chart; the others share one
NAMED = 2
TONES = "abc"


@dataclass(slots=True)
class Part:
    """One algorithm of the team: its calls in each column, and all together."""

    algorithm: Algorithm
    by_column: list[int]
    tally: Tally = field(default_factory=Tally)

    @property
    def calls(self) -> int:
        return self.tally.calls


@dataclass(frozen=True, slots=True)
class Layer:
    """A tone of the chart: an algorithm, or with none all that share the last one."""

    tone: str
    algorithm: Algorithm | None
    count: int
    by_column: list[int]


@dataclass(frozen=True, slots=True)
class TeamUsage:
    """Calls of a team's algorithms that the viewer sees; the most called part first.

    `callers` are the people and teams who called in these days and are known.
    """

    period: Period
    total: Tally
    columns: list[Column]
    parts: list[Part]
    layers: list[Layer]
    chart: CallsChart
    callers: int

    @property
    def periods(self) -> tuple[Period, ...]:
        return PERIODS

    @property
    def called(self) -> list[Part]:
        return [part for part in self.parts if part.calls]

    @property
    def rows(self) -> list[tuple[Column, list[int]]]:
        """Return the columns, newest first, with the calls of each layer."""
        each = zip(*(layer.by_column for layer in self.layers), strict=True)
        pairs = zip(self.columns, map(list, each), strict=False)
        return list(pairs)[::-1]


def team_usage(*, viewer: Viewer, owner: Owner, period: str = "") -> TeamUsage:
    """Count the calls of an owner's algorithms; raises BadRequest for the period.

    Three queries, and one for the callers: versions as a subquery would make SQLite
    read every hour of the catalog.
    """
    chosen = period_of(period)
    columns = columns_of(chosen)
    rows = Algorithm.objects.visible_to(viewer).filter(owner=owner)
    parts = {
        row.pk: Part(row, [0] * len(columns))
        for row in rows.select_related("owner", "latest")
    }
    versions = dict(
        Version.objects.visible_to(viewer)
        .filter(algorithm__owner=owner)
        .values_list("pk", "algorithm_id")
    )
    _count(chosen, columns, parts, versions)
    ordered = sorted(parts.values(), key=lambda p: (-p.calls, p.algorithm.name.lower()))
    layers = _layers(ordered, len(columns))
    return TeamUsage(
        period=chosen,
        total=Tally.of(part.tally for part in ordered),
        columns=columns,
        parts=ordered,
        layers=layers,
        chart=_chart(columns, layers),
        callers=_callers(versions, columns),
    )


def _count(
    period: Period,
    columns: Sequence[Column],
    parts: dict[UUID, Part],
    versions: dict[UUID, UUID],
) -> None:
    """Add the kept hours of `versions` to the parts and columns they belong to."""
    at = {column.start: number for number, column in enumerate(columns)}
    hours = RunHour.objects.filter(version__in=versions, hour__gte=columns[0].start)
    for pk, hour, calls, errors in hours.values_list(
        "version_id", "hour", "calls", "errors"
    ):
        start = hour if period.is_hourly else rollups.begin_of(hour.date())
        # An hour may have just ended, and somebody called in the next one.
        part = parts.get(versions[pk])
        if start not in at or part is None:
            continue
        number = at[start]
        tally = Tally(calls, Counter(errors))
        part.by_column[number] += calls
        part.tally.add(tally)
        columns[number].tally.add(tally)


def _layers(parts: Sequence[Part], width: int) -> list[Layer]:
    called = [part for part in parts if part.calls]
    layers = [
        Layer(TONES[number], part.algorithm, 1, part.by_column)
        for number, part in enumerate(called[:NAMED])
    ]
    others = called[NAMED:]
    if len(others) == 1:
        layers.append(Layer(TONES[NAMED], others[0].algorithm, 1, others[0].by_column))
    elif others:
        summed = [sum(part.by_column[n] for part in others) for n in range(width)]
        layers.append(Layer(TONES[NAMED], None, len(others), summed))
    return layers


def _chart(columns: Sequence[Column], layers: Sequence[Layer]) -> CallsChart:
    highest = max((column.tally.calls for column in columns), default=0)
    names = [column.name for column in columns]
    frame = charts.frame(highest, names, whole=True)
    bars = charts.stacked_bars(frame, [layer.by_column for layer in layers])
    return CallsChart(frame, bars)


def _callers(versions: dict[UUID, UUID], columns: Sequence[Column]) -> int:
    """Count people, and the teams whose own keys called; strangers have no name."""
    runs = Run.objects.filter(
        version__in=versions, created_at__gte=columns[0].start
    ).order_by()
    people = runs.filter(user__isnull=False).values("user").distinct().count()
    keyed = runs.filter(user=None, key__team__isnull=False)
    return people + keyed.values("key__team").distinct().count()
