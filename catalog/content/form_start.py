"""What a new form, or a new row of one, starts with: the schema's defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .form_filling import filled
from .form_names import Posted, alternative, marked, row_of, under

if TYPE_CHECKING:
    from .form_shapes import Shape

#: a list that must not be empty starts with at most so many rows
_MOST_ROWS = 20


def fresh_marks(shape: Shape, root: Any, name: str, *, required: bool) -> Posted:
    """Give what a new field posts: its default, or marks for the fields in it."""
    keywords = shape.keywords
    if "default" in keywords:
        posted, misfits = filled(
            keywords, keywords["default"], root=root, name=name, required=required
        )
        return {} if misfits else posted
    if shape.kind == "group":
        names = [under(name, member.name) for member in shape.members]
        return {marked(inside, "fresh"): [""] for inside in names}
    if shape.kind == "list" and required:
        least = int(keywords.get("minItems", 0)) - len(shape.prefix)
        rows = [str(number) for number in range(min(least, _MOST_ROWS))]
        names = [row_of(name, row) for row in rows]
        names += [under(name, number) for number in range(len(shape.prefix))]
        posted = {marked(inside, "fresh"): [""] for inside in names}
        if rows and shape.rest is not None:
            posted[marked(name, "row")] = rows
        return posted
    if shape.kind == "choice" and required:
        return {marked(alternative(name, 0), "fresh"): [""]}
    return {}
