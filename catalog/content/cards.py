"""Cards: Markdown with YAML front matter in the Hugging Face model card's fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from .json_text import shorten

#: size of a card with its front matter, and of the front matter alone (bytes)
MAX_CARD_BYTES = 256 * 1024
MAX_META_BYTES = 64 * 1024

_MAX_NODES = 5_000
_MAX_DEPTH = 20
_LONGEST_NUMBER = 300

_START = re.compile(r"---[ \t]*\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(
    r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?"
)

_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("bool", "float", "int", "map", "merge", "null", "seq", "str")
} | {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value"}
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}

#: fields that are one text, and fields that are a list of texts
_TEXTS = ("license", "pipeline_tag", "library_name")
_LISTS = ("tags", "language")


class CardProblem(ValueError):
    """Why a card is refused, and the line of the card, from 1, where that is."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(line, message)
        self.line = line
        self.message = message

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Card:
    """A card: `meta` is the front matter, `body` the Markdown after it.

    `license`, `pipeline_tag` and `library_name` are texts and `tags` and `language`
    lists of texts where they are given; all other keys are kept as JSON values.
    `lines` are the lines of the card, from 1, that the keys stand on.
    """

    meta: dict[str, Any]
    body: str
    lines: dict[str, int] = field(default_factory=dict, compare=False)


def parse_card(text: str) -> Card:
    """Split a card into front matter and Markdown; raises CardProblem.

    A card without front matter is fine. Dates and the words yes, no, on and off
    stay texts (`language: no` is Norwegian), as in YAML 1.2.
    """
    _check_text(text)
    front, body = _split(text)
    if front is None:
        return Card({}, body)
    meta, lines = _front_matter(front)
    return Card(meta, body, lines)


def body_of(text: str) -> str:
    """Give the Markdown of a card that was parsed before, without parsing it again."""
    return _split(text)[1]


def _split(text: str) -> tuple[str | None, str]:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    start = _START.match(text)
    if start is None:
        return None, text
    end = _END.search(text, start.end())
    if end is None:
        raise CardProblem(1, "The front matter that starts with --- has no end.")
    return text[start.end() : end.start()], text[end.end() :].lstrip("\n")


def _check_text(text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise CardProblem(line, "Half of a surrogate pair stands alone.") from None
    if size > MAX_CARD_BYTES:
        raise CardProblem(1, "The card is larger than 256 KB.")
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise CardProblem(line, "The card contains the character U+0000.")


def _front_matter(source: str) -> tuple[dict[str, Any], dict[str, int]]:
    if len(source.encode()) > MAX_META_BYTES:
        raise CardProblem(1, "The front matter is larger than 64 KB.")
    try:
        node = yaml.compose(source, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context or "is no YAML"
        raise CardProblem(_line(mark), f"The front matter: {said}.") from None
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 2
        message = f"The front matter: the character U+{error.character:04X} is refused."
        raise CardProblem(line, message) from None
    if node is None:
        return {}, {}
    if not isinstance(node, yaml.MappingNode):
        raise CardProblem(2, "The front matter has to consist of `key: value` lines.")
    meta = _mapping(node)
    lines = {key.value: _line(key.start_mark) for key, _value in node.value}
    typed = {name: _typed(name, value, lines[name]) for name, value in meta.items()}
    return typed, lines


class _Loader(yaml.SafeLoader):
    """Composes a bounded number of nodes; aliases, which multiply, are refused."""

    nodes = 0
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.nodes += 1
        self.depth += 1
        problem = ""
        if self.check_event(yaml.AliasEvent):
            problem = "aliases are not supported"
        elif self.nodes > _MAX_NODES or self.depth > _MAX_DEPTH:
            problem = "it is too large or too deeply nested"
        if problem:
            event = self.peek_event()  # type: ignore[no-untyped-call] # no stub
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _value(node: Any) -> Any:
    if node.tag not in _PLAIN_TAGS:
        said = f"The front matter: the tag {shorten(node.tag)} is not supported."
        raise CardProblem(_line(node.start_mark), said)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    return node.value if node.style else _plain(node.value)


def _mapping(node: Any) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in node.value:
        line = _line(key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            raise CardProblem(line, "The front matter: a key has to be a word.")
        if key.value in members:
            said = f"The front matter: the key {shorten(key.value)} is here twice."
            raise CardProblem(line, said)
        members[key.value] = _value(value)
    return members


def _plain(text: str) -> Any:
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and abs(float(text)) != float("inf"):
        return float(text)
    return text


def _typed(name: str, value: Any, line: int) -> Any:
    if value is None or name not in (*_TEXTS, *_LISTS):
        return value
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, dict | list) for item in items):
        wanted = "a word" if name in _TEXTS else "a list of words"
        raise CardProblem(line, f"The front matter: {name} has to be {wanted}.")
    words = [_word(item) for item in items if item is not None]
    return words if name in _LISTS else ", ".join(words)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _line(mark: Any) -> int:
    """Count lines of the card: the front matter starts on its second."""
    return mark.line + 2 if mark is not None else 1
