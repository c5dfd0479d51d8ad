"""Filter expressions made at random, for both engines and the oracle."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catalog.search.filters.building import MOST_WILDCARDS
from catalog.search.filters.parsing import MOST_PATTERNS

if TYPE_CHECKING:
    import random

TEXTS = {
    "owner": ["ada", "ADA", "vision-lab", "nobody"],
    "task": ["translation", "object-detection", "unspecified"],
    "tag": ["onnx", "mobile", "ONNX", "none such"],
    "takes": ["text", "image"],
    "gives": ["audio"],
    "runtime": ["python", ""],
    "framework": ["pytorch", "Unspecified"],
    "language": ["en", "unspecified"],
    "license": ["mit", "apache-2.0"],
    "visibility": ["public", "private", "private:team-1"],
    "title": ["größe & mass", "a\\b", "two\nlines"],
    "name": ["deepboxes-v1_8000"],
}
PATTERNS = {
    "name": ["%deep%", "deep%v_\\_80%", "%a%e%i%", "_______________%", "%\\_80_1", "%"],
    "title": ["100\\% sure\\_%", "GRÖẞE%", "a\\\\b", "two_lines", "%s_re%"],
    "summary": ["%speech%voice%", "% box%", "nothing like it"],
    "owner": ["%a%", "v_sion%", "%[%", "%(.*%"],
    "tag": ["%n%", "%-%"],
}
FLAGS = ["verified", "callable", "deprecated", "featured"]
NUMBERS = {"latency": [3.5, 50, 500, -1], "stars": [0, 1, 39.5], "calls": [0, 3, 900]}
DATES = ["2026-01-03", "2026-01-02T12:00", "2026-01-04T00:00:00.250+00:00"]


def expression(dice: random.Random, depth: int = 2) -> str:
    """Write an expression of the filter language, with few enough LIKEs."""
    while True:
        text = _expression(dice, depth)
        patterns = re.findall(r"like '([^']*)'", text, re.IGNORECASE)
        wildcards = sum(len(re.findall("[%_]+", pattern)) for pattern in patterns)
        if len(patterns) <= MOST_PATTERNS and wildcards <= MOST_WILDCARDS:
            return text


def _expression(dice: random.Random, depth: int) -> str:
    if depth and dice.random() < 0.7:
        parts = [_expression(dice, depth - 1) for _ in range(dice.randrange(1, 4))]
        joined = f" {dice.choice(['AND', 'or', 'And'])} ".join(f"({p})" for p in parts)
        return f"NOT ({joined})" if dice.random() < 0.3 else joined
    return dice.choice([_text, _list, _like, _flag, _number, _date, _null])(dice)


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _text(dice: random.Random) -> str:
    field = dice.choice(list(TEXTS))
    value = quoted(dice.choice(TEXTS[field]))
    return f"{field} {dice.choice(['=', '!=', '<>'])} {value}"


def _list(dice: random.Random) -> str:
    field = dice.choice(list(TEXTS))
    values = ", ".join(quoted(dice.choice(TEXTS[field])) for _ in range(2))
    return f"{field} {dice.choice(['IN', 'not in'])} ({values})"


def _like(dice: random.Random) -> str:
    field = dice.choice(list(PATTERNS))
    name = dice.choice(["LIKE", "NOT LIKE", "ilike"])
    return f"{field} {name} '{dice.choice(PATTERNS[field])}'"


def _flag(dice: random.Random) -> str:
    return dice.choice(FLAGS) + dice.choice(["", " = true", " = FALSE", " != true"])


def _number(dice: random.Random) -> str:
    field = dice.choice(list(NUMBERS))
    order = dice.choice(["=", "<", "<=", ">", ">=", "!="])
    return f"{field} {order} {dice.choice(NUMBERS[field])}"


def _date(dice: random.Random) -> str:
    order = dice.choice(["=", "<", "<=", ">", ">=", "!="])
    field = dice.choice(["created", "updated"])
    return f"{field} {order} '{dice.choice(DATES)}'"


def _null(dice: random.Random) -> str:
    field = dice.choice(["latency", "license", "title", "takes", "runtime", "stars"])
    return f"{field} IS {dice.choice(['', 'NOT '])}NULL"
