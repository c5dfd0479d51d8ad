"""Durations counted in buckets of equal ratio: small, mergeable, good for percentiles.

Bucket n holds durations from 1.1^n up to 1.1^(n+1) ms. Its middle, 1.1^(n+0.5), stands
for all of them, so a percentile is off by at most sqrt(1.1) - 1 = 4.9 %. Durations
under 0.01 ms and over 3,600,000 ms (one hour) count in the first and the last bucket.
A histogram is a mapping of bucket -> count; those of two hours merge by adding up.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RATIO = 1.1
SHORTEST_MS, LONGEST_MS = 0.01, 3_600_000.0
RELATIVE_ERROR = math.sqrt(RATIO) - 1
_STEP = math.log(RATIO)


def bucket_of(duration_ms: float) -> int:
    """Return the number of the bucket that a duration counts in."""
    held = min(max(duration_ms, SHORTEST_MS), LONGEST_MS)
    return math.floor(math.log(held) / _STEP)


def merged(histograms: Iterable[Mapping[str, int]]) -> Counter[int]:
    """Add up stored histograms, whose bucket numbers are text (they are JSON keys)."""
    total: Counter[str] = Counter()
    for histogram in histograms:
        total.update(histogram)
    return Counter({int(bucket): count for bucket, count in total.items()})


def quantile(histogram: Mapping[int, int], share: float) -> float | None:
    """Return the duration in ms that `share` (0 to 1) of all do not exceed.

    Nearest rank, so the median of an even number is the lower one; None for no runs.
    """
    rank = max(1, math.ceil(share * sum(histogram.values())))
    passed = 0
    for bucket in sorted(histogram):
        passed += histogram[bucket]
        if passed >= rank:
            return math.pow(RATIO, bucket + 0.5)
    return None
