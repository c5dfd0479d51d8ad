"""Find the values of a series that lie far off, by median and MAD."""

from __future__ import annotations

from math import fsum, inf, isfinite
from statistics import median
from typing import Any

MIN_POINTS, MAX_POINTS, MAX_SIZE = 3, 5000, 1e15
LEAST_THRESHOLD, MOST_THRESHOLD = 0.5, 100
MAX_WINDOW = 501
THRESHOLD = 3.5  # what Iglewicz and Hoaglin (1993) recommend
MAD_UNIT = 1.482602  # a normal distribution's standard deviation / its MAD
MEAN_UNIT = 1.253314  # and / its mean absolute deviation
HIGHEST_SCORE = 1e6  # stands for any larger one


class InputError(ValueError):
    """The caller sent something that is no series."""

    error_type = "InputError"


def apply(input: Any) -> dict[str, Any]:
    """Return the values whose distance from the median is beyond the threshold."""
    series, threshold, window = checked(input)
    scores = []
    for place, value in enumerate(series):
        if place == 0 or window:
            middle, spread = center_of(around(series, place, window))
        scores.append((score(value, middle, spread), middle))
    whole_middle, whole_spread = center_of(series)
    return {
        "anomalies": [
            {
                "index": place,
                "value": value,
                "score": scored,
                "expected": rounded(expected),
            }
            for place, (value, (scored, expected)) in enumerate(
                zip(series, scores, strict=True)
            )
            if abs(scored) > threshold
        ],
        "median": rounded(whole_middle),
        "spread": rounded(whole_spread),
    }


def around(series: list[float], place: int, window: int) -> list[float]:
    """Return the `window` values around a place; at the ends the outermost ones."""
    if not window or window >= len(series):
        return series
    start = min(max(0, place - window // 2), len(series) - window)
    return series[start : start + window]


def center_of(values: list[float]) -> tuple[float, float]:
    """Return the median and the spread, in units of a standard deviation.

    Where more than half of the values are equal the MAD is 0, and the mean deviation
    takes its place; the spread is 0 only if all of them are equal.
    """
    middle = median(values)
    deviations = [abs(value - middle) for value in values]
    mad = median(deviations)
    if mad:
        return middle, MAD_UNIT * mad
    return middle, MEAN_UNIT * fsum(deviations) / len(values)


def score(value: float, middle: float, spread: float) -> float:
    """Return how many spreads a value lies above (or, negative, below) the middle."""
    if value == middle:
        return 0.0
    exact = (value - middle) / spread if spread else inf
    return round(max(-HIGHEST_SCORE, min(HIGHEST_SCORE, exact)), 3)


def rounded(value: float) -> float:
    """Round to nine significant digits: enough to read, and the same everywhere."""
    return float(f"{value:.9g}")


def checked(input: Any) -> tuple[list[float], float, int]:
    """Return series, threshold and window; raise InputError."""
    if not isinstance(input, dict) or not isinstance(input.get("series"), list):
        raise InputError(
            'The input must be an object with a series: {"series": [10, 11, 9, 55]}.'
        )
    series = input["series"]
    if not MIN_POINTS <= len(series) <= MAX_POINTS:
        raise InputError(
            f"`series` has {len(series):,} values; it must have {MIN_POINTS} to "
            f"{MAX_POINTS:,}."
        )
    for place, value in enumerate(series):
        if not is_number(value) or not abs(value) <= MAX_SIZE:
            raise InputError(
                f"`series` must hold finite numbers up to 1e15; number {place + 1} is "
                f"{value!r:.40}."
            )
    threshold, window = input.get("threshold", THRESHOLD), input.get("window", 0)
    if not is_number(threshold) or not LEAST_THRESHOLD <= threshold <= MOST_THRESHOLD:
        raise InputError(
            f"`threshold` must be a number from {LEAST_THRESHOLD} to {MOST_THRESHOLD}; "
            f"got {threshold!r:.40}."
        )
    if type(window) is not int or not (window == 0 or 5 <= window <= MAX_WINDOW):
        raise InputError(
            f"`window` must be 0, for the whole series, or a whole number from 5 to "
            f"{MAX_WINDOW}; got {window!r:.40}."
        )
    return series, threshold, window


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number; true and false are none."""
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)
