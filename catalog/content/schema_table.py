"""A schema as the rows of the page's contract tables, and as one word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .pointers import resolved
from .schema_rules import rule
from .schema_wording import implied_types, types_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: deeper members are left to the schema itself
_MAX_DEPTH = 4
_MAX_ROWS = 200
#: alternatives past these are left to the schema itself
_MAX_FORMS = 5

_FLOWS = {
    "any": "json",
    "array": "json",
    "enum": "text",
    "object": "json",
    "string": "text",
    "string[]": "text[]",
}


@dataclass(frozen=True, slots=True)
class SchemaRow:
    """One row: a member, or the whole value where the schema is no object.

    `name` is `text`, or `because[]` for an array of objects, whose members follow
    with `depth` + 1; `type` the word in its mark; `need` is "required", "optional"
    or "always" (outputs), empty for a whole value; `meaning` is the author's
    description and may hold Markdown's backticks; `rule` says the limits in words.
    """

    name: str
    type: str
    need: str
    meaning: str
    rule: str
    depth: int = 0


def table_of(
    schema: Any, side: Literal["input", "output"] = "input"
) -> list[SchemaRow]:
    """Give the rows of a contract table, in the order of the schema.

    For an output, what the schema requires is "always" there. A schema that says
    nothing gives one row of type "any".
    """
    table = _Table(schema, "required" if side == "input" else "always")
    keywords = resolved(schema, schema)
    if table.has_members(keywords):
        table.add_members(keywords, depth=0)
    else:
        table.add(side, keywords, "", depth=0)
    return table.rows


def type_word(schema: Any) -> str:
    """Give the word for what flows: "text", "image", "number[]", "json", ...

    An object with a single required member flows as that member: `{"text": ...}`
    is "text".
    """
    keywords = resolved(schema, schema)
    required = keywords.get("required", [])
    members = keywords.get("properties", {})
    if isinstance(members, dict) and isinstance(required, list) and members:
        only = required if len(required) == 1 else list(members)
        if len(only) == 1 and only[0] in members:
            keywords = resolved(members[only[0]], schema)
    word = type_name(keywords, schema)
    return _FLOWS.get(word, "json" if " or " in word else word)


def type_name(keywords: dict[str, Any], root: Any, depth: int = 0) -> str:
    """Give the word of a type mark; alternatives read "string or integer"."""
    if depth > _MAX_DEPTH:
        return "any"
    media = media_word(keywords)
    if media:
        return media
    if "enum" in keywords or "const" in keywords:
        return "enum"
    forms = [resolved(form, root) for form in _forms(keywords)[:_MAX_FORMS]]
    if forms:
        names = [type_name(form, root, depth + 1) for form in forms]
    else:
        names = [
            _array_name(keywords, root, depth) if name == "array" else name
            for name in types_of(keywords) or implied_types(keywords)
        ]
    return " or ".join(dict.fromkeys(names)) or "any"


def media_word(keywords: dict[str, Any]) -> str:
    """Give "image", "audio", "video" or "file" for a string that stands for bytes."""
    media = keywords.get("contentMediaType")
    if not isinstance(media, str):
        hint = keywords.get("format")
        return hint if hint in {"image", "audio", "video", "file"} else ""
    kind = media.partition("/")[0]
    if kind == "text" or media == "application/json":
        return ""
    return kind if kind in {"image", "audio", "video"} else "file"


def _forms(keywords: dict[str, Any]) -> list[Any]:
    for name in ("oneOf", "anyOf"):
        forms = keywords.get(name)
        if isinstance(forms, list) and not types_of(keywords):
            return forms
    return []


def _array_name(keywords: dict[str, Any], root: Any, depth: int) -> str:
    word = type_name(resolved(keywords.get("items"), root), root, depth + 1)
    if word == "any":
        return "array"
    return f"({word})[]" if " or " in word else f"{word}[]"


@dataclass
class _Table:
    root: Any
    needed: str
    rows: list[SchemaRow] = field(default_factory=list)
    #: the references that led to the row being added; one is not followed twice
    _followed: list[str] = field(default_factory=list)

    def element(self, keywords: dict[str, Any]) -> dict[str, Any] | None:
        if "array" not in (types_of(keywords) or implied_types(keywords)):
            return None
        return resolved(keywords.get("items"), self.root)

    def has_members(self, keywords: dict[str, Any]) -> bool:
        return any(True for _member in self.members(keywords))

    def members(
        self, keywords: dict[str, Any], seen: set[str] | None = None
    ) -> Iterator[tuple[str, Any, str]]:
        """Give name, schema and need of each member, those of `allOf` included."""
        seen = set() if seen is None else seen
        required = set(keywords.get("required") or [])
        for part in keywords.get("allOf") or []:
            references = set(_references(part))
            if not references & seen:
                seen |= references
                yield from self.members(resolved(part, self.root), seen)
        properties = keywords.get("properties")
        for name, member in (
            properties if isinstance(properties, dict) else {}
        ).items():
            yield name, member, self.needed if name in required else "optional"

    def add_members(self, keywords: dict[str, Any], depth: int) -> None:
        for name, member, need in self.members(keywords):
            if len(self.rows) >= _MAX_ROWS:
                break
            references = list(_references(member))
            nests = not set(references) & set(self._followed)
            self._followed += references
            self.add(name, resolved(member, self.root), need, depth, nests=nests)
            del self._followed[len(self._followed) - len(references) :]

    def add(
        self,
        name: str,
        keywords: dict[str, Any],
        need: str,
        depth: int,
        *,
        nests: bool = True,
    ) -> None:
        element = self.element(keywords)
        inner = keywords if element is None else element
        has_members = self.has_members(inner)
        if element is not None and has_members:
            name = f"{name}[]"
            word = "object"
        else:
            word = type_name(keywords, self.root)
        meaning = str(keywords.get("description") or keywords.get("title") or "")
        words = rule(keywords, self.root)
        self.rows.append(SchemaRow(name, word, need, meaning, words, depth))
        if has_members and nests and depth < _MAX_DEPTH:
            self.add_members(inner, depth + 1)


def _references(member: Any) -> Iterator[str]:
    for schema in (member, member.get("items") if isinstance(member, dict) else None):
        if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
