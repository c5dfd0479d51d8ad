"""Targets: one `targets/<key>.snippet` file each, found by looking."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePath
from typing import Literal

from django.template import Engine, Template, TemplateSyntaxError

# Linux takes 128 KiB in one argument, and a page is no place for more.
INLINE_LIMIT = 64 * 1024
TARGETS = Path(__file__).parent / "targets"
_PARTS = re.compile(r"\+\+\+\n(.*?\n)\+\+\+\n(.*)", re.DOTALL)
_TAG_LINE = re.compile(r"^[ \t]*(\{%[^\n]*?%\})[ \t]*\n", re.MULTILINE)


class UnknownTarget(LookupError):
    """No target has this key; the message names those that exist."""


class BadTarget(ValueError):
    """A `.snippet` file is malformed; the message names the file."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A language with a client: `docs/dev/adding-a-snippet-target.md` has the fields.

    `prints` is what a run shows: the whole `answer` or its `result`; `keeps` is what
    of the answer's numbers survives printing: their `text`, `integers` (fractions
    become doubles) or `doubles` only. A body over `inline_limit` bytes of JSON text is
    read from a file. `checks_error` tells that an algorithm's own
    failure (HTTP 200 with `error`) ends the program with a status other than 0.
    """

    key: str
    label: str
    language: str
    group: str
    lexer: str
    file: str
    order: int
    tool: str
    run: str
    toolchain: str
    install: str = ""
    note: str = ""
    avoid: str = ""
    inline_limit: int = INLINE_LIMIT
    prints: Literal["answer", "result"] = "result"
    keeps: Literal["text", "integers", "doubles"] = "text"
    checks_error: bool = True
    template: Template = field(repr=False, compare=False)

    @property
    def extension(self) -> str:
        return PurePath(self.file).suffix.removeprefix(".")


@cache
def load_targets(directory: Path = TARGETS) -> dict[str, Target]:
    """Return the targets by key, in their order. Raises BadTarget."""
    found = [load_target(path) for path in directory.glob("*.snippet")]
    found.sort(key=lambda target: (target.order, target.key))
    return {target.key: target for target in found}


def load_target(path: Path) -> Target:
    """Read one file: TOML between `+++` lines, then the template. Raises BadTarget."""
    parts = _PARTS.fullmatch(path.read_text(encoding="utf-8"))
    if parts is None:
        raise BadTarget(f"{path.name}: no front matter between +++ lines")
    try:
        front_matter = tomllib.loads(parts[1])
        # A line that holds only a tag leaves no empty line behind.
        template = Template(_TAG_LINE.sub(r"\1", parts[2]), engine=_engine())
        return Target(key=path.stem, template=template, **front_matter)
    except (tomllib.TOMLDecodeError, TemplateSyntaxError, TypeError) as error:
        raise BadTarget(f"{path.name}: {error}") from error


@cache
def _engine() -> Engine:
    return Engine(autoescape=False, builtins=["catalog.snippets.literals"])
