"""What a person typed into a form, as JSON text that keeps numbers as typed."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .images import sniff
from .json_text import JsonProblem, parse_json
from .pointers import from_pointer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .form_fields import FormField

_NUMBER = re.compile(r"(-?)0*(\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)

#: longer numbers are a mistake or an attack
_LONGEST_NUMBER = 300


@dataclass(frozen=True, slots=True)
class UploadedBytes:
    """A file of a form: its name, the type that the browser claims, its bytes."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FormInput:
    """The input that a form makes: decoded, as JSON text, and what is wrong.

    `errors` maps field names to messages; with any of them, `value` and `json_text`
    lack the fields concerned.
    """

    value: Any
    json_text: str
    errors: dict[str, str] = field(default_factory=dict)


class _Left(Exception):
    """The field was left empty and is not required."""


class _Refused(ValueError):
    """The field cannot be read; the message says why."""


def value_from_form(
    fields: Sequence[FormField],
    posted: Mapping[str, str | list[str]],
    files: Mapping[str, UploadedBytes] | None = None,
) -> FormInput:
    """Make the input from what was posted; the schema is not checked here.

    Numbers stand in the JSON text as they were typed. Empty optional fields are
    left out, and so is an unticked box unless its default is ticked. Files become
    base64 data URIs of the type that their bytes show.
    """
    members: list[tuple[FormField, Any, str]] = []
    errors: dict[str, str] = {}
    for each in fields:
        try:
            value, text = _read(each, posted, files or {})
        except _Left:
            continue
        except _Refused as refusal:
            errors[each.name] = str(refusal)
            continue
        members.append((each, value, text))
    if len(fields) == 1 and not fields[0].path:
        _field, value, text = members[0] if members else (None, None, "null")
        return FormInput(value, text, errors)
    names = [from_pointer(each.path)[0] for each, _value, _text in members]
    value = {name: member[1] for name, member in zip(names, members, strict=True)}
    lines = [
        f"  {_quoted(name)}: {member[2]}"
        for name, member in zip(names, members, strict=True)
    ]
    text = "{\n" + ",\n".join(lines) + "\n}" if lines else "{}"
    return FormInput(value, text, errors)


def _read(
    each: FormField,
    posted: Mapping[str, str | list[str]],
    files: Mapping[str, UploadedBytes],
) -> tuple[Any, str]:
    given = posted.get(each.name, "")
    if isinstance(given, list):
        given = "\n".join(given) if each.kind == "lines" else (given or [""])[-1]
    if each.kind == "checkbox":
        return _box(each, given)
    if each.kind == "file":
        return _file(each, given, files.get(each.name))
    typed = given.replace("\r\n", "\n")
    if not typed.strip() and not (each.kind in {"text", "textarea"} and typed):
        return _empty(each)
    return _READERS[each.kind](each, typed)


def _empty(each: FormField) -> tuple[Any, str]:
    if not each.required:
        raise _Left
    if each.nullable:
        return None, "null"
    if each.kind in {"text", "textarea"}:
        return "", '""'
    if each.kind == "lines":
        return [], "[]"
    raise _Refused("is required")


def _box(each: FormField, given: str) -> tuple[Any, str]:
    ticked = given not in {"", "false", "off", "0"}
    if ticked == bool(each.default) and not each.required:
        raise _Left
    return ticked, "true" if ticked else "false"


def _text(_field: FormField, typed: str) -> tuple[Any, str]:
    return typed, _quoted(typed)


def _number(each: FormField, typed: str) -> tuple[Any, str]:
    return _exact_number(typed, whole=each.kind == "integer")


def _choice(each: FormField, typed: str) -> tuple[Any, str]:
    for choice in each.choices:
        if choice.label == typed.strip("\n"):
            return json.loads(choice.json_text), choice.json_text
    raise _Refused("is none of the choices")


def _lines(each: FormField, typed: str) -> tuple[Any, str]:
    values, texts = [], []
    for number, line in enumerate(typed.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value, text = _item(each, line)
        except _Refused as refusal:
            raise _Refused(f"line {number} {refusal}") from None
        values.append(value)
        texts.append(text)
    return values, f"[{', '.join(texts)}]"


def _item(each: FormField, line: str) -> tuple[Any, str]:
    if each.choices:
        return _choice(each, line.strip())
    if each.item in {"number", "integer"}:
        return _exact_number(line, whole=each.item == "integer")
    return line, _quoted(line)


def _json(_field: FormField, typed: str) -> tuple[Any, str]:
    try:
        return parse_json(typed), typed.strip()
    except JsonProblem as problem:
        raise _Refused(str(problem)) from None


def _file(each: FormField, given: str, upload: UploadedBytes | None) -> tuple[Any, str]:
    if upload is None or not (upload.name or upload.data):
        if given.strip():
            return given.strip(), _quoted(given.strip())
        return _empty(each)
    claimed = upload.content_type.partition(";")[0].strip().lower()
    media = sniff(upload.data) or claimed
    if not _MEDIA_TYPE.fullmatch(media):
        media = "application/octet-stream"
    if each.accept.startswith("image/") and sniff(upload.data) is None:
        raise _Refused("must be a PNG, JPEG, GIF or WebP picture")
    uri = f"data:{media};base64,{base64.b64encode(upload.data).decode()}"
    return uri, _quoted(uri)


def _exact_number(typed: str, *, whole: bool) -> tuple[Any, str]:
    """Read a number; browsers also send `.5` and `007`, which JSON does not have."""
    spelled = _NUMBER.fullmatch(typed.strip())
    wanted = "must be a whole number" if whole else "must be a number"
    if spelled is None or not any(c.isdigit() for c in typed):
        raise _Refused(wanted)
    sign, digits, fraction, power = (part or "" for part in spelled.groups())
    text = f"{sign}{digits or '0'}{fraction}{power}"
    if len(text) > _LONGEST_NUMBER or abs(float(text)) == float("inf"):
        raise _Refused("is too large a number")
    value = float(text) if fraction or power else int(text)
    if whole and value != int(value):
        raise _Refused(wanted)
    return value, text


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_READERS = {
    "text": _text,
    "textarea": _text,
    "number": _number,
    "integer": _number,
    "select": _choice,
    "lines": _lines,
    "json": _json,
}
