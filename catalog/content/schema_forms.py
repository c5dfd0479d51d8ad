"""The alternatives of a schema: which there are, their names, and which one fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jsonschema_rs import ReferencingError

from .schema_engine import is_draft_7, registry_of, validator
from .schema_merge import UNDRAWN, both, merged
from .schema_wording import fits_type, implied_types, types_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_URN = "urn:vitrine:form"

#: keywords that change what is drawn; others only limit it
_DRAWN = {
    *("properties", "patternProperties", "items", "prefixItems", "enum", "const"),
    *("contentMediaType", "oneOf", "anyOf", UNDRAWN),
}
#: their contents are values, no schemas
_VALUES = {"const", "enum", "default", "examples"}
_NAMED = {"properties", "patternProperties", "$defs", "definitions"}
#: more alternatives than this are no help to choose from
_MOST = 40


@dataclass(frozen=True, slots=True)
class Form:
    """One alternative: its name, its merged keywords, and the schema it stems from."""

    label: str
    keywords: dict[str, Any]
    schema: Any


def forms_in(
    keywords: dict[str, Any], root: Any
) -> tuple[dict[str, Any], tuple[Form, ...] | None]:
    """Give the keywords without alternatives, and the alternatives to choose from.

    Alternatives that merely limit what is drawn anyway are none to choose from.
    None where there are more of them than one choice can hold.
    """
    if UNDRAWN in keywords:
        return keywords, None
    found: tuple[Form, ...] = ()
    for word in ("oneOf", "anyOf"):
        branches = keywords.get(word)
        if not isinstance(branches, list):
            continue
        keywords = {key: value for key, value in keywords.items() if key != word}
        parts = [merged(branch, root) for branch in branches]
        limits = [_only_limits(keywords, part) for part in parts]
        if all(limits) or (word == "anyOf" and any(limits)):
            continue
        whole = [both(keywords, part) for part in parts]
        is_any = not all(_says_what(part) for part in whole)
        if found or is_any or len(branches) > _MOST:
            return keywords, None
        names = _names(parts)
        found = tuple(map(Form, names, whole, branches))
    return keywords, found


def type_forms(keywords: dict[str, Any], types: Sequence[str]) -> tuple[Form, ...]:
    """Give one alternative for each type of a union."""
    forms = []
    for name in types:
        form = {**keywords, "type": name}
        if name in {"number", "integer", "boolean", "null"}:
            form.pop("contentMediaType", None)
        forms.append(Form(name, form, {"type": name}))
    return tuple(forms)


def _says_what(part: dict[str, Any]) -> bool:
    return bool(types_of(part) or implied_types(part) or _DRAWN & part.keys())


def _only_limits(base: dict[str, Any], part: dict[str, Any]) -> bool:
    """Tell whether an alternative draws nothing that its base does not draw."""
    drawn = types_of(base) or implied_types(base)
    if not drawn:
        return False
    if types_of(part) and types_of(part) != drawn:
        return False
    additional = part.get("additionalProperties")
    return not _DRAWN & part.keys() and not isinstance(additional, dict)


def _names(parts: list[dict[str, Any]]) -> list[str]:
    names = [_name(part) for part in parts]
    return [
        name if name and names.count(name) == 1 else f"{name or 'form'} {number}"
        for number, name in enumerate(names, start=1)
    ]


def _name(part: dict[str, Any]) -> str:
    if isinstance(part.get("title"), str):
        return str(part["title"])
    members = part.get("properties")
    for name, member in (members if isinstance(members, dict) else {}).items():
        tag = member.get("const") if isinstance(member, dict) else None
        if isinstance(tag, str):
            return f"{name}: {tag}"
    if "const" in part:
        return str(part["const"])
    return " or ".join(types_of(part) or implied_types(part))


class Fitting:
    """Asks which alternative a value fits; keeps the validators of one schema."""

    def __init__(self, root: Any) -> None:
        self._registry = registry_of(_URN, root)
        self._dialect = {"$schema": root["$schema"]} if is_draft_7(root) else {}

    def choose(self, forms: Sequence[Form], value: Any) -> int | None:
        """Give the number of the first alternative that fits a plain value.

        A value that fits none gets the first of its type; None where there is none.
        """
        for number, form in enumerate(forms):
            if self.fits(form.schema, value):
                return number
        likely = [n for n, form in enumerate(forms) if fits_type(form.keywords, value)]
        tagged = [n for n in likely if _has_tags(forms[n].keywords, value)]
        return next(iter(tagged or likely), None)

    def fits(self, schema: Any, value: Any) -> bool:
        """Tell whether a plain value fits a part of the schema."""
        if not isinstance(schema, dict):
            return schema is not False
        try:
            judge = validator({**_anchored(schema), **self._dialect}, self._registry)
        except (ValueError, ReferencingError):
            return False
        return bool(judge.is_valid(value))


def _has_tags(keywords: dict[str, Any], value: Any) -> bool:
    members = keywords.get("properties")
    if not isinstance(value, dict) or not isinstance(members, dict):
        return False
    tags = {
        name: member["const"]
        for name, member in members.items()
        if isinstance(member, dict) and "const" in member
    }
    return bool(tags) and all(value.get(name) == tag for name, tag in tags.items())


def _anchored(schema: Any) -> Any:
    """Make the local references of a part point into the whole schema."""
    if isinstance(schema, list):
        return [_anchored(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    anchored = {
        key: _anchored_named(part) if key in _NAMED else _anchored(part)
        for key, part in schema.items()
        if key != "$id" and key not in _VALUES
    } | {key: schema[key] for key in _VALUES if key in schema}
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        anchored["$ref"] = _URN + reference
    return anchored


def _anchored_named(parts: Any) -> Any:
    if not isinstance(parts, dict):
        return parts
    return {name: _anchored(part) for name, part in parts.items()}
