"""A network with one hidden layer, in whole numbers: the same answer on any machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import exp
from pathlib import Path

UNIT = 1024  # what a weight of 1.0 is written as
DIGITS = 10


@dataclass(frozen=True)
class Network:
    """Weights in units of 1/1024: one row for each pixel, one for each hidden unit."""

    hidden: list[list[int]]
    hidden_bias: list[int]
    output: list[list[int]]
    output_bias: list[int]

    @classmethod
    def read(cls, file: Path) -> Network:
        """Read the weights that train.py wrote."""
        return cls(**json.loads(file.read_text("utf-8")))

    def probabilities(self, pixels: list[float]) -> list[float]:
        """Return how probable each of the digits 0 to 9 is for 64 pixels of 0 to 16."""
        scores = self.scores(pixels)
        best = max(scores)
        shares = [exp((score - best) / (UNIT * UNIT)) for score in scores]
        total = 0.0
        for share in shares:  # not sum(), which rounds otherwise since Python 3.12
            total += share
        return [round(share / total, 4) for share in shares]

    def scores(self, pixels: list[float]) -> list[int]:
        """Return the ten sums of the output layer, in units of 1/1024²."""
        units = [256 * bias for bias in self.hidden_bias]
        for pixel, row in zip(pixels, self.hidden, strict=True):
            ink = round(16 * pixel)  # of 256
            if ink:
                units = [unit + ink * w for unit, w in zip(units, row, strict=True)]
        sums = [256 * UNIT * bias for bias in self.output_bias]
        for unit, row in zip(units, self.output, strict=True):
            if unit > 0:
                sums = [s + unit * w for s, w in zip(sums, row, strict=True)]
        return [s // 256 for s in sums]
