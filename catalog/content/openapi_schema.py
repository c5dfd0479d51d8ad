"""A version's JSON Schema as a part of an OpenAPI 3.1 document.

OpenAPI 3.1 takes JSON Schema 2020-12, but a reference in a part is read from the
document's root, and few tools follow `$id` or another `$schema`. So references become
pointers into the document, and draft 7 is written in the words of 2020-12.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from .pointers import from_pointer, to_pointer
from .schema_engine import is_draft_7
from .schema_parts import all_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .schema_parts import Path

_MAPS = {
    *("$defs", "definitions", "dependencies", "dependentSchemas"),
    *("patternProperties", "properties"),
}
#: what draft 7 reads beside a `$ref`; it ignores every other keyword there
_BESIDE = {
    *("$comment", "$defs", "$ref", "default", "definitions", "description"),
    *("examples", "title"),
}
#: what names a place or a dialect: of no use once references are pointers
_NAMES = ("$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary")


def embedded(schema: Any, *, at: str) -> Any:
    """Return the schema as it stands at the JSON Pointer `at` of a document."""
    if not isinstance(schema, dict):
        return schema
    copied = deepcopy(schema)
    parts = list(all_parts(copied))
    places = _Places(schema, parts, at)
    references = [
        (part, keyword, places.pointer(part[keyword], path))
        for path, part in parts
        if isinstance(part, dict)
        for keyword in ("$ref", "$dynamicRef")
        if isinstance(part.get(keyword), str)
    ]
    for part, keyword, pointer in references:
        _refer(part, keyword, pointer)
    for _path, part in parts:
        if isinstance(part, dict):
            if is_draft_7(schema):
                _modernize(part)
            for keyword in _NAMES:
                part.pop(keyword, None)
    return copied


class _Places:
    """Where the names and references of a schema lead in the document."""

    def __init__(self, schema: Any, parts: list[tuple[Path, Any]], at: str) -> None:
        self._schema = schema
        self._is_old = is_draft_7(schema)
        self._at = at
        self._roots: list[Path] = [()]
        self._anchors: dict[str, Path] = {}
        for path, part in parts:
            if isinstance(part, dict):
                self._note(path, part)

    def _note(self, path: Path, part: dict[str, Any]) -> None:
        own = part.get("$id")
        if isinstance(own, str) and own.startswith("#"):
            self._anchors.setdefault(own[1:], path)  # draft 7 names a place so
        elif isinstance(own, str) and path:
            self._roots.append(path)
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(part.get(keyword), str):
                self._anchors.setdefault(part[keyword], path)

    def pointer(self, reference: str, path: Path) -> str:
        """Return the pointer from the document's root for `#...` found at `path`."""
        fragment = unquote(reference.removeprefix("#"))
        if fragment and not fragment.startswith("/"):
            steps: Sequence[str | int] = self._anchors.get(fragment, ())
        else:
            # A part with an `$id` is a root of its own for what stands in it.
            inside = (root for root in self._roots if path[: len(root)] == root)
            steps = (*max(inside, key=len), *from_pointer(fragment))
        return f"#{self._at}{quote(to_pointer(self._moved(steps)), safe='/~$')}"

    def _moved(self, steps: Sequence[str | int]) -> list[str | int]:
        """Return the path as it is after draft 7 was written in newer words."""
        if not self._is_old:
            return list(steps)
        found: list[str | int] = []
        here, is_schema = self._schema, True
        for step in steps:
            word = _renamed(here, str(step)) if is_schema else step
            found.append(word)
            after = _inside(here, step)
            is_schema = not (is_schema and (step in _MAPS or isinstance(after, list)))
            here = after
        return found


def _inside(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(str(step))
    if isinstance(value, list) and str(step).isdecimal() and int(step) < len(value):
        return value[int(step)]
    return None


def _renamed(schema: Any, keyword: str) -> str:
    if not isinstance(schema, dict):
        return keyword
    if isinstance(schema.get("items"), list):
        keyword = {"items": "prefixItems", "additionalItems": "items"}.get(
            keyword, keyword
        )
    return "dependentSchemas" if keyword == "dependencies" else keyword


def _refer(part: dict[str, Any], keyword: str, pointer: str) -> None:
    """Write a reference as a pointer; one that was dynamic has one target here."""
    if keyword == "$dynamicRef":
        del part[keyword]
        if "$ref" in part:
            part["allOf"] = [*part.get("allOf", []), {"$ref": pointer}]
            return
    part["$ref"] = pointer


def _modernize(part: dict[str, Any]) -> None:
    """Write one schema of draft 7 in the words of 2020-12."""
    if "$ref" in part:
        for keyword in set(part) - _BESIDE:
            del part[keyword]
    rest = part.pop("additionalItems", None)
    if isinstance(part.get("items"), list):
        part["prefixItems"] = part.pop("items")
        if rest is not None:
            part["items"] = rest
    dependencies = part.pop("dependencies", None)
    if isinstance(dependencies, dict):
        names = {k: v for k, v in dependencies.items() if isinstance(v, list)}
        schemas = {k: v for k, v in dependencies.items() if k not in names}
        part |= {"dependentRequired": names} if names else {}
        part |= {"dependentSchemas": schemas} if schemas else {}
