"""Names that people read for values: an expression may say either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from catalog.search.filters.conditions import And, Compare, Condition, In, Not, Or

Names = Mapping[str, Mapping[str, str]]
"""Field -> folded name -> value as stored: language -> english -> en."""


def with_names(condition: Condition | None, names: Names) -> Condition | None:
    """Return the condition with each name standing for its value as well.

    `language = 'English'` holds where `language IN ('english', 'en')` does. Patterns
    are compared with values alone.
    """
    return _named(condition, names) if condition and names else condition


def _named(condition: Condition, names: Names) -> Condition:
    match condition:
        case And(parts) | Or(parts):
            named = tuple(_named(part, names) for part in parts)
            return replace(condition, parts=named)
        case Not(part):
            return Not(_named(part, names))
        case Compare(field, "=", str(text)):
            values = _values(field, (text,), names)
            return In(field, values) if len(values) > 1 else condition
        case In(field, texts):
            return In(field, _values(field, texts, names))
        case _:
            return condition


def _values(field: str, texts: tuple[str, ...], names: Names) -> tuple[str, ...]:
    known = names.get(field, {})
    meant = (known[text].casefold() for text in texts if text in known)
    return tuple(dict.fromkeys((*texts, *meant)))
