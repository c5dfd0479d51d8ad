"""What a person typed into one control, as JSON text that keeps numbers as typed."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .exact_json import quoted
from .form_names import last, marked
from .images import sniff
from .json_text import JsonProblem, parse_json, shorten
from .sounds import sniff_sound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .form_names import Posted
    from .form_tree import Field

_NUMBER = re.compile(r"(-?)0*(\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)

#: BMP and TIFF, which no page shows and some algorithms read
_UNSHOWN_PICTURES = (b"BM", b"II*\0", b"MM\0*")

#: longer numbers are a mistake or an attack
_LONGEST_NUMBER = 300


@dataclass(frozen=True, slots=True)
class UploadedBytes:
    """A file of a form: its name, the type that the browser claims, its bytes."""

    name: str
    content_type: str
    data: bytes


class Left(Exception):
    """The field was left empty and is not required."""


class Refused(ValueError):
    """The field cannot be read; the message says why."""


def read(field: Field, posted: Posted, files: Mapping[str, UploadedBytes]) -> str:
    """Read one control as JSON text; raises Left and Refused."""
    if field.may_be_null and last(posted, marked(field.name, "null")):
        return "null"
    if field.kind == "const":
        return field.choices[0].json_text
    if field.kind == "checkbox":
        ticked = last(posted, field.name) not in {"", "false", "off", "0"}
        return "true" if ticked else "false"
    if field.kind == "file":
        return _file(field, posted, files.get(field.name))
    values = posted.get(field.name, [])
    given = "\n".join(values) if field.kind == "lines" else last(posted, field.name)
    typed = given.replace("\r\n", "\n")
    if not typed.strip() and not (field.kind in {"text", "textarea"} and typed):
        return _empty(field)
    return _READERS[field.kind](field, typed)


def _empty(field: Field) -> str:
    if not field.required:
        raise Left
    if field.kind in {"text", "textarea"}:
        return '""'
    if field.kind == "lines":
        return "[]"
    if field.may_be_null:
        return "null"
    raise Refused("is required")


def _text(_field: Field, typed: str) -> str:
    return quoted(typed)


def _number(field: Field, typed: str) -> str:
    return _exact_number(typed, whole=field.kind == "integer")


def _choice(field: Field, typed: str) -> str:
    for choice in field.choices:
        if choice.label == typed.strip("\n"):
            return choice.json_text
    raise Refused("is none of the choices")


def _lines(field: Field, typed: str) -> str:
    """Read one text a line, or numbers with spaces, and perhaps commas, between."""
    if field.item == "string":
        texts = [quoted(line) for line in typed.split("\n") if line.strip()]
        return f"[{', '.join(texts)}]"
    texts = []
    for number, word in enumerate(typed.split(), start=1):
        try:
            texts.append(_exact_number(word.rstrip(","), whole=field.item == "integer"))
        except Refused as refusal:
            raise Refused(f"number {number}, {shorten(word)}, {refusal}") from None
    return f"[{', '.join(texts)}]"


def _json(_field: Field, typed: str) -> str:
    try:
        parse_json(typed)
    except JsonProblem as problem:
        raise Refused(str(problem)) from None
    return typed.strip()


def _file(field: Field, posted: Posted, upload: UploadedBytes | None) -> str:
    if upload is None or not (upload.name or upload.data):
        address = last(posted, marked(field.name, "address")).strip()
        given = address or last(posted, field.name).strip()
        return quoted(given) if given else _empty(field)
    claimed = upload.content_type.partition(";")[0].strip().lower()
    media = sniff(upload.data) or sniff_sound(upload.data) or claimed
    if not _MEDIA_TYPE.fullmatch(media):
        media = "application/octet-stream"
    is_picture = sniff(upload.data) or upload.data.startswith(_UNSHOWN_PICTURES)
    if field.accept.startswith("image/") and not is_picture:
        raise Refused("must be a picture: PNG, JPEG, GIF, WebP, BMP or TIFF")
    return quoted(f"data:{media};base64,{base64.b64encode(upload.data).decode()}")


def _exact_number(typed: str, *, whole: bool) -> str:
    """Read a number; people also write `.5` and `007`, which JSON does not have."""
    spelled = _NUMBER.fullmatch(typed.strip())
    wanted = "must be a whole number" if whole else "must be a number"
    if spelled is None or not any(c.isdigit() for c in typed):
        raise Refused(wanted)
    sign, digits, fraction, power = (part or "" for part in spelled.groups())
    text = f"{sign}{digits or '0'}{fraction}{power}"
    if len(text) > _LONGEST_NUMBER or abs(float(text)) == float("inf"):
        raise Refused("is too large a number")
    value = float(text) if fraction or power else int(text)
    if whole and value != int(value):
        raise Refused(wanted)
    return text


_READERS = {
    "text": _text,
    "textarea": _text,
    "number": _number,
    "integer": _number,
    "select": _choice,
    "lines": _lines,
    "json": _json,
}
