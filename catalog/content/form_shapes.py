"""Which control a part of a schema gets, and what it consists of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from .exact_json import quoted, same
from .schema_forms import Form, forms_in, type_forms
from .schema_merge import merged
from .schema_table import media_word
from .schema_wording import implied_types, types_of

#: fields inside fields deeper than this are JSON
MAX_DEPTH = 10
#: an object with more members than this is JSON
MAX_MEMBERS = 250
#: strings that may be longer get a textarea (characters)
LONG_TEXT = 200

Kind = Literal[
    "text",
    "textarea",
    "number",
    "integer",
    "checkbox",
    "select",
    "const",
    "lines",
    "file",
    "json",
    "group",
    "list",
    "choice",
]
#: kinds that hold other fields
NESTING = {"group", "list", "choice"}
_WITH_NULL = {"text", "textarea", "number", "integer", "lines", "file"}

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
    value: Any = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object: its schema, and whether it has to be there."""

    name: str
    schema: Any
    required: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """How a part of a schema is drawn; `keywords` are its merged keywords.

    `members` are those of a group, `prefix` the leading items of a list, `rest` the
    schema of rows that can be added (None: no rows can). `is_open` says that a value
    may hold more than is drawn. `may_be_null` gives the control a box for null.
    """

    kind: Kind
    keywords: dict[str, Any]
    may_be_null: bool = False
    choices: tuple[Choice, ...] = ()
    forms: tuple[Form, ...] = ()
    members: tuple[Member, ...] = ()
    prefix: tuple[Any, ...] = ()
    rest: Any = None
    is_open: bool = False


def shape_of(
    schema: Any, root: Any, *, label: str = "", required: bool = True, depth: int = 0
) -> Shape:
    """Choose the control of a part; `depth` counts the fields around it."""
    keywords, nullable = _without_null(merged(schema, root), root)
    shape = _shape(keywords, root, label, required=required)
    if nullable and shape.kind in NESTING:
        null = Form("null", {"type": "null"}, {"type": "null"})
        title = str(keywords.get("title") or "a value")
        forms = (Form(title, keywords, keywords), null)
        shape = Shape("choice", keywords, forms=forms)
    elif nullable and shape.kind == "select":
        choices = (*shape.choices, Choice("null", "null"))
        shape = replace(shape, choices=choices)
    elif nullable:
        shape = replace(shape, may_be_null=shape.kind in _WITH_NULL)
    if shape.kind in NESTING and depth >= MAX_DEPTH:
        return Shape("json", shape.keywords)
    return shape


def _without_null(keywords: dict[str, Any], root: Any) -> tuple[dict[str, Any], bool]:
    """Take `null` out of a type or of two alternatives, and tell whether it was in."""
    types = types_of(keywords)
    if "null" in types and len(types) > 1:
        allowed = keywords.get("enum")
        left = [name for name in types if name != "null"]
        nullable = not isinstance(allowed, list) and "const" not in keywords
        return {**keywords, "type": left}, nullable
    for name in ("anyOf", "oneOf"):
        branches = keywords.get(name)
        if not isinstance(branches, list) or len(branches) != 2:  # noqa: PLR2004 - X or null
            continue
        forms = [merged(branch, root) for branch in branches]
        left_forms = [form for form in forms if types_of(form) != ["null"]]
        if len(left_forms) == 1:
            rest = {key: value for key, value in keywords.items() if key != name}
            return {**left_forms[0], **rest}, True
    return keywords, False


def _shape(keywords: dict[str, Any], root: Any, label: str, *, required: bool) -> Shape:
    choices = _choices(keywords)
    if choices:
        kind: Kind = "const" if required and "const" in keywords else "select"
        return Shape(kind, keywords, choices=choices)
    keywords, forms = forms_in(keywords, root)
    if forms is None:
        return Shape("json", keywords)
    titled = _titled(forms)
    if titled:
        return Shape("select", keywords, choices=titled)
    if forms:
        return Shape("choice", keywords, forms=forms)
    types = types_of(keywords) or implied_types(keywords)
    if len(types) > 1:
        return Shape("choice", keywords, forms=type_forms(keywords, types))
    return _single(keywords, root, types[0] if types else "", label, required=required)


