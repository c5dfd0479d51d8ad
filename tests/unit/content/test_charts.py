"""Charts: legible axes and shapes inside their frame, whatever the numbers."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.charts import (
    HEIGHT,
    LEFT,
    WIDTH,
    column_middle,
    frame,
    line,
    nice_ticks,
    spark,
    stacked_bars,
)

amounts = st.floats(0, 1e12, allow_nan=False)


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, [0, 0.25, 0.5, 0.75, 1]),
        (7, [0, 2, 4, 6, 8]),
        (100, [0, 25, 50, 75, 100]),
        (1290, [0, 500, 1000, 1500]),
        (0.004, [0, 0.001, 0.002, 0.003, 0.004]),
    ],
)
def test_ticks_are_round_and_reach_the_highest_value(highest, ticks):
    assert nice_ticks(highest) == ticks


@pytest.mark.parametrize(
    ("highest", "ticks"), [(0, [0, 1]), (1, [0, 1]), (3, [0, 1, 2, 3])]
)
def test_what_is_counted_has_whole_ticks(highest, ticks):
    assert nice_ticks(highest, whole=True) == ticks


@given(amounts, st.booleans())
def test_ticks_are_few_even_and_enough(highest, whole):
    ticks = nice_ticks(highest, whole=whole)
    assert 2 <= len(ticks) <= 6
    assert ticks[0] == 0
    assert ticks[-1] >= highest * 0.999
    steps = {round((b - a) / ticks[1], 6) for a, b in itertools.pairwise(ticks)}
    assert steps == {1.0}


@pytest.mark.parametrize("bad", [-5, math.inf, math.nan])
def test_what_is_no_height_counts_as_one(bad):
    assert nice_ticks(bad)[-1] == 1


@given(st.integers(1, 120))
def test_names_never_run_into_each_other(count):
    names = [f"{number} Nov" for number in range(count)]
    marks = frame(10, names).columns
    assert marks[-1].text == names[-1]
    places = [mark.at for mark in marks]
    assert all(b - a >= 30 for a, b in itertools.pairwise(places))
    assert all(LEFT <= place <= WIDTH for place in places)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=90))
def test_bars_stand_on_each_other_inside_the_frame(columns):
    scale = frame(max(a + b for a, b in columns), [""] * len(columns))
    bars = stacked_bars(scale, [[a for a, _ in columns], [b for _, b in columns]])
    assert len(bars) == sum((a > 0) + (b > 0) for a, b in columns)
    for bar in bars:
        assert bar.height > 0
        assert 0 < bar.y <= scale.floor
        assert LEFT <= bar.x <= WIDTH - bar.width
        assert bar.y + bar.height <= HEIGHT


def test_one_call_in_a_million_can_be_seen():
    scale = frame(1_000_000, ["a", "b"], whole=True)
    small = stacked_bars(scale, [[1_000_000, 1]])[1]
    assert small.height >= 0.75


def test_no_columns_have_no_bars():
    assert stacked_bars(frame(0, []), []) == []


def test_a_gap_in_the_data_is_a_gap_in_the_line():
    scale = frame(10, list("abcde"))
    drawn = line(scale, [1.0, 2.0, None, 4.0, 5.0])
    assert len(drawn.pieces) == 2
    assert drawn.dots == []


def test_a_single_point_is_a_dot():
    scale = frame(10, list("abc"))
    drawn = line(scale, [None, 10.0, None])
    assert drawn.pieces == []
    assert [(dot.x, dot.y) for dot in drawn.dots] == [(column_middle(1, 3), 12)]


@given(st.lists(st.integers(0, 10**12), max_size=60))
def test_a_sparkline_stays_in_its_frame(values):
    points, end = spark(values)
    for point in points.split():
        x, y = map(float, point.split(","))
        assert 0 <= x <= 88
        assert 0 <= y <= 20
    assert end.x == 88
