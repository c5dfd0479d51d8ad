"""Turn a picture of one digit into 8 x 8 pixels, as the training data was made.

The writing is cut out, scaled to 32 x 32 dots of black or white, and the dots of each
block of 4 x 4 are counted: 64 numbers of 0 to 16.
"""

from __future__ import annotations

from picture import InputError, on_white
from PIL import Image, ImageChops, ImageFilter, ImageStat

LARGEST = (512, 512)  # more detail than that is scaled away first
LEAST_CONTRAST = 40  # of 255, between paper and ink
DOTS, BLOCK = 32, 4
DOTS_WIDE, NARROWING = 20, 0.8
HALF = 96  # a dot with more ink than that of 255 is black
LEAST_INK = 0.3  # share of the dots
SPECK = 0.02  # a row or column with less ink than this share of the fullest is none


def pixels_of(picture: Image.Image) -> list[float]:
    """Return 64 numbers of 0 to 16, row by row from the top left."""
    gray = on_white(picture).convert("L")
    gray.thumbnail(LARGEST, Image.Resampling.BOX)
    return counted(fitted(cut_out(ink_of(gray))))


def ink_of(gray: Image.Image) -> Image.Image:
    """Return 255 where there is ink: what differs from the border of the picture."""
    paper = border(gray)
    distance = ImageChops.difference(gray, Image.new("L", gray.size, paper))
    strongest = distance.getextrema()[1]
    if strongest < LEAST_CONTRAST:
        raise InputError(
            "`image` shows no digit: it has hardly any contrast. "
            "Send a dark digit on light ground, or a light one on dark."
        )
    return distance.point(lambda value: 255 if 2 * value >= strongest else 0)


def border(gray: Image.Image) -> int:
    """Return the median brightness along the four sides, which is the paper's."""
    width, height = gray.size
    sides = (
        (0, 0, width, 1),
        (0, height - 1, width, height),
        (0, 0, 1, height),
        (width - 1, 0, width, height),
    )
    values = sorted(b"".join(gray.crop(side).tobytes() for side in sides))
    return values[len(values) // 2]


def cut_out(ink: Image.Image) -> Image.Image:
    """Cut to the rows and columns that hold ink; specks at the edges do not count."""
    left, right = ends(ink.resize((ink.width, 1), Image.Resampling.BOX).tobytes())
    top, bottom = ends(ink.resize((1, ink.height), Image.Resampling.BOX).tobytes())
    return ink.crop((left, top, right, bottom))


def ends(profile: bytes) -> tuple[int, int]:
    """Return where the ink of a row or column begins and ends."""
    least = SPECK * max(profile)
    places = [place for place, ink in enumerate(profile) if ink > least]
    return (places[0], places[-1] + 1) if places else (0, len(profile))


def fitted(ink: Image.Image) -> Image.Image:
    """Scale to 20 x 32 dots in the middle of 32 x 32, and thicken thin strokes.

    The training data was made alike: its writing is six of eight pixels wide at most,
    and covers a third of the square.
    """
    width = min(DOTS_WIDE, round(NARROWING * ink.width * DOTS / ink.height))
    small = ink.resize((max(2, width), DOTS), Image.Resampling.BOX)
    dots = Image.new("L", (DOTS, DOTS), 0)
    dots.paste(small, ((DOTS - small.width) // 2, 0))
    dots = dots.point(lambda value: 255 if value >= HALF else 0)
    while ImageStat.Stat(dots).mean[0] < LEAST_INK * 255:
        dots = dots.filter(ImageFilter.MaxFilter(3))
    return dots


def counted(dots: Image.Image) -> list[float]:
    """Add up the ink of each block of 4 x 4 dots: 0 for none, 16 for all."""
    blocks = dots.resize((DOTS // BLOCK, DOTS // BLOCK), Image.Resampling.BOX)
    return [round(value * BLOCK * BLOCK / 255, 2) for value in blocks.tobytes()]
