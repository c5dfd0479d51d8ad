"""What a schema says in one place: references followed, `allOf` merged.

The merged keywords are for drawing. They may say less than the schema, never more
than it allows: whether a value fits is always asked of the schema itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .pointers import resolved
from .schema_wording import types_of

if TYPE_CHECKING:
    from collections.abc import Callable

#: stands in merged keywords where parts contradict each other in form
UNDRAWN = "$undrawn"

#: `allOf` inside `allOf` deeper than this is taken for a circle
_DEEPEST = 12

_CONDITIONAL = ("if", "then", "else", "dependentSchemas", "dependencies")


def merged(schema: Any, root: Any, depth: int = 0) -> dict[str, Any]:
    """Give the keywords of a schema with its references and `allOf` worked in.

    Members that only `then`, `else` or a dependent schema names are among the
    properties, as optional ones. A boolean schema gives {}.
    """
    keywords = resolved(schema, root)
    parts = keywords.pop("allOf", None)
    if depth > _DEEPEST:
        return keywords
    for part in parts if isinstance(parts, list) else []:
        keywords = both(keywords, merged(part, root, depth + 1))
    perhaps = _conditional(keywords, root, depth)
    kept = {key: value for key, value in keywords.items() if key not in _CONDITIONAL}
    if perhaps:
        known = kept.get("properties")
        kept["properties"] = {**perhaps, **(known if isinstance(known, dict) else {})}
    return kept


def both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Merge the keywords of two schemas that hold together; the first wins a tie."""
    result = dict(one)
    for key, value in other.items():
        if key not in result:
            result[key] = value
        elif result[key] != value:
            merge = _MERGES.get(key)
            if merge is not None:
                result[key] = merge(result[key], value)
            elif key in {"oneOf", "anyOf"}:
                result[UNDRAWN] = True
    types = _types_of_both(one, other)
    if types is not None:
        result["type"] = types
    return result


def _conditional(keywords: dict[str, Any], root: Any, depth: int) -> dict[str, Any]:
    """Give the members that hold under a condition, by name."""
    schemas = [keywords.get("then"), keywords.get("else")]
    for word in ("dependentSchemas", "dependencies"):
        dependent = keywords.get(word)
        schemas += dependent.values() if isinstance(dependent, dict) else []
    found: dict[str, list[Any]] = {}
    for schema in schemas:
        if not isinstance(schema, dict):
            continue
        inside = merged(schema, root, depth + 1).get("properties")
        for name, member in (inside if isinstance(inside, dict) else {}).items():
            if member not in found.setdefault(name, []) and member is not False:
                found[name].append(member)
    return {
        name: members[0] if len(members) == 1 else {"anyOf": members}
        for name, members in found.items()
        if members
    }


def _types_of_both(one: dict[str, Any], other: dict[str, Any]) -> list[str] | None:
    first, second = types_of(one), types_of(other)
    if not first or not second or first == second:
        return None
    left = [name for name in first if name in second]
    if "number" in first and "integer" in second and "integer" not in left:
        left.append("integer")
    if "integer" in first and "number" in second and "integer" not in left:
        left.append("integer")
    return left or first


def _schemas(one: Any, other: Any) -> Any:
    if one is True or one == {}:
        return other
    if other is True or other == {}:
        return one
    if one is False or other is False:
        return False
    if isinstance(one, list) or isinstance(other, list):
        return one
    return {"allOf": [one, other]}


def _named(one: Any, other: Any) -> Any:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return one
    shared = {name: _schemas(one[name], other[name]) for name in one if name in other}
    return {**one, **other, **shared}


def _listed(one: Any, other: Any) -> Any:
    return [*one, *(name for name in other if name not in one)]


def _allowed(one: Any, other: Any) -> Any:
    return [value for value in one if value in other] or one


_MERGES: dict[str, Callable[[Any, Any], Any]] = {
    "properties": _named,
    "patternProperties": _named,
    "$defs": _named,
    "required": _listed,
    "enum": _allowed,
    "items": _schemas,
    "additionalItems": _schemas,
    "additionalProperties": _schemas,
    "propertyNames": _schemas,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems"), min),
}
