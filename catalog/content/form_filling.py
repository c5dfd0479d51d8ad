"""A value as what its form would post, so that the form shows it again.

Whatever a control cannot hold, such as an empty string in a field that is optional,
gets a box of JSON in its place. So no part of a value is ever lost or changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isqrt
from textwrap import fill
from typing import Any

from .exact_json import Number, one_line, plain, quoted, same
from .form_names import ROOT, Posted, alternative, marked, row_of, under
from .form_shapes import Shape, shape_of
from .pointers import to_pointer
from .schema_forms import Fitting
from .schema_merge import merged
from .schema_wording import types_of

#: longer lists are JSON
MAX_ITEMS = 40
#: JSON boxes on one line up to this length (characters)
_WIDTH = 60
#: numbers fill their lines as words do, up to this width (characters)
_LINE = 48
#: a list as long as the square of one of these is a picture or a matrix
_SIDES = range(5, 21)


def filled(
    schema: Any,
    value: Any,
    *,
    root: Any = None,
    name: str = ROOT,
    required: bool = True,
) -> tuple[Posted, list[str]]:
    """Give what a form posts that holds `value`, and the parts that do not belong.

    `value` comes from `exact_json.parse_exactly`, or is any JSON value. The parts
    are JSON Pointers to members and types that the form knows no field for.
    """
    filler = _Filler(schema if root is None else root)
    filler.fill(schema, value, _At(name, (), name, required, 0))
    return filler.posted, filler.misfits


@dataclass(frozen=True, slots=True)
class _At:
    """Where a value goes, with the same facts that drawing goes by."""

    name: str
    path: tuple[str | int, ...]
    label: str
    required: bool
    depth: int

    def below(self, key: str | int, label: str, row: int | None = None) -> _At:
        path = (*self.path, key)
        name = under(self.name, key) if row is None else row_of(self.name, str(row))
        return _At(name, path, label, required=True, depth=self.depth + 1)


class _Filler:
    def __init__(self, root: Any) -> None:
        self._root = root
        self._fitting: Fitting | None = None
        self.posted: Posted = {}
        self.misfits: list[str] = []

    def fill(self, schema: Any, value: Any, at: _At) -> None:
        shape = shape_of(
            schema, self._root, label=at.label, required=at.required, depth=at.depth
        )
        fills = {"group": self._group, "list": self._list, "choice": self._choice}
        if not fills.get(shape.kind, self._leaf)(shape, value, at):
            self.posted[marked(at.name, "as")] = ["json"]
            self.posted[at.name] = [laid_out(value)]

    def _leaf(self, shape: Shape, value: Any, at: _At) -> bool:
        if shape.may_be_null and value is None:
            self.posted[marked(at.name, "null")] = ["on"]
            return True
        if shape.kind == "lines" and isinstance(value, list):
            return self._lines(shape, value, at)
        written = _WRITERS[shape.kind](shape, value)
        if written is None:
            self.misfits.append(to_pointer(at.path))
            return False
        if not at.required and written == "":
            return False
        mark = "textarea" if shape.kind == "text" and "\n" in written else ""
        if mark:
            self.posted[marked(at.name, "as")] = [mark]
        self.posted[at.name] = [written]
        if shape.kind == "file" and not written.startswith("data:"):
            self.posted[marked(at.name, "address")] = self.posted.pop(at.name)
        return _is_typed(written)

    def _lines(self, shape: Shape, value: list[Any], at: _At) -> bool:
        kind = types_of(merged(shape.rest, self._root))[0]
        lines = [_LINES[kind](shape, item) for item in value]
        if (lines or at.required) and all(map(_is_line, lines)):
            text = "\n".join(line or "" for line in lines)
            if kind != "string":
                text = _rows(text, shape.keywords.get("maxItems"))
            self.posted[at.name] = [text]
            return True
        self.posted[marked(at.name, "as")] = ["list"]
        return self._list(shape, value, at)

    def _group(self, shape: Shape, value: Any, at: _At) -> bool:
        known = {member.name for member in shape.members}
        extra = (
            [] if not isinstance(value, dict) else [k for k in value if k not in known]
        )
        if extra and shape.rest is None and not shape.is_open:
            self.misfits += [to_pointer((*at.path, key)) for key in extra]
            return False
        if not isinstance(value, dict):
            self.misfits.append(to_pointer(at.path))
            return False
        if len(extra) > MAX_ITEMS or not all(map(_is_key, extra)):
            return False
        if not at.required:
            self.posted[marked(at.name, "set")] = ["1"]
        for member in shape.members:
            if member.name in value:
                inside = at.below(member.name, member.name)
                inside = replace(inside, required=member.required)
                self.fill(member.schema, value[member.name], inside)
        rest = True if shape.rest is None else shape.rest
        for number, key in enumerate(extra):
            row = at.below(key, key, row=number)
            self.posted.setdefault(marked(at.name, "row"), []).append(str(number))
            self.posted[marked(row.name, "key")] = [key]
            self.fill(rest, value[key], row)
        return True

    def _list(self, shape: Shape, value: Any, at: _At) -> bool:
        prefix = len(shape.prefix)
        if not isinstance(value, list):
            self.misfits.append(to_pointer(at.path))
            return False
        if len(value) > prefix and shape.rest is None and not shape.is_open:
            self.misfits.append(to_pointer((*at.path, prefix)))
            return False
        if not prefix <= len(value) <= MAX_ITEMS + prefix:
            return False
        if not at.required:
            self.posted[marked(at.name, "set")] = ["1"]
        rest = True if shape.rest is None else shape.rest
        for number, item in enumerate(value):
            row = number - prefix
            if row >= 0:
                self.posted.setdefault(marked(at.name, "row"), []).append(str(row))
            schema = shape.prefix[number] if row < 0 else rest
            label = f"{at.label} {number + 1}"
            place = at.below(number, label, row=None if row < 0 else row)
            self.fill(schema, item, place)
        return True

    def _choice(self, shape: Shape, value: Any, at: _At) -> bool:
        self._fitting = self._fitting or Fitting(self._root)
        number = self._fitting.choose(shape.forms, plain(value))
        if number is None:
            self.misfits.append(to_pointer(at.path))
            return False
        self.posted[marked(at.name, "form")] = [str(number)]
        name, depth = alternative(at.name, number), at.depth + 1
        inside = replace(at, name=name, required=True, depth=depth)
        self.fill(shape.forms[number].keywords, value, inside)
        return True


def laid_out(value: Any) -> str:
    """Write JSON for a box: short values on a line, others a member a line."""
    text = one_line(value)
    if len(text) <= _WIDTH or not isinstance(value, dict | list) or not value:
        return text
    if isinstance(value, list):
        inside = [one_line(item) for item in value]
        return "[\n  " + ",\n  ".join(inside) + "\n]"
    inside = [f"{quoted(key)}: {one_line(item)}" for key, item in value.items()]
    return "{\n  " + ",\n  ".join(inside) + "\n}"


def _is_typed(text: str) -> bool:
    """Tell whether browsers send a text back as it is."""
    return "\r" not in text and "\x00" not in text


def _is_line(line: str | None) -> bool:
    return (
        line is not None and _is_typed(line) and "\n" not in line and line.strip() != ""
    )


def _is_key(key: str) -> bool:
    return _is_line(key) or (key != "" and key.isspace() and key.isprintable())


def _text(_shape: Shape, value: Any) -> str | None:
    is_text = isinstance(value, str) and not isinstance(value, Number)
    return value if is_text else None


def _number(_shape: Shape, value: Any) -> str | None:
    is_number = isinstance(value, Number) or type(value) in (int, float)
    return one_line(value) if is_number else None


def _whole(shape: Shape, value: Any) -> str | None:
    written = _number(shape, value)
    if written is None or float(written) != float(written) // 1:
        return None
    return written


def _choice(shape: Shape, value: Any) -> str | None:
    wanted = plain(value)
    found = (each.label for each in shape.choices if same(each.value, wanted))
    return next(found, None)


def _box(_shape: Shape, value: Any) -> str | None:
    if not isinstance(value, bool):
        return None
    return "true" if value else "false"


def _no_line(_shape: Shape, _value: Any) -> str | None:
    return None


def _json(_shape: Shape, value: Any) -> str | None:
    return laid_out(value)


def _rows(text: str, most: Any) -> str:
    """Lay numbers out: the whole of a square in its rows, others as words."""
    numbers = text.split()
    side = isqrt(len(numbers))
    if side in _SIDES and len(numbers) == side**2 == most:
        rows = (numbers[at : at + side] for at in range(0, side**2, side))
        return "\n".join(map(" ".join, rows))
    return fill(text, _LINE, break_long_words=False, break_on_hyphens=False)


_LINES = {"string": _text, "number": _number, "integer": _whole}
_WRITERS = {
    "text": _text,
    "textarea": _text,
    "file": _text,
    "number": _number,
    "integer": _whole,
    "select": _choice,
    "const": _choice,
    "checkbox": _box,
    "lines": _no_line,
    "json": _json,
}
