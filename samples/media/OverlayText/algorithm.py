"""Write a text on a picture so that it can be read on any ground."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

from lettering import Block, fitted, writable
from picture import InputError, guard, on_white, picture_of
from PIL import Image, ImageDraw

MAX_CHARACTERS = 280
SMALLEST_SIDE = 32
POSITIONS = ("top", "center", "bottom")
STYLES = ("band", "outline")
BAND = (0, 0, 0, 190)  # on white it leaves a gray of 65, and a contrast of 10 : 1
STROKE_SHARE = 10  # the outline is a tenth of the letter's size
QUALITY = 85


def load() -> None:
    """Set the guard against huge pictures."""
    guard()


def apply(input: Any) -> dict[str, Any]:
    """Return the picture with `text` written on it, as a data: URI."""
    image, text, position, style = checked(input)
    picture, kind = picture_of(image)
    if min(picture.size) < SMALLEST_SIDE:
        raise InputError(
            f"`image` must have at least {SMALLEST_SIDE} pixels on each side; "
            f"it has {picture.width} x {picture.height}."
        )
    letters, missing = writable(text)
    if not letters:
        raise InputError(
            "`text` holds no letters that the font has: it writes the Latin alphabet."
        )
    block = fitted(letters, *picture.size)
    draw(picture, block, position, style)
    return {
        "image": encoded(picture, kind),
        "width": picture.width,
        "height": picture.height,
        "lines": block.lines,
        "font_size": round(block.font.size),
        "left_out": missing,
    }


def draw(picture: Image.Image, block: Block, position: str, style: str) -> None:
    """Draw white lines in the middle of a dark band, or with a black outline."""
    room = picture.height - block.height
    top = {"top": 0, "center": room // 2, "bottom": room}[position]
    if style == "band":
        band = Image.new("RGBA", (picture.width, block.height), BAND)
        picture.alpha_composite(band, (0, top))
    pen = ImageDraw.Draw(picture)
    stroke = max(2, round(block.font.size / STROKE_SHARE)) if style == "outline" else 0
    for number, line in enumerate(block.lines):
        place = (
            picture.width // 2,
            top + block.margin + round((number + 0.5) * block.line_height),
        )
        pen.text(
            place,
            line,
            font=block.font,
            fill="white",
            anchor="mm",
            stroke_width=stroke,
            stroke_fill="black",
        )


def encoded(picture: Image.Image, kind: str) -> str:
    """Encode as JPEG what came as JPEG, the rest without loss as PNG."""
    file = BytesIO()
    if kind == "JPEG":
        on_white(picture).save(file, "JPEG", quality=QUALITY)
    else:
        opaque = picture.getextrema()[3] == (255, 255)
        (picture.convert("RGB") if opaque else picture).save(file, "PNG")
        kind = "PNG"
    text = base64.b64encode(file.getvalue()).decode()
    return f"data:image/{kind.lower()};base64,{text}"


def checked(input: Any) -> tuple[Any, str, str, str]:
    """Return picture, text, position and style; raise InputError."""
    if not isinstance(input, dict) or not {"image", "text"} <= set(input):
        raise InputError(
            'The input must be a picture and a text: {"image": "...", "text": "..."}.'
        )
    text = input["text"]
    if not isinstance(text, str) or not text.strip():
        raise InputError("`text` must be a text of at least one character.")
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"`text` has {len(text):,} characters; it may have {MAX_CHARACTERS}."
        )
    position, style = input.get("position", "bottom"), input.get("style", "band")
    for name, value, known in (
        ("position", position, POSITIONS),
        ("style", style, STYLES),
    ):
        if value not in known:
            raise InputError(
                f"`{name}` must be one of {', '.join(known)}; got {value!r:.40}."
            )
    return input["image"], text, position, style
