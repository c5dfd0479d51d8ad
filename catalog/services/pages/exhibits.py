"""Recorded outputs as small drawings, chosen by the data's shape alone."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeGuard

from catalog.content.images import result_media
from catalog.services.pages.drawings import (
    Axis,
    Bar,
    Bars,
    Exhibit,
    Picture,
    Series,
    Swatch,
    Swatches,
    Text,
)
from catalog.services.pages.shown import Shown, json_shown, peek

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PARSED_CHARACTERS = 512 * 1024
QUOTE_CHARACTERS = 90
TEXT_LINES = 7
SAID_CHARACTERS = 60
BARS = 5
BAR_NAME = 18
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


def exhibit_of(*, input_text: str, output_text: str, output_schema: Any) -> Exhibit:
    """Return the drawing that fits a recorded output."""
    said = peek(output_text)
    is_short = len(said) <= SAID_CHARACTERS and said[:1] not in {"{", "["}
    fallback = Text(
        _cut(peek(input_text)), _first_lines(output_text), said if is_short else ""
    )
    if len(input_text) + len(output_text) > PARSED_CHARACTERS:
        return fallback
    try:
        given, answer = json.loads(input_text), json.loads(output_text)
    except (ValueError, RecursionError):
        return fallback
    return (
        _picture(answer)
        or _swatches(given, answer)
        or _series(given, answer)
        or _axis(given, answer, output_schema)
        or _bars(answer)
        or fallback
    )


def _cut(text: str) -> str:
    return text if len(text) <= QUOTE_CHARACTERS else text[: QUOTE_CHARACTERS - 1] + "…"


def _first_lines(text: str) -> Shown:
    shown = json_shown(text[:PARSED_CHARACTERS])
    lines = shown.html.split("\n")
    if len(lines) <= TEXT_LINES:
        return shown
    return Shown("\n".join(lines[:TEXT_LINES]) + "\n…", is_cut=True)


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the value itself, or the members of an object."""
    if isinstance(value, dict):
        yield from value.items()
    else:
        yield "", value


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers(value: Any, at_least: int) -> list[float] | None:
    if (
        isinstance(value, list)
        and at_least <= len(value)
        and all(map(_is_number, value))
    ):
        return [float(number) for number in value]
    return None


def _picture(answer: Any) -> Picture | None:
    images = result_media(answer, limit=1)
    return Picture(images[0].pointer) if images else None


def _swatches(given: Any, answer: Any) -> Swatches | None:
    for _name, value in _members(answer):
        if not isinstance(value, list) or len(value) < 2:  # noqa: PLR2004 - a palette
            continue
        found = [_color_and_share(item) for item in value[:8]]
        colors = [pair for pair in found if pair]
        if len(colors) == len(found):
            images = result_media(given, limit=1)
            at = images[0].pointer if images else None
            return Swatches(_side_by_side(colors), at)
    return None


def _color_and_share(item: Any) -> tuple[str, float] | None:
    if isinstance(item, str):
        return (item, 1.0) if _COLOR.fullmatch(item) else None
    if not isinstance(item, dict):
        return None
    colors = [v for v in item.values() if isinstance(v, str) and _COLOR.fullmatch(v)]
    shares = [float(v) for v in item.values() if _is_number(v) and v > 0]
    return (colors[0], shares[0] if shares else 1.0) if colors else None


def _side_by_side(colors: Sequence[tuple[str, float]]) -> list[Swatch]:
    total = sum(share for _color, share in colors)
    placed, x = [], 0.0
    for color, share in colors:
        # The narrowest is still wide enough to be seen.
        width = 240 * (0.7 * share / total + 0.3 / len(colors))
        placed.append(Swatch(color.lower(), round(x, 1), round(width, 1)))
        x += width
    return placed


def _series(given: Any, answer: Any) -> Series | None:
    past = next((found for _n, v in _members(given) if (found := _numbers(v, 4))), None)
    lists = [found for _n, v in _members(answer) if (found := _numbers(v, 2))]
    if past is None or not lists:
        return None
    forecast, band = _with_band(lists)
    return _drawn(past[-60:], forecast[:60], [edge[:60] for edge in band])


def _with_band(lists: list[list[float]]) -> tuple[list[float], list[list[float]]]:
    """Take the middle one of three lists of one length for the line, if one is."""
    same = [some for some in lists if len(some) == len(lists[0])][:3]
    if len(same) == 3:  # noqa: PLR2004 - lower, middle, upper
        low, middle, high = sorted(same, key=sum)
        rows = zip(low, middle, high, strict=True)
        if all(a <= b <= c for a, b, c in rows):
            return middle, [low, high]
    return lists[0], []


def _drawn(past: list[float], forecast: list[float], band: list[list[float]]) -> Series:
    values = [*past, *forecast, *(value for edge in band for value in edge)]
    low, high = min(values), max(values)
    step = 242 / max(len(past) + len(forecast) - 1, 1)

    def point(index: int, value: float) -> str:
        y = 104 - 98 * (value - low) / ((high - low) or 1)
        return f"{10 + step * index:.1f},{y:.1f}"

    first = len(past)
    last = point(first - 1, past[-1])
    line = [point(first + i, value) for i, value in enumerate(forecast)]
    edges = [[point(first + i, v) for i, v in enumerate(edge)] for edge in band]
    outline = [last, *edges[0], *reversed(edges[1])] if edges else []
    return Series(
        past=" ".join(point(i, value) for i, value in enumerate(past)),
        next=" ".join([last, *line]),
        band=" ".join(outline),
        label=f"A series of {len(past)} values and the {len(forecast)} that follow",
    )


def _axis(given: Any, answer: Any, schema: Any) -> Axis | None:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    parts = properties if isinstance(properties, dict) else {"": schema}
    for name, value in _members(answer):
        part = parts.get(name)
        if not _is_number(value) or not isinstance(part, dict):
            continue
        low, high = part.get("minimum"), part.get("maximum")
        if not (_is_number(low) and _is_number(high)):
            continue
        if low <= value <= high and low < high:
            quote = next((v for _n, v in _members(given) if isinstance(v, str)), "")
            return Axis(name, value, low, high, f"“{_cut(quote)}”" if quote else "")
    return None


def _bars(answer: Any) -> Bars | None:
    for _name, value in _members(answer):
        if not isinstance(value, list) or not value:
            continue
        found = [_name_and_number(item) for item in value[:BARS]]
        named = [pair for pair in found if pair]
        if len(named) == len(found) and all(number >= 0 for _n, number in named):
            top = max(number for _n, number in named) or 1
            return Bars(
                [
                    Bar(
                        _clipped(name),
                        f"{number:.3g}",
                        round(96 * number / top, 1),
                        20 * i,
                    )
                    for i, (name, number) in enumerate(named)
                ]
            )
    return None


def _clipped(name: str) -> str:
    return name if len(name) <= BAR_NAME else f"{name[: BAR_NAME - 1]}…"


def _name_and_number(item: Any) -> tuple[str, float] | None:
    if not isinstance(item, dict):
        return None
    names = [v for v in item.values() if isinstance(v, str)]
    numbers = [float(v) for v in item.values() if _is_number(v)]
    return (names[0], numbers[0]) if names and numbers else None
