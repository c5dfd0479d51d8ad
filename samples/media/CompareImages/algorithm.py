"""Tell how alike two pictures look, by their difference hashes (dHash)."""

from __future__ import annotations

from typing import Any

from picture import InputError, guard, on_white, picture_of
from PIL import Image

SIDE = 8  # the hash has 8 x 8 bits
BITS = SIDE * SIDE
THRESHOLD = 10  # of 64 bits


def load() -> None:
    """Set the guard against huge pictures."""
    guard()


def apply(input: Any) -> dict[str, Any]:
    """Compare pictures `a` and `b`: 0 bits apart look the same, 32 are by chance."""
    a, b, threshold = checked(input)
    hash_a = dhash(picture_of(a, "a")[0])
    hash_b = dhash(picture_of(b, "b")[0])
    distance = (hash_a ^ hash_b).bit_count()
    return {
        "distance": distance,
        "similar": distance <= threshold,
        "hash_a": f"{hash_a:016x}",
        "hash_b": f"{hash_b:016x}",
    }


def dhash(picture: Image.Image) -> int:
    """Return 64 bits: is each of 9 x 8 gray fields darker than the one to its right?"""
    gray = on_white(picture).convert("L")
    fields = gray.resize((SIDE + 1, SIDE), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(SIDE):
        for column in range(SIDE):
            place = row * (SIDE + 1) + column
            bits = bits << 1 | (fields[place] < fields[place + 1])
    return bits


def checked(input: Any) -> tuple[Any, Any, int]:
    """Return the two pictures as they were sent, and the threshold."""
    if not isinstance(input, dict) or not {"a", "b"} <= set(input):
        raise InputError(
            'The input must be two pictures: {"a": "...", "b": "..."} with base64.'
        )
    threshold = input.get("threshold", THRESHOLD)
    if type(threshold) is not int or not 0 <= threshold <= BITS:
        raise InputError(
            f"`threshold` must be a whole number of bits from 0 to {BITS}; "
            f"got {threshold!r:.40}."
        )
    return input["a"], input["b"], threshold
