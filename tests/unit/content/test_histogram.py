"""Durations in buckets: mergeable, and right within the error they promise."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.histogram import (
    LONGEST_MS,
    RELATIVE_ERROR,
    SHORTEST_MS,
    bucket_of,
    merged,
    quantile,
)

durations = st.floats(SHORTEST_MS, LONGEST_MS, allow_nan=False)


def histogram(values) -> dict[str, int]:
    return dict(Counter(str(bucket_of(value)) for value in values))


@given(st.lists(durations, min_size=1, max_size=300), st.floats(0, 1))
def test_a_percentile_is_within_five_percent_of_the_true_one(values, share):
    true = sorted(values)[max(1, math.ceil(share * len(values))) - 1]
    found = quantile(merged([histogram(values)]), share)
    assert found == pytest.approx(true, rel=RELATIVE_ERROR + 1e-9)
    assert RELATIVE_ERROR < 0.05


@given(st.lists(st.lists(durations, max_size=30), max_size=12), st.randoms())
def test_parts_merged_in_any_order_equal_the_whole(parts, random):
    stored = [histogram(part) for part in parts]
    random.shuffle(stored)
    whole = Counter(bucket_of(value) for part in parts for value in part)
    assert merged(stored) == whole


def test_what_lies_outside_counts_in_the_first_and_the_last_bucket():
    assert bucket_of(0) == bucket_of(-1) == bucket_of(SHORTEST_MS)
    assert bucket_of(1e12) == bucket_of(LONGEST_MS)


def test_no_runs_have_no_percentile():
    assert quantile(Counter(), 0.5) is None
