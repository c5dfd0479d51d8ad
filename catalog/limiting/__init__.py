"""Counting against limits: data in, data out; knows no request, key or person."""

from __future__ import annotations

from catalog.limiting.counting import Counting
from catalog.limiting.policies import Policy, Standing, as_headers

__all__ = ["Counting", "Policy", "Standing", "as_headers"]
