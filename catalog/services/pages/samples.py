"""A recorded example in one line: what went in, what came out, pictures as pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.services.pages.images import images_in, measured
from catalog.services.pages.shown import peek

if TYPE_CHECKING:
    from catalog.models import Example
    from catalog.services.pages.images import Image

#: a longer text is not searched for a picture (characters)
LOOKED_AT = 512 * 1024


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an example: its text, or the first picture that it holds."""

    text: str
    picture: Image | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """An example's input, and its output if one is recorded."""

    given: Side
    answer: Side | None


def sample_of(example: Example) -> Sample:
    """Return what a result row shows of an example."""
    answer = _side(example.output_text) if example.output_text else None
    return Sample(_side(example.input_text), answer)


def _side(json_text: str) -> Side:
    pictures = images_in(json_text) if len(json_text) <= LOOKED_AT else []
    if not pictures:
        return Side(peek(json_text))
    picture = measured(pictures[0])
    size = f", {picture.width} × {picture.height}" if picture.width else ""  # noqa: RUF001 - the sign for "by"
    return Side(f"{picture.media_type}{size}", picture)
