"""Examples of an algorithm folder: a title, an input and its recorded output."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from .json_text import JsonProblem, parse_json, shorten
from .pointers import value_at

if TYPE_CHECKING:
    from .schemas import CompiledSchema

_KEYS = ("title", "input", "output", "varies")
_TITLE = 120
_SPACE = re.compile(r"[ \t\r\n]*")

#: (line from 1 or 0, sentence)
Said = tuple[int, str]


@dataclass(frozen=True, slots=True)
class FolderExample:
    """An example. The texts are the JSON as the author wrote it, indented anew.

    Without a recorded output, `output` is None and `output_text` empty. `varies` are
    pointers to what of the output is different in each run or on each server.
    """

    file: str
    title: str
    input: Any
    output: Any
    input_text: str
    output_text: str
    varies: tuple[str, ...] = ()


def read_example(file: str, data: bytes) -> FolderExample | list[Said]:
    """Read an example, or give what is wrong with it."""
    try:
        document = parse_json(data)
    except JsonProblem as problem:
        return [(problem.line, str(problem))]
    if not isinstance(document, dict):
        return [(1, "An example is an object with title, input and output.")]
    text = data.decode()
    members = _members(text)
    said = _problems(document, {name: line for name, (line, _raw) in members.items()})
    if said:
        return said
    return FolderExample(
        file=file,
        title=document["title"].strip(),
        input=document["input"],
        output=document.get("output"),
        input_text=members["input"][1],
        output_text=members["output"][1] if "output" in members else "",
        varies=tuple(document.get("varies", ())),
    )


def check_example(
    data: bytes,
    example: FolderExample,
    schema: CompiledSchema | None,
    output_schema: CompiledSchema | None,
) -> list[Said]:
    """Say where the input and the output do not fit their schemas."""
    members = _members(data.decode())
    said: list[Said] = []
    for name, value, judge in (
        ("input", example.input, schema),
        ("output", example.output, output_schema),
    ):
        if judge is not None and name in members:
            line = members[name][0]
            said += [
                (line, f"/{name}{problem.pointer} {problem.detail}.")
                for problem in judge.problems(value)
            ]
    return said


def _problems(document: dict[str, Any], lines: dict[str, int]) -> list[Said]:
    said: list[Said] = []
    for name in document:
        if name not in _KEYS:
            near = get_close_matches(name, _KEYS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            known = ", ".join(_KEYS)
            sentence = f"{shorten(name)} is not known here; known: {known}."
            said.append((lines.get(name, 0), sentence + hint))
    title = document.get("title")
    if not isinstance(title, str) or not 1 <= len(title.strip()) <= _TITLE:
        sentence = f"title has to be a text of 1 to {_TITLE} characters."
        said.append((lines.get("title", 1), sentence))
    if "input" not in document:
        said.append((1, "input is missing."))
    if "varies" in document and not _lead_somewhere(document):
        sentence = 'varies has to be a list of pointers into the output, as ["/url"].'
        said.append((lines["varies"], sentence))
    return said


def _lead_somewhere(document: dict[str, Any]) -> bool:
    pointers = document["varies"]
    if not isinstance(pointers, list) or "output" not in document:
        return False
    for pointer in pointers:
        if not isinstance(pointer, str):
            return False
        try:
            value_at(document["output"], pointer)
        except (LookupError, ValueError):
            return False
    return True


def _members(text: str) -> dict[str, tuple[int, str]]:
    """Give the line and the text of each member of a valid JSON object."""
    decoder = json.JSONDecoder()
    members: dict[str, tuple[int, str]] = {}
    at = _after_space(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = decoder.raw_decode(text, at)
        at = _after_space(text, _after_space(text, at) + 1)
        start = at
        _value, at = decoder.raw_decode(text, at)
        line = text.count("\n", 0, start) + 1
        members[name] = (line, _dedented(text[start:at]))
        at = _after_space(text, at)
        if text[at] == ",":
            at = _after_space(text, at + 1)
    return members


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _dedented(raw: str) -> str:
    """Take the member's own indent off its lines; JSON strings have no newlines."""
    first, *rest = raw.replace("\r\n", "\n").split("\n")
    if not rest:
        return first
    indent = len(rest[-1]) - len(rest[-1].lstrip())
    return "\n".join([first, *(line.removeprefix(rest[-1][:indent]) for line in rest)])
