"""Pictures for the tests of algorithms that take some, and what all of them refuse."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from io import BytesIO

from PIL import Image

from tests.unit.samples.isolated import SAMPLES


def png(image: Image.Image) -> bytes:
    return encoded(image, "PNG")


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def base64_of(image: Image.Image) -> str:
    return base64.b64encode(png(image)).decode()


def picture_in(uri: str) -> Image.Image:
    """Open the picture of a data: URI."""
    return Image.open(BytesIO(base64.b64decode(uri.partition(",")[2])))


def recorded(algorithm: str, example: str, member: str) -> Image.Image:
    """Open the picture of an example's input."""
    file = SAMPLES / algorithm / f"examples/{example}.json"
    return picture_in(json.loads(file.read_text())["input"][member])


def header_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + body


def no_pictures() -> list[object]:
    """Give what no algorithm may take for a picture."""
    whole = encoded(Image.linear_gradient("L"), "JPEG")
    raw = [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        whole[: len(whole) // 2],
        encoded(Image.new("RGB", (4, 4)), "TIFF"),
        header_of(6_000, 6_000),
        header_of(60_000, 60_000),
    ]
    texts = [base64.b64encode(data).decode() for data in raw]
    return [
        *texts,
        "http://example.org/a.jpg",
        "data://ada/photos/a.jpg",
        "data:image/svg+xml,<svg/>",
        "no base64!",
        "é",
        7,
        None,
        [],
    ]
