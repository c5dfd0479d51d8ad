"""Forecast a series by Holt-Winters smoothing, with 95 % prediction intervals."""

from __future__ import annotations

from itertools import accumulate, product
from math import inf
from typing import Any

from smoothing import Model, fit, forecast, line, start

MIN_POINTS, MAX_POINTS, MAX_SIZE = 4, 5000, 1e15
MAX_HORIZON, MAX_PERIOD = 365, 366
WORK = 2_000_000  # points to smooth in all the trials together, which bounds the time
LEAST_SHARE = 1e-4  # of the largest value, for a season in per cent
Z95 = 1.959964  # 97.5 % quantile of the normal distribution


class InputError(ValueError):
    """The caller sent something that cannot be forecast."""

    error_type = "InputError"


def apply(input: Any) -> dict[str, Any]:
    """Forecast the `horizon` values that follow `series`."""
    series, horizon, period = checked(input)
    unit = max(map(abs, series)) or 1.0  # so that any size of numbers is safe
    model = best_model([value / unit for value in series], period)
    means, errors = forecast(model, horizon)
    floor = 0.0 if model.season == "multiplicative" else -inf
    pairs = list(zip(means, errors, strict=True))
    return {
        "forecast": [rounded(mean, unit) for mean in means],
        "lower": [rounded(max(floor, mean - Z95 * e), unit) for mean, e in pairs],
        "upper": [rounded(mean + Z95 * e, unit) for mean, e in pairs],
        "method": f"{model.trend} trend, {model.season} season",
        "period": len(model.seasons),
        "parameters": {
            name: round(getattr(model, name), 4)
            for name in ("alpha", "beta", "gamma", "phi")
        },
        "rmse": rounded(model.rmse, unit),
    }


def best_model(series: list[float], period: int) -> Model:
    """Fit every kind of model that suits the series; the lowest AICc wins.

    `period` 0 means: look for one, and use it only if it pays.
    """
    found = period or find_period(series)
    seasons = ["no"] if period == 0 or found == 1 else []
    if found > 1:
        seasons += ["additive"]
        if min(series) > LEAST_SHARE * max(series):
            seasons += ["multiplicative"]
    kinds = list(product(("no", "linear", "damped"), seasons))
    trials = max(30, WORK // (len(kinds) * len(series)))
    starts = (start(series, trend, season, found) for trend, season in kinds)
    return min((fit(series, m, trials) for m in starts), key=lambda model: model.aicc)


def find_period(series: list[float]) -> int:
    """Return the lag of the first high peak of the autocorrelation, or 1.

    The line through the series is taken out first. A peak counts by its rise over
    the lowest value before it; three whole periods are needed.
    """
    level, slope = line(series)
    rest = [y - level - slope * (i + 1) for i, y in enumerate(series)]
    power = sum(y * y for y in rest)
    if power <= 1e-12 * sum(y * y for y in series):
        return 1
    longest = min(MAX_PERIOD, len(rest) // 3)
    correlation = [
        sum(a * b for a, b in zip(rest, rest[lag:], strict=False)) / power
        for lag in range(longest + 2)
    ]
    lowest = list(accumulate(correlation, min))
    rises = {
        lag: correlation[lag] - lowest[lag]
        for lag in range(2, longest + 1)
        if correlation[lag - 1] < correlation[lag] >= correlation[lag + 1]
    }
    high = max(0.2, 0.7 * max(rises.values(), default=0.0))
    return next((lag for lag, rise in rises.items() if rise >= high), 1)


def rounded(share: float, unit: float) -> float:
    """Scale back and keep six significant digits, none of them rounding noise."""
    return float(f"{unit * round(share, 12):.6g}")


def checked(input: Any) -> tuple[list[float], int, int]:
    """Return series, horizon and period; raise InputError."""
    if not isinstance(input, dict) or not isinstance(input.get("series"), list):
        raise InputError('The input must be an object: {"series": [1, 2, 3, 4]}.')
    series = input["series"]
    if not MIN_POINTS <= len(series) <= MAX_POINTS:
        raise InputError(
            f"`series` has {len(series):,} points; it must have {MIN_POINTS} to "
            f"{MAX_POINTS:,}. Send the most recent ones."
        )
    for place, value in enumerate(series):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not abs(value) <= MAX_SIZE:
            raise InputError(
                f"`series[{place}]` is {value!r:.40}; it must be a finite number of at "
                f"most {MAX_SIZE:.0e}. Fill gaps before the call."
            )
    horizon = whole(input, "horizon", 12, 1, MAX_HORIZON)
    period = whole(input, "period", 0, 0, MAX_PERIOD)
    if period > 1 and 2 * period > len(series):
        raise InputError(
            f"`period` {period} needs {2 * period} points, `series` has "
            f"{len(series)}. Send more points, or `period` 1 for no season."
        )
    return [float(value) for value in series], horizon, period


def whole(input: dict[str, Any], name: str, default: int, low: int, high: int) -> int:
    """Return a whole number of the input, within its limits."""
    value = input.get(name, default)
    if type(value) is not int or not low <= value <= high:
        raise InputError(
            f"`{name}` must be a whole number from {low} to {high}; got {value!r:.40}."
        )
    return value
