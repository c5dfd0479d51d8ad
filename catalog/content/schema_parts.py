"""Where a JSON Schema contains further schemas, and how far they multiply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .pointers import local_target

if TYPE_CHECKING:
    from collections.abc import Iterator

#: more evaluations than this for one value are taken for an attack
MAX_UNFOLDED = 100_000

_ONE = {
    *("additionalItems", "additionalProperties", "contains", "contentSchema", "else"),
    *("if", "items", "not", "propertyNames", "then", "unevaluatedItems"),
    "unevaluatedProperties",
}
_MANY = {
    *("$defs", "allOf", "anyOf", "definitions", "dependencies", "dependentSchemas"),
    *("items", "oneOf", "patternProperties", "prefixItems", "properties"),
}

Path = tuple[str | int, ...]


def parts(schema: Any) -> Iterator[tuple[Path, Any]]:
    """Give the schemas directly inside one, each with its path from there."""
    if not isinstance(schema, dict):
        return
    for keyword, inside in schema.items():
        if keyword in _MANY and isinstance(inside, list):
            yield from (((keyword, index), part) for index, part in enumerate(inside))
        elif keyword in _ONE:
            yield (keyword,), inside
        elif keyword in _MANY and isinstance(inside, dict):
            yield from (((keyword, name), part) for name, part in inside.items())


def all_parts(schema: Any) -> Iterator[tuple[Path, Any]]:
    """Give a schema and every schema inside it, each with its path."""
    waiting: list[tuple[Path, Any]] = [((), schema)]
    while waiting:
        path, found = waiting.pop()
        yield path, found
        waiting += [((*path, *step), part) for step, part in parts(found)]


def unfolded_size(root: Any) -> int:
    """Count the schemas that evaluating `root` visits when every `$ref` is followed.

    A validator follows each reference anew, so a chain of definitions that name the
    next one twice costs 2^n. A reference back into a schema that is being counted
    counts once: validators keep the verdicts of recursion.
    """
    sizes: dict[int, int] = {}

    def size(schema: Any) -> int:
        if not isinstance(schema, dict):
            return 1
        known = sizes.get(id(schema))
        if known is not None:
            return known
        sizes[id(schema)] = 1
        total = 1 + sum(size(part) for step, part in parts(schema) if _applies(step))
        reference = schema.get("$ref")
        if isinstance(reference, str):
            total += size(local_target(reference, root))
        sizes[id(schema)] = total
        return total

    return size(root)


def _applies(step: Path) -> bool:
    return step[0] not in ("$defs", "definitions")
