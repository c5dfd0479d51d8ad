"""Find the few colors that a picture is made of.

Median cut reduces it to 64 colors; Ward's method (1963) and k-means, in the color space
OKLab (Ottosson 2020) whose distances follow what people see, group these.
"""

from __future__ import annotations

import base64
import warnings
from dataclasses import dataclass
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

from oklab import Lab, distance, hue_first, to_lab, to_rgb
from PIL import Image, UnidentifiedImageError

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "WEBP")
MAX_PIXELS = 40_000_000
MAX_COLORS = 16
SAMPLE = (192, 192)  # the picture is looked at within this size
FIRST_COLORS = 64
ROUNDS = 10  # of k-means
OPAQUE_FROM = 128  # pixels with less alpha count as transparent
ORIENTATION = 0x0112  # the EXIF tag,
QUARTER_TURNS = (5, 6, 7, 8)  # and its values that swap width and height


class InputError(ValueError):
    """The caller sent something that is no picture we can read."""

    error_type = "InputError"


@dataclass(frozen=True, eq=False)
class Cluster:
    """Pixels of one color: how many, and their mean in OKLab."""

    pixels: int
    lab: Lab


names: list[tuple[Lab, str]] = []


def load() -> None:
    """Read the color names, and set the guard against huge pictures."""
    for line in Path("assets/color_names.txt").read_text("utf-8").splitlines():
        code, _, name = line.partition(" ")
        if code != "#":
            names.append((hue_first(to_lab(bytes.fromhex(code))), name))
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow compares before it decodes
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def apply(input: Any) -> dict[str, Any]:
    """Return the dominant colors of an image, the most frequent first."""
    raw, count = checked(input)
    sample, facts = read_image(raw)
    pixels = opaque(sample)
    colors = merged(first_clusters(pixels), count) if pixels.width else []
    return {
        "colors": [described(color, pixels.width) for color in colors],
        **facts,
        "transparent": round(1 - pixels.width / (sample.width * sample.height), 4),
    }


def read_image(raw: bytes) -> tuple[Image.Image, dict[str, Any]]:
    """Decode to a small RGBA sample; also tell the size as shown, and the format."""
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as image:
            width, height = image.size
            if image.getexif().get(ORIENTATION) in QUARTER_TURNS:
                width, height = height, width
            facts = {"width": width, "height": height, "format": image.format}
            image.thumbnail(SAMPLE, Image.Resampling.NEAREST)  # mixes no new colors
            if image.mode.startswith("I;16"):
                image = image.point(lambda value: value * (1 / 256)).convert("L")
            return image.convert("RGBA"), facts
    except UnidentifiedImageError as error:
        raise InputError(
            f"`image` is no picture of a known format. Send {', '.join(FORMATS)}."
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(
            f"`image` has more than {MAX_PIXELS:,} pixels. Send a smaller copy."
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises many kinds for a broken file
        raise InputError(
            f"`image` is damaged or cut off ({error}). Send the whole file."
        ) from error


def opaque(sample: Image.Image) -> Image.Image:
    """Lay the pixels that can be seen in one row."""
    rgba = sample.tobytes()
    starts = (i for i in range(0, len(rgba), 4) if rgba[i + 3] >= OPAQUE_FROM)
    rgb = b"".join(rgba[i : i + 3] for i in starts)
    return Image.frombytes("RGB", (len(rgb) // 3, 1), rgb)


def first_clusters(pixels: Image.Image) -> list[Cluster]:
    """Count the colors of a picture, after median cut if there are many."""
    counted = pixels.getcolors(FIRST_COLORS)
    if counted is None:
        few = pixels.quantize(FIRST_COLORS, Image.Quantize.MEDIANCUT)
        counted = few.convert("RGB").getcolors(FIRST_COLORS)
    ordered = sorted(counted or [], reverse=True)
    return [Cluster(count, to_lab(rgb)) for count, rgb in ordered]


def merged(clusters: list[Cluster], count: int) -> list[Cluster]:
    """Reduce clusters to `count`: Ward's mergers first, k-means (Lloyd) after them.

    The second evens out what the order of the mergers left to chance.
    """
    centers = ward(clusters, count)
    for _ in range(ROUNDS):
        groups: list[list[Cluster]] = [[] for _ in centers]
        for cluster in clusters:
            near = [distance(cluster.lab, center.lab) for center in centers]
            groups[near.index(min(near))].append(cluster)
        centers = [union(*group) for group in groups if group]
    return sorted(centers, key=lambda cluster: -cluster.pixels)


def ward(clusters: list[Cluster], count: int) -> list[Cluster]:
    """Merge the pair that adds least to the squared distances, again and again."""
    costs = {pair: cost(*pair) for pair in combinations(clusters, 2)}
    while len(clusters) > count:
        pair = min(costs, key=costs.__getitem__)
        both = union(*pair)
        clusters = [cluster for cluster in clusters if cluster not in pair]
        costs = {p: c for p, c in costs.items() if not {*p} & {*pair}}
        costs |= {(other, both): cost(other, both) for other in clusters}
        clusters = [*clusters, both]
    return clusters


def cost(a: Cluster, b: Cluster) -> float:
    """Return what a merger adds to the sum of squared distances (Ward 1963)."""
    return a.pixels * b.pixels / (a.pixels + b.pixels) * distance(a.lab, b.lab)


def union(*clusters: Cluster) -> Cluster:
    """Put clusters together."""
    pixels = sum(cluster.pixels for cluster in clusters)
    x, y, z = (
        sum(cluster.pixels * cluster.lab[axis] for cluster in clusters) / pixels
        for axis in range(3)
    )
    return Cluster(pixels, (x, y, z))


def described(color: Cluster, total: int) -> dict[str, Any]:
    """Write a color for the answer."""
    rgb, seen = to_rgb(color.lab), hue_first(color.lab)
    return {
        "hex": "#{:02x}{:02x}{:02x}".format(*rgb),
        "rgb": rgb,
        "share": round(color.pixels / total, 4),
        "name": min(names, key=lambda known: distance(known[0], seen))[1],
    }


def checked(input: Any) -> tuple[bytes, int]:
    """Return the bytes of the image and the number of colors; raise InputError."""
    if isinstance(input, bytes):
        return input, 5
    wish = {"image": input} if isinstance(input, str) else input
    if not isinstance(wish, dict) or not isinstance(wish.get("image"), str):
        raise InputError(
            'The input must be the bytes of an image, or {"image": "..."} with base64.'
        )
    count = wish.get("colors", 5)
    if type(count) is not int or not 1 <= count <= MAX_COLORS:
        raise InputError(
            f"`colors` must be a whole number from 1 to {MAX_COLORS}; "
            f"got {count!r:.40}."
        )
    return decoded(wish["image"].strip()), count


def decoded(image: str) -> bytes:
    """Decode base64, with or without the head of a data: URI."""
    head, _, body = image.rpartition(",")
    is_data_uri = head.startswith("data:") and head.endswith(";base64")
    if "://" in image[:12] or (head and not is_data_uri):
        raise InputError(
            "`image` is no base64 but an address. Send data:image/jpeg;base64,..."
        )
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except ValueError as error:
        raise InputError(f"`image` is not base64: {error}.") from error
