"""Drawings with pictures: one that came out, boxes, two compared, colors, a grid."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

from catalog.content.images import result_media
from catalog.services.pages.drawings import (
    Box,
    Boxes,
    Cell,
    Grid,
    Pair,
    Picture,
    Swatch,
    Swatches,
)
from catalog.services.pages.images import measured
from catalog.services.pages.json_parts import (
    cut,
    grid_in,
    is_number,
    members,
    rows_of,
    short_answer,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
BOXES = 12
TAG_CHARACTERS = 24
SHADES = 4
CORNERS = (
    ("x", "y", "width", "height"),
    ("left", "top", "width", "height"),
)
ENDS = (("left", "top", "right", "bottom"), ("x1", "y1", "x2", "y2"))
_Frame = tuple[float, float, float, float]


def picture(answer: Any) -> Picture | None:
    """Show the picture that came out."""
    images = result_media(answer, limit=1)
    return Picture(images[0].pointer) if images else None


def captioned(given: Any, answer: Any) -> Picture | None:
    """Show the picture that went in with the short answer on it."""
    images = result_media(given, limit=1)
    said = short_answer(answer)
    return Picture(images[0].pointer, "input", said) if images and said else None


def pair(given: Any, answer: Any) -> Pair | None:
    """Show two pictures that went in with the number that came out."""
    images = result_media(given, limit=2)
    found = next((pair for pair in members(answer) if is_number(pair[1])), None)
    if len(images) < 2 or found is None:  # noqa: PLR2004 - one and the other
        return None
    name, value = found
    verdicts = (pair for pair in members(answer) if isinstance(pair[1], bool))
    said = next((word if is_so else f"not {word}" for word, is_so in verdicts), "")
    one, other = images
    return Pair(one.pointer, other.pointer, name or "answer", f"{value:.3g}", said)


def boxes(given: Any, answer: Any) -> Boxes | None:
    """Show the picture that went in with a frame around everything found."""
    images = result_media(given, limit=1)
    rows = rows_of(answer)[:BOXES]
    if not images or not rows:
        return None
    frames = [_frame(row) for row in rows]
    found = [frame for frame in frames if frame]
    image = measured(images[0])
    if len(found) != len(frames) or not image.width or not image.height:
        return None
    if all(max(frame) <= 1 for frame in found):
        w, h = image.width, image.height
        found = [(f[0] * w, f[1] * h, f[2] * w, f[3] * h) for f in found]
    tag = round(max(image.width, image.height) / 26, 1)
    drawn = [
        _box(frame, row, tag, image.width)
        for frame, row in zip(found, rows, strict=True)
    ]
    return Boxes(image.pointer, image.width, image.height, tag, drawn)


def _frame(row: dict[str, Any]) -> _Frame | None:
    """Return left, top, width and height of an object that is or has a box."""
    for part in (row, *(v for v in row.values() if isinstance(v, dict))):
        for names in (*CORNERS, *ENDS):
            a, b, c, d = (part.get(name) for name in names)
            if is_number(a) and is_number(b) and is_number(c) and is_number(d):
                wide, high = (c - a, d - b) if names in ENDS else (c, d)
                return (a, b, wide, high) if min(wide, high) > 0 else None
    return None


def _box(frame: _Frame, row: dict[str, Any], tag: float, most: int) -> Box:
    x, y, width, height = (round(number, 1) for number in frame)
    names = [value for value in row.values() if isinstance(value, str)]
    shares = [v for v in row.values() if is_number(v) and 0 <= v <= 1]
    words = [*names[:1], *(f"{share:.2f}" for share in shares[:1])]
    text = cut(" ".join(words), TAG_CHARACTERS)
    tag_width = round((len(text) * 0.41 + 0.6) * tag, 1)
    tag_y = round(max(y - tag, 0), 1)
    tag_x = round(min(x, max(most - tag_width, 0)), 1)
    return Box(
        x,
        y,
        width,
        height,
        text,
        tag_x,
        tag_y,
        tag_width,
        round(tag_x + 0.3 * tag, 1),
        round(tag_y + 0.74 * tag, 1),
    )


def swatches(given: Any, answer: Any) -> Swatches | None:
    """Show colors side by side, under the picture that they were taken from."""
    for _name, value in members(answer):
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
    shares = [float(v) for v in item.values() if is_number(v) and v > 0]
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


def grid(given: Any, answer: Any, schema: Any) -> Grid | None:
    """Draw a square of numbers as a picture, with the short answer beside it."""
    rows = grid_in(given, schema)
    said = short_answer(answer)
    if rows is None or not said:
        return None
    low = min(min(row) for row in rows)
    span = max(max(row) for row in rows) - low
    if not span:
        return None
    side = 96 / len(rows)
    cells = []
    for y, row in enumerate(rows):
        shades = [round(SHADES * (value - low) / span) for value in row]
        for shade, run in groupby(enumerate(shades), key=lambda pair: pair[1]):
            places = [place for place, _shade in run]
            if shade:
                x, width = places[0] * side, len(places) * side
                cells.append(_cell(x, y * side, width, shade / SHADES))
    return Grid(cells, round(side, 2), said)


def _cell(x: float, y: float, width: float, shade: float) -> Cell:
    return Cell(round(x, 2), round(y, 2), round(width, 2), shade)
