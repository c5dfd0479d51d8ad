"""Usage: what was called, how long it took and what went wrong, over a period."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from catalog.content.histogram import merged, quantile
from catalog.models import Run
from catalog.services import rollups
from catalog.services.errors import BadRequest
from catalog.services.pages.usage_charts import Charts, draw
from catalog.visibility import belongs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from catalog.models import Algorithm, Version
    from catalog.visibility import Viewer

DEFAULT_PERIOD = "30d"
_COUNTED = ("version_id", "hour", "calls", "errors", "durations")
LATEST_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Period:
    """How far back, in columns of an hour or a day."""

    key: str
    label: str
    columns: int
    is_hourly: bool = False

    @property
    def step(self) -> timedelta:
        return timedelta(hours=1) if self.is_hourly else timedelta(days=1)

    @property
    def unit(self) -> str:
        return "hour" if self.is_hourly else "day"


PERIODS = (
    Period("24h", "24 hours", 24, is_hourly=True),
    Period("7d", "7 days", 7),
    Period("30d", "30 days", 30),
    Period("90d", "90 days", 90),
)


@dataclass(slots=True)
class Tally:
    """Runs counted together: of one column, of one version, or of all."""

    calls: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    durations: Counter[int] = field(default_factory=Counter)

    def add(self, part: Tally) -> None:
        self.calls += part.calls
        self.errors.update(part.errors)
        self.durations.update(part.durations)

    @classmethod
    def of(cls, parts: Iterable[Tally]) -> Tally:
        """Add tallies up."""
        whole = cls()
        for part in parts:
            whole.add(part)
        return whole

    @classmethod
    def of_hours(cls, rows: Sequence[Any]) -> Tally:
        """Count the hours of one version; their durations are merged at once."""
        errors: Counter[str] = Counter()
        for row in rows:
            errors.update(row.errors)
        durations = merged([row.durations for row in rows])
        return cls(sum(row.calls for row in rows), errors, durations)

    @property
    def failed(self) -> int:
        return self.errors.total()

    @property
    def succeeded(self) -> int:
        return self.calls - self.failed

    @property
    def failed_share(self) -> float:
        """Return the failures as a share of 100."""
        return 100 * self.failed / self.calls if self.calls else 0.0

    @property
    def p50(self) -> float | None:
        return quantile(self.durations, 0.5)

    @property
    def p95(self) -> float | None:
        return quantile(self.durations, 0.95)

    @property
    def p99(self) -> float | None:
        return quantile(self.durations, 0.99)


@dataclass(frozen=True, slots=True)
class Column:
    """One hour or day (UTC) with its runs."""

    start: datetime
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class ByVersion:
    """A version that was called, with its runs of the period."""

    version: Version
    tally: Tally


@dataclass(frozen=True, slots=True)
class Usage:
    """The tab Usage: counted from the versions that the viewer sees.

    `latest_errors` is None for who is not of the owner.
    """

    period: Period
    total: Tally
    columns: list[Column]
    errors: list[tuple[str, int]]
    by_version: list[ByVersion]
    charts: Charts
    latest_errors: list[Run] | None

    @property
    def periods(self) -> tuple[Period, ...]:
        return PERIODS


def usage(
    *,
    viewer: Viewer,
    algorithm: Algorithm,
    versions: Sequence[Version],
    period: str = "",
) -> Usage:
    """Return the figures of `versions`, all of which the viewer sees.

    Raises BadRequest for a period that is none.
    """
    chosen = period_of(period)
    columns = columns_of(chosen)
    hours = rollups.kept_hours(viewer, columns[0].start)
    rows = hours.filter(version__in=[version.pk for version in versions])
    by_start = {column.start: column.tally for column in columns}
    by_pk = {version.pk: ByVersion(version, Tally()) for version in versions}
    cells: defaultdict[tuple[datetime, UUID], list[Any]] = defaultdict(list)
    for row in rows.values_list(*_COUNTED, named=True):
        start = row.hour if chosen.is_hourly else rollups.begin_of(row.hour.date())
        # An hour may have just ended, and somebody called in the next one.
        if start in by_start:
            cells[start, row.version_id].append(row)
    for (start, pk), found in cells.items():
        part = Tally.of_hours(found)
        by_start[start].add(part)
        by_pk[pk].tally.add(part)
    total = Tally.of(by_start.values())
    called = [each for each in by_pk.values() if each.tally.calls]
    errors = total.errors.most_common()
    return Usage(
        period=chosen,
        total=total,
        columns=columns,
        errors=errors,
        by_version=called,
        charts=draw(columns, errors),
        latest_errors=_latest_errors(viewer, algorithm, versions, columns[0].start),
    )


def period_of(key: str) -> Period:
    """Return a period by its key, "" for the default; raises BadRequest."""
    key = key or DEFAULT_PERIOD
    for period in PERIODS:
        if period.key == key:
            return period
    known = ", ".join(period.key for period in PERIODS)
    raise BadRequest(f"period: write one of {known}.")


def columns_of(period: Period) -> list[Column]:
    """Return the empty columns of a period, oldest first."""
    now = rollups.hour_of(timezone.now())
    last = now if period.is_hourly else rollups.begin_of(now.date())
    starts = [last - period.step * back for back in reversed(range(period.columns))]
    return [Column(start, _name(start, period), Tally()) for start in starts]


def _name(start: datetime, period: Period) -> str:
    return f"{start:%H:%M}" if period.is_hourly else f"{start.day} {start:%b}"


def _latest_errors(
    viewer: Viewer, algorithm: Algorithm, versions: Iterable[Version], since: datetime
) -> list[Run] | None:
    """Return the newest failures for the owner; the record holds no payload."""
    if not belongs(viewer, algorithm.owner):
        return None
    by_pk = {version.pk: version for version in versions}
    failed = Run.objects.filter(
        version__in=by_pk, outcome=Run.Outcome.FAILED, created_at__gte=since
    )
    rows = list(failed.order_by("-created_at")[:LATEST_ERRORS])
    for row in rows:
        row.version = by_pk[row.version_id]
    return rows


def rows_of(shown: Usage) -> list[dict[str, object]]:
    """Return the columns as plain rows: for CSV, JSON and the tables."""
    return [
        {
            "start": column.start.astimezone(UTC).isoformat(),
            "calls": column.tally.calls,
            "succeeded": column.tally.succeeded,
            "failed": column.tally.failed,
            "p50_ms": _rounded(column.tally.p50),
            "p95_ms": _rounded(column.tally.p95),
            "p99_ms": _rounded(column.tally.p99),
        }
        for column in shown.columns
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
