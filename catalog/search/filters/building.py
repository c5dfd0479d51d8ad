"""From the parsed tree of a filter expression to typed conditions."""

from __future__ import annotations

import difflib
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from lark import Token, Transformer

from catalog.search.base import UNSPECIFIED
from catalog.search.filters.conditions import (
    And,
    Compare,
    Condition,
    In,
    IsNull,
    Like,
    Not,
    Operator,
    Or,
)
from catalog.search.filters.errors import FilterError
from catalog.search.filters.fields import (
    FIELDS,
    MAY_BE_UNSPECIFIED,
    Field,
    fold,
    fold_pattern,
    wildcards_in,
)

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ORDERS: dict[str, Operator] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
_NEGATIONS = frozenset({"!=", "<>"})
_SHOWN = 40
MOST_WILDCARDS = 10
_TYPES = {
    "text": "a text",
    "number": "a number",
    "date": "a date",
    "yes or no": "true or false",
}


class Builder(Transformer[Token, Condition]):
    """One use for one expression; `text` is what errors point into."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._wildcards = 0

    def any(self, children: list[Any]) -> Condition:
        return Or(tuple(child for child in children if not isinstance(child, Token)))

    def all(self, children: list[Any]) -> Condition:
        return And(tuple(child for child in children if not isinstance(child, Token)))

    def negated(self, children: list[Any]) -> Condition:
        return _not(children[1])

    def value(self, children: list[Token]) -> Token:
        return children[0]

    def flagged(self, children: list[Token]) -> Condition:
        field = self._field(children[0])
        if field.type != "yes or no":
            raise self._error(
                children[0],
                f"Say what {field.name} should be, such as "
                f"{field.name} = {_example(field)}.",
            )
        return Compare(field.name, "=", value=True)

    def missing(self, children: list[Token]) -> Condition:
        condition = IsNull(self._field(children[0]).name)
        return _not(condition) if children[2].type == "NOT" else condition

    def liked(self, children: list[Token]) -> Condition:
        field, value = self._field(children[0]), children[-1]
        if field.type != "text":
            raise self._error(
                children[0],
                f"LIKE compares texts, and {field.name} is {_kind(field)}; "
                "use = < or >.",
            )
        self._quoted(value, field)  # tells of any other type
        condition = Like(field.name, fold_pattern(value[1:-1]))
        self._wildcards += wildcards_in(condition.pattern)
        if self._wildcards > MOST_WILDCARDS:
            raise self._error(
                value,
                f"The LIKEs of a filter have at most {MOST_WILDCARDS} places with "
                "% or _ together: each is looked for in every entry. Remove some.",
            )
        return _not(condition) if children[1].type == "NOT" else condition

    def listed(self, children: list[Token]) -> Condition:
        field = self._field(children[0])
        negated = children[1].type == "NOT"
        values = children[3:] if negated else children[2:]
        parts = [self._equal(field, value) for value in values]
        texts = [part.value for part in parts if isinstance(part, Compare)]
        condition: Condition = Or(tuple(parts))
        if field.type == "text" and len(texts) == len(parts):
            condition = In(field.name, tuple(dict.fromkeys(map(str, texts))))
        return _not(condition) if negated else condition

    def compared(self, children: list[Token]) -> Condition:
        field, operator, value = self._field(children[0]), children[1], children[2]
        order = _ORDERS.get(operator)
        if order is None:
            condition = self._equal(field, value)
            return _not(condition) if operator in _NEGATIONS else condition
        if field.type in {"text", "yes or no"}:
            raise self._error(
                operator,
                f"{field.name} is {_kind(field)} and has no order; use = or !=.",
            )
        if field.type == "number":
            return Compare(field.name, order, self._number(value, field))
        begin, end = self._span(value, field)
        # A day is all of it: what is after it begins at its end.
        edge = end if order in {"<=", ">"} else begin
        if begin != end:
            order = "<" if order in {"<", "<="} else ">="
        return Compare(field.name, order, edge)

    def _equal(self, field: Field, value: Token) -> Condition:
        if field.type == "text":
            return _equal_text(field, fold(self._quoted(value, field)))
        if field.type == "number":
            return Compare(field.name, "=", self._number(value, field))
        if field.type == "yes or no":
            return Compare(field.name, "=", self._yes_or_no(value, field))
        begin, end = self._span(value, field)
        if begin == end:
            return Compare(field.name, "=", begin)
        return And((Compare(field.name, ">=", begin), Compare(field.name, "<", end)))

    def _field(self, name: Token) -> Field:
        field = FIELDS.get(name.casefold())
        if field is not None:
            return field
        close = difflib.get_close_matches(name.casefold(), FIELDS, n=1)
        hint = f"Did you mean {close[0]}? " if close else ""
        raise self._error(
            name,
            f"There is no field {_cut(name)}. {hint}Fields: {', '.join(FIELDS)}.",
        )

    def _quoted(self, value: Token, field: Field) -> str:
        if value.type != "TEXT":
            raise self._error(value, self._mended(value, field))
        return _unquoted(value)

    def _number(self, value: Token, field: Field) -> float:
        number = float(value) if value.type == "NUMBER" else math.inf
        if not math.isfinite(number):
            raise self._error(value, self._mended(value, field))
        return number

    def _yes_or_no(self, value: Token, field: Field) -> bool:
        if value.type not in {"TRUE", "FALSE"}:
            raise self._error(value, self._mended(value, field))
        return value.type == "TRUE"

    def _span(self, value: Token, field: Field) -> tuple[float, float]:
        """Return the seconds where a date begins and ends; a moment has no length."""
        text = _unquoted(value) if value.type == "TEXT" else ""
        try:
            begin = datetime.fromisoformat(text)
            begin = begin if begin.tzinfo else begin.replace(tzinfo=UTC)
            length = timedelta(days=1 if _DAY.fullmatch(text) else 0)
            return begin.timestamp(), (begin + length).timestamp()
        except (ValueError, OverflowError):
            raise self._error(value, self._mended(value, field)) from None

    def _mended(self, value: Token, field: Field) -> str:
        """Say what is wrong with a value of the wrong type."""
        if value.type == "NULL":
            return f"Write {field.name} IS NULL or {field.name} IS NOT NULL."
        if value.type == "NAME" and field.type == "text":
            return f"Put the text in quotes: {field.name} = '{_cut(value)}'."
        return (
            f"{field.name} is {_kind(field)}, and {_cut(value)} is not; write "
            f"{field.name} = {_example(field)}."
        )

    def _error(self, token: Token, message: str) -> FilterError:
        return FilterError(message, self._text, token.start_pos or 0, len(token))


def _not(condition: Condition) -> Condition:
    return condition.part if isinstance(condition, Not) else Not(condition)


def _equal_text(field: Field, text: str) -> Condition:
    if not text:
        return IsNull(field.name)
    if text == UNSPECIFIED and field.name in MAY_BE_UNSPECIFIED:
        return Or((IsNull(field.name), Compare(field.name, "=", text)))
    return Compare(field.name, "=", text)


def _unquoted(value: Token) -> str:
    """Return the text within quotes, a backslash taking the next character as it is."""
    return _ESCAPE.sub(r"\1", value[1:-1])


def _kind(field: Field) -> str:
    return _TYPES[field.type]


def _example(field: Field) -> str:
    examples = {
        "text": "'text'",
        "number": "10",
        "date": "'2026-01-31'",
        "yes or no": "true",
    }
    return examples[field.type]


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
