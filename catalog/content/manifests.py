"""algorithm.toml: what it may say, read with line numbers and written canonically."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from difflib import get_close_matches
from typing import Any, ClassVar

import tomli_w

RUNTIMES = ("python",)
VISIBILITIES = ("public", "private")
DATA_RIGHTS = ("read", "write")

#: limits of [run]: seconds, and megabytes
MAX_TIMEOUT = 3000
MIN_MEMORY = 16
MAX_MEMORY = 65536

_TITLE = 120
_SUMMARY = 300
_NUMBER = re.compile(r"(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}", re.ASCII)
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_CALLEE = re.compile(r"\*|[\w-]{1,39}/(?:\*|[\w.-]{1,99})", re.ASCII)
_HOST = re.compile(
    r"\*|(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::\d+)?"
)


@dataclass(frozen=True, slots=True)
class AlgorithmTable:
    """[algorithm]: what a listing says of itself; may change without a version."""

    title: str = ""
    summary: str = ""
    visibility: str = "private"


@dataclass(frozen=True, slots=True)
class VersionTable:
    """[version]: MAJOR.MINOR.PATCH and the release notes."""

    number: str
    notes: str = ""


@dataclass(frozen=True, slots=True)
class RunTable:
    """[run]: timeout in seconds, memory in megabytes, modules to import beforehand."""

    runtime: str = "python"
    entry: str = "algorithm.py"
    timeout: int = 30
    memory: int = 512
    preload: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PermissionsTable:
    """[permissions]: algorithms that it may call, hosts that it may fetch from.

    `data` is what it may do with files on behalf of whoever calls: read, write.
    """

    calls: tuple[str, ...] = ()
    fetch: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    def as_table(self) -> dict[str, tuple[str, ...]]:
        """Return what is written down: versions from before `data` have none."""
        table = asdict(self)
        return table if self.data else {"calls": self.calls, "fetch": self.fetch}


@dataclass(frozen=True)
class Manifest:
    """algorithm.toml. Without a version it describes documentation alone."""

    #: line of [version] number in the text read; no field, as it is no content
    number_line: ClassVar[int] = 0

    algorithm: AlgorithmTable = field(default_factory=AlgorithmTable)
    version: VersionTable | None = None
    run: RunTable = field(default_factory=RunTable)
    permissions: PermissionsTable = field(default_factory=PermissionsTable)


class ManifestInvalid(ValueError):
    """What is wrong with a manifest: (line from 1 or 0, sentence) pairs."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(sentence for _line, sentence in problems))
        self.problems = problems


_TABLES: dict[str, type[Any]] = {
    "algorithm": AlgorithmTable,
    "version": VersionTable,
    "run": RunTable,
    "permissions": PermissionsTable,
}


