"""Digits drawn with a pen: strokes on a square of 100, made up for the tests."""

from __future__ import annotations

from io import BytesIO
from math import cos, radians, sin

from PIL import Image, ImageDraw

Point = tuple[float, float]


def arc(x: float, y: float, rx: float, ry: float, start: int, end: int) -> list[Point]:
    """Return points on an ellipse, by degrees clockwise from the right."""
    step = 10 if end > start else -10
    turns = range(start, end + step, step)
    return [(x + rx * cos(radians(t)), y + ry * sin(radians(t))) for t in turns]


#: two hands for each digit; a digit is one or more strokes
STROKES: dict[int, list[list[list[Point]]]] = {
    0: [[arc(50, 50, 26, 40, -90, 270)], [arc(52, 50, 32, 38, -60, 320)]],
    1: [[[(50, 10), (50, 90)]], [[(34, 28), (54, 10), (52, 90)]]],
    2: [
        [[*arc(48, 32, 24, 22, 200, 380), (26, 88), (76, 88)]],
        [[*arc(48, 34, 26, 24, 190, 400), (24, 84), (48, 80), (80, 90)]],
    ],
    3: [
        [[*arc(46, 30, 22, 20, 200, 450), *arc(46, 70, 25, 20, -90, 160)]],
        [[(26, 12), (70, 12), (44, 42), *arc(44, 66, 28, 23, -80, 150)]],
    ],
    4: [
        [[(58, 10), (22, 62), (80, 62)], [(60, 40), (60, 92)]],
        [[(30, 10), (26, 52), (74, 52)], [(70, 12), (64, 92)]],
    ],
    5: [
        [[(72, 12), (34, 12), (30, 46), *arc(46, 66, 26, 24, -120, 150)]],
        [[(34, 12), (30, 44), *arc(44, 66, 28, 22, -110, 140)], [(34, 12), (74, 14)]],
    ],
    6: [
        [[(62, 10), (38, 34), (28, 64), *arc(50, 68, 22, 20, 180, 540)]],
        [[(68, 16), (44, 14), (30, 40), (28, 66), *arc(50, 66, 22, 22, 180, 500)]],
    ],
    7: [
        [[(24, 14), (76, 14), (44, 90)]],
        [[(26, 16), (74, 14), (46, 90)], [(34, 52), (72, 50)]],
    ],
    8: [
        [[*arc(50, 30, 20, 19, 90, 450), *arc(50, 69, 24, 20, -90, 270)]],
        [
            [
                *arc(52, 30, 22, 18, -20, -200),
                (66, 62),
                *arc(48, 70, 22, 18, -10, 190),
                (70, 26),
            ]
        ],
    ],
    9: [
        [[*arc(48, 34, 22, 22, 0, -360), (70, 34), (66, 90)]],
        [[*arc(48, 32, 22, 20, -20, -340), (70, 26), (70, 60), (56, 90), (34, 86)]],
    ],
}


def drawn(
    digit: int,
    hand: int = 0,
    *,
    pen: int = 10,
    slant: float = 0.0,
    size: int = 200,
    ink: str = "black",
    paper: str = "white",
) -> Image.Image:
    """Draw a digit; `pen` is in hundredths of the side, `slant` leans to the right."""
    image = Image.new("RGB", (size, size), paper)
    draw = ImageDraw.Draw(image)
    unit, radius = size / 100, pen * size / 200
    for stroke in STROKES[digit][hand]:
        points = [
            (
                (x + slant * (50 - y)) * unit * 0.8 + size / 10,
                y * unit * 0.8 + size / 10,
            )
            for x, y in stroke
        ]
        draw.line(points, fill=ink, width=round(2 * radius))
        for x, y in points:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)
    return image


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    file = BytesIO()
    image.save(file, kind)
    return file.getvalue()
