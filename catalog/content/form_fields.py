"""The form that a schema draws, and the values it starts with."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from .form_values import FormInput, UploadedBytes, value_from_form
from .pointers import resolved, to_pointer
from .schema_rules import rule
from .schema_table import media_word, type_name
from .schema_wording import types_of

__all__ = [
    "Choice",
    "FormField",
    "FormInput",
    "UploadedBytes",
    "fields_of",
    "initial_values",
    "value_from_form",
]

MAX_FIELDS = 30  # with more, JSON is the better help
LONG_TEXT = 200  # characters; strings that may be longer get a textarea

Kind = Literal[
    "text",
    "textarea",
    "number",
    "integer",
    "checkbox",
    "select",
    "lines",
    "file",
    "json",
]

_PROSE = re.compile(
    r"\b(?:texts?|documents?|paragraphs?|prose|articles?|sentences|passages?|markdown"
    r"|source code|transcripts?|prompts?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """An allowed value: what stands in the list, and its JSON text."""

    label: str
    json_text: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One control. `name` is that of the posted value, `path` its JSON Pointer.

    The whole value is the field "input"; a member `text` is "input.text". `hint`
    says the rule in words and `meaning` is the author's description. `default` is
    what the control starts with; `item` is the type of one line of "lines".
    Attributes that do not apply are None or empty.
    """

    name: str
    path: str
    kind: Kind
    label: str
    required: bool
    type_word: str
    hint: str = ""
    meaning: str = ""
    min: str | None = None
    max: str | None = None
    step: str | None = None
    minlength: int | None = None
    maxlength: int | None = None
    pattern: str | None = None
    choices: tuple[Choice, ...] = ()
    default: str | bool = ""
    accept: str = ""
    item: str = ""
    nullable: bool = False


def fields_of(schema: Any) -> list[FormField] | None:
    """Draw a form; None where only raw JSON does the schema justice.

    Objects get a field for each member, other values one field. Members that are
    too nested for a control get a small JSON field of their own.
    """
    if schema is False:
        return None
    keywords = resolved(schema, schema)
    members = keywords.get("properties")
    if not isinstance(members, dict) or not members:
        field = _field(keywords, schema, name=None, required=True)
        is_open = not keywords.keys() - {"$schema", "$id", "title", "description"}
        return [field] if field.kind != "json" or is_open else None
    if len(members) > MAX_FIELDS or not _is_object(keywords):
        return None
    required = keywords.get("required") or []
    fields = [
        _field(resolved(member, schema), schema, name=name, required=name in required)
        for name, member in members.items()
    ]
    return fields if any(field.kind != "json" for field in fields) else None


def initial_values(schema: Any, value: Any) -> dict[str, str | bool] | None:
    """Fill the form of a schema with a value; None where the value does not fit it.

    Missing members start with their defaults. Numbers keep their text when `value`
    comes from `parse_json(..., exact=True)`.
    """
    fields = fields_of(schema)
    if fields is None:
        return None
    if len(fields) == 1 and not fields[0].path:
        only = _shown(fields[0], value)
        return None if only is None else {fields[0].name: only}
    if not isinstance(value, dict) or value.keys() - {f.label for f in fields}:
        return None
    started: dict[str, str | bool] = {}
    for field in fields:
        if field.label not in value:
            started[field.name] = field.default
            continue
        text = _shown(field, value[field.label])
        if text is None or (text == "" and not field.required):
            return None  # an empty control would be left out
        started[field.name] = text
    return started


def _is_object(keywords: dict[str, Any]) -> bool:
    return types_of(keywords) in ([], ["object"])


def _field(
    keywords: dict[str, Any], root: Any, *, name: str | None, required: bool
) -> FormField:
    keywords, nullable = _without_null(keywords, root)
    kind = _kind(keywords, root, name or "")
    items = resolved(keywords.get("items"), root) if kind == "lines" else {}
    bare = FormField(
        name="input" if name is None else f"input.{name}",
        path="" if name is None else to_pointer([name]),
        kind=kind,
        label="input" if name is None else name,
        required=required,
        type_word=type_name(keywords, root),
    )
    drawn: dict[str, Any] = {
        "hint": rule(keywords, root),
        "meaning": str(keywords.get("description") or keywords.get("title") or ""),
        "choices": _choices(items or keywords),
        "accept": _accept(keywords) if kind == "file" else "",
        "item": (types_of(items) or ["string"])[0] if items else "",
        "nullable": nullable,
    }
    field = replace(bare, **drawn, **_limits(keywords, kind))
    started = _shown(field, keywords["default"]) if "default" in keywords else None
    if started is None:
        started = False if kind == "checkbox" else ""
    return replace(field, default=started)


