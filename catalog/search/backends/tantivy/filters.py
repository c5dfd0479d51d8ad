"""Conditions of the filter language as tantivy queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tantivy import FieldType, Occur, Query

from catalog.search.backends.tantivy.schema import MISSING, filter_field
from catalog.search.filters import And, Compare, In, IsNull, Like, Not, Or
from catalog.search.filters.conditions import like_regex, like_segments

if TYPE_CHECKING:
    import tantivy

    from catalog.search.filters import Condition

_MOST_READ = 5
"""Answers kept: the passes of one search ask for the same, and they can be large."""

_SPECIAL = frozenset(r"\.+*?()|[]{}^$#&-~/")


class FilterQueries:
    """Builds queries over one view of an index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher
        self._read: dict[tuple[str, str], Query] = {}

    def query(self, condition: Condition) -> Query:
        """Return the query of a condition; every match scores nothing."""
        return Query.const_score_query(self._query(condition), 0.0)

    def _query(self, condition: Condition) -> Query:  # noqa: PLR0911 - one a case
        match condition:
            case And(parts):
                return _boolean(Occur.Must, map(self._query, parts))
            case Or(parts):
                return _boolean(Occur.Should, map(self._query, parts))
            case Not(part):
                everything = (Occur.Must, Query.all_query())
                return Query.boolean_query(
                    [everything, (Occur.MustNot, self._query(part))]
                )
            case IsNull(field):
                return self._values(MISSING, [field])
            case In(field, values):
                return self._values(filter_field(field), list(values))
            case Like(field, pattern):
                return self._like(filter_field(field), pattern)
            case Compare():
                return self._compare(condition)

    def _compare(self, condition: Compare) -> Query:
        field, value = filter_field(condition.field), condition.value
        if isinstance(value, (str, bool)):
            return self._values(field, [str(value)])
        bounds: dict[str, Any] = {
            "=": {"lower_bound": value, "upper_bound": value},
            "<": {"upper_bound": value, "include_upper": False},
            "<=": {"upper_bound": value},
            ">": {"lower_bound": value, "include_lower": False},
            ">=": {"lower_bound": value},
        }[condition.operator]
        return Query.range_query(self._schema, field, FieldType.Float, **bounds)

    def _values(self, field: str, values: list[str]) -> Query:
        return Query.term_set_query(self._schema, field, values)

    def _like(self, field: str, pattern: str) -> Query:
        try:
            return Query.regex_query(self._schema, field, _regex(pattern))
        except ValueError:
            # Its automaton has a thousand states at most, too few for many `_`: ask
            # each value of the field, slower and just as exact.
            return self._like_by_value(field, pattern)

    def _like_by_value(self, field: str, pattern: str) -> Query:
        asked = (field, pattern)
        query = self._read.get(asked)
        if query is None:
            if len(self._read) >= _MOST_READ:
                self._read.clear()
            found = self._searcher.terms_with_prefix(field, "")
            matches = like_regex(pattern).fullmatch
            values = [value for value, _ in found if matches(value)]
            query = self._read[asked] = self._values(field, values)
        return query


def _regex(pattern: str) -> str:
    segments = (
        "".join("." if c is None else f"\\{c}" if c in _SPECIAL else c for c in segment)
        for segment in like_segments(pattern)
    )
    return f"(?s){'.*'.join(segments)}"


def _boolean(occur: Occur, queries: map[Query]) -> Query:
    return Query.boolean_query([(occur, query) for query in queries])
