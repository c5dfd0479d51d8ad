"""Pictures by their first bytes, and the pictures inside a JSON result."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .pointers import to_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_DATA_URI = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,")
_SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}

_MAX_VISITS = 10_000
_MAX_CHARACTERS = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ResultImage:
    """A picture in a result: where it is, its type by its own bytes, its data URI."""

    pointer: str
    media_type: str
    uri: str

    def data(self) -> bytes:
        """Decode the picture's bytes."""
        return base64.b64decode(self.uri.partition(",")[2])


def sniff(data: bytes) -> str | None:
    """Tell PNG, JPEG, GIF and WebP by their first bytes; None for anything else."""
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def result_media(value: Any, limit: int = 12) -> list[ResultImage]:
    """Find pictures given as base64 data URIs, in the order of the result.

    Only types that browsers draw without running anything (no SVG), and only where
    the bytes are what the URI says. Looks at a bounded part of a large result.
    """
    found: list[ResultImage] = []
    for path, text in strings_in(value):
        image = _image(path, text)
        if image is not None:
            found.append(image)
            if len(found) >= limit:
                break
    return found


def strings_in(value: Any) -> Iterator[tuple[list[str | int], str]]:
    """Give the strings of a JSON value with their paths, in order, a bounded many."""
    waiting: list[tuple[list[str | int], Any]] = [([], value)]
    for _visit in range(_MAX_VISITS):
        if not waiting:
            break
        path, item = waiting.pop()
        if isinstance(item, str):
            yield path, item
        elif isinstance(item, dict):
            waiting += reversed([([*path, key], item[key]) for key in item])
        elif isinstance(item, list):
            few = item[:_MAX_VISITS]
            waiting += reversed([([*path, i], part) for i, part in enumerate(few)])


def _image(path: list[str | int], text: str) -> ResultImage | None:
    if not text.startswith("data:image/") or len(text) > _MAX_CHARACTERS:
        return None
    head = _DATA_URI.match(text)
    if head is None or head[1] not in _SHOWN:
        return None
    try:
        start = base64.b64decode(text[head.end() : head.end() + 64], validate=True)
    except (binascii.Error, ValueError):
        return None
    if sniff(start) != head[1]:
        return None
    return ResultImage(to_pointer(path), head[1], text)