def _without_null(keywords: dict[str, Any], root: Any) -> tuple[dict[str, Any], bool]:
    """Take `null` out of a type or of two alternatives, and tell whether it was in."""
    types = types_of(keywords)
    if len(types) > 1 and "null" in types:
        return {**keywords, "type": [name for name in types if name != "null"]}, True
    for name in ("anyOf", "oneOf"):
        forms = [resolved(form, root) for form in keywords.get(name) or []]
        left = [form for form in forms if types_of(form) != ["null"]]
        if len(forms) == 2 and len(left) == 1:  # noqa: PLR2004 - X or null
            rest = {key: value for key, value in keywords.items() if key != name}
            return {**left[0], **rest}, True
    return keywords, False


def _kind(keywords: dict[str, Any], root: Any, name: str) -> Kind:
    if media_word(keywords):
        return "file"
    if _choices(keywords):
        return "select"
    types = types_of(keywords)
    only = types[0] if len(types) == 1 else ""
    if only == "string":
        return "textarea" if _is_long(keywords, name) else "text"
    if only == "array":
        items = resolved(keywords.get("items"), root)
        return "lines" if _is_line(items) else "json"
    kinds: dict[str, Kind] = {
        "number": "number",
        "integer": "integer",
        "boolean": "checkbox",
    }
    return kinds.get(only, "json")


def _is_long(keywords: dict[str, Any], name: str) -> bool:
    longest = keywords.get("maxLength")
    if longest is not None:
        return bool(longest > LONG_TEXT)
    if "format" in keywords or "pattern" in keywords:
        return False
    words = f"{name.replace('_', ' ')} {keywords.get('description', '')}"
    return _PROSE.search(words) is not None


def _is_line(items: dict[str, Any]) -> bool:
    if media_word(items):
        return False
    return bool(_choices(items)) or types_of(items) in (
        ["string"],
        ["number"],
        ["integer"],
    )


def _choices(keywords: dict[str, Any]) -> tuple[Choice, ...]:
    values = [keywords["const"]] if "const" in keywords else keywords.get("enum")
    if not isinstance(values, list) or any(isinstance(v, dict | list) for v in values):
        return ()
    texts = [json.dumps(value, ensure_ascii=False) for value in values]
    labels = [
        value if isinstance(value, str) and value.strip() else text
        for value, text in zip(values, texts, strict=True)
    ]
    if len(set(labels)) < len(labels):
        labels = texts
    return tuple(map(Choice, labels, texts))


def _accept(keywords: dict[str, Any]) -> str:
    media = keywords.get("contentMediaType")
    if isinstance(media, str):
        return "" if media == "application/octet-stream" else media
    word = media_word(keywords)
    return "" if word == "file" else f"{word}/*"


def _limits(keywords: dict[str, Any], kind: Kind) -> dict[str, Any]:
    if kind in {"number", "integer"}:
        low, high = keywords.get("minimum"), keywords.get("maximum")
        step = keywords.get("multipleOf", 1 if kind == "integer" else None)
        return {
            "min": None if low is None else json.dumps(low),
            "max": None if high is None else json.dumps(high),
            "step": "any" if step is None else json.dumps(step),
        }
    if kind not in {"text", "textarea"}:
        return {}
    pattern = str(keywords.get("pattern", ""))
    is_whole = kind == "text" and pattern.startswith("^") and pattern.endswith("$")
    return {
        "minlength": keywords.get("minLength"),
        "maxlength": keywords.get("maxLength"),
        "pattern": pattern if is_whole else None,
    }


def _shown(field: FormField, value: Any) -> str | bool | None:
    """Write a value for a control; None where the control cannot hold it."""
    if field.nullable and value in (None, "", []):
        return "" if value is None else None
    if field.kind == "json":
        return json.dumps(value, ensure_ascii=False, indent=2, default=float)
    if field.kind == "checkbox":
        return value if isinstance(value, bool) else None
    if field.kind == "lines":
        return _shown_lines(field, value)
    return _shown_line(field, field.kind, value)


def _shown_lines(field: FormField, value: Any) -> str | None:
    if not isinstance(value, list):
        return None
    kind = "select" if field.choices else field.item
    lines = [_shown_line(field, kind, item) for item in value]
    if any(not (line or "").strip() for line in lines):
        return None
    return "\n".join(line for line in lines if line)


def _shown_line(field: FormField, kind: str, value: Any) -> str | None:
    if kind == "select":
        text = json.dumps(value, ensure_ascii=False, default=float)
        return next((c.label for c in field.choices if c.json_text == text), None)
    if kind in {"number", "integer"}:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return None
        return str(value) if isinstance(value, Decimal) else json.dumps(value)
    if not isinstance(value, str) or "\r" in value:
        return None
    return None if kind != "textarea" and "\n" in value else value
