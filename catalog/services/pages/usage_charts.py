"""The three charts of the tab Usage, with their geometry worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.content import charts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.services.pages.usage import Column

ROW_HEIGHT = 28
NAME_WIDTH = 176
MOST_TYPES = 12


@dataclass(frozen=True, slots=True)
class CallsChart:
    """Calls per column: succeeded below, failed on top."""

    frame: charts.Frame
    bars: list[charts.Bar]


@dataclass(frozen=True, slots=True)
class LatencyChart:
    """p50, p95 and p99 of each column, in ms."""

    frame: charts.Frame
    lines: list[charts.Line]


@dataclass(frozen=True, slots=True)
class ErrorBar:
    """One error type: its row, and how far its bar goes."""

    code: str
    count: int
    y: int
    width: float

    @property
    def text_y(self) -> int:
        return self.y + 13

    @property
    def count_x(self) -> float:
        return NAME_WIDTH + self.width + 8


@dataclass(frozen=True, slots=True)
class ErrorsChart:
    """Failures by type, the most frequent first."""

    bars: list[ErrorBar]

    @property
    def height(self) -> int:
        return ROW_HEIGHT * len(self.bars)


@dataclass(frozen=True, slots=True)
class Charts:
    """All three; latency where a run succeeded, errors where one failed."""

    calls: CallsChart
    latency: LatencyChart | None
    errors: ErrorsChart | None


def draw(columns: Sequence[Column], errors: Sequence[tuple[str, int]]) -> Charts:
    """Return the charts of a period's columns."""
    names = [column.name for column in columns]
    tallies = [column.tally for column in columns]
    highest = max((tally.calls for tally in tallies), default=0)
    calls = charts.frame(highest, names, whole=True)
    layers = [[t.succeeded for t in tallies], [t.failed for t in tallies]]
    return Charts(
        calls=CallsChart(calls, charts.stacked_bars(calls, layers)),
        latency=_latency(names, [(t.p50, t.p95, t.p99) for t in tallies]),
        errors=_errors(errors),
    )


def _latency(
    names: Sequence[str], values: Sequence[tuple[float | None, ...]]
) -> LatencyChart | None:
    known = [value for row in values for value in row if value is not None]
    if not known:
        return None
    frame = charts.frame(max(known), names)
    rows = [list(row) for row in zip(*values, strict=True)]
    return LatencyChart(frame, [charts.line(frame, row) for row in rows])


def _errors(errors: Sequence[tuple[str, int]]) -> ErrorsChart | None:
    if not errors:
        return None
    room = charts.WIDTH - NAME_WIDTH - 72
    highest = max(count for _code, count in errors)
    return ErrorsChart(
        [
            ErrorBar(
                code or "unknown",
                count,
                number * ROW_HEIGHT + 5,
                round(max(room * count / highest, 1), 1),
            )
            for number, (code, count) in enumerate(errors[:MOST_TYPES])
        ]
    )
