"""The form of a schema as a tree of fields, with what is typed into it.

`form_of` draws the tree from what a form posts; `form_filling.filled` makes a value
into what a form would post. So there is one way to draw, and both give the same form.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .exact_json import quoted
from .form_hints import drawn_attributes
from .form_names import ROOT, alternative, id_of, last, marked, row_of, under
from .form_shapes import Shape, shape_of
from .form_start import fresh_marks
from .form_tree import Field
from .form_values import Left, Refused, UploadedBytes, read
from .pointers import to_pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .form_names import Posted

__all__ = ["Field", "FormTooLarge", "UploadedBytes", "form_of", "has_form"]

#: with more fields JSON is the better help, and a page the smaller one
MAX_FIELDS = 300
MAX_ROWS = 100

Steps = tuple[str | int, ...]


class FormTooLarge(ValueError):
    """A form of more than MAX_FIELDS fields."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a field stands: its name and path, and how it came there."""

    name: str
    path: Steps
    label: str
    required: bool
    depth: int
    token: str = ""


def has_form(schema: Any) -> bool:
    """Tell whether a form does a schema justice; else JSON alone is offered."""
    if schema is False:
        return False
    try:
        form = form_of(schema, {})
    except FormTooLarge:
        return False
    if form.kind == "group":
        return bool(form.fields) or form.may_add
    keywords = schema.keys() if isinstance(schema, dict) else set()
    is_open = not keywords - {"$schema", "$id", "title", "description"}
    return form.kind != "json" or is_open


def form_of(
    schema: Any, posted: Posted, files: Mapping[str, UploadedBytes] | None = None
) -> Field:
    """Draw the form of a schema with what was posted; raises FormTooLarge.

    The root's `text` is the input, and `errors()` what is missing in it. The schema
    is not checked here. Numbers stay as they were typed, empty optional fields are
    left out, files become base64 data URIs of the type that their bytes show.
    """
    drawing = _Drawing(schema, {**posted}, files or {})
    return drawing.field(schema, _Spot(ROOT, (), ROOT, required=True, depth=0))


