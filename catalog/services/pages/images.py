"""Pictures of a result with the width and height that their bytes state."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.content.images import result_media
from catalog.content.json_text import JsonProblem, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catalog.content.images import ResultImage

MEDIA_CHARACTERS = 8 * 1024 * 1024
#: JPEG's start-of-frame markers: C0 to CF without tables (C4, C8, CC)
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as a page shows it; sizes are pixels, 0 where they are not told.

    `is_stored` says that `uri` is an address that can be opened, not the bytes.
    """

    pointer: str
    media_type: str
    uri: str
    width: int = 0
    height: int = 0
    is_stored: bool = False


def images_in(json_text: str) -> list[ResultImage]:
    """Return the pictures that a JSON text holds as data URIs."""
    if "data:image/" not in json_text or len(json_text) > MEDIA_CHARACTERS:
        return []
    try:
        return result_media(parse_json(json_text, allow_nul=True))
    except JsonProblem:
        return []


def measured(image: ResultImage) -> Image:
    width, height = size_of(image.data())
    return Image(image.pointer, image.media_type, image.uri, width, height)


def size_of(data: bytes) -> tuple[int, int]:
    """Read width and height of a PNG, GIF, JPEG or WebP; (0, 0) where unclear.

    Layouts: PNG (third edition) 11.2.1, GIF89a 18, JPEG T.81 B.2.2, RFC 9649 (WebP).
    """
    try:
        return next(_sizes(data), (0, 0))
    except struct.error:
        return 0, 0


def _sizes(data: bytes) -> Iterator[tuple[int, int]]:
    if data.startswith(b"\x89PNG"):
        yield struct.unpack_from(">II", data, 16)
    elif data.startswith(b"GIF8"):
        yield struct.unpack_from("<HH", data, 6)
    elif data.startswith(b"\xff\xd8"):
        yield from _jpeg_sizes(data)
    elif data[8:15] == b"WEBPVP8":
        yield from _webp_sizes(data)


def _jpeg_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:  # noqa: PLR2004 - a marker
        marker = data[place + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            yield width, height
        place += 2 + struct.unpack_from(">H", data, place + 2)[0]


def _webp_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    kind = data[15:16]
    if kind == b"X":
        width, height = (int.from_bytes(data[i : i + 3], "little") for i in (24, 27))
        yield width + 1, height + 1
    elif kind == b"L":
        bits = struct.unpack_from("<I", data, 21)[0]
        yield (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = struct.unpack_from("<HH", data, 26)
        yield width & 0x3FFF, height & 0x3FFF
