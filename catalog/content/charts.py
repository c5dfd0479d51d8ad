"""Geometry of charts: numbers in, places in an SVG's own units out.

Pure: no template, no text but what axes say. A chart has a frame of fixed size, so
that nothing on the page moves; its drawing scales with the column it stands in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 88.0, 20.0, 2.0
WIDTH, HEIGHT = 960.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 60.0, 8.0, 12.0, 26.0
TICKS = 4
#: shares of a power of ten that people count in
NICE_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
#: what is smaller is nothing
LEAST = 1e-6
GAP = 0.28
WIDEST_BAR = 44.0
LABEL_WIDTH = 84.0


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the drawing."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis with the value or the name that stands there."""

    at: float
    value: float
    anchor: str = "middle"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `layer` counts from the bottom of its stack, `of` its column."""

    x: float
    y: float
    width: float
    height: float
    layer: int
    of: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The scale of a chart: ticks upward, labelled columns along."""

    top: float
    ticks: list[Mark]
    columns: list[Mark]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    floor: float = HEIGHT - BOTTOM

    def y(self, value: float) -> float:
        """Return where `value` stands; 0 is the floor, `top` the highest tick."""
        return round(self.floor - (self.floor - TOP) * value / self.top, 2)


@dataclass(frozen=True, slots=True)
class Line:
    """A line in pieces: a gap in the data is a gap in the line.

    A piece of one point cannot be seen as a line; it is one of `dots`.
    """

    pieces: list[str]
    dots: list[Point]


def nice_ticks(
    highest: float, *, whole: bool = False, count: int = TICKS
) -> list[float]:
    """Return about `count` round values from 0 to at least `highest`.

    `whole` keeps them integers, for what is counted. Nothing, or less, counts as 1.
    """
    if not math.isfinite(highest) or highest < LEAST:
        highest = 1.0
    raw = highest / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * nice for nice in NICE_STEPS if power * nice >= raw * 0.999)
    if whole:
        step = max(1.0, float(math.ceil(step)))
    steps = math.ceil(highest / step - 1e-9)
    return [round(step * number, 10) for number in range(max(steps, 1) + 1)]


def frame(highest: float, names: Sequence[str], *, whole: bool = False) -> Frame:
    """Return the scale for values up to `highest` in one column for each name.

    As many names are written as fit, evenly spaced, the last one among them.
    """
    values = nice_ticks(highest, whole=whole)
    top = values[-1]
    room = HEIGHT - BOTTOM - TOP
    ticks = [Mark(round(HEIGHT - BOTTOM - room * v / top, 2), v) for v in values]
    return Frame(top=top, ticks=ticks, columns=_columns(names))


def _columns(names: Sequence[str]) -> list[Mark]:
    if not names:
        return []
    fitting = max(2, int((WIDTH - LEFT - RIGHT) // LABEL_WIDTH))
    every = math.ceil(len(names) / fitting)
    last = len(names) - 1
    marks = []
    for number in range(last, -1, -every):
        is_at_end = number == last and len(names) > fitting
        x = WIDTH - RIGHT if is_at_end else column_middle(number, len(names))
        anchor = "end" if is_at_end else "middle"
        marks.append(Mark(x, number, anchor, names[number]))
    return marks[::-1]


def column_middle(number: int, of: int) -> float:
    """Return the x of the middle of column `number` of `of`."""
    return round(LEFT + (WIDTH - LEFT - RIGHT) * (number + 0.5) / of, 2)


def stacked_bars(scale: Frame, layers: Sequence[Sequence[float]]) -> list[Bar]:
    """Return the bars of values in layers; a layer has one value for each column.

    What is more than nothing is drawn at least a hair high.
    """
    columns = max((len(layer) for layer in layers), default=0)
    if not columns:
        return []
    width = min((WIDTH - LEFT - RIGHT) / columns * (1 - GAP), WIDEST_BAR)
    bars = []
    for column in range(columns):
        below = scale.floor
        for number, layer in enumerate(layers):
            if layer[column] <= 0:
                continue
            high = max(scale.floor - scale.y(layer[column]), 0.75)
            below -= high
            x = column_middle(column, columns) - width / 2
            bars.append(
                Bar(round(x, 2), round(below, 2), round(width, 2), high, number, column)
            )
    return bars


def line(scale: Frame, values: Sequence[float | None]) -> Line:
    """Return the line through values, one for each column; None leaves a gap."""
    pieces: list[list[Point]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            x = column_middle(number, len(values))
            pieces[-1].append(Point(x, scale.y(value)))
    return Line(
        pieces=[_written(piece) for piece in pieces if len(piece) > 1],
        dots=[piece[0] for piece in pieces if len(piece) == 1],
    )


def _written(points: Sequence[Point]) -> str:
    return " ".join(f"{point.x:g},{point.y:g}" for point in points)


def spark(values: Sequence[float]) -> tuple[str, Point]:
    """Return a sparkline's points and its end, in a frame of 88 by 20."""
    highest = max(values, default=0) or 1
    room = SPARK_HEIGHT - 2 * SPARK_EDGE
    step = SPARK_WIDTH / max(len(values) - 1, 1)
    points = [
        Point(
            round(number * step, 1),
            round(SPARK_HEIGHT - SPARK_EDGE - room * value / highest, 1),
        )
        for number, value in enumerate(values or (0, 0))
    ]
    if len(points) == 1:
        points.append(Point(SPARK_WIDTH, points[0].y))
    return _written(points), points[-1]
