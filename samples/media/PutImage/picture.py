"""Read the pictures of a call, and refuse what is none in plain words.

The same file lies in each of the newer algorithms that read pictures, so that a folder
is complete in itself; copy it into yours.
"""

from __future__ import annotations

import base64
import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "WEBP")
MAX_PIXELS = 20_000_000


class InputError(ValueError):
    """The caller sent something that cannot be used."""

    error_type = "InputError"


def guard() -> None:
    """Let Pillow refuse huge pictures before it decodes them; call it in load()."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def picture_of(given: object, name: str = "image") -> tuple[Image.Image, str]:
    """Return a picture, upright, in RGBA, and its format; raise InputError.

    `given` is bytes, base64, or base64 behind the head of a data: URI.
    """
    raw = given if isinstance(given, bytes) else decoded(given, name)
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as image:
            kind = str(image.format)
            if image.mode.startswith("I;16"):
                image = image.point(lambda value: value * (1 / 256)).convert("L")
            return ImageOps.exif_transpose(image).convert("RGBA"), kind
    except UnidentifiedImageError as error:
        raise InputError(
            f"`{name}` is no picture of a known format. Send {', '.join(FORMATS)}."
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(
            f"`{name}` has more than {MAX_PIXELS:,} pixels. Send a smaller copy."
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises many kinds for a broken file
        raise InputError(
            f"`{name}` is damaged or cut off ({error}). Send the whole file."
        ) from error


def decoded(given: object, name: str) -> bytes:
    """Decode base64, with or without the head of a data: URI."""
    if not isinstance(given, str):
        raise InputError(f"`{name}` must be a picture as base64 text.")
    text = given.strip()
    head, _, body = text.rpartition(",")
    is_data_uri = head.startswith("data:") and head.endswith(";base64")
    if "://" in text[:12] or (head and not is_data_uri):
        raise InputError(
            f"`{name}` is no base64 but an address. Send data:image/jpeg;base64,..."
        )
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except ValueError as error:
        raise InputError(f"`{name}` is not base64: {error}.") from error


def on_white(picture: Image.Image) -> Image.Image:
    """Lay a picture on white, so that what is transparent has a color."""
    ground = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(ground, picture).convert("RGB")
