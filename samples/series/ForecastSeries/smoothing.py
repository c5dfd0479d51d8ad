"""Exponential smoothing in its innovations form: start, fit and forecast.

Starting values, parameters, AICc and the variance of forecasts follow Hyndman, Koehler,
Ord and Snyder, "Forecasting with Exponential Smoothing" (Springer, 2008), sections 2.5
to 2.8 and 6.2 to 6.4. Errors are additive, or multiplicative where the season is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate, product
from math import inf, log, sqrt

FINEST = 0.002  # last step of the search for parameters


@dataclass(frozen=True)
class Model:
    """One kind of smoothing, its parameters and its state."""

    trend: str  # no, linear or damped
    season: str  # no, additive or multiplicative
    level: float
    slope: float
    seasons: tuple[float, ...]  # one value a position of the period, next one first
    alpha: float = 0.0
    beta: float = 0.0
    gamma: float = 0.0
    phi: float = 1.0
    aicc: float = inf
    variance: float = 0.0  # of errors; of relative errors for a multiplicative season
    rmse: float = 0.0  # of the forecasts one step ahead

    @property
    def size(self) -> int:
        """Number of fitted and starting values, the variance included."""
        of_trend = {"no": 0, "linear": 2, "damped": 3}[self.trend]
        return 3 + of_trend + (0 if self.season == "no" else len(self.seasons))


def start(series: list[float], trend: str, season: str, period: int) -> Model:
    """Take the starting values from the first periods of the series (2.6.1)."""
    grows = season == "multiplicative"
    seasons = [1.0 if grows else 0.0]
    if season != "no":
        seasons = first_seasons(series[: 4 * period], grows=grows, period=period)
    flat = [
        y / seasons[i % len(seasons)] if grows else y - seasons[i % len(seasons)]
        for i, y in enumerate(series[: max(10, 2 * len(seasons))])
    ]
    level, slope = line(flat) if trend != "no" else (sum(flat) / len(flat), 0.0)
    return Model(trend, season, level, slope, tuple(seasons))


def first_seasons(series: list[float], *, grows: bool, period: int) -> list[float]:
    """Average the distance of each position from the centered moving average."""
    sums = [0.0, *accumulate(series)]
    half = period // 2
    offsets: list[list[float]] = [[] for _ in range(period)]
    for i in range(half, len(series) - half):
        left = sums[i - half + period] - sums[i - half]
        right = sums[i + half + 1] - sums[i + half + 1 - period]
        mean = (left + right) / (2 * period)
        offsets[i % period].append(series[i] / mean if grows else series[i] - mean)
    means = [sum(values) / len(values) for values in offsets]
    middle = sum(means) / period
    return [s / middle if grows else s - middle for s in means]


def line(values: list[float]) -> tuple[float, float]:
    """Fit a line by least squares: its value one step before the first, its slope."""
    n = len(values)
    middle, mean = (n + 1) / 2, sum(values) / n
    products = sum((i + 1 - middle) * y for i, y in enumerate(values))
    slope = products / (n * (n * n - 1) / 12)
    return mean - slope * middle, slope


def fit(series: list[float], model: Model, trials: int) -> Model:
    """Search the parameters with the lowest AICc: a coarse grid, then a compass."""
    points = [(a, b, 0.1, 0.8) for a, b in product((0.1, 0.4, 0.8), (0.05, 0.3))]
    best = min((smooth(series, model, p) for p in points), key=lambda fit: fit[0].aicc)
    used = (True, model.trend != "no", model.season != "no", model.trend == "damped")
    moves = [(axis, sign) for axis in range(4) if used[axis] for sign in (1, -1)]
    step, left = 0.2, trials - len(points)
    while step > FINEST and left > 0:
        left -= len(moves)
        around = (smooth(series, model, moved(best[1], *m, step)) for m in moves)
        found = min(around, key=lambda fit: fit[0].aicc)
        if found[0].aicc < best[0].aicc:
            best = found
        else:
            step /= 2
    return best[0]


Point = tuple[float, ...]  # of the unit cube; see `parameters`


def moved(point: Point, axis: int, sign: int, step: float) -> Point:
    """Go one step along an axis, but stay within the cube."""
    value = min(0.9999, max(0.0001, point[axis] + sign * step))
    return (*point[:axis], value, *point[axis + 1 :])


def parameters(model: Model, point: Point) -> dict[str, float]:
    """Map a point to 0 < alpha < 1, beta < alpha, gamma < 1 - alpha, .8 < phi < .98."""
    a, b, g, f = point
    return {
        "alpha": a,
        "beta": a * b if model.trend != "no" else 0.0,
        "gamma": (1 - a) * g if model.season != "no" else 0.0,
        "phi": 0.8 + 0.18 * f if model.trend == "damped" else 1.0,
    }


def smooth(series: list[float], origin: Model, point: Point) -> tuple[Model, Point]:
    """Run a model over the series; with its last state, errors and AICc."""
    model = replace(origin, **parameters(origin, point))
    grows = model.season == "multiplicative"
    alpha, beta, gamma, phi = model.alpha, model.beta, model.gamma, model.phi
    level, slope, seasons = model.level, model.slope, list(model.seasons)
    n, period = len(series), len(seasons)
    squares = relative = logs = 0.0
    for i, y in enumerate(series):
        base, season = level + phi * slope, seasons[i % period]
        if grows and (base <= 0 or season <= 0):
            return model, point  # no model for this series: its AICc is infinite
        expected = base * season if grows else base + season
        error = y - expected
        of_level, of_season = (season, base) if grows else (1.0, 1.0)
        level = base + alpha * error / of_level
        slope = phi * slope + beta * error / of_level
        seasons[i % period] = season + gamma * error / of_season
        squares += error * error
        if grows:
            relative += (error / expected) ** 2
            logs += log(expected)
    total = relative if grows else squares
    if grows and total > n:
        return model, point  # errors of more than 100 %: no use for intervals either
    tiny = 1e-16 * (n if grows else sum(y * y for y in series)) + 1e-300
    k = model.size
    fitted = replace(
        model,
        level=level,
        slope=slope,
        seasons=(*seasons[n % period :], *seasons[: n % period]),
        aicc=n * log(max(total, tiny) / n)
        + 2 * logs
        + 2 * k
        + 2 * k * (k + 1) / max(1, n - k - 1),
        variance=total / max(1, n - k),
        rmse=sqrt(squares / n),
    )
    return fitted, point


def forecast(model: Model, horizon: int) -> tuple[list[float], list[float]]:
    """Return means and standard errors of the next values."""
    damping = list(accumulate(model.phi**h for h in range(1, horizon + 1)))
    trend = [model.level + d * model.slope for d in damping]
    season = [model.seasons[h % len(model.seasons)] for h in range(horizon)]
    # what an error weighs in the level j + 1 steps later, c_j in the book
    weights = [model.alpha + model.beta * d for d in damping]
    if model.season == "multiplicative":
        means = [t * s for t, s in zip(trend, season, strict=True)]
        return means, relative_errors(model, trend, season, weights)
    means = [t + s for t, s in zip(trend, season, strict=True)]
    for j in range(len(model.seasons) - 1, horizon, len(model.seasons)):
        weights[j] += model.gamma
    spread = accumulate([1.0, *(w * w for w in weights[:-1])])
    return means, [sqrt(model.variance * s) for s in spread]


def relative_errors(
    model: Model, trend: list[float], season: list[float], weights: list[float]
) -> list[float]:
    """Return standard errors under multiplicative errors and season (6.4)."""
    theta: list[float] = []  # mean square of the trend, h steps ahead
    for mean in trend:
        past = zip(weights, reversed(theta), strict=False)
        theta.append(mean**2 + model.variance * sum(w * w * t for w, t in past))
    drift = 1 + model.gamma**2 * model.variance  # of the season, once a period
    return [
        s * sqrt(t * (1 + model.variance) * drift ** (h // len(model.seasons)) - m * m)
        for h, (s, t, m) in enumerate(zip(season, theta, trend, strict=True))
    ]
