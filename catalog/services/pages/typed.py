"""What a reader typed into Try it, as the call's body and as the form again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from catalog.content.form_fields import (
    FormField,
    UploadedBytes,
    fields_of,
    initial_values,
    value_from_form,
)
from catalog.content.json_text import JsonProblem, parse_json
from catalog.content.pointers import value_at
from catalog.services.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catalog.models import Example, Version

FORM, JSON = "form", "json"
#: posted in place of a file that an example holds: `example:0`
EXAMPLE_FILE = "example:"
#: a file that was chosen is kept in the page up to this size (characters)
KEPT_FILE = 256 * 1024
NOTHING = "null"


@dataclass(frozen=True, slots=True)
class Typed:
    """The posted form, or the JSON text, by `mode`."""

    mode: str
    json_text: str = ""
    posted: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, UploadedBytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Control:
    """One field with its value; `example` is the number of the one it comes from."""

    field: FormField
    id: str
    value: str | bool = ""
    error: str = ""
    example: int | None = None


@dataclass(frozen=True, slots=True)
class TypedForm:
    """Try it's input: as controls, or as JSON text with what is wrong with it."""

    mode: str
    has_form: bool
    controls: list[Control]
    json_text: str
    errors: list[str] = field(default_factory=list)

    @property
    def wanted_mode(self) -> str:
        """The mode to ask for where it is not the one that would come anyway."""
        return JSON if self.has_form and self.mode == JSON else ""


def input_of(version: Version, typed: Typed, examples: Sequence[Example]) -> str:
    """Return the input as JSON text; raises InvalidInput with a field's name each.

    JSON text comes back as it was typed: the run says what is wrong with it.
    """
    fields = fields_of(version.input_schema)
    if typed.mode == JSON or fields is None:
        return typed.json_text
    made = value_from_form(fields, _with_example_files(typed, examples), typed.files)
    if made.errors:
        name, said = next(iter(made.errors.items()))
        raise FormIncomplete(f"{name.removeprefix('input.')}: {said}", made.errors)
    return made.json_text


class FormIncomplete(InvalidInput):
    """Fields that cannot be read; `errors` has a message by field name."""

    def __init__(self, message: str, errors: Mapping[str, str]) -> None:
        super().__init__(message, [])
        self.errors = dict(errors)


def _with_example_files(
    typed: Typed, examples: Sequence[Example]
) -> dict[str, str | list[str]]:
    posted: dict[str, str | list[str]] = {}
    for name, values in typed.posted.items():
        last = values[-1] if values else ""
        posted[name] = values
        if last.startswith(EXAMPLE_FILE):
            posted[name] = _example_file(name, last, examples)
    return posted


def _example_file(name: str, token: str, examples: Sequence[Example]) -> str:
    number = token.removeprefix(EXAMPLE_FILE)
    if not number.isdecimal() or int(number) >= len(examples):
        return ""
    value = parse_json(examples[int(number)].input_text)
    if name != "input":
        value = (
            value.get(name.removeprefix("input.")) if isinstance(value, dict) else ""
        )
    return value if isinstance(value, str) else ""


def form_from_json(
    version: Version, json_text: str, *, mode: str, example: int | None = None
) -> TypedForm:
    """Show a JSON text as a form where one fits, else as JSON with the reason."""
    fields = fields_of(version.input_schema)
    as_json = TypedForm(JSON, fields is not None, [], json_text)
    if fields is None or mode == JSON:
        return as_json
    try:
        value = parse_json(json_text, exact=True)
    except JsonProblem as problem:
        return replace(as_json, errors=[str(problem)])
    values = initial_values(version.input_schema, value)
    if values is None:
        said = "This JSON has parts that the form has no field for. Send it as JSON."
        return replace(as_json, errors=[said])
    controls = [
        _control(number, each, example, value=values.get(each.name, ""))
        for number, each in enumerate(fields)
    ]
    return TypedForm(FORM, has_form=True, controls=controls, json_text=json_text)


def form_as_typed(version: Version, typed: Typed) -> TypedForm:
    """Show what was typed once more, as it was typed."""
    fields = fields_of(version.input_schema)
    if typed.mode == JSON or fields is None:
        return TypedForm(JSON, fields is not None, [], typed.json_text)
    controls = []
    for number, each in enumerate(fields):
        posted = typed.posted.get(each.name, [])
        value: str | bool = posted[-1] if posted else ""
        if each.kind == "checkbox":
            value = bool(value)
        example = None
        if each.kind == "file" and str(value).startswith(EXAMPLE_FILE):
            digits = str(value).removeprefix(EXAMPLE_FILE)
            example = int(digits) if digits.isdecimal() else None
        controls.append(_control(number, each, example, value=value))
    return TypedForm(FORM, has_form=True, controls=controls, json_text="")


def _control(
    number: int, each: FormField, example: int | None, *, value: str | bool
) -> Control:
    is_file = each.kind == "file" and bool(value)
    if is_file and example is not None:
        value = f"{EXAMPLE_FILE}{example}"
    elif is_file and len(str(value)) > KEPT_FILE:
        value = ""
    return Control(each, f"t-{number}", value, example=example if is_file else None)


def with_problems(form: TypedForm, error: InvalidInput) -> TypedForm:
    """Put each problem at its field; what belongs to none stands at the top."""
    said: dict[str, str] = {}
    if isinstance(error, FormIncomplete):
        said.update(error.errors)
    general = []
    by_path = {control.field.path: control.field.name for control in form.controls}
    for problem in error.problems:
        step = "/".join(problem.pointer.split("/")[:2])
        inside = problem.pointer.removeprefix(step)
        name = by_path.get(step) or by_path.get("")
        if name is None:
            general.append(f"{problem.pointer or 'The input'}: {problem.detail}.")
        else:
            where = f"{inside} " if inside and step in by_path else ""
            said.setdefault(name, f"{where}{problem.detail}.")
    if not said and not general:
        general = [error.message]
    controls = [
        replace(control, error=_sentence(said.get(control.field.name, "")))
        for control in form.controls
    ]
    return replace(form, controls=controls, errors=general)


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "?")) else f"{text}."


def member(json_text: str, pointer: str) -> Any:
    """Return a part of a JSON text; raises LookupError or ValueError."""
    return value_at(parse_json(json_text), pointer)
