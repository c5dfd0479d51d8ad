"""Boxes over the image that went in, with the geometry of the drawing worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.services.pages.images import Image, images_in, measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.content.boxes import Box, Boxes

#: height of a label in parts of the image's longer side, width of a letter in it
LETTER, ADVANCE = 1 / 36, 0.62
LABEL_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class Mark:
    """A box and its label, in the pixels of the image; `number` counts from 1."""

    number: int
    label: str
    score: str
    x: float
    y: float
    width: float
    height: float
    tag_x: float
    tag_y: float
    tag_width: float
    text_x: float
    text_y: float


@dataclass(frozen=True, slots=True)
class Overlay:
    """The image that went in, and the boxes that came out; sizes are pixels."""

    image: Image
    width: int
    height: int
    letter: float
    tag_height: float
    marks: list[Mark]


def overlay_of(boxes: Boxes | None, value: Any, input_text: str) -> Overlay | None:
    """Draw the boxes of a result over the input's first image; None without one."""
    if boxes is None:
        return None
    images = images_in(input_text)
    if not images:
        return None
    image = measured(images[0])
    width, height = _size(value, image)
    if not width or not height:
        return None
    letter = round(max(width, height) * LETTER, 2)
    scale = (width, height) if boxes.is_relative else (1, 1)
    marks = _marks(boxes.boxes, scale, (width, height), letter)
    return Overlay(image, width, height, letter, round(letter * 1.4, 1), marks)


def _size(value: Any, image: Image) -> tuple[int, int]:
    """Take the size that the result states: pictures may be shown turned."""
    if isinstance(value, dict):
        width, height = value.get("width"), value.get("height")
        if type(width) is int and type(height) is int and min(width, height) > 0:
            return width, height
    return image.width, image.height


def _marks(
    boxes: Sequence[Box],
    scale: tuple[float, float],
    frame: tuple[int, int],
    letter: float,
) -> list[Mark]:
    marks = []
    tag_height = letter * 1.4
    for number, box in enumerate(boxes, start=1):
        x, y = box.x * scale[0], box.y * scale[1]
        label = box.label[:LABEL_CHARACTERS] or str(number)
        score = "" if box.score is None else f"{box.score:.2f}"
        said = f"{label} {score}".strip()
        tag_width = min(len(said) * letter * ADVANCE + letter * 0.6, frame[0])
        tag_x = max(0.0, min(x, frame[0] - tag_width))
        tag_y = y - tag_height if y >= tag_height else y
        tag_y = max(0.0, min(tag_y, frame[1] - tag_height))
        marks.append(
            Mark(
                number,
                label,
                score,
                x=round(x, 1),
                y=round(y, 1),
                width=round(box.width * scale[0], 1),
                height=round(box.height * scale[1], 1),
                tag_x=round(tag_x, 1),
                tag_y=round(tag_y, 1),
                tag_width=round(tag_width, 1),
                text_x=round(tag_x + letter * 0.3, 1),
                text_y=round(tag_y + letter * 1.05, 1),
            )
        )
    return marks
