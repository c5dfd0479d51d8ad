"""Read a handwritten digit from 8 x 8 pixels, or from a picture of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ink import pixels_of
from network import Network
from picture import InputError, guard, picture_of

PIXELS, MOST_INK = 64, 16

network: Network


def load() -> None:
    """Read the weights once per worker, and set the guard against huge pictures."""
    global network
    network = Network.read(Path("assets/weights.json"))
    guard()


def apply(input: Any) -> dict[str, Any]:
    """Return the digit, how probable each of the ten is, and what was looked at."""
    pixels = checked(input)
    probabilities = network.probabilities(pixels)
    digit = probabilities.index(max(probabilities))
    return {
        "digit": digit,
        "confidence": probabilities[digit],
        "probabilities": probabilities,
        "pixels": pixels,
    }


def checked(input: Any) -> list[float]:
    """Return 64 pixels of 0 to 16; raise InputError."""
    if isinstance(input, bytes | str):
        return pixels_of(picture_of(input)[0])
    if not isinstance(input, dict) or ("pixels" in input) == ("image" in input):
        raise InputError(
            'Send either {"pixels": [64 numbers of 0 to 16]} or {"image": "..."} with '
            "base64, not both."
        )
    if "image" in input:
        return pixels_of(picture_of(input["image"])[0])
    pixels = input["pixels"]
    if not isinstance(pixels, list) or len(pixels) != PIXELS:
        raise InputError("`pixels` must be 64 numbers: 8 rows of 8, from the top left.")
    for place, value in enumerate(pixels):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= MOST_INK:
            raise InputError(
                f"`pixels` must hold numbers of 0 (paper) to {MOST_INK} (ink); "
                f"number {place + 1} is {value!r:.40}."
            )
    if not any(pixels):
        raise InputError("`pixels` is empty: all of them are 0. Send a digit.")
    return pixels
