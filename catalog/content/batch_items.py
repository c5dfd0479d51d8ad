"""Where the inputs of a batch begin and end, in lines or in one JSON array.

Only places are kept, never the decoded values: a body of 10 MiB stays 10 MiB.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from .json_text import JsonProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?")
_SPACE = re.compile(r"[ \t\n\r]*")
_BLANK = b" \t\r"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_decoder = json.JSONDecoder(parse_constant=_no_constant)


@dataclass(frozen=True, slots=True)
class Items:
    """A batch: its text, and of each item the line (from 1) and its two ends."""

    text: bytes | str
    places: list[tuple[int, int, int]]

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Yield line and JSON text of each item, cut out when its turn comes."""
        for line, start, end in self.places:
            part = self.text[start:end]
            yield line, part if isinstance(part, bytes) else part.encode()


def items_in_lines(body: bytes, *, most: int) -> Items:
    """Find the lines that are not blank; one more than `most` at most is looked for."""
    places: list[tuple[int, int, int]] = []
    start, line = 0, 0
    while start < len(body) and len(places) <= most:
        line += 1
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        if body[start:end].strip(_BLANK):
            places.append((line, start, end))
        start = end + 1
    return Items(body, places)


def items_in_array(body: bytes, *, most: int) -> Items:
    """Find the elements of one JSON array; raises JsonProblem where it is none.

    Items are counted on to one more than `most` at most: then the rest is not read.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise JsonProblem(f"This is not UTF-8 from byte {error.start} on.") from None
    places: list[tuple[int, int, int]] = []
    at = _after(text, 0, "[")
    line, counted = 1, 0
    while not (text[at : at + 1] == "]" and not places) and len(places) <= most:
        end = _value_end(text, at)
        line += text.count("\n", counted, at)
        counted = at
        places.append((line, at, end))
        at = _skip(text, end)
        if text[at : at + 1] != ",":
            break
        at = _skip(text, at + 1)
    if len(places) <= most and _after(text, at, "]") != len(text):
        raise _problem(text, _after(text, at, "]"), "text after the array")
    return Items(text, places)


def keyed(item: bytes) -> tuple[str, bytes]:
    """Return key and input of `{"key": ..., "input": ...}`; raises JsonProblem.

    The input is what stands there, digit for digit.
    """
    try:
        text = item.decode()
    except UnicodeDecodeError as error:
        raise JsonProblem(f"This is not UTF-8 from byte {error.start} on.") from None
    found: dict[str, str] = {}
    at = _after(text, 0, "{")
    while text[at : at + 1] != "}" or found:
        name, at = _member_name(text, at)
        end = _value_end(text, at)
        if name not in ("key", "input") or name in found:
            raise JsonProblem(
                'With keys=true an item is {"key": ..., "input": ...}: each once, and '
                "nothing else."
            )
        found[name] = text[at:end]
        at = _skip(text, end)
        if text[at : at + 1] != ",":
            break
        at = _skip(text, at + 1)
    if _after(text, at, "}") != len(text):
        raise _problem(text, at, "text after the object")
    key = json.loads(found.get("key", "null"))
    if "input" not in found or not isinstance(key, str) or not KEY.fullmatch(key):
        raise JsonProblem(
            'With keys=true an item is {"key": ..., "input": ...}, and a key is a text '
            "of 1 to 200 printable ASCII characters."
        )
    return key, found["input"].encode()


def _member_name(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        raise _problem(text, at, "a name in quotes is missing")
    end = _value_end(text, at)
    return json.loads(text[at:end]), _after(text, end, ":")


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _after(text: str, at: int, mark: str) -> int:
    """Return the place behind `mark` and the blanks around it."""
    at = _skip(text, at)
    if text[at : at + 1] != mark:
        raise _problem(text, at, f"{mark} is missing")
    return _skip(text, at + 1)


def _value_end(text: str, at: int) -> int:
    try:
        _value, end = _decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _problem(text, error.pos, "no JSON value stands here") from None
    except RecursionError:
        raise _problem(text, at, "it is nested too deeply") from None
    except ValueError as error:  # NaN, or digits past Python's limit
        raise _problem(text, at, str(error).partition(";")[0]) from None
    return end


def _problem(text: str, at: int, said: str) -> JsonProblem:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return JsonProblem(f"This is not valid JSON: {said}.", line, column)
