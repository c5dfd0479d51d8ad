"""An accent color as a palette for both themes, readable on either ground.

Contrast is that of WCAG 2.2 (relative luminance, success criterion 1.4.3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Rgb = tuple[int, int, int]

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_LEAST = 4.5
_STEPS = 40
_WASH = 0.11
_LINE = 0.4
_FIRM = 0.28

#: the grounds that text of the accent stands on (static/css/tokens.css)
_LIGHT: Rgb = (0xF4, 0xF7, 0xF6)
_DARK: Rgb = (0x15, 0x1B, 0x1A)
_WHITE: Rgb = (255, 255, 255)
_BLACK: Rgb = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Accent:
    """One theme's colors as #rrggbb."""

    live: str
    firm: str
    wash: str
    line: str
    on: str


def parse_color(text: str) -> Rgb:
    """Read #rrggbb; raises ValueError."""
    if not _HEX.fullmatch(text):
        raise ValueError("Write the color as # and six digits, such as #0a685e.")
    value = int(text[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colors, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def palette(text: str) -> tuple[Accent, Accent]:
    """Return the accent for the light and for the dark theme; raises ValueError.

    The color is darkened or lightened until text in it reads on the theme's ground.
    """
    color = parse_color(text)
    return (
        _accent(_until_readable(color, _LIGHT, _BLACK), _LIGHT, _BLACK),
        _accent(_until_readable(color, _DARK, _WHITE), _DARK, _WHITE),
    )


def accent_css(text: str) -> str:
    """Return the style sheet that puts the palette over the tokens."""
    light, dark = palette(text)
    names = {
        "live": "live",
        "live-firm": "firm",
        "live-wash": "wash",
        "live-line": "line",
        "on-live": "on",
    }
    rules = "".join(
        f"--{token}:light-dark({getattr(light, name)},{getattr(dark, name)});"
        for token, name in names.items()
    )
    return f"@layer tokens{{:root{{{rules}}}}}\n"


def _accent(color: Rgb, ground: Rgb, toward: Rgb) -> Accent:
    wash = _mixed(ground, color, _WASH)
    on = _WHITE if contrast(color, _WHITE) >= _LEAST else _BLACK
    return Accent(
        live=_hex(_until_readable(color, wash, toward)),
        firm=_hex(_mixed(color, toward, _FIRM)),
        wash=_hex(wash),
        line=_hex(_mixed(ground, color, _LINE)),
        on=_hex(on),
    )


def _until_readable(color: Rgb, ground: Rgb, toward: Rgb) -> Rgb:
    for step in range(_STEPS + 1):
        mixed = _mixed(color, toward, step / _STEPS)
        if contrast(mixed, ground) >= _LEAST:
            return mixed
    return toward


def _mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    first, second, third = (
        round(a + (b - a) * share) for a, b in zip(one, other, strict=True)
    )
    return first, second, third


def _hex(color: Rgb) -> str:
    return f"#{color[0]:02x}{color[1]:02x}{color[2]:02x}"


def _luminance(color: Rgb) -> float:
    red, green, blue = (_linear(part / 255) for part in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - constants of sRGB
