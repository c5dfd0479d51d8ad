"""The pictures and sounds that an example holds, served as what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.models import Visibility
from catalog.services.errors import NotFound
from catalog.services.pages.images import images_in
from catalog.services.pages.sounds import sounds_in
from catalog.services.resolving import find_algorithm, find_version

if TYPE_CHECKING:
    from catalog.content.images import ResultImage
    from catalog.content.sounds import ResultSound
    from catalog.services.pages.algorithm import Wanted
    from catalog.visibility import Viewer

SIDES = ("input", "output")


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes of a picture or sound and its type by its own first bytes."""

    data: bytes
    media_type: str
    is_public: bool


def example_picture(*, viewer: Viewer, wanted: Wanted, at: str) -> Picture:
    """Return one picture or sound.

    `at` is `input` or `output` with a JSON Pointer after it.

    Raises NotFound where the viewer sees no such version or it has no picture there.
    """
    algorithm = find_algorithm(viewer=viewer, owner=wanted.owner, name=wanted.name)
    version = find_version(viewer=viewer, algorithm=algorithm, number=wanted.number)
    example = version.examples.filter(position=wanted.example).first()
    side, slash, pointer = at.partition("/")
    is_public = algorithm.is_public and version.visibility == Visibility.PUBLIC
    if example is not None and side in SIDES:
        text = example.input_text if side == "input" else example.output_text
        found: list[ResultImage | ResultSound] = [*images_in(text), *sounds_in(text)]
        for media in found:
            if media.pointer == slash + pointer:
                return Picture(media.data(), media.media_type, is_public)
    raise NotFound("no picture there")
