"""The n-grams of a text, and the log-probabilities that train.py learned for them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

LONGEST = 4  # letters
# Letters and what combines with them; digits and punctuation tell little.
WORD = re.compile(
    r"(?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f\u0900-\u0903\u093a-\u094f])+"
)


def ngrams(text: str) -> Iterator[str]:
    """Yield the runs of 1 to 4 letters of each word, which has a blank on each side."""
    for match in WORD.finditer(unicodedata.normalize("NFC", text).lower()):
        word = f" {match[0]} "
        for size in range(1, LONGEST + 1):
            for start in range(len(word) - size + 1):
                gram = word[start : start + size]
                if gram != " ":
                    yield gram


class Model:
    """For each language the weights of its n-grams, in units of -1/100 of a nat."""

    def __init__(self, unknown: int, languages: dict[str, dict[str, int]]) -> None:
        self.unknown = unknown
        self.languages = languages
        self.known = {gram for grams in languages.values() for gram in grams}

    @classmethod
    def read(cls, file: Path) -> Model:
        """Read the weights: a line for each language, n-grams grouped by weight."""
        data = json.loads(file.read_text("utf-8"))
        languages = {
            code: {g: int(w) for w, line in groups.items() for g in line.split("|")}
            for code, groups in data["languages"].items()
        }
        return cls(data["unknown"], languages)

    def surprises(self, text: str) -> tuple[int, dict[str, int]]:
        """Return how many n-grams are known, and the surprise of each language.

        N-grams that no language knows say nothing and are left out.
        """
        grams = [gram for gram in ngrams(text) if gram in self.known]
        unknown = self.unknown
        return len(grams), {
            code: sum(weights.get(gram, unknown) for gram in grams)
            for code, weights in self.languages.items()
        }
