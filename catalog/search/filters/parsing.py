"""Reads the filter language into conditions; whatever is wrong is a FilterError.

    verified AND stars >= 3 AND (task LIKE 'text-%' OR tag IN ('nlp', "speech"))
    AND NOT deprecated AND license IS NOT NULL AND updated > '2026-01-31'

Keywords and field names in any case. Texts stand in quotes, either kind, with a
backslash before a quote within; they compare without regard to case. Dates are ISO
8601 in quotes, in UTC unless they say otherwise; a day without a time means all of it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lark import Lark, Token
from lark.exceptions import (
    UnexpectedCharacters,
    UnexpectedToken,
    VisitError,
)

from catalog.search.filters.building import Builder
from catalog.search.filters.errors import FilterError

if TYPE_CHECKING:
    from catalog.search.filters.conditions import Condition

MOST_CHARACTERS = 1_000
MOST_TERMS = 50
"""Comparisons, and values of lists, in one expression."""

MOST_PATTERNS = 5
"""LIKEs in one expression: each may have to read every value of its field."""

MOST_LEVELS = 20
"""Parentheses within parentheses."""

_GRAMMAR = r"""
    ?start: any
    ?any: all (OR all)*
    ?all: one (AND one)*
    ?one: NOT one                              -> negated
        | "(" any ")"
        | NAME OPERATOR value                  -> compared
        | NAME IN "(" value ("," value)* ")"   -> listed
        | NAME NOT IN "(" value ("," value)* ")" -> listed
        | NAME LIKE value                      -> liked
        | NAME NOT LIKE value                  -> liked
        | NAME IS NULL                         -> missing
        | NAME IS NOT NULL                     -> missing
        | NAME                                 -> flagged
    value: TEXT | NUMBER | TRUE | FALSE | NAME | NULL

    AND.2: /and\b|&&/i
    OR.2: /or\b|\|\|/i
    NOT.2: /not\b|!(?!=)/i
    IN.2: /in\b/i
    LIKE.2: /i?like\b/i
    IS.2: /is\b/i
    NULL.2: /null\b/i
    TRUE.2: /true\b/i
    FALSE.2: /false\b/i
    OPERATOR: "<=" | ">=" | "<>" | "!=" | "==" | "=" | "<" | ">"
    NUMBER: /[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?(?![\w.])/i
    TEXT: /'(\\.|[^'\\])*'|"(\\.|[^"\\])*"/s
    NAME: /[^\W\d][\w.\-]*/
    %ignore /\s+/
"""

_EXPECTED = {
    "NAME": "a field",
    "NOT": "NOT",
    "LPAR": '"("',
    "RPAR": '")"',
    "COMMA": '","',
    "AND": "AND",
    "OR": "OR",
    "IN": "IN",
    "LIKE": "LIKE",
    "IS": "IS NULL",
    "NULL": "NULL",
    "OPERATOR": "a comparison such as =",
    "TEXT": "a text in quotes",
    "NUMBER": "a number",
    "TRUE": "true",
    "FALSE": "false",
    "$END": "the end",
}


def parse_filter(text: str) -> Condition | None:
    """Read an expression; None for an empty one. Raises FilterError.

    The last 256 results are kept.
    """
    if len(text) > MOST_CHARACTERS:
        raise FilterError(
            f"A filter has at most {MOST_CHARACTERS:,} characters; this one has "
            f"{len(text):,}. Shorten it.",
            text,
            MOST_CHARACTERS,
            len(text) - MOST_CHARACTERS,
        )
    return _parsed(text)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Condition | None:
    if not text.strip():
        return None
    try:
        _check_size(text)
        return Builder(text).transform(_parser().parse(text))
    except VisitError as error:
        if isinstance(error.orig_exc, FilterError):
            raise error.orig_exc from None
        raise
    except UnexpectedToken as error:
        raise _unexpected(text, error) from None
    except UnexpectedCharacters as error:
        position: Any = error.pos_in_stream  # None in its type, never in fact
        raise _unreadable(text, position) from None


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", maybe_placeholders=False)


_COUNTED = {
    "LPAR": "levels",
    "RPAR": "levels",
    "LIKE": "patterns",
    "NOT": "terms",
    "NAME": "terms",
    "TEXT": "terms",
    "NUMBER": "terms",
}
_MOST = {
    "levels": (MOST_LEVELS, f"Parentheses nest at most {MOST_LEVELS} deep."),
    "patterns": (MOST_PATTERNS, f"A filter has at most {MOST_PATTERNS} LIKEs."),
    # a comparison has a name and a value
    "terms": (
        2 * MOST_TERMS,
        f"A filter has at most {2 * MOST_TERMS} names and values.",
    ),
}


def _check_size(text: str) -> None:
    """Refuse what is too deep or too long, before anything recurses over it."""
    counts = dict.fromkeys(_MOST, 0)
    for token in _parser().lex(text):
        what = _COUNTED.get(token.type)
        if what is None:
            continue
        counts[what] += -1 if token.type == "RPAR" else 1
        most, problem = _MOST[what]
        if counts[what] > most:
            raise _at(token, f"{problem} Remove some.", text)


def _unexpected(text: str, error: UnexpectedToken) -> FilterError:
    wanted = _wanted(error.accepts or error.expected)
    token = error.token
    if token.type == "$END":
        return FilterError(
            f"The filter ends too early; here goes {wanted}.", text, len(text), 0
        )
    return _at(token, f"{_shown(token)} does not belong here; write {wanted}.", text)


def _unreadable(text: str, position: int) -> FilterError:
    character = text[position : position + 1]
    if character in {"'", '"'}:
        return FilterError(
            f"This text has no closing {character}; add it.",
            text,
            position,
            len(text) - position,
        )
    return FilterError(
        f"{character!r} means nothing in a filter; remove it, or put the text around "
        "it in quotes.",
        text,
        position,
    )


def _wanted(expected: set[str]) -> str:
    if "TEXT" in expected:  # a name or NULL in its place is read only to be explained
        expected = expected - {"NAME", "NULL"}
    words = [shown for name, shown in _EXPECTED.items() if name in expected]
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _shown(token: Token) -> str:
    text = str(token)
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 - a line's worth


def _at(token: Token, message: str, text: str) -> FilterError:
    return FilterError(message, text, token.start_pos or 0, len(token))
