"""What is wrong with an input, at the field where it is wrong and at the top."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.content.form_names import marked
from catalog.content.pointers import from_pointer
from catalog.content.schemas import Problem, SchemaInvalid, compile_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from catalog.content.form_tree import Field

_NO_FORM = "fits none of the forms"
_SHARED = ("$schema", "$defs", "definitions")
_DEEPEST = 8
_COUNT = re.compile(r"must have (at (?:most|least) [\d,]+ \w+); you sent ([\d,]+)")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the summary, and the id of the control that it is about."""

    text: str
    id: str = ""
    label: str = ""


def placed(
    root: Field | None, problems: Sequence[Problem], errors: Mapping[str, str]
) -> list[Said]:
    """Write what is wrong into the fields of a form; return the summary of it."""
    if root is None:
        return [
            Said(f"{each.pointer or 'The input'}: {_words(each.detail)}.", "t-json")
            for each in problems
        ]
    fields = list(root.walk())
    for each in fields:
        each.error = _sentence(errors.get(each.name, ""))
        each.key_error = _sentence(errors.get(marked(each.name, "key"), ""))
    for problem in problems:
        field = _nearest(fields, problem.pointer)
        if not field.error:
            field.error = _at(field, problem)
    return [
        Said(text, each.control_id, each.label if each.path or each is root else "")
        for each in fields
        for text in (each.key_error, each.error)
        if text
    ]


def narrowed(
    root: Field, schema: Any, problems: Sequence[Problem], depth: int = 0
) -> Iterator[Problem]:
    """Yield problems, and in place of "fits none of the forms" those of the chosen."""
    for problem in problems:
        choice = next((f for f in root.walk() if _is_choice_at(f, problem)), None)
        inside = _inside(choice, schema) if choice and depth < _DEEPEST else []
        if inside:
            yield from narrowed(root, schema, inside, depth + 1)
        else:
            yield problem


def _is_choice_at(field: Field, problem: Problem) -> bool:
    is_here = field.kind == "choice" and field.path == problem.pointer
    return is_here and field.form is not None and problem.detail.startswith(_NO_FORM)


def _inside(choice: Field, schema: Any) -> list[Problem]:
    """List what is wrong with a value by the alternative that was chosen for it."""
    whole = schema if isinstance(schema, dict) else {}
    shared = {key: whole[key] for key in _SHARED if key in whole}
    try:
        compiled = compile_schema({**(choice.form or {}), **shared})
        found = compiled.problems(json.loads(choice.text or "null"))
    except (SchemaInvalid, ValueError, LookupError):
        return []
    return [Problem(choice.path + each.pointer, each.detail) for each in found]


def _nearest(fields: Sequence[Field], pointer: str) -> Field:
    """Find the innermost field around a place; of equals, the one inside."""
    found = fields[0]
    for each in fields:
        inside = pointer == each.path or pointer.startswith(f"{each.path}/")
        if inside and len(each.path) >= len(found.path):
            found = each
    return found


def _at(field: Field, problem: Problem) -> str:
    rest = problem.pointer.removeprefix(field.path)
    if field.kind == "lines" and rest[1:].isdecimal():
        what = "Line" if field.item == "string" else "Number"
        return f"{what} {int(rest[1:]) + 1} {_words(problem.detail)}."
    where = " ".join(from_pointer(rest)) if rest else ""
    words = _words(problem.detail)
    return _sentence(f"{where} {words}" if where else words)


def _words(detail: str) -> str:
    """Say a limit of length as what to do."""
    counted = _COUNT.fullmatch(detail)
    return f"use {counted[1]}; this has {counted[2]}" if counted else detail


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "?")) else f"{text}."
