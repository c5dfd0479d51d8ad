"""A JSON result as tables and as a tree, in bounded parts, numbers as written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .exact_json import Number, one_line
from .json_text import shorten

MAX_ROWS = 200
MAX_COLUMNS = 16
MAX_NODES = 400
CELL = 120


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell; numbers stand to the right."""

    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; `left_out` counts the rows that are not shown."""

    title: str
    columns: list[Cell]
    rows: list[list[Cell]]
    left_out: int = 0


@dataclass(slots=True)
class Branch:
    """One place in a tree: its key, its value's text, or the branches in it."""

    key: str
    text: str
    kind: str
    branches: list[Branch] = field(default_factory=list)
    left_out: int = 0
    is_open: bool = False


def tables_of(value: Any) -> list[Table]:
    """Give the tables of a value of `parse_exactly`; none where it has no rows.

    Arrays of objects or of arrays are tables, in an object each under its name.
    Arrays of one length are the columns of a table. Further members that are no
    arrays or objects make a table of name and value.
    """
    if isinstance(value, list):
        return _rows("", value)
    if not isinstance(value, dict) or not value:
        return []
    single = {key: item for key, item in value.items() if not _holds(item)}
    found = [
        (key, table)
        for key, item in value.items()
        if isinstance(item, list)
        for table in _rows(key, item)
    ]
    known = single.keys() | {key for key, _table in found}
    rest = {key: item for key, item in value.items() if key not in known}
    tables = [*_columns(rest), *(table for _key, table in found)]
    if rest and len(tables) == len(found):
        return []
    if single:
        # one column of unlike things reads from the left, numbers too
        rows = [[Cell(key), Cell(_cell(item).text)] for key, item in single.items()]
        tables += _table("", ["name", "value"], rows)
    return tables


def _columns(members: dict[str, Any]) -> list[Table]:
    """Make a table of arrays that are equally long."""
    lists = list(members.values())
    if not 0 < len(lists) <= MAX_COLUMNS or not all(isinstance(x, list) for x in lists):
        return []
    if len({len(item) for item in lists}) > 1 or any(
        _holds(item) for column in lists for item in column
    ):
        return []
    rows = [list(map(_cell, row)) for row in zip(*lists, strict=True)]
    return _table("", list(members), rows)


def _table(title: str, names: list[str], rows: list[list[Cell]]) -> list[Table]:
    shown = rows[:MAX_ROWS]
    columns = [
        Cell(name, all(row[at].is_number or not row[at].text for row in shown))
        for at, name in enumerate(names)
    ]
    return [Table(title, columns, shown, len(rows) - len(shown))] if names else []


def is_table(value: Any) -> bool:
    """Tell whether a table shows all there is: rows alone, or one member of rows."""
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    return isinstance(value, list) and bool(_rows("", value))


def _holds(item: Any) -> bool:
    return isinstance(item, dict | list) and bool(item)


def _rows(title: str, items: list[Any]) -> list[Table]:
    if not items:
        return []
    if all(isinstance(item, dict) for item in items):
        keys = list(dict.fromkeys(key for item in items[:MAX_ROWS] for key in item))
        names = keys[:MAX_COLUMNS]
        rows = [
            [_cell(item[key]) if key in item else Cell("") for key in names]
            for item in items
        ]
    elif all(isinstance(item, list) for item in items):
        width = min(MAX_COLUMNS, max(len(item) for item in items))
        names = [str(number + 1) for number in range(width)]
        rows = [
            [_cell(cell) for cell in item[:width]] + [Cell("")] * (width - len(item))
            for item in items
        ]
    else:
        return []
    return _table(title, names, rows)


def _cell(value: Any) -> Cell:
    if isinstance(value, Number):
        return Cell(str(value), is_number=True)
    text = value if isinstance(value, str) else one_line(value)
    return Cell(shorten(text, CELL))


def tree_of(value: Any) -> Branch:
    """Give a value of `parse_exactly` as a tree of at most MAX_NODES branches."""
    left = [MAX_NODES]
    root = _branch("", value, left, 0)
    root.is_open = True
    return root


def _branch(key: str, value: Any, left: list[int], depth: int) -> Branch:
    left[0] -= 1
    if not _holds(value):
        is_text = isinstance(value, str) and not isinstance(value, Number)
        kind = "text" if is_text else "number" if isinstance(value, Number) else "word"
        return Branch(key, shorten(one_line(value), 4 * CELL), kind)
    items = value.items() if isinstance(value, dict) else enumerate(value)
    noun = "member" if isinstance(value, dict) else "item"
    count = f"{len(value):,} {noun}{'' if len(value) == 1 else 's'}"
    branch = Branch(key, count, "object" if noun == "member" else "array")
    branch.is_open = depth < 1 and len(value) <= MAX_COLUMNS
    for number, (name, item) in enumerate(items):
        if left[0] <= 0:
            branch.left_out = len(value) - number
            break
        branch.branches.append(_branch(str(name), item, left, depth + 1))
    return branch
