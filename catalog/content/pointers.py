"""JSON Pointers (RFC 6901) and the local references of a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

#: a chain of `$ref`s longer than this is taken for a circle
_LONGEST_CHAIN = 50


def to_pointer(path: Iterable[str | int]) -> str:
    """Write a path of keys and indexes as a pointer; the whole document is ''."""
    return "".join(f"/{_escape(str(step))}" for step in path)


def from_pointer(pointer: str) -> list[str]:
    """Split a pointer into its unescaped steps; raises ValueError."""
    if not pointer:
        return []
    if not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is no JSON Pointer: it has to start with /.")
    return [_unescape(step) for step in pointer[1:].split("/")]


def value_at(document: Any, pointer: str) -> Any:
    """Look a pointer up; raises LookupError where it leads nowhere."""
    for step in from_pointer(pointer):
        if isinstance(document, dict):
            document = document[step]
        elif isinstance(document, list) and step.isdecimal():
            document = document[int(step)]
        else:
            raise LookupError(pointer)
    return document


def resolved(schema: Any, root: Any) -> dict[str, Any]:
    """Follow `$ref`s inside `root` and give the keywords that hold together.

    Keywords beside a `$ref` win over those of its target, as titles and
    descriptions do. A boolean schema, a circle or a dangling reference gives {}.
    """
    keywords: dict[str, Any] = {}
    for _hop in range(_LONGEST_CHAIN):
        if not isinstance(schema, dict):
            break
        keywords = {**schema, **keywords}
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            break
        schema = local_target(reference, root)
    else:
        return {}
    keywords.pop("$ref", None)
    return keywords


def local_target(reference: str, root: Any) -> Any:
    """Give what a `#...` reference names inside `root`, or None."""
    if not reference.startswith("#"):
        return None
    fragment = unquote(reference[1:])
    try:
        if fragment and not fragment.startswith("/"):
            return _anchored(fragment, root)
        return value_at(root, fragment)
    except (LookupError, ValueError):
        return None


def _anchored(name: str, root: Any) -> Any:
    level = [root]
    while level:
        schema = level.pop()
        if isinstance(schema, dict):
            if schema.get("$anchor") == name:
                return schema
            level += schema.values()
        elif isinstance(schema, list):
            level += schema
    return None


def _escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _unescape(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