def _single(
    keywords: dict[str, Any], root: Any, only: str, label: str, *, required: bool
) -> Shape:
    if only in {"", "string"} and media_word(keywords):
        return Shape("file", keywords)
    if only in {"object", "array"}:
        return _group(keywords) if only == "object" else _list(keywords, root)
    if only == "boolean" and not required:
        return Shape("select", keywords, choices=_choices({"enum": [True, False]}))
    if only == "null":
        kind: Kind = "const" if required else "select"
        return Shape(kind, keywords, choices=_choices({"const": None}))
    kinds: dict[str, Kind] = {
        "string": "textarea" if _is_long(keywords, label) else "text",
        "number": "number",
        "integer": "integer",
        "boolean": "checkbox",
    }
    return Shape(kinds.get(only, "json"), keywords)


def _group(keywords: dict[str, Any]) -> Shape:
    properties = keywords.get("properties")
    known = dict(properties) if isinstance(properties, dict) else {}
    required = keywords.get("required") or []
    for name in required:
        known.setdefault(name, True)
    members = tuple(
        Member(name, schema, name in required)
        for name, schema in known.items()
        if schema is not False
    )
    rest = _rest_of_members(keywords)
    is_free = not members and (rest is None or rest is True)
    if is_free or len(members) > MAX_MEMBERS:
        return Shape("json", keywords)
    closed = keywords.get("additionalProperties") is False
    is_open = rest is None and not closed
    return Shape("group", keywords, members=members, rest=rest, is_open=is_open)


def _rest_of_members(keywords: dict[str, Any]) -> Any:
    """Give the schema of further members; True where it depends on their names."""
    patterns = keywords.get("patternProperties")
    found = list(patterns.values()) if isinstance(patterns, dict) else []
    found = [schema for schema in found if schema is not False]
    for word in ("additionalProperties", "unevaluatedProperties"):
        if isinstance(keywords.get(word), dict) or keywords.get(word) is True:
            found.append(keywords[word])
            break
    if len(found) > 1:
        return True
    return found[0] if found else None


def _list(keywords: dict[str, Any], root: Any) -> Shape:
    items = keywords.get("items")
    prefix = items if isinstance(items, list) else keywords.get("prefixItems", [])
    rest = keywords.get("additionalItems") if isinstance(items, list) else items
    if not prefix and (rest is None or rest is True or rest is False or rest == {}):
        return Shape("json", keywords)
    if not prefix and _is_line(merged(rest, root)):
        return Shape("lines", keywords, rest=rest)
    return Shape(
        "list",
        keywords,
        prefix=tuple(prefix),
        rest=None if rest is False else rest,
        is_open=rest is None,
    )


def _is_line(items: dict[str, Any]) -> bool:
    if media_word(items) or _choices(items) or "anyOf" in items or "oneOf" in items:
        return False
    if items.get("maxLength", 0) > LONG_TEXT:
        return False
    return types_of(items) in (["string"], ["number"], ["integer"])


def _is_long(keywords: dict[str, Any], name: str) -> bool:
    longest = keywords.get("maxLength")
    if longest is not None:
        return bool(longest > LONG_TEXT)
    if "format" in keywords or "pattern" in keywords:
        return False
    words = f"{name.replace('_', ' ')} {keywords.get('description', '')}"
    return _PROSE.search(words) is not None


def _choices(keywords: dict[str, Any]) -> tuple[Choice, ...]:
    values = [keywords["const"]] if "const" in keywords else keywords.get("enum")
    if not isinstance(values, list):
        return ()
    texts = [quoted(value) for value in values]
    labels = [
        value if isinstance(value, str) and _is_readable(value) else text
        for value, text in zip(values, texts, strict=True)
    ]
    if len(set(labels)) < len(labels):
        labels = texts
    return tuple(map(Choice, labels, texts, values))


def _is_readable(value: str) -> bool:
    return value.isprintable() and value == value.strip() != ""


def _titled(forms: tuple[Form, ...]) -> tuple[Choice, ...]:
    """Make one list of alternatives that are a single value each."""
    found: list[Choice] = []
    for form in forms:
        inside = _choices(form.keywords)
        if not inside or "properties" in form.keywords:
            return ()
        title = form.keywords.get("title")
        if len(inside) == 1 and isinstance(title, str) and _is_readable(title):
            inside = (replace(inside[0], label=title),)
        found += inside
    kept = [
        each
        for number, each in enumerate(found)
        if not any(same(each.value, other.value) for other in found[:number])
    ]
    if len({each.label for each in kept}) < len(kept):
        kept = [replace(each, label=each.json_text) for each in kept]
    return tuple(kept)
