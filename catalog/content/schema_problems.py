"""Where and why a value does not fit its schema, found with a bounded effort.

jsonschema-rs tells in microseconds whether a value fits, but listing the errors of
nested `anyOf`s takes it exponential time. So the schema is walked here, only into
parts that do not fit, and one alternative of each `anyOf` is described.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote

from .pointers import resolved, to_pointer, value_at
from .schema_engine import is_draft_7, registry_of, validator
from .schema_wording import (
    LEAVES,
    Problem,
    fits_type,
    leaf_problem,
    types_of,
    unknown_member,
    wrong_type,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_URN = "urn:vitrine:schema"
_MAX_VISITS = 2000

#: what is left to say where no part could be named, by keyword
_REMAINING = {
    "contains": "does not hold the right number of items of the wanted form",
    "not": "has a form that is not allowed",
    "unevaluatedProperties": "has members that are not allowed",
    "unevaluatedItems": "has items that are not allowed",
}


class _Part(NamedTuple):
    """A part of the schema that a part of the value has to fit."""

    pointer: str
    path: list[str | int]
    value: Any


class Explainer:
    """Explains values against one schema; keeps the validators of its parts."""

    def __init__(self, schema: Any) -> None:
        self._root = schema
        self._registry = registry_of(_URN, schema)
        self._dialect = {"$schema": schema["$schema"]} if is_draft_7(schema) else {}
        self._validators: dict[str, Any] = {}

    def explain(self, value: Any, limit: int) -> list[Problem]:
        """List up to `limit` problems in the order of the schema's parts."""
        found: dict[Problem, None] = {}
        waiting = [_Part("", [], value)]
        for _visit in range(_MAX_VISITS):
            if not waiting or len(found) >= limit:
                break
            problems, parts = self._look(waiting.pop(), limit)
            found.update(dict.fromkeys(problems))
            waiting += reversed(parts)
        return list(found)[:limit]

    def _look(self, at: _Part, limit: int) -> tuple[list[Problem], list[_Part]]:
        schema = value_at(self._root, at.pointer)
        here = to_pointer(at.path)
        if not isinstance(schema, dict):
            return [Problem(here, "is not allowed here")], []
        if not fits_type(schema, at.value):
            return [Problem(here, wrong_type(types_of(schema), at.value))], []
        problems = [*self._leaves(schema, at), *self._members(schema, at)]
        unfit = (part for part in self._parts(schema, at) if not self._fits(part))
        parts = list(islice(unfit, limit))
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                chosen = self._alternative(schema[keyword], keyword, at)
                if isinstance(chosen, _Part):
                    parts.append(chosen)
                elif chosen:
                    problems.append(chosen)
        if not problems and not parts:
            words = [text for name, text in _REMAINING.items() if name in schema]
            problems = [Problem(here, words[0] if words else "does not fit the schema")]
        return problems, parts

    def _leaves(self, schema: dict[str, Any], at: _Part) -> Iterator[Problem]:
        alone = {name: schema[name] for name in LEAVES if name in schema}
        for error in validator({**self._dialect, **alone}).iter_errors(at.value):
            yield leaf_problem(error, at.path, at.value)

    def _members(self, schema: dict[str, Any], at: _Part) -> Iterator[Problem]:
        if not isinstance(at.value, dict):
            return
        if schema.get("additionalProperties") is False:
            known = list(schema.get("properties", {}))
            for name in at.value:
                if not _covering(schema, name):
                    yield unknown_member(at.path, name, known)
        if "propertyNames" in schema:
            for name in at.value:
                if not self._fits(_Part(f"{at.pointer}/propertyNames", [], name)):
                    place = to_pointer([*at.path, name])
                    yield Problem(place, "has a name that is not allowed here")

    def _parts(self, schema: dict[str, Any], at: _Part) -> Iterator[_Part]:
        fragment = str(schema.get("$ref", "")).removeprefix("#")
        if "$ref" in schema and (not fragment or fragment.startswith("/")):
            yield at._replace(pointer=unquote(fragment))
        for index in range(len(schema.get("allOf", []))):
            yield at._replace(pointer=f"{at.pointer}/allOf/{index}")
        if "if" in schema:
            fits = self._fits(at._replace(pointer=f"{at.pointer}/if"))
            branch = "then" if fits else "else"
            if branch in schema:
                yield at._replace(pointer=f"{at.pointer}/{branch}")
        if isinstance(at.value, dict):
            yield from _member_parts(schema, at)
        elif isinstance(at.value, list):
            yield from _item_parts(schema, at)

    def _alternative(
        self, branches: list[Any], keyword: str, at: _Part
    ) -> _Part | Problem | None:
        parts = [
            at._replace(pointer=f"{at.pointer}/{keyword}/{index}")
            for index in range(len(branches))
        ]
        fitting = sum(self._fits(part) for part in parts)
        here = to_pointer(at.path)
        if fitting:
            if keyword == "anyOf" or fitting == 1:
                return None
            return Problem(here, "fits more than one of the forms; one is allowed")
        forms = [resolved(branch, self._root) for branch in branches]
        likely = [i for i, form in enumerate(forms) if fits_type(form, at.value)]
        if not likely:
            wanted = dict.fromkeys(name for form in forms for name in types_of(form))
            return Problem(here, wrong_type(list(wanted), at.value))
        if len(likely) > 1:
            likely = [i for i in likely if _tagged(forms[i], at.value)]
        if len(likely) == 1:
            return parts[likely[0]]
        return Problem(here, "fits none of the forms that are allowed here")

    def _fits(self, part: _Part) -> bool:
        known = self._validators.get(part.pointer)
        if known is None:
            reference = {**self._dialect, "$ref": f"{_URN}#{quote(part.pointer)}"}
            known = validator(reference, self._registry)
            self._validators[part.pointer] = known
        return bool(known.is_valid(part.value))


