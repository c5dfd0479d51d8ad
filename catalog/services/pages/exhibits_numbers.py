"""Drawings of numbers: on an axis, as a series that goes on, with places marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.services.pages.drawings import Axis, Point, Series
from catalog.services.pages.json_parts import (
    first_text,
    is_number,
    members,
    numbers,
    quoted,
    rows_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAST_POINTS = 60
MARKED_POINTS = 160
LEAST_POINTS = 4


def axis(given: Any, answer: Any, schema: Any) -> Axis | None:
    """Draw a number where the schema says between which ends it lies."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    parts = properties if isinstance(properties, dict) else {"": schema}
    for name, value in members(answer):
        part = parts.get(name)
        if not is_number(value) or not isinstance(part, dict):
            continue
        low, high = part.get("minimum"), part.get("maximum")
        if not (is_number(low) and is_number(high)):
            continue
        if low <= value <= high and low < high:
            return Axis(name, value, low, high, quoted(first_text(given)))
    return None


def series(given: Any, answer: Any) -> Series | None:
    """Draw numbers that went in with those that came out behind them."""
    past = _past(given)
    lists = [found for _n, v in members(answer) if (found := numbers(v, 2))]
    if past is None or not lists:
        return None
    forecast, band = _with_band(lists)
    return _drawn(past[-PAST_POINTS:], forecast[:60], [edge[:60] for edge in band])


def marks(given: Any, answer: Any) -> Series | None:
    """Draw numbers that went in, with those marked that came out with their index."""
    past = _past(given)
    rows = rows_of(answer)
    if past is None or not rows:
        return None
    places = [_index(row, past) for row in rows]
    found = [place for place in places if place is not None]
    if len(found) != len(places):
        return None
    start = max(0, min(found) - MARKED_POINTS // 2)
    shown = past[start : start + MARKED_POINTS]
    point = _plot(shown, len(shown))
    inside = [place - start for place in found if place - start < len(shown)]
    return Series(
        past=_line(point, shown),
        marks=[point(place, shown[place]) for place in inside],
        label=f"A series of {len(shown)} values, {len(inside)} of them marked",
    )


def _past(given: Any) -> list[float] | None:
    lists = (numbers(value, LEAST_POINTS) for _name, value in members(given))
    return next((found for found in lists if found), None)


def _index(row: dict[str, Any], past: Sequence[float]) -> int | None:
    """Return the member that is a place in the series whose value stands beside it."""
    values = [float(part) for part in row.values() if is_number(part)]
    for part in row.values():
        is_place = isinstance(part, int) and not isinstance(part, bool)
        if is_place and 0 <= part < len(past) and past[part] in values:
            return int(part)
    return None


def _with_band(lists: list[list[float]]) -> tuple[list[float], list[list[float]]]:
    """Take the middle one of three lists of one length for the line, if one is."""
    same = [some for some in lists if len(some) == len(lists[0])][:3]
    if len(same) == 3:  # noqa: PLR2004 - lower, middle, upper
        low, middle, high = sorted(same, key=sum)
        rows = zip(low, middle, high, strict=True)
        if all(a <= b <= c for a, b, c in rows):
            return middle, [low, high]
    return lists[0], []


def _plot(values: Sequence[float], count: int) -> Callable[[int, float], Point]:
    """Return what places a value by its index, so that all `values` are inside."""
    low, high = min(values), max(values)
    # Halves, because the difference of the largest numbers is none.
    span = high / 2 - low / 2
    step = 242 / max(count - 1, 1)

    def point(index: int, value: float) -> Point:
        share = (value / 2 - low / 2) / span if span else 0.5
        return Point(round(10 + step * index, 1), round(104 - 98 * share, 1))

    return point


def _line(
    point: Callable[[int, float], Point], values: Sequence[float], first: int = 0
) -> str:
    return _joined([point(first + i, value) for i, value in enumerate(values)])


def _joined(points: Sequence[Point]) -> str:
    return " ".join(f"{point.x},{point.y}" for point in points)


def _drawn(past: list[float], forecast: list[float], band: list[list[float]]) -> Series:
    values = [*past, *forecast, *(value for edge in band for value in edge)]
    first = len(past)
    point = _plot(values, first + len(forecast))
    last = point(first - 1, past[-1])
    line = [point(first + i, value) for i, value in enumerate(forecast)]
    edges = [[point(first + i, v) for i, v in enumerate(edge)] for edge in band]
    outline = [last, *edges[0], *reversed(edges[1])] if edges else []
    return Series(
        past=_line(point, past),
        next=_joined([last, *line]),
        band=_joined(outline),
        label=f"A series of {len(past)} values and the {len(forecast)} that follow",
    )