def parse_manifest(text: str) -> Manifest:
    """Read algorithm.toml; raises ManifestInvalid with every problem and its line."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestInvalid([_syntax_problem(error)]) from None
    except RecursionError:
        raise ManifestInvalid([(0, "It is nested too deeply.")]) from None
    lines = _lines_of(text)
    problems = _problems(tables)
    if problems:
        raise ManifestInvalid(
            [(lines.get(at) or lines.get(at[:1], 0), said) for at, said in problems]
        )
    manifest = _built(tables)
    object.__setattr__(manifest, "number_line", lines.get(("version", "number"), 0))
    return manifest


def manifest_of(tables: dict[str, Any]) -> Manifest:
    """Make a manifest of decoded TOML tables; raises ManifestInvalid."""
    problems = _problems(tables)
    if problems:
        raise ManifestInvalid([(0, said) for _at, said in problems])
    return _built(tables)


def manifest_text(manifest: Manifest) -> str:
    """Write a manifest as TOML; reading that gives an equal one."""
    tables: dict[str, Any] = {"algorithm": asdict(manifest.algorithm)}
    if manifest.version is not None:
        tables["version"] = asdict(manifest.version)
        tables["run"] = asdict(manifest.run)
        tables["permissions"] = manifest.permissions.as_table()
    return tomli_w.dumps(tables)


def number_key(number: str) -> tuple[int, int, int]:
    """Give a version number in comparable form; raises ValueError."""
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"{number!r} is no MAJOR.MINOR.PATCH")
    major, minor, patch = map(int, number.split("."))
    return major, minor, patch


def _built(tables: dict[str, Any]) -> Manifest:
    made = {
        name: _TABLES[name](
            **{key: tuple(v) if isinstance(v, list) else v for key, v in table.items()}
        )
        for name, table in tables.items()
    }
    return Manifest(**made)


#: a table and perhaps its key; what says why a value is refused, or nothing
At = tuple[str, ...]
Check = Callable[[Any], str]


def _problems(tables: dict[str, Any]) -> list[tuple[At, str]]:
    found: list[tuple[At, str]] = []
    for name, table in tables.items():
        if name not in _TABLES:
            found.append(((name,), _unknown(name, list(_TABLES), "[{}]", "tables")))
        elif not isinstance(table, dict):
            found.append(((name,), f"[{name}] has to be a table."))
        else:
            found += _table_problems(name, table)
    if not found and "number" not in tables.get("version", {"number": ""}):
        found.append((("version",), "[version] number is missing."))
    if not found and not tables.get("algorithm", {}).get("title"):
        found.append((("algorithm",), "[algorithm] title is missing."))
    if not found and "run" in tables and "version" not in tables:
        found.append((("run",), "[version] number is missing; [run] belongs to it."))
    return found


def _table_problems(name: str, table: dict[str, Any]) -> list[tuple[At, str]]:
    known = [each.name for each in fields(_TABLES[name])]
    found: list[tuple[At, str]] = []
    for key, value in table.items():
        if key not in known:
            said = _unknown(key, known, "{}", f"keys of [{name}]")
        else:
            said = _value_problem(name, key, value)
            said = f"[{name}] {key} {said}." if said else ""
        if said:
            found.append(((name, key), said))
    return found


def _unknown(name: str, known: list[str], form: str, what: str) -> str:
    near = get_close_matches(name, known, n=1)
    supported = ", ".join(form.format(each) for each in known)
    hint = f" Did you mean {form.format(near[0])}?" if near else ""
    return f"{form.format(name)} is not supported; {what} are {supported}.{hint}"


def _value_problem(table: str, key: str, value: Any) -> str:
    return _CHECKS[table, key](value)


def _text(longest: int, *, least: int = 0) -> Check:
    def problem(value: Any) -> str:
        if not isinstance(value, str) or "\x00" in value:
            return "has to be a text"
        fits = least <= len(value) <= longest
        return "" if fits else f"has to have {least} to {longest:,} characters"

    return problem


def _one_of(words: tuple[str, ...]) -> Check:
    def problem(value: Any) -> str:
        if value in words:
            return ""
        return f"has to be {' or '.join(words)}; {value!r} is not supported"

    return problem


def _whole(low: int, high: int, unit: str) -> Check:
    def problem(value: Any) -> str:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        fits = is_whole and low <= value <= high
        return "" if fits else f"has to be a whole number of {unit}, {low} to {high:,}"

    return problem


def _texts(form: re.Pattern[str], example: str) -> Check:
    def problem(value: Any) -> str:
        if not isinstance(value, list):
            return f'has to be a list such as ["{example}"]'
        for item in value:
            if not isinstance(item, str) or not form.fullmatch(item):
                return f'has {item!r}, which is not of the form "{example}"'
        return ""

    return problem


def _words(known: tuple[str, ...]) -> Check:
    def problem(value: Any) -> str:
        each = " and ".join(f'"{word}"' for word in known)
        if not isinstance(value, list) or any(item not in known for item in value):
            return f"has to be a list of {each}"
        return "" if len(set(value)) == len(value) else "names one of them twice"

    return problem


def _number(value: Any) -> str:
    is_number = isinstance(value, str) and _NUMBER.fullmatch(value)
    return "" if is_number else 'has to be MAJOR.MINOR.PATCH, such as "1.0.0"'


_CHECKS: dict[tuple[str, str], Check] = {
    ("algorithm", "title"): _text(_TITLE, least=1),
    ("algorithm", "summary"): _text(_SUMMARY),
    ("algorithm", "visibility"): _one_of(VISIBILITIES),
    ("version", "number"): _number,
    ("version", "notes"): _text(20_000),
    ("run", "runtime"): _one_of(RUNTIMES),
    ("run", "entry"): _text(200, least=1),
    ("run", "timeout"): _whole(1, MAX_TIMEOUT, "seconds"),
    ("run", "memory"): _whole(MIN_MEMORY, MAX_MEMORY, "megabytes"),
    ("run", "preload"): _texts(_MODULE, "numpy"),
    ("permissions", "calls"): _texts(_CALLEE, "owner/Name"),
    ("permissions", "fetch"): _texts(_HOST, "api.example.com"),
    ("permissions", "data"): _words(DATA_RIGHTS),
}


def _syntax_problem(error: tomllib.TOMLDecodeError) -> tuple[int, str]:
    said = str(error)
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", said)
    line = int(place[1]) if place and place[1] else 0
    reason = said[: place.start()] if place else said
    return line, f"This is not valid TOML: {reason}."


def _lines_of(text: str) -> dict[At, int]:
    """Find the lines of tables and of their keys; tomllib does not tell them."""
    lines: dict[At, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if head := re.match(r"\s*\[+\s*[\"']?([\w.-]+)[\"']?\s*\]+", line):
            table = head[1]
            lines.setdefault((table,), number)
        elif key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*[.=]", line):
            at = (table, key[1]) if table else (key[1],)
            lines.setdefault(at, number)
    return lines
