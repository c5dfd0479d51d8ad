"""What changed for callers between two schemas, member by member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .schema_table import SchemaRow, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

#: more are left to the schemas themselves
MOST = 12


@dataclass(frozen=True, slots=True)
class Change:
    """One member that was added, removed, or is another now; `detail` says how."""

    kind: Literal["added", "removed", "changed"]
    side: Literal["input", "output"]
    name: str
    detail: str


def changes(before: Any, after: Any, side: Literal["input", "output"]) -> list[Change]:
    """Compare two schemas as the contract tables show them, at most 12 changes."""
    if before == after:
        return []
    old, new = _by_path(table_of(before, side)), _by_path(table_of(after, side))
    found = [
        Change("added", side, name, f"{row.type}, {row.need}" if row.need else row.type)
        for name, row in new.items()
        if name not in old
    ]
    found += [
        Change("removed", side, name, row.type)
        for name, row in old.items()
        if name not in new
    ]
    for name, row in new.items():
        if name in old and (said := _difference(old[name], row)):
            found.append(Change("changed", side, name, said))
    return found[:MOST]


def _by_path(rows: Sequence[SchemaRow]) -> dict[str, SchemaRow]:
    paths: dict[str, SchemaRow] = {}
    above: list[str] = []
    for row in rows:
        above = [*above[: row.depth], row.name]
        paths[".".join(above)] = row
    return paths


def _difference(old: SchemaRow, new: SchemaRow) -> str:
    pairs = ((old.type, new.type), (old.need, new.need), (old.rule, new.rule))
    said = [
        f"{was or 'no limit'} → {now or 'no limit'}" for was, now in pairs if was != now
    ]
    return "; ".join(said)
