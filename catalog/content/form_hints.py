"""What stands around a control: its rule in words, placeholder and browser type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .exact_json import quoted
from .json_text import shorten
from .schema_merge import merged
from .schema_rules import rule
from .schema_table import media_word, type_name
from .schema_wording import types_of

if TYPE_CHECKING:
    from .form_shapes import Shape

_PLACEHOLDER = 60
_WITH_PLACEHOLDER = {"text", "textarea", "number", "integer", "lines", "json", "select"}
#: browsers' own controls change addresses, so only the keyboard is chosen
_MODES = {
    "email": "email",
    "idn-email": "email",
    "uri": "url",
    "iri": "url",
    "uri-reference": "url",
}
_SAMPLES = {
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT5M",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}


def drawn_attributes(shape: Shape, root: Any) -> dict[str, Any]:
    """Give the attributes of a Field that its keywords tell, by name."""
    keywords = shape.keywords
    items = merged(shape.rest, root) if shape.kind == "lines" else {}
    named = keywords.get("format")
    return {
        "type_word": _type_word(shape, root),
        "hint": rule(keywords, root),
        "meaning": _meaning(keywords),
        "placeholder": _placeholder(shape),
        "input_type": "date" if named == "date" and shape.kind == "text" else "text",
        "input_mode": _mode(shape),
        "choices": shape.choices,
        "accept": _accept(keywords) if shape.kind == "file" else "",
        "item": (types_of(items) or ["string"])[0] if items else "",
        "is_read_only": keywords.get("readOnly") is True,
        "is_deprecated": keywords.get("deprecated") is True,
    }


def _type_word(shape: Shape, root: Any) -> str:
    if not shape.forms:
        return type_name(shape.keywords, root)
    names = dict.fromkeys(type_name(form.keywords, root) for form in shape.forms)
    return " or ".join(names)


def _meaning(keywords: dict[str, Any]) -> str:
    said = keywords.get("description") or keywords.get("title") or ""
    return said if isinstance(said, str) else ""


def _placeholder(shape: Shape) -> str:
    if shape.kind not in _WITH_PLACEHOLDER:
        return ""
    keywords = shape.keywords
    examples = keywords.get("examples")
    if "default" in keywords:
        value = keywords["default"]
    elif shape.kind == "select":
        return ""
    elif isinstance(examples, list) and examples:
        value = examples[0]
    else:
        return _SAMPLES.get(str(keywords.get("format")), "")
    if shape.kind == "lines" and isinstance(value, list):
        return shorten(" ".join(str(item) for item in value), _PLACEHOLDER)
    text = value if isinstance(value, str) else quoted(value)
    return shorten(" ".join(text.split()), _PLACEHOLDER)


def _mode(shape: Shape) -> str:
    if shape.kind == "integer":
        return "numeric"
    if shape.kind == "number":
        return "decimal"
    return _MODES.get(str(shape.keywords.get("format")), "")


def _accept(keywords: dict[str, Any]) -> str:
    media = keywords.get("contentMediaType")
    if isinstance(media, str):
        return "" if media == "application/octet-stream" else media
    word = media_word(keywords)
    return "" if word == "file" else f"{word}/*"
