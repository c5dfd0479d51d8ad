"""ForecastSeries beats naive forecasts on real data and survives any other."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.content.schemas import compile_schema
from tests.unit.samples.isolated import SAMPLES, dice_of, refusals, run, value_of

FOLDER = SAMPLES / "series/ForecastSeries"
PASSENGERS = json.loads(Path(__file__).with_name("air_passengers.json").read_text())
YEAR = 12


def rmse(found: list[float], actual: list[float]) -> float:
    squares = [(a - b) ** 2 for a, b in zip(found, actual, strict=True)]
    return math.sqrt(sum(squares) / len(squares))


def last_year(series: list[float]) -> list[float]:
    return series[-YEAR:]


def last_year_and_growth(series: list[float]) -> list[float]:
    growth = (sum(series[-YEAR:]) - sum(series[-2 * YEAR : -YEAR])) / YEAR
    return [value + growth for value in series[-YEAR:]]


def stated(row: str) -> list[float]:
    """Return the figures of a row of the card's table."""
    card = (FOLDER / "README.md").read_text()
    (cells,) = re.findall(rf"^\| {row} \|(.+)\|$", card, re.MULTILINE)
    return [float(cell) for cell in cells.split("|") if cell.strip()]


def shown(value: float) -> float:
    return round(value, 1)


def test_the_last_year_of_the_airline_data_is_forecast_as_the_card_says():
    past, actual = PASSENGERS[:-YEAR], PASSENGERS[-YEAR:]
    answer = value_of(FOLDER, {"series": past})
    own = rmse(answer["forecast"], actual)
    seasonal = rmse(last_year(past), actual)
    assert answer["method"] == "linear trend, multiplicative season"
    assert answer["period"] == YEAR
    assert own < seasonal / 2
    assert shown(own) == stated("this algorithm")[0]
    assert shown(seasonal) == stated("last year repeated")[0]
    assert shown(rmse([past[-1]] * YEAR, actual)) == stated("last value repeated")[0]
    grown = shown(rmse(last_year_and_growth(past), actual))
    assert grown == stated("last year plus last year's growth")[0]


def test_forecasts_from_every_month_are_as_good_as_the_card_says():
    origins = range(3 * YEAR, len(PASSENGERS) - YEAR + 1)
    outcomes = run(FOLDER, *({"series": PASSENGERS[:origin]} for origin in origins))
    own: list[float] = []
    seasonal: list[float] = []
    grown: list[float] = []
    actual: list[float] = []
    inside = 0
    for origin, outcome in zip(origins, outcomes, strict=True):
        past, ahead = PASSENGERS[:origin], PASSENGERS[origin : origin + YEAR]
        answer = outcome.value
        own += answer["forecast"]
        seasonal += last_year(past)
        grown += last_year_and_growth(past)
        actual += ahead
        bounds = zip(answer["lower"], ahead, answer["upper"], strict=True)
        inside += sum(low <= value <= high for low, value, high in bounds)
    assert len(outcomes) == 97
    assert shown(rmse(own, actual)) == stated("this algorithm")[1]
    assert shown(rmse(seasonal, actual)) == stated("last year repeated")[1]
    assert shown(rmse(grown, actual)) == stated("last year plus last year's growth")[1]
    share = round(100 * inside / len(actual))
    assert f"held {share} % of the values" in (FOLDER / "README.md").read_text()


@pytest.mark.parametrize(
    ("series", "following"),
    [
        ([5] * 20, [5, 5, 5]),
        ([0] * 10, [0, 0, 0]),
        ([-3.5] * 4, [-3.5, -3.5, -3.5]),
        ([1, 2, 3, 4], [5, 6, 7]),
        (list(range(100, 0, -2)), [0, -2, -4]),
        ([1, 2] * 12, [1, 2, 1]),
        ([10, 0, -10, 0] * 8, [10, 0, -10]),
        ([1e-300 * v for v in range(1, 20)], [2e-299, 2.1e-299, 2.2e-299]),
        ([1e15, -1e15] * 8, [1e15, -1e15, 1e15]),
    ],
)
def test_what_follows_exactly_is_forecast_exactly(series, following):
    answer = value_of(FOLDER, {"series": series, "horizon": 3})
    assert answer["forecast"] == pytest.approx(following)
    assert answer["lower"] == pytest.approx(following)
    assert answer["rmse"] == pytest.approx(0, abs=1e-9 * max(map(abs, series)))


def wave(period: int, length: int, noise: float) -> list[float]:
    dice = dice_of(period)
    return [
        100 + 20 * math.sin(2 * math.pi * i / period) + dice.gauss(0, noise)
        for i in range(length)
    ]


