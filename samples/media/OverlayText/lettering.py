"""Break a text into lines that fit on a picture, in the largest size that does."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from picture import InputError
from PIL import ImageFont

Font = ImageFont.FreeTypeFont

SMALLEST, LARGEST = 10, 160  # pixels
LARGEST_SHARE = 9  # a line is at most a ninth of the picture's height
SIDE_SHARE = 24  # a margin of 1/24 of the shorter side
FULL_SHARE = 0.5  # the text covers at most half of the height
SPACING = 1.25  # lines
SUBSTITUTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-"}
    | {"…": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " "}
    | {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O"}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ı": "i"}
    | {"þ": "th", "Þ": "Th"}
)


@dataclass(frozen=True)
class Block:
    """Lines of text in one size, with the margin around them, in pixels."""

    lines: list[str]
    font: Font
    line_height: int
    margin: int

    @property
    def height(self) -> int:
        return self.line_height * len(self.lines) + 2 * self.margin


@cache
def font_of(size: int) -> Font:
    """Return Pillow's own font; the basic layout is the same on every machine."""
    font = ImageFont.load_default(size)
    return font.font_variant(layout_engine=ImageFont.Layout.BASIC)


def writable(text: str) -> tuple[str, list[str]]:
    """Return what the font can write, and the characters that it cannot."""
    paragraphs, missing = [], []
    for line in unicodedata.normalize("NFC", text).splitlines():
        letters = [known(letter) for letter in line]
        missing += [a for a, b in zip(line, letters, strict=True) if not b]
        paragraphs.append(" ".join("".join(letters).split()))
    return "\n".join(filter(None, paragraphs)), list(dict.fromkeys(missing))


def known(letter: str) -> str:
    """Return a letter, or what stands for it ("é" becomes "e"); "" if nothing does."""
    base = unicodedata.normalize("NFKD", letter)[0]
    for each in (letter, letter.translate(SUBSTITUTES), base):
        if all(map(has, each)):
            return each
    return ""


@cache
def has(letter: str) -> bool:
    """Tell whether the font has a letter: the others are all drawn as one box."""
    if letter == " ":
        return True
    font = font_of(32)
    shape, box = (font.getmask(each) for each in (letter, "\U0010fffe"))
    is_box = shape.size == box.size and bytes(shape) == bytes(box)
    return shape.getbbox() is not None and not is_box


def fitted(text: str, width: int, height: int) -> Block:
    """Return the block in the largest size that fits; raise InputError if none does."""
    margin = max(2, min(width, height) // SIDE_SHARE)
    room = width - 2 * margin
    size = max(SMALLEST, min(LARGEST, height // LARGEST_SHARE))
    while size >= SMALLEST:
        font = font_of(size)
        block = Block(broken(text, font, room), font, round(size * SPACING), margin)
        if block.lines and block.height <= FULL_SHARE * height:
            return block
        size = min(size - 1, size * 15 // 16)
    raise InputError(
        f"`text` does not fit on {width} x {height} pixels at a size that can be read. "
        "Send a shorter text or a larger picture."
    )


def broken(text: str, font: Font, room: int) -> list[str]:
    """Break into lines at blanks, and inside a word where it alone is too long.

    Empty if not even one letter fits.
    """
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if font.getlength(longer) <= room:
                line = longer
                continue
            lines += [line] if line else []
            *full, line = pieces(word, font, room)
            lines += full
        lines.append(line)
    return lines if all(lines) else []


def pieces(word: str, font: Font, room: int) -> list[str]:
    """Cut a word that is longer than a line; [""] if not even one letter fits."""
    found, piece = [], ""
    for letter in word:
        if font.getlength(piece + letter) <= room:
            piece += letter
            continue
        if not piece:
            return [""]
        found.append(piece)
        piece = letter
    return [*found, piece]