class _Drawing:
    def __init__(
        self, root: Any, posted: Posted, files: Mapping[str, UploadedBytes]
    ) -> None:
        self._root = root
        self._posted = posted
        self._files = files
        self._count = 0

    def field(self, schema: Any, spot: _Spot) -> Field:
        self._count += 1
        if self._count > MAX_FIELDS:
            raise FormTooLarge(f"The form would have more than {MAX_FIELDS} fields.")
        shape = shape_of(
            schema,
            self._root,
            label=spot.label,
            required=spot.required,
            depth=spot.depth,
        )
        is_new = marked(spot.name, "fresh") in self._posted
        if is_new:
            self._freshen(shape, spot)
        shape, instead = self._instead(shape, spot)
        drawn = Field(
            name=spot.name,
            path=to_pointer(spot.path),
            kind=shape.kind,
            label=spot.label,
            required=spot.required,
            id=id_of(spot.name),
            instead=instead,
            token=spot.token,
            is_new=is_new and bool(spot.token or spot.depth),
            **drawn_attributes(shape, self._root),
        )
        fills = {"group": self._group, "list": self._list, "choice": self._choice}
        fills.get(shape.kind, self._leaf)(drawn, shape, spot)
        return drawn

    def _freshen(self, shape: Shape, spot: _Spot) -> None:
        del self._posted[marked(spot.name, "fresh")]
        marks = fresh_marks(shape, self._root, spot.name, required=spot.required)
        for name, values in marks.items():
            self._posted.setdefault(name, values)

    def _instead(self, shape: Shape, spot: _Spot) -> tuple[Shape, str]:
        """Change the control where it could not hold the value it was filled with."""
        wanted = last(self._posted, marked(spot.name, "as"))
        if wanted == "json":
            return replace(shape, kind="json", may_be_null=False), wanted
        if wanted == "textarea" and shape.kind == "text":
            return replace(shape, kind="textarea"), wanted
        if wanted == "list" and shape.kind == "lines":
            return replace(shape, kind="list", may_be_null=False), wanted
        return shape, ""

    def _leaf(self, drawn: Field, shape: Shape, _spot: _Spot) -> None:
        drawn.typed = last(self._posted, drawn.name)
        drawn.address = last(self._posted, marked(drawn.name, "address"))
        drawn.is_null = bool(last(self._posted, marked(drawn.name, "null")))
        drawn.may_be_null = shape.may_be_null
        try:
            drawn.text = read(drawn, self._posted, self._files)
        except Left:
            drawn.is_set = False
        except Refused as refusal:
            drawn.error = str(refusal)

    def _group(self, drawn: Field, shape: Shape, spot: _Spot) -> None:
        drawn.is_set = spot.required or marked(spot.name, "set") in self._posted
        row_names = self._posted.get(marked(spot.name, "row"), [])
        if not shape.members:
            drawn.is_set = drawn.is_set or bool(row_names)
        drawn.may_add = shape.rest is not None and len(row_names) < MAX_ROWS
        drawn.is_left_out = not drawn.is_set and bool(shape.members)
        if not drawn.is_set:
            return
        members = []
        for member in shape.members:
            inside = self.field(member.schema, self._below(spot, member.name, member))
            drawn.fields.append(inside)
            if inside.text is not None:
                members.append(f"{quoted(member.name)}: {inside.text}")
        taken = {member.name for member in shape.members}
        for token in dict.fromkeys(row_names[:MAX_ROWS]):
            row = self._free_member(shape, spot, token, taken)
            drawn.rows.append(row)
            if row.text is not None and row.key is not None:
                members.append(f"{quoted(row.key)}: {row.text}")
        drawn.is_empty_set = not shape.members and not drawn.rows
        if spot.depth == 0 and members:
            drawn.text = "{\n  " + ",\n  ".join(members) + "\n}"
        else:
            drawn.text = f"{{{', '.join(members)}}}"

    def _below(self, spot: _Spot, name: str, member: Any) -> _Spot:
        return _Spot(
            under(spot.name, name),
            (*spot.path, name),
            name,
            member.required,
            spot.depth + 1,
        )

    def _free_member(
        self, shape: Shape, spot: _Spot, token: str, taken: set[str]
    ) -> Field:
        name = row_of(spot.name, token)
        key = last(self._posted, marked(name, "key"))
        rest = True if shape.rest is None else shape.rest
        at = _Spot(name, (*spot.path, key), key, True, spot.depth + 1, token)  # noqa: FBT003 - a row is always there
        row = self.field(rest, at)
        row.key = key
        if not key:
            row.key_error = "needs a name"
        elif key in taken:
            row.key_error = "is a name that is there already"
        taken.add(key)
        return row

    def _list(self, drawn: Field, shape: Shape, spot: _Spot) -> None:
        tokens = self._posted.get(marked(spot.name, "row"), [])
        most = shape.keywords.get("maxItems", MAX_ROWS)
        count = len(shape.prefix) + len(tokens)
        drawn.may_add = shape.rest is not None and count < min(most, MAX_ROWS)
        drawn.is_empty_set = marked(spot.name, "set") in self._posted
        drawn.is_set = spot.required or drawn.is_empty_set or bool(tokens)
        drawn.is_left_out = not drawn.is_set and bool(shape.prefix)
        if not drawn.is_set:
            return
        for number, schema in enumerate(shape.prefix):
            drawn.fields.append(self._item(schema, spot, number))
        rest = True if shape.rest is None else shape.rest
        for token in dict.fromkeys(tokens[:MAX_ROWS]):
            number = len(shape.prefix) + len(drawn.rows)
            drawn.rows.append(self._item(rest, spot, number, token))
        drawn.is_empty_set = not drawn.rows and not shape.prefix
        texts = [each.text or "null" for each in (*drawn.fields, *drawn.rows)]
        drawn.text = f"[{', '.join(texts)}]"

    def _item(self, schema: Any, spot: _Spot, number: int, token: str = "") -> Field:
        at = _Spot(
            row_of(spot.name, token) if token else under(spot.name, number),
            (*spot.path, number),
            f"{spot.label} {number + 1}",
            required=True,
            depth=spot.depth + 1,
            token=token,
        )
        return self.field(schema, at)

    def _choice(self, drawn: Field, shape: Shape, spot: _Spot) -> None:
        drawn.forms = tuple(form.label for form in shape.forms)
        wanted = last(self._posted, marked(spot.name, "form"))
        if wanted.isdecimal() and int(wanted[:4]) < len(shape.forms):
            drawn.chosen = int(wanted[:4])
        elif spot.required:
            drawn.chosen = 0
        was = last(self._posted, marked(spot.name, "was"))
        if was and was != str("" if drawn.chosen is None else drawn.chosen):
            self._carry_over(spot.name, was, drawn.chosen)
            drawn.error = "was changed; look at its fields, then run again"
        drawn.is_set = drawn.chosen is not None
        if drawn.chosen is None:
            return
        form = shape.forms[drawn.chosen]
        drawn.form = form.keywords
        at = replace(
            spot,
            name=alternative(spot.name, drawn.chosen),
            required=True,
            depth=spot.depth + 1,
        )
        inside = self.field(form.keywords, at)
        if inside.kind in {"group", "list"}:
            inside.label = form.label
        drawn.fields.append(inside)
        drawn.text = inside.text

    def _carry_over(self, name: str, was: str, chosen: int | None) -> None:
        """Keep what was typed under another alternative where names are the same."""
        if chosen is None:
            return
        before, now = alternative(name, 0)[:-1] + was, alternative(name, chosen)
        for old, values in list(self._posted.items()):
            rest = old.removeprefix(before)
            if rest != old and rest[:1] in {"", "."} and not rest.endswith(":as"):
                self._posted.setdefault(now + rest, values)
        self._posted.setdefault(marked(now, "fresh"), [""])
