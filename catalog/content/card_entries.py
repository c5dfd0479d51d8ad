"""Lines of a JSON Lines file as documentation-only entries with a card each."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from .card_fields import CardFields, read_fields
from .card_values import text_of
from .cards import MAX_CARD_BYTES, MAX_META_BYTES, Card, CardProblem, parse_card
from .json_text import JsonProblem, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LINE_BYTES = 2 * MAX_CARD_BYTES
TITLE, SUMMARY, SOURCE_ID = 120, 300, 200
OWNER_NAME, NAME = 39, 99

_TEXTS = ("owner", "name", "docs_markdown")
_OPTIONAL = ("id", "title", "summary", "source", "task", "framework", "license")
_LISTS = ("tags", "tasks", "language")
#: our field to the card's
_KEYS = {
    "license": "license",
    "task": "pipeline_tag",
    "framework": "library_name",
    "language": "language",
    "tags": "tags",
}
_ENDINGS = (".json", ".md")


@dataclass(frozen=True, slots=True)
class EntryProblem:
    """Why a line is refused: its number from 1, and a sentence."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class CardEntry:
    """One entry: mapped `owner` and `name`, and the card with its front matter.

    `source_id` names the entry where it came from. The name keeps our rules and may
    still be another entry's; the owner may be a reserved word.
    """

    line: int
    source_id: str
    owner: str
    name: str
    title: str
    summary: str
    source: str
    card: Card
    fields: CardFields


def read_entries(
    lines: Iterable[bytes], *, owner: str = ""
) -> tuple[list[CardEntry], list[EntryProblem]]:
    """Read one entry a line; what cannot be one is a problem with its line.

    A line is a JSON object with `owner`, `name` and `docs_markdown` (texts), and if
    known `id`, `title`, `summary`, `source`, `task`, `framework`, `license` (texts),
    `tags`, `tasks` and `language` (lists of texts). Other keys are kept in the card.
    Blank lines are skipped. `owner` takes the place of every line's own.
    """
    entries: list[CardEntry] = []
    problems: list[EntryProblem] = []
    seen: dict[tuple[str, str], int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = _entry(number, line, owner)
        except (CardProblem, JsonProblem, _Refused) as refused:
            said = getattr(refused, "message", "") or str(refused)
            problems.append(EntryProblem(number, said))
            continue
        key = entry.owner.lower(), entry.source_id
        if key in seen:
            said = f"{entry.source_id} is here already, in line {seen[key]}."
            problems.append(EntryProblem(number, said))
            continue
        seen[key] = number
        entries.append(entry)
    return entries, problems


class _Refused(ValueError):
    """A line that is no entry."""


def _entry(number: int, line: bytes, owner: str) -> CardEntry:
    if len(line) > MAX_LINE_BYTES:
        raise _Refused("The line is larger than 512 KB.")
    row = parse_json(line)
    if not isinstance(row, dict):
        raise _Refused("This is no JSON object.")
    _check(row)
    name = name_of(row["name"])
    slug = owner_of(owner or row["owner"])
    for what, text, found in (
        ("owner", row["owner"], slug),
        ("name", row["name"], name),
    ):
        if not found:
            raise _Refused(f"{what} {text!r} has no letter or digit of ASCII.")
    card = _card(row)
    source_id = text_of(row.get("id") or f"{row['owner']}/{row['name']}", SOURCE_ID)
    source = _written(card)
    if len(source.encode()) > MAX_CARD_BYTES:
        raise _Refused("The card is larger than 256 KB.")
    return CardEntry(
        line=number,
        source_id=source_id,
        owner=slug,
        name=name,
        title=text_of(row.get("title") or row["name"], TITLE),
        summary=text_of(row.get("summary"), SUMMARY),
        source=source,
        card=card,
        fields=read_fields(card.meta),
    )


def _check(row: dict[str, Any]) -> None:
    for key in _TEXTS:
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise _Refused(f"{key} is missing; it has to be a text.")
    for key in _OPTIONAL:
        if not isinstance(row.get(key), str | None):
            raise _Refused(f"{key} has to be a text.")
    for key in _LISTS:
        value = row.get(key)
        items = value if isinstance(value, list) else [value] if value else []
        if not all(isinstance(item, str) for item in items):
            raise _Refused(f"{key} has to be a list of texts.")


def name_of(text: str) -> str:
    """Map a name to one that the catalog takes: `a/b c` is `a--b-c`; "" if none is."""
    name = _ascii(text.strip().replace("/", "--"), r"[^A-Za-z0-9_.-]+")[:NAME]
    if name.lower().endswith(_ENDINGS):
        stem, _dot, ending = name.rpartition(".")
        name = f"{stem}-{ending}"
    return name


def owner_of(text: str) -> str:
    """Map an owner's name to one that the catalog takes; "" if none is."""
    return _ascii(text.strip(), r"[^A-Za-z0-9_-]+")[:OWNER_NAME].rstrip("-")


def _ascii(text: str, refused: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"^[^A-Za-z0-9]+", "", re.sub(refused, "-", folded)).rstrip("-")


def _card(row: dict[str, Any]) -> Card:
    """Put the row's fields and the text's own front matter into one card."""
    text = row["docs_markdown"].replace("\r\n", "\n")
    try:
        own = parse_card(text)
    except CardProblem:
        own = Card({}, text)  # it starts with a rule, not with front matter
    said = {key: row[field] for field, key in _KEYS.items() if row.get(field)}
    left = {
        key: value
        for key, value in row.items()
        if value and key not in {*_TEXTS, *_KEYS, "id", "title", "summary"}
    }
    if left.get("tasks") == [row.get("task")]:
        del left["tasks"]
    meta = own.meta | said | {key: v for key, v in left.items() if key not in own.meta}
    for key in ("language", "tags"):
        if isinstance(meta.get(key), str):
            meta[key] = [meta[key]]
    return Card(meta, own.body.lstrip("\n"))


_NUMERIC = frozenset("+-.0123456789")


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes every value out; cards have no aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Quote what starts like a number: cards are read as YAML 1.2, not 1.1."""
    style = '"' if text[:1] in _NUMERIC else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text_node)


def _written(card: Card) -> str:
    front = ""
    if card.meta:
        front = yaml.dump(
            card.meta, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000
        )
    elif not card.body.startswith("---"):
        return card.body
    if len(front.encode()) > MAX_META_BYTES:
        raise _Refused("The fields beside the text are larger than 64 KB.")
    return f"---\n{front}---\n\n{card.body}"
