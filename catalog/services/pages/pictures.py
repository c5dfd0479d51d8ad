"""The pictures that an example holds, served as pictures, with their size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.services.errors import NotFound
from catalog.services.pages.images import images_in
from catalog.services.resolving import find_algorithm, find_version

if TYPE_CHECKING:
    from catalog.services.pages.algorithm import Wanted
    from catalog.visibility import Viewer

SIDES = ("input", "output")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's bytes and its type by its own first bytes."""

    data: bytes
    media_type: str


def example_picture(*, viewer: Viewer, wanted: Wanted, at: str) -> Picture:
    """Return one picture; `at` is `input` or `output` with a JSON Pointer after it.

    Raises NotFound where the viewer sees no such version or it has no picture there.
    """
    algorithm = find_algorithm(viewer=viewer, owner=wanted.owner, name=wanted.name)
    version = find_version(viewer=viewer, algorithm=algorithm, number=wanted.number)
    example = version.examples.filter(position=wanted.example).first()
    side, slash, pointer = at.partition("/")
    if example is not None and side in SIDES:
        text = example.input_text if side == "input" else example.output_text
        for image in images_in(text):
            if image.pointer == slash + pointer:
                return Picture(image.data(), image.media_type)
    raise NotFound("no picture there")
