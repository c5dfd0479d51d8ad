"""DetectAnomalies finds what lies far off, and its card says where it fails."""

from __future__ import annotations

import re
from math import inf, nan, pi, sin

import pytest

from tests.unit.samples.isolated import SAMPLES, dice_of, refusals, run, value_of

FOLDER = SAMPLES / "series/DetectAnomalies"
CARD = (FOLDER / "README.md").read_text()
KINDS = {
    "level": lambda _place: 0.0,
    "trend of 0.1 \u03c3 a step": lambda place: 0.1 * place,
    "season of ± 5 \u03c3 in 24 steps": lambda place: 5 * sin(place * 2 * pi / 24),
}


def places(**given) -> list[int]:
    return [found["index"] for found in value_of(FOLDER, given)["anomalies"]]


def series_of(kind: str, size: int, seed: int) -> tuple[list[float], set[int]]:
    """Return 200 values with noise, and where five of them were moved."""
    dice = dice_of(seed)
    values = [dice.gauss(0, 1) for _ in range(200)]
    values = [value + KINDS[kind](place) for place, value in enumerate(values)]
    moved = dice.sample(range(200), 5)
    for place in moved:
        values[place] += size * dice.choice((-1, 1))
    return [round(value, 3) for value in values], set(moved)


@pytest.mark.parametrize("window", [0, 25])
@pytest.mark.parametrize("kind", KINDS)
def test_the_table_of_the_card_is_what_it_finds(kind, window):
    found, false = [], []
    for size in (4, 6, 10):
        cases = [series_of(kind, size, seed) for seed in range(100)]
        outcomes = run(
            FOLDER, *({"series": series, "window": window} for series, _ in cases)
        )
        hits = alarms = 0
        for (_series, moved), outcome in zip(cases, outcomes, strict=True):
            flagged = {each["index"] for each in outcome.value["anomalies"]}
            hits += len(flagged & moved)
            alarms += len(flagged - moved)
        found.append(f"{hits / 500:.0%}".replace("%", " %"))
        false.append(alarms / 100)
    rows = re.findall(r"^\| (.+?) \| (\d+) \| (.+) \| ([\d.]+) \|$", CARD, re.MULTILINE)
    stated = {
        (name, int(size)): (cells.replace("*", "").split(" | "), float(alarms))
        for name, size, cells, alarms in rows
    }
    assert stated[kind, window] == (found, pytest.approx(max(false), abs=0.01))


def test_a_high_and_a_low_value_are_found_with_their_signs():
    series = [10, 11, 9, 10, 12, 10, 55, 11, 9, 10, -20, 10, 11]
    answer = value_of(FOLDER, {"series": series})
    high, low = answer["anomalies"]
    assert (high["index"], low["index"]) == (6, 10)
    assert low["score"] < -3.5 < 3.5 < high["score"]
    assert answer["median"] == 10


def test_a_dip_in_a_trend_is_seen_within_a_window_alone():
    series = [2.0 * place + place % 3 for place in range(60)]
    series[30] -= 40
    assert places(series=series) == []
    assert places(series=series, window=9) == [30]


def test_the_threshold_decides():
    series = [0, 1, 2, 3, 4, 5, 6, 14]
    assert places(series=series, threshold=100) == []
    assert 7 in places(series=series, threshold=2.5)


def test_equal_values_are_no_anomaly_and_one_other_among_them_is():
    assert places(series=[5] * 9) == []
    assert places(series=[5] * 9 + [6]) == [9]
    assert places(series=[0.1] * 20 + [0.1 + 1e-9], window=5) == [20]


def test_moving_and_scaling_the_values_changes_nothing_that_is_found():
    series, _moved = series_of("level", 10, 1)
    expected = places(series=series)
    assert places(series=[1000 + 3 * value for value in series]) == expected
    assert places(series=[-value for value in series]) == expected


def test_large_and_small_values_are_fine():
    answer = value_of(FOLDER, {"series": [1e15, -1e15, 1e15, -1e15, 0]})
    assert answer["anomalies"] == []
    assert places(series=[1e-300, 2e-300, 3e-300, 1]) == [3]


def test_bad_input_is_refused():
    refusals(
        FOLDER,
        None,
        [1, 2, 3],
        {},
        {"series": "123"},
        {"series": [1, 2]},
        {"series": [1] * 5001},
        {"series": [1, 2, None]},
        {"series": [1, 2, True]},
        {"series": [1, 2, "3"]},
        {"series": [1, 2, nan]},
        {"series": [1, 2, inf]},
        {"series": [1, 2, 10**400]},
        {"series": [1, 2, 3], "threshold": 0},
        {"series": [1, 2, 3], "threshold": "4"},
        {"series": [1, 2, 3], "threshold": nan},
        {"series": [1, 2, 3], "threshold": 10**400},
        {"series": [1, 2, 3], "window": 4},
        {"series": [1, 2, 3], "window": 502},
        {"series": [1, 2, 3], "window": 5.0},
    )
