"""The filter language: an expression such as `stars > 3 AND task LIKE 'text-%'`."""

from __future__ import annotations

from catalog.search.filters.conditions import (
    And,
    Compare,
    Condition,
    In,
    IsNull,
    Like,
    Not,
    Or,
    holds,
    like_regex,
)
from catalog.search.filters.errors import FilterError
from catalog.search.filters.fields import FIELDS, Field, Value, Values, values_of
from catalog.search.filters.naming import Names, with_names
from catalog.search.filters.parsing import parse_filter

__all__ = [
    "FIELDS",
    "And",
    "Compare",
    "Condition",
    "Field",
    "FilterError",
    "In",
    "IsNull",
    "Like",
    "Names",
    "Not",
    "Or",
    "Value",
    "Values",
    "holds",
    "like_regex",
    "parse_filter",
    "values_of",
    "with_names",
]
