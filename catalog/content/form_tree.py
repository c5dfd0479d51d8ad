"""A form as a tree of fields, with what is typed into them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .form_names import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .form_shapes import Choice, Kind

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(slots=True)
class Field:
    """One control, or a field that holds others.

    `name` is that of the posted value, `path` its JSON Pointer in the input. `text`
    is the JSON text of what is typed, None where the field is left out. `typed` is
    what stands in the control, `error` why that cannot be read. Attributes that do
    not apply are empty.
    """

    name: str
    path: str
    kind: Kind
    label: str
    required: bool
    id: str = ""
    type_word: str = ""
    hint: str = ""
    meaning: str = ""
    placeholder: str = ""
    input_type: str = "text"
    input_mode: str = ""
    choices: tuple[Choice, ...] = ()
    accept: str = ""
    item: str = ""
    may_be_null: bool = False
    is_read_only: bool = False
    is_deprecated: bool = False
    typed: str = ""
    address: str = ""
    is_null: bool = False
    text: str | None = None
    error: str = ""
    #: how the control differs from the schema's: json, textarea or list
    instead: str = ""
    fields: list[Field] = field(default_factory=list)
    #: rows of a list or of free members, after `fields`
    rows: list[Field] = field(default_factory=list)
    may_add: bool = False
    token: str = ""
    key: str | None = None
    key_error: str = ""
    forms: tuple[str, ...] = ()
    chosen: int | None = None
    #: the merged keywords of the chosen alternative
    form: dict[str, Any] | None = None
    is_set: bool = True
    is_empty_set: bool = False
    #: optional, with members of its own, and not there: a button adds it
    is_left_out: bool = False
    #: the number of the example that holds the file, and the file's place in it
    example: str = ""
    example_pointer: str = ""
    is_lost: bool = False
    is_new: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether the form has to say that this optional field is there."""
        is_there = bool(self.fields) or self.is_empty_set
        return not self.required and self.is_set and is_there

    @property
    def control_type(self) -> str:
        """The type of the input element; a text that is no date stays a text."""
        is_date = not self.typed or _DATE.fullmatch(self.typed) is not None
        return "date" if self.input_type == "date" and is_date else "text"

    @property
    def control_id(self) -> str:
        """The id of what a link or the focus goes to."""
        return self.id if self.kind not in {"group", "list"} else f"{self.id}-field"

    def walk(self) -> Iterator[Field]:
        """Give this field and all fields in it, in the order of the page."""
        yield self
        for inside in (*self.fields, *self.rows):
            yield from inside.walk()

    def errors(self) -> dict[str, str]:
        """Give what cannot be read, by the names of the controls."""
        found = {}
        for each in self.walk():
            if each.error:
                found[each.name] = each.error
            if each.key_error:
                found[marked(each.name, "key")] = each.key_error
        return found