@pytest.mark.parametrize("period", [4, 7, 12, 24, 52])
def test_a_clear_period_is_found(period):
    assert value_of(FOLDER, {"series": wave(period, 6 * period, 2)})["period"] == period


def test_noise_alone_has_no_season_and_gives_its_mean():
    dice = dice_of(7)
    answer = value_of(FOLDER, {"series": [dice.gauss(50, 3) for _ in range(300)]})
    assert answer["method"].endswith("no season")
    assert answer["forecast"][-1] == pytest.approx(50, abs=1)
    width = answer["upper"][0] - answer["lower"][0]
    assert width == pytest.approx(2 * 1.96 * 3, rel=0.1)


def test_a_given_period_is_used_and_period_one_means_no_season():
    seasonal, plain = run(
        FOLDER,
        {"series": PASSENGERS[:24], "period": 12},
        {"series": PASSENGERS, "period": 1},
    )
    assert seasonal.value["period"] == 12
    assert not seasonal.value["method"].endswith("no season")
    assert plain.value["period"] == 1


def test_the_scale_of_the_numbers_does_not_matter():
    small, large = (
        value_of(FOLDER, {"series": [factor * v for v in PASSENGERS]})
        for factor in (2**-30, 2**30)
    )
    scaled = [value * 2**60 for value in small["forecast"]]
    assert scaled == pytest.approx(large["forecast"], rel=1e-5)
    assert small["parameters"] == large["parameters"]


def test_uncertainty_grows_and_a_multiplicative_one_ends_at_zero():
    dice = dice_of(3)
    steps = [0.0]
    for _ in range(200):
        steps.append(steps[-1] + dice.gauss(0, 1))
    walk, wild = run(
        FOLDER,
        {"series": steps, "horizon": 100},
        {"series": [10, 1, 22, 2, 5, 1, 40, 3] * 2, "period": 2, "horizon": 50},
    )
    widths = [
        high - low
        for low, high in zip(walk.value["lower"], walk.value["upper"], strict=True)
    ]
    assert widths == sorted(widths)
    assert widths[-1] > 5 * widths[0]
    if "multiplicative" in wild.value["method"]:
        assert min(wild.value["lower"]) >= 0


@pytest.mark.parametrize("given_period", [0, 366])
def test_the_longest_series_takes_less_than_two_seconds(given_period):
    dice = dice_of(1)
    series = [value + dice.gauss(0, 5) for value in wave(24, 5_000, 2)]
    asked = {"series": series, "horizon": 365, "period": given_period}
    (outcome,) = run(FOLDER, asked)
    assert len(outcome.value["forecast"]) == 365
    assert outcome.work < 2


def test_any_series_gives_finite_numbers_in_order():
    schema = compile_schema(json.loads((FOLDER / "output.schema.json").read_text()))
    values = st.one_of(
        st.integers(-5, 5),
        st.floats(-1e15, 1e15),
        st.floats(1e-12, 1e12),
        st.sampled_from([0, 1e15, 1e-300, 1]),
    )
    asked: list[dict[str, object]] = []

    @settings(max_examples=120, deadline=None, derandomize=True, database=None)
    @given(
        st.lists(values, min_size=4, max_size=40),
        st.integers(0, 6),
        st.sampled_from([1, 12, 365]),
    )
    def collect(series, period, horizon):
        if 2 * period <= len(series):
            asked.append({"series": series, "period": period, "horizon": horizon})

    collect()
    for given_input, outcome in zip(asked, run(FOLDER, *asked), strict=True):
        assert outcome.error == "", given_input
        answer = outcome.value
        assert schema.problems(answer) == [], given_input
        assert len(answer["forecast"]) == given_input["horizon"]
        rows = zip(answer["lower"], answer["forecast"], answer["upper"], strict=True)
        for low, middle, high in rows:
            assert low <= middle <= high, given_input


def test_what_is_no_series_is_refused_with_a_reason():
    four = [1, 2, 3, 4]
    messages = refusals(
        FOLDER,
        four,
        {"series": "1 2 3 4"},
        {"series": four[:3]},
        {"series": [1] * 5001},
        {"series": [1, 2, None, 4]},
        {"series": [1, 2, "3", 4]},
        {"series": [1, True, 3, 4]},
        {"series": [1, float("nan"), 3, 4]},
        {"series": [1, float("inf"), 3, 4]},
        {"series": [1, 2e15, 3, 4]},
        {"series": four, "horizon": 0},
        {"series": four, "horizon": 366},
        {"series": four, "horizon": 2.5},
        {"series": four, "period": 3},
        {"series": four, "period": -1},
    )
    assert "`series[2]` is None" in messages[4]
    assert "needs 6 points" in messages[13]
