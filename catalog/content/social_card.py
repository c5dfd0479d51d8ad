"""Social cards: the picture that a link to a page brings along, 1200 by 630."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont
    from PIL.ImageFont import ImageFont as BitmapFont

WIDTH, HEIGHT, EDGE = 1200, 630, 80
PAPER, INK, CAPTION, RULE = "#ffffff", "#13201d", "#5a6864", "#dde3e1"
LIVE, SHELF = "#0a685e", "#e9eeec"
LARGEST, SMALLEST = 84, 40
TEXT, SMALL = 36, 30
MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class SocialCard:
    """What the picture says; all but `site` and `title` may be empty."""

    site: str
    title: str
    owner: str = ""
    text: str = ""
    takes: str = ""
    gives: str = ""
    note: str = ""


def draw(card: SocialCard) -> bytes:
    """Return the card as a PNG; the same card gives the same bytes."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 12), fill=LIVE)
    pen.text((EDGE, 64), _drawable(card.site), font=_font(SMALL), fill=CAPTION)
    y = 150.0
    if card.owner:
        pen.text((EDGE, y), f"{card.owner}/", font=_font(44), fill=CAPTION)
        y += 60
    title = _drawable(card.title)
    size = _fitting(pen, title)
    pen.text((EDGE, y), title, font=_font(size), fill=INK)
    y += size * 1.35
    for line in _wrapped(pen, _drawable(card.text)):
        pen.text((EDGE, y), line, font=_font(TEXT), fill=CAPTION)
        y += TEXT * 1.4
    pen.line((EDGE, HEIGHT - 132, WIDTH - EDGE, HEIGHT - 132), fill=RULE, width=2)
    x = _types(pen, card)
    pen.text((x, HEIGHT - 98), _drawable(card.note), font=_font(SMALL), fill=LIVE)
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=16)
def _font(size: int) -> FreeTypeFont | BitmapFont:
    # Pillow carries this one: what the machine has decides nothing.
    return ImageFont.load_default(size)


def _drawable(text: str) -> str:
    """Keep what the font has; a line break would be drawn as one."""
    kept = " ".join(text.split())
    return kept.encode("latin-1", "replace").decode("latin-1")


def _fitting(pen: ImageDraw.ImageDraw, title: str) -> int:
    for size in range(LARGEST, SMALLEST, -4):
        if pen.textlength(title, font=_font(size)) <= WIDTH - 2 * EDGE:
            return size
    return SMALLEST


def _wrapped(pen: ImageDraw.ImageDraw, text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if pen.textlength(longer, font=_font(TEXT)) <= WIDTH - 2 * EDGE:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]} ..."]
    return lines


def _types(pen: ImageDraw.ImageDraw, card: SocialCard) -> float:
    """Draw what goes in and comes out as marks; return where to go on."""
    x = float(EDGE)
    for word in (card.takes, card.gives) if card.takes or card.gives else ():
        if x > EDGE:
            y = HEIGHT - 80
            pen.line((x, y, x + 24, y), fill=CAPTION, width=3)
            pen.polygon(((x + 20, y - 8), (x + 32, y), (x + 20, y + 8)), fill=CAPTION)
            x += 44
        mark = _drawable(word or "json")
        width = pen.textlength(mark, font=_font(SMALL))
        box = (x, HEIGHT - 104, x + width + 32, HEIGHT - 56)
        pen.rounded_rectangle(box, radius=8, fill=SHELF)
        pen.text((x + 16, HEIGHT - 98), mark, font=_font(SMALL), fill=INK)
        x += width + 48
    return x + 16 if x > EDGE else x