def _member_parts(schema: dict[str, Any], at: _Part) -> Iterator[_Part]:
    for name, value in at.value.items():
        steps = _covering(schema, name)
        if not steps and isinstance(schema.get("additionalProperties"), dict):
            steps = [["additionalProperties"]]
        for step in steps:
            yield _Part(at.pointer + to_pointer(step), [*at.path, name], value)
    for name in schema.get("dependentSchemas", {}):
        if name in at.value:
            place = to_pointer(["dependentSchemas", name])
            yield at._replace(pointer=at.pointer + place)


def _covering(schema: dict[str, Any], name: str) -> list[list[str]]:
    steps = []
    if name in schema.get("properties", {}):
        steps.append(["properties", name])
    for pattern in schema.get("patternProperties", {}):
        covers = validator({"pattern": pattern})
        if covers.is_valid(name):
            steps.append(["patternProperties", pattern])
    return steps


def _item_parts(schema: dict[str, Any], at: _Part) -> Iterator[_Part]:
    items = schema.get("items")
    listed = "items" if isinstance(items, list) else "prefixItems"
    rest = "additionalItems" if isinstance(items, list) else "items"
    prefix = len(schema.get(listed, []))
    for index, value in enumerate(at.value):
        if index < prefix:
            place = f"/{listed}/{index}"
        elif rest in schema:
            place = f"/{rest}"
        else:
            return
        yield _Part(at.pointer + place, [*at.path, index], value)


def _tagged(form: dict[str, Any], value: Any) -> bool:
    """Tell whether a form's constant members, such as `kind`, have their values."""
    if not isinstance(value, dict):
        return False
    tags = [
        (name, part.get("enum", [part.get("const")]))
        for name, part in form.get("properties", {}).items()
        if isinstance(part, dict) and ("const" in part or "enum" in part)
    ]
    return bool(tags) and all(value.get(name) in allowed for name, allowed in tags)
