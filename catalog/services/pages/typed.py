"""What a reader typed into Try it, as the call's body and as the form again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from catalog.content.exact_json import parse_exactly
from catalog.content.form_edits import edited
from catalog.content.form_fields import (
    Field,
    FormTooLarge,
    UploadedBytes,
    form_of,
    has_form,
)
from catalog.content.form_filling import filled
from catalog.content.form_names import ROOT, marked
from catalog.content.json_text import JsonProblem, parse_json
from catalog.content.pointers import value_at
from catalog.content.schemas import SchemaInvalid, compile_schema
from catalog.services.errors import InvalidInput
from catalog.services.pages.problems import Said, narrowed, placed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catalog.models import Example, Version

FORM, JSON = "form", "json"
#: posted in place of a file that an example holds: `example:0/image`
EXAMPLE_FILE = re.compile(r"example:(\d{1,3})((?:/.*)?)", re.DOTALL)
#: a file that was chosen is kept in the page up to this size (characters)
KEPT_FILE = 256 * 1024
TOO_LARGE = "This input has more parts than a form can show. Send it as JSON."


@dataclass(frozen=True, slots=True)
class Typed:
    """The posted form, or the JSON text, by `mode`."""

    mode: str
    json_text: str = ""
    posted: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, UploadedBytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TypedForm:
    """Try it's input: as a tree of fields, or as JSON text with what is wrong."""

    mode: str
    has_form: bool
    root: Field | None = None
    json_text: str = ""
    errors: list[Said] = field(default_factory=list)

    @property
    def wanted_mode(self) -> str:
        """The mode to ask for where it is not the one that would come anyway."""
        return JSON if self.has_form and self.mode == JSON else ""

    @property
    def fields(self) -> list[Field]:
        return list(self.root.walk()) if self.root else []


class FormIncomplete(InvalidInput):
    """Fields that cannot be read; `errors` has a message by control's name."""

    def __init__(self, message: str, errors: Mapping[str, str]) -> None:
        super().__init__(message, [])
        self.errors = dict(errors)


def input_of(version: Version, typed: Typed, examples: Sequence[Example]) -> str:
    """Return the input as JSON text; raises FormIncomplete and InvalidInput.

    JSON text comes back as it was typed: the run says what is wrong with it.
    """
    schema = version.input_schema
    if typed.mode == JSON or not has_form(schema):
        return typed.json_text
    try:
        form = form_of(schema, _posted(typed, examples), typed.files)
    except FormTooLarge as error:
        raise InvalidInput(f"{error} Send JSON instead.", []) from None
    errors = form.errors()
    if errors or form.text is None:
        labels = {each.name: each.label for each in form.walk()}
        name, said = next(iter(errors.items()), (ROOT, "is required"))
        label = labels.get(name, labels.get(name.rpartition(":")[0], ROOT))
        raise FormIncomplete(f"{label}: {said}", errors or {ROOT: said})
    return form.text


def _posted(typed: Typed, examples: Sequence[Example]) -> dict[str, list[str]]:
    """Put the files of examples in the place of what stands for them."""
    posted = dict(typed.posted)
    for name, values in posted.items():
        token = EXAMPLE_FILE.fullmatch(values[-1]) if values else None
        if token is not None:
            posted[name] = [_example_file(int(token[1]), token[2], examples)]
    return posted


def _example_file(number: int, pointer: str, examples: Sequence[Example]) -> str:
    try:
        value = member(examples[number].input_text, pointer)
    except (LookupError, ValueError):
        return ""
    return value if isinstance(value, str) else ""


def form_from_json(
    version: Version, json_text: str, *, mode: str, example: int | None = None
) -> TypedForm:
    """Show a JSON text as a form where it fits one, else as JSON with the reason."""
    schema = version.input_schema
    as_json = TypedForm(JSON, has_form(schema), json_text=json_text)
    if not as_json.has_form or mode == JSON:
        return as_json
    try:
        parse_json(json_text)
        posted, misfits = filled(schema, parse_exactly(json_text))
        root = form_of(schema, posted)
    except JsonProblem as problem:
        return replace(as_json, errors=[Said(str(problem), "t-json")])
    except FormTooLarge:
        return replace(as_json, errors=[Said(TOO_LARGE)])
    said = _unfit(schema, json_text) if misfits else []
    if said:
        return replace(as_json, errors=said)
    _keep_files(root, example)
    return TypedForm(FORM, has_form=True, root=root, json_text=json_text)


def _unfit(schema: Any, json_text: str) -> list[Said]:
    """Say where a JSON text breaks the schema; such a text stays JSON."""
    try:
        problems = compile_schema(schema).problems(json.loads(json_text))
    except SchemaInvalid:
        return []
    return [
        Said(f"{each.pointer or 'The input'}: {each.detail}.", "t-json")
        for each in problems
    ]


def new_form(version: Version) -> TypedForm:
    """Show a form with nothing but the schema's defaults; JSON where there is none."""
    schema = version.input_schema
    if not has_form(schema):
        return TypedForm(JSON, has_form=False, json_text="null")
    root = form_of(schema, {marked(ROOT, "fresh"): [""]})
    return TypedForm(FORM, has_form=True, root=_quiet(root))


def form_as_typed(version: Version, typed: Typed, edit: str = "") -> TypedForm:
    """Show what was typed once more, as it was typed; `edit` changes its rows."""
    schema = version.input_schema
    if typed.mode == JSON or not has_form(schema):
        return TypedForm(JSON, has_form(schema), json_text=typed.json_text)
    errors = []
    try:
        root = form_of(schema, edited(dict(typed.posted), edit), typed.files)
    except FormTooLarge as error:
        errors = [Said(f"{error} Go on as JSON.")]
        try:
            root = form_of(schema, dict(typed.posted), typed.files)
        except FormTooLarge:
            return TypedForm(JSON, has_form=True, errors=errors)
    _keep_files(root, None)
    return TypedForm(FORM, has_form=True, root=_quiet(root), errors=errors)


def _quiet(root: Field) -> Field:
    """Leave out what is missing: a form that is still being filled in is no mistake."""
    for each in root.walk():
        each.error = each.key_error = ""
    return root


def _keep_files(root: Field, example: int | None) -> None:
    """Keep files in the page: those of an example by its number, small ones whole."""
    for each in root.walk():
        if each.kind != "file":
            continue
        token = EXAMPLE_FILE.fullmatch(each.typed)
        if token is not None:
            each.example = token[1]
            each.example_pointer = token[2]
            continue
        text = json.loads(each.text) if each.text else ""
        if not isinstance(text, str) or not text.startswith("data:"):
            continue
        if example is not None:
            each.typed = f"example:{example}{each.path}"
            each.example, each.example_pointer = str(example), each.path
        elif len(text) <= KEPT_FILE:
            each.typed, each.address = text, ""
        else:
            each.typed, each.is_lost = "", True


def with_problems(
    form: TypedForm, error: InvalidInput, schema: Any = None
) -> TypedForm:
    """Put each problem at its field; the top has them all, with links."""
    errors = error.errors if isinstance(error, FormIncomplete) else {}
    problems = error.problems
    if form.root is not None:
        problems = list(narrowed(form.root, schema, problems))
    said = placed(form.root, problems, errors)
    if not said:
        said = [Said(error.message, "t-json" if form.mode == JSON else "")]
    return replace(form, errors=said)


def member(json_text: str, pointer: str) -> Any:
    """Return a part of a JSON text; raises LookupError or ValueError."""
    return value_at(parse_json(json_text), pointer)
