"""Tell in which of 28 languages a text is written."""

from __future__ import annotations

from math import exp
from pathlib import Path
from typing import Any

from ngrams import LONGEST, Model

MAX_CHARACTERS = 20_000
LOOKED_AT = 2_000  # characters; more would not change the answer
ALTERNATIVES = 3
# Neighboring n-grams share letters, so their evidence is counted once for each letter.
SHARED = LONGEST

NAMES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nb": "Norwegian Bokmål",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}

model: Model


class InputError(ValueError):
    """The caller sent something that has no language."""

    error_type = "InputError"


def load() -> None:
    """Read the weights once per worker."""
    global model
    model = Model.read(Path("assets/weights.json"))


def apply(input: Any) -> dict[str, Any]:
    """Return the most likely language of `text`, and the three best with confidence."""
    text = checked(input)
    count, surprises = model.surprises(text[:LOOKED_AT])
    if not count:
        raise InputError(
            "`text` holds no letters that any of the 28 languages has. Send some words."
        )
    best = shares(surprises)[:ALTERNATIVES]
    code, confidence = best[0]
    return {
        "language": code,
        "name": NAMES[code],
        "confidence": confidence,
        "alternatives": [
            {"language": code, "name": NAMES[code], "confidence": share}
            for code, share in best
        ],
    }


def shares(surprises: dict[str, int]) -> list[tuple[str, float]]:
    """Return the languages with their probabilities, the best first."""
    least = min(surprises.values())
    ranked = sorted(surprises.items(), key=lambda item: (item[1], item[0]))
    weights = [(code, exp((least - s) / (100 * SHARED))) for code, s in ranked]
    total = 0.0
    for _code, weight in weights:  # not sum(), which rounds otherwise since Python 3.12
        total += weight
    return [(code, round(weight / total, 3)) for code, weight in weights]


def checked(input: Any) -> str:
    """Return the text; raise InputError."""
    if not isinstance(input, dict) or not isinstance(input.get("text"), str):
        raise InputError('The input must be an object with a text: {"text": "..."}.')
    text: str = input["text"]
    if not 1 <= len(text) <= MAX_CHARACTERS:
        raise InputError(
            f"`text` has {len(text):,} characters; it must have 1 to "
            f"{MAX_CHARACTERS:,}. Send the beginning of a longer text."
        )
    return text
