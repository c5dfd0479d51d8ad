"""Boxes that an output schema says are places in the input's image.

An array of objects is a list of boxes where its items' schema has

- a member `box`, `bbox`, `bounding_box` or `rect`, or where the item is the box itself;
- in it `x`, `y`, `width`, `height`, or `x1`, `y1`, `x2`, `y2`, or `xmin`, `ymin`,
  `xmax`, `ymax`, as members, or as an array of four numbers whose title or
  description names those four in that order.

Coordinates are pixels from the top left corner; they are shares of the image where
each of them has a `maximum` of 1. `label`, `name`, `class` or `category` names a box,
`score`, `confidence` or `probability` rates it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .schema_merge import merged
from .schema_wording import types_of

_MEMBERS = ("box", "bbox", "bounding_box", "rect")
_SIZES = (("x", "y", "width", "height"), ("left", "top", "width", "height"))
_CORNERS = (("x1", "y1", "x2", "y2"), ("xmin", "ymin", "xmax", "ymax"))
_LABELS = ("label", "name", "class", "category")
_SCORES = ("score", "confidence", "probability")
_MOST = 200
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Box:
    """One box: pixels from the top left, or shares of the image."""

    label: str
    score: float | None
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of a result, and whether they are shares of the image."""

    boxes: list[Box]
    is_relative: bool = False


@dataclass(frozen=True, slots=True)
class _Form:
    member: str
    names: tuple[str, ...]
    is_listed: bool
    is_relative: bool


def boxes_in(schema: Any, value: Any) -> Boxes | None:
    """Find the boxes of a result; None where its schema speaks of none."""
    return _find(schema, schema, value, 0)


def _find(schema: Any, root: Any, value: Any, depth: int) -> Boxes | None:
    keywords = merged(schema, root)
    if isinstance(value, list):
        form = _form(merged(keywords.get("items"), root), root)
        if form is None:
            return None
        read = (_box(item, form) for item in value[:_MOST])
        return Boxes([box for box in read if box is not None], form.is_relative)
    members = keywords.get("properties")
    if isinstance(value, dict) and isinstance(members, dict) and depth < _DEEPEST:
        for name, member in members.items():
            found = _find(member, root, value.get(name), depth + 1)
            if found is not None:
                return found
    return None


def _form(item: dict[str, Any], root: Any) -> _Form | None:
    members = item.get("properties")
    if not isinstance(members, dict):
        return None
    for name in _MEMBERS:
        if name in members:
            form = _form_of(merged(members[name], root), root, name)
            if form is not None:
                return form
    return _form_of(item, root, "")


def _form_of(box: dict[str, Any], root: Any, member: str) -> _Form | None:
    inside = box.get("properties")
    for names in (*_SIZES, *_CORNERS):
        if isinstance(inside, dict) and all(name in inside for name in names):
            parts = [merged(inside[name], root) for name in names]
            return _Form(member, names, False, _are_shares(parts))  # noqa: FBT003 - members
    if "array" in types_of(box):
        said = f"{box.get('title', '')} {box.get('description', '')}".lower()
        words = re.findall(r"[a-z]+\d?", said.replace("_", ""))
        for names in (*_SIZES, *_CORNERS):
            places = range(len(words) - 3)
            if any(tuple(words[at : at + 4]) == names for at in places):
                item = merged(box.get("items"), root)
                return _Form(member, names, True, _are_shares([item]))  # noqa: FBT003 - listed
    return None


def _are_shares(parts: list[dict[str, Any]]) -> bool:
    return all(part.get("maximum") == 1 for part in parts)


def _box(item: Any, form: _Form) -> Box | None:
    if not isinstance(item, dict):
        return None
    box = item.get(form.member) if form.member else item
    if form.is_listed:
        numbers = box if isinstance(box, list) and len(box) == 4 else []  # noqa: PLR2004 - four sides
    else:
        numbers = (
            [box.get(name) for name in form.names] if isinstance(box, dict) else []
        )
    if not numbers or not all(map(_is_number, numbers)):
        return None
    x, y, right, below = numbers
    if form.names in _CORNERS:
        right, below = right - x, below - y
    if right < 0 or below < 0:
        return None
    score = next((item[name] for name in _SCORES if _is_number(item.get(name))), None)
    label = next((item[name] for name in _LABELS if item.get(name) is not None), "")
    return Box(str(label)[:_MOST], score, x, y, right, below)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
