"""Train the network; run in this folder: python train.py. Takes some seconds.

Stochastic gradient descent, standard library only. Nothing depends on the machine:
additions go from left to right, and the exponentials are rounded. The last 450 rows are
held out; settings were chosen on rows 1,100 to 1,346, after training on those before.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from math import exp, sqrt
from pathlib import Path

from network import DIGITS, UNIT, Network

HERE = Path(__file__).resolve().parent
HELD_OUT = 450
HIDDEN = 32
ROUNDS = 30
RATE, RATE_AT_END = 0.06, 0.003
MOVES = (  # columns to the right, rows down, and how far the digit leans
    (0, 0, 0.0), (0, 0, 0.0), (1, 0, 0.0), (-1, 0, 0.0), (0, 1, 0.0), (0, -1, 0.0),
    (0, 0, 0.25), (0, 0, -0.25),
)  # fmt: skip

Row = tuple[list[int], int]
Inked = list[tuple[int, float]]


def read_rows() -> list[Row]:
    """Return 1,797 rows: 64 pixels of 0 to 16, and the digit."""
    with gzip.open(HERE / "training/digits.csv.gz", "rt") as file:
        numbers = [[int(value) for value in line.split(",")] for line in file]
    return [(row[:64], row[64]) for row in numbers]


def moved(pixels: list[int], right: int, down: int, lean: float) -> Inked:
    """Return the pixels that hold ink, moved, as (place, ink of 0 to 1)."""
    found = []
    for place, ink in enumerate(pixels):
        y = place // 8 + down
        x = place % 8 + right + round(lean * (3.5 - y))
        if ink and 0 <= x < 8 and 0 <= y < 8:
            found.append((8 * y + x, ink / 16))
    return found


def matrix(dice: random.Random, rows: int, columns: int) -> list[list[float]]:
    """Return small random weights."""
    reach = sqrt(6 / (rows + columns))
    return [[dice.uniform(-reach, reach) for _ in range(columns)] for _ in range(rows)]


class Trainer:
    """The weights while they are being learned."""

    def __init__(self, seed: int = 1) -> None:
        self.dice = random.Random(seed)
        self.hidden = matrix(self.dice, 64, HIDDEN)
        self.output = matrix(self.dice, HIDDEN, DIGITS)
        self.hidden_bias = [0.0] * HIDDEN
        self.output_bias = [0.0] * DIGITS

    def fit(self, rows: list[Row]) -> Network:
        """Learn from rows, each moved or leaning a little now and then."""
        cases = [
            ([moved(pixels, *by) for by in MOVES], digit) for pixels, digit in rows
        ]
        for number in range(ROUNDS):
            part = number / (ROUNDS - 1)
            rate = RATE * (RATE_AT_END / RATE) ** part
            self.dice.shuffle(cases)
            for variants, digit in cases:
                self.step(self.dice.choice(variants), digit, round(rate, 6))
        return self.network()

    def step(self, inked: Inked, digit: int, rate: float) -> None:
        """Move the weights a little towards the right answer."""
        units = self.hidden_bias
        for place, ink in inked:
            row = self.hidden[place]
            units = [u + ink * w for u, w in zip(units, row, strict=True)]
        units = [unit if unit > 0 else 0.0 for unit in units]
        scores = self.output_bias
        for unit, row in zip(units, self.output, strict=True):
            if unit:
                scores = [s + unit * w for s, w in zip(scores, row, strict=True)]
        errors = softmax(scores)
        errors[digit] -= 1.0
        steps = self.learn_output(units, errors, rate)
        self.hidden_bias = [b - s for b, s in zip(self.hidden_bias, steps, strict=True)]
        for place, ink in inked:
            row = self.hidden[place]
            self.hidden[place] = [w - ink * s for w, s in zip(row, steps, strict=True)]

    def learn_output(
        self, units: list[float], errors: list[float], rate: float
    ) -> list[float]:
        """Change the output layer; return the steps of the hidden units."""
        steps = []
        for j, unit in enumerate(units):
            step = 0.0
            if unit:
                row = self.output[j]
                for weight, error in zip(row, errors, strict=True):
                    step += weight * error
                self.output[j] = [
                    w - rate * unit * e for w, e in zip(row, errors, strict=True)
                ]
            steps.append(rate * step)
        self.output_bias = [
            b - rate * error for b, error in zip(self.output_bias, errors, strict=True)
        ]
        return steps

    def network(self) -> Network:
        """Return the weights as whole numbers, for pixels of 0 to 16."""
        return Network(
            hidden=[[round(w * UNIT) for w in row] for row in self.hidden],
            hidden_bias=[round(b * UNIT) for b in self.hidden_bias],
            output=[[round(w * UNIT) for w in row] for row in self.output],
            output_bias=[round(b * UNIT) for b in self.output_bias],
        )


def softmax(scores: list[float]) -> list[float]:
    """Return probabilities; rounded, because math.exp differs in the last digit."""
    best = max(scores)
    shares = [round(exp(score - best), 6) for score in scores]
    total = 0.0
    for share in shares:
        total += share
    return [share / total for share in shares]


def confusions(network: Network, rows: list[Row]) -> Counter[tuple[int, int]]:
    """Count the mistakes as (written, read)."""
    found: Counter[tuple[int, int]] = Counter()
    for pixels, digit in rows:
        scores = network.scores(pixels)
        read = scores.index(max(scores))
        if read != digit:
            found[digit, read] += 1
    return found


def main() -> None:
    rows = read_rows()
    network = Trainer().fit(rows[:-HELD_OUT])
    text = json.dumps(vars(network), separators=(",", ":")).replace("],", "],\n")
    (HERE / "assets/weights.json").write_text(text + "\n", "utf-8")
    wrong = confusions(network, rows[-HELD_OUT:])
    print(f"{1 - wrong.total() / HELD_OUT:.1%} of {HELD_OUT} held-out rows")
    for (written, read), count in sorted(wrong.items()):
        print(f"{written} read as {read}: {count}")


if __name__ == "__main__":
    main()
