"""OKLab, a color space whose distances follow what people see (Ottosson 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Lab = tuple[float, float, float]
LINEAR_UP_TO = 0.0031308  # sRGB is linear below, a power curve above (IEC 61966-2-1)


def hue_first(lab: Lab) -> Lab:
    """Halve the lightness: a name says more of the hue."""
    return (lab[0] / 2, lab[1], lab[2])


def distance(a: Lab, b: Lab) -> float:
    """Return the squared distance of two colors."""
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2


def to_lab(rgb: Iterable[int]) -> Lab:
    """Convert sRGB (0 to 255) to OKLab."""
    r, g, b = (linear(value / 255) for value in rgb)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    mid = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * mid - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * mid + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * mid - 0.8086757660 * short,
    )


def to_rgb(lab: Lab) -> list[int]:
    """Convert OKLab to sRGB (0 to 255)."""
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    mid = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    shares = (
        4.0767416621 * long - 3.3077115913 * mid + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * mid - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * mid + 1.7076147010 * short,
    )
    return [round(255 * min(1.0, max(0.0, curved(share)))) for share in shares]


def linear(share: float) -> float:
    """Turn a share of the screen's brightest into a share of light."""
    if share <= 12.92 * LINEAR_UP_TO:
        return share / 12.92
    return ((share + 0.055) / 1.055) ** 2.4


def curved(light: float) -> float:
    """Undo `linear`."""
    if light <= LINEAR_UP_TO:
        return 12.92 * light
    return 1.055 * light ** (1 / 2.4) - 0.055
