"""JSON Schema 2020-12 and draft 7, without ever following a reference elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jsonschema_rs import ReferencingError

from .json_text import shorten
from .pointers import resolved, to_pointer, value_at
from .schema_engine import DRAFT_7, DRAFT_2020, is_draft_7, names_dialect, validator
from .schema_parts import MAX_UNFOLDED, all_parts, unfolded_size
from .schema_problems import Explainer
from .schema_wording import Problem, leaf_problem, types_of

__all__ = [
    "CompiledSchema",
    "Problem",
    "SchemaInvalid",
    "check_schema",
    "compile_schema",
    "takes_bytes",
]

#: size of a schema as compact JSON (bytes)
MAX_SCHEMA_BYTES = 256 * 1024

#: each pattern becomes an automaton of up to a megabyte
MAX_PATTERNS = 64

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


class SchemaInvalid(ValueError):
    """A schema that cannot be used. `problems` point into the schema itself."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class CompiledSchema:
    """A schema that is ready to check values; safe to share between threads."""

    schema: dict[str, Any] | bool
    _validator: Any

    def is_valid(self, value: Any) -> bool:
        """Tell in about a microsecond whether a decoded JSON value fits."""
        return bool(self._validator.is_valid(value))

    def problems(self, value: Any, limit: int = 20) -> list[Problem]:
        """Say where and why a value does not fit; empty exactly when it fits."""
        if self.is_valid(value):
            return []
        found = self._explainer.explain(value, limit)
        return found or [Problem("", "does not fit the schema")]

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(self.schema)


def compile_schema(schema: Any) -> CompiledSchema:
    """Compile a schema for checking values; raises SchemaInvalid.

    2020-12 unless `$schema` names draft 7. `format` is asserted. A reference to
    anything outside the schema is an error: nothing is fetched or read.
    """
    if not isinstance(schema, dict | bool):
        raise SchemaInvalid([Problem("", "a schema is an object, true or false")])
    try:
        return CompiledSchema(schema, validator(schema))
    except (ValueError, ReferencingError) as error:
        message = getattr(error, "message", str(error)).splitlines()[0]
        raise SchemaInvalid([Problem("", shorten(message, 200))]) from None


def check_schema(schema: Any) -> list[Problem]:
    """List what an author has to mend before a schema can be published."""
    found = _check_form(schema) or _check_parts(schema) or _check_meaning(schema)
    if found:
        return found
    try:
        if unfolded_size(schema) > MAX_UNFOLDED:
            detail = "its references multiply: too many checks for one value"
            return [Problem("", detail)]
        compile_schema(schema)
    except SchemaInvalid as error:
        return error.problems
    except RecursionError:
        return [Problem("", "its references form too long a chain")]
    return []


def takes_bytes(schema: Any) -> bool:
    """Tell whether a raw body that is neither JSON nor text can be the whole input.

    True for a schema that says nothing (`{}`, `true`) and for a string, perhaps as
    one of several forms, whose `contentMediaType` names a binary type.
    """
    if schema is True or schema == {}:
        return True
    keywords = resolved(schema, schema)
    if is_binary(keywords):
        return True
    forms = [*keywords.get("anyOf", []), *keywords.get("oneOf", [])]
    return any(is_binary(resolved(form, schema)) for form in forms)


def is_binary(keywords: dict[str, Any]) -> bool:
    """Tell whether a schema's string stands for bytes: its media type is no text."""
    media = keywords.get("contentMediaType")
    if not isinstance(media, str) or "string" not in (types_of(keywords) or ["string"]):
        return False
    return not media.startswith("text/") and media != "application/json"


def _check_form(schema: Any) -> list[Problem]:
    if not isinstance(schema, dict | bool):
        return [Problem("", "a schema is an object, true or false")]
    if len(json.dumps(schema, separators=(",", ":"))) > MAX_SCHEMA_BYTES:
        return [Problem("", "is larger than 256 KB")]
    dialect = schema.get("$schema", DRAFT_2020) if isinstance(schema, dict) else ""
    if dialect and not names_dialect(dialect, DRAFT_2020, DRAFT_7):
        detail = "must name draft 2020-12 or draft 7, or be left out (2020-12)"
        return [Problem("/$schema", detail)]
    return []


def _check_parts(schema: Any) -> list[Problem]:
    found: list[Problem] = []
    patterns = 0
    for path, part in all_parts(schema):
        if not isinstance(part, dict):
            continue
        for keyword in _REFERENCES:
            target = part.get(keyword)
            if isinstance(target, str) and not target.startswith("#"):
                detail = "may only refer to a place in this schema (#/...)"
                found.append(Problem(to_pointer((*path, keyword)), detail))
        for step, pattern in _patterns(part):
            patterns += 1
            if patterns <= MAX_PATTERNS and not _pattern_compiles(pattern):
                shown = shorten(pattern, 80)
                detail = (
                    f"the pattern {shown} does not compile; look-around, "
                    "back-references and very large repeats are not supported"
                )
                found.append(Problem(to_pointer((*path, *step)), detail))
    if patterns > MAX_PATTERNS:
        found.append(Problem("", f"has more than {MAX_PATTERNS} patterns"))
    return found


def _check_meaning(schema: Any) -> list[Problem]:
    meta = f"http://{DRAFT_7}#" if is_draft_7(schema) else f"https://{DRAFT_2020}"
    judge = validator({"$schema": meta, "$ref": meta})
    try:
        errors = list(judge.iter_errors(schema))[:20]
    except ValueError:  # the engine's own limit of nesting
        return [Problem("", "is nested too deeply")]
    return [_meta_problem(error, schema) for error in errors]


def _meta_problem(error: Any, schema: Any) -> Problem:
    pointer = to_pointer(error.instance_path)
    if error.kind.name == "anyOf":  # only `type` has alternatives in both drafts
        return Problem(pointer, "is no JSON Schema type, nor a list of them")
    value = value_at(schema, pointer)
    return leaf_problem(error, error.instance_path, value)


def _patterns(part: dict[str, Any]) -> list[tuple[tuple[str, ...], str]]:
    found: list[tuple[tuple[str, ...], str]] = []
    if isinstance(part.get("pattern"), str):
        found.append((("pattern",), part["pattern"]))
    keyed = part.get("patternProperties")
    if isinstance(keyed, dict):
        found += [(("patternProperties", pattern), pattern) for pattern in keyed]
    return found


def _pattern_compiles(pattern: str) -> bool:
    try:
        validator({"pattern": pattern})
    except ValueError:
        return False
    return True
