"""Algorithm folders: the one format for import, export, samples and git."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .cards import MAX_CARD_BYTES, Card, CardProblem, parse_card
from .file_names import content_digest, name_problem
from .folder_examples import FolderExample, check_example, read_example
from .folder_files import CARD, HISTORY, MANIFEST, find_folders, walk, write_folder
from .folder_source import check_source
from .json_text import JsonProblem, parse_json
from .manifests import (
    AlgorithmTable,
    Manifest,
    ManifestInvalid,
    PermissionsTable,
    RunTable,
    VersionTable,
    manifest_of,
    manifest_text,
    number_key,
    parse_manifest,
)
from .schemas import MAX_SCHEMA_BYTES, CompiledSchema, check_schema, compile_schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "AlgorithmFolder",
    "AlgorithmTable",
    "FolderExample",
    "FolderInvalid",
    "FolderProblem",
    "Manifest",
    "PermissionsTable",
    "RunTable",
    "VersionTable",
    "content_digest",
    "find_folders",
    "manifest_of",
    "manifest_text",
    "read_folder",
    "write_folder",
]

INPUT_SCHEMA = "input.schema.json"
OUTPUT_SCHEMA = "output.schema.json"
EXAMPLES = "examples/"

#: bytes of all files of a folder, how many there may be, bytes of one example
MAX_BUNDLE_BYTES = 100 * 1024 * 1024
MAX_FILES = 5_000
MAX_EXAMPLE_BYTES = 10 * 1024 * 1024

_LIMITS = {
    CARD: (MAX_CARD_BYTES, "256 KB"),
    MANIFEST: (64 * 1024, "64 KB"),
    INPUT_SCHEMA: (MAX_SCHEMA_BYTES, "256 KB"),
    OUTPUT_SCHEMA: (MAX_SCHEMA_BYTES, "256 KB"),
}
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,98}")


@dataclass(frozen=True, slots=True)
class FolderProblem:
    """What is wrong: the file's path, its line from 1 (0: the file), a sentence."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class FolderInvalid(ValueError):
    """A folder that cannot be imported, with every problem found in it."""

    def __init__(self, problems: list[FolderProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class AlgorithmFolder:
    """A folder as data. Without `manifest.version` it is documentation alone.

    `raw` has all files to the letter, by relative path; `files` those that are
    neither card, manifest, schemas nor examples: the source and its assets. A
    schema that is not there is {}.
    """

    path: Path
    owner: str
    name: str
    manifest: Manifest
    card_source: str
    card: Card
    input_schema: Any
    output_schema: Any
    examples: list[FolderExample]
    raw: dict[str, bytes] = field(repr=False)

    @property
    def files(self) -> dict[str, bytes]:
        return {
            name: data
            for name, data in self.raw.items()
            if name not in _LIMITS and not _is_example(name)
        }

    @property
    def number(self) -> tuple[int, int, int]:
        """The version in comparable form; (0, 0, 0) for documentation alone."""
        version = self.manifest.version
        return number_key(version.number) if version else (0, 0, 0)


def read_folder(path: Path, owner: str = "") -> AlgorithmFolder:
    """Read and check a folder; raises FolderInvalid with all of its problems.

    The folder's own name is the algorithm's, its parent's the owner's unless
    `owner` is given. Hidden files, `__pycache__` and `*.pyc` are no part of it.
    """
    return _Reader(path, owner).read()


class _Reader:
    """Reads one folder and collects what is wrong with it."""

    def __init__(self, path: Path, owner: str) -> None:
        self.path = path
        home = path.absolute()
        self.is_history = home.parent.name == HISTORY
        if self.is_history:
            home = home.parent.parent
        self.name = home.name
        self.owner = owner or home.parent.name
        self.problems: list[FolderProblem] = []
        self.raw: dict[str, bytes] = {}

    def read(self) -> AlgorithmFolder:
        self._names()
        self._load()
        manifest = self._manifest()
        card_source, card = self._card()
        schemas = [self._schema(INPUT_SCHEMA), self._schema(OUTPUT_SCHEMA)]
        examples = self._examples([judge for _schema, judge in schemas])
        if manifest.version is not None:
            self._source(manifest.run.entry)
        if self.problems:
            raise FolderInvalid(self.problems)
        return AlgorithmFolder(
            path=self.path,
            owner=self.owner,
            name=self.name,
            manifest=manifest,
            card_source=card_source,
            card=card,
            input_schema=schemas[0][0],
            output_schema=schemas[1][0],
            examples=examples,
            raw=self.raw,
        )

    def _say(self, name: str, message: str, line: int = 0) -> None:
        file = str(self.path / name) if name else str(self.path)
        self.problems.append(FolderProblem(file, line, message))

    def _say_all(self, name: str, said: Iterable[tuple[int, str]]) -> None:
        for line, message in said:
            self._say(name, message, line)

    def _names(self) -> None:
        for what, name, form in (
            ("an owner", self.owner, _OWNER),
            ("an algorithm", self.name, _NAME),
        ):
            if not form.fullmatch(name) or name.endswith((".json", ".md")):
                shown = name or "the empty name"
                self._say("", f"{shown} cannot be the name of {what}.")

    def _load(self) -> None:
        """Read the files, as far as their names, kinds and sizes allow."""
        total = 0
        for count, (name, place) in enumerate(walk(self.path), start=1):
            if count > MAX_FILES:
                self._say("", f"The folder has more than {MAX_FILES:,} files.")
                return
            status = place.lstat()
            limit, words = _limit_of(name)
            total += status.st_size
            if refusal := name_problem(name):
                self._say(name, f"The name is refused: {refusal}.")
            elif not stat.S_ISREG(status.st_mode):
                self._say(name, "Only plain files are allowed, no links or devices.")
            elif status.st_size > limit:
                self._say(name, f"The file is larger than {words}.")
            elif total > MAX_BUNDLE_BYTES:
                self._say("", "The folder is larger than 100 MB.")
                return
            else:
                self.raw[name] = place.read_bytes()

    def _manifest(self) -> Manifest:
        nothing = Manifest(AlgorithmTable(title=self.name))
        if MANIFEST not in self.raw:
            if any(name.endswith(".py") for name in self.raw):
                self._say(MANIFEST, "algorithm.toml is missing; it names the version.")
            return nothing
        try:
            manifest = parse_manifest(self.raw[MANIFEST].decode())
        except UnicodeDecodeError:
            self._say(MANIFEST, "This is not UTF-8 text.")
            return nothing
        except ManifestInvalid as invalid:
            self._say_all(MANIFEST, invalid.problems)
            return nothing
        number = manifest.version.number if manifest.version else ""
        if self.is_history and number != self.path.name:
            said = f"[version] number is {number}, but the folder is {self.path.name}."
            self._say(MANIFEST, said, manifest.number_line)
        elif not number and "algorithm.py" in self.raw:
            self._say(MANIFEST, "[version] number is missing; the folder has a source.")
        return manifest

    def _card(self) -> tuple[str, Card]:
        nothing = Card({}, "")
        if CARD not in self.raw:
            if not any(problem.file.endswith(CARD) for problem in self.problems):
                self._say(CARD, "README.md is missing; it is the documentation.")
            return "", nothing
        try:
            source = self.raw[CARD].decode()
            return source, parse_card(source)
        except UnicodeDecodeError:
            self._say(CARD, "This is not UTF-8 text.")
        except CardProblem as problem:
            self._say(CARD, problem.message, problem.line)
        return "", nothing

    def _schema(self, name: str) -> tuple[Any, CompiledSchema | None]:
        if name not in self.raw:
            return {}, None
        try:
            schema = parse_json(self.raw[name])
        except JsonProblem as problem:
            self._say(name, str(problem), problem.line)
            return {}, None
        found = check_schema(schema)
        for each in found:
            self._say(name, f"{each.pointer or 'The schema'} {each.detail}.")
        return schema, None if found else compile_schema(schema)

    def _examples(self, judges: list[CompiledSchema | None]) -> list[FolderExample]:
        found = []
        for name in filter(_is_example, sorted(self.raw)):
            example = read_example(name, self.raw[name])
            if isinstance(example, list):
                self._say_all(name, example)
                continue
            self._say_all(name, check_example(self.raw[name], example, *judges))
            found.append(example)
        return found

    def _source(self, entry: str) -> None:
        if entry not in self.raw:
            self._say(MANIFEST, f"[run] entry names {entry}, which is not there.")
        elif not entry.endswith(".py"):
            self._say(MANIFEST, f"[run] entry names {entry}, which is no .py file.")
        for name, data in self.raw.items():
            if name.endswith(".py"):
                self._say_all(name, check_source(data, is_entry=name == entry))


def _is_example(name: str) -> bool:
    return name.startswith(EXAMPLES) and name.endswith(".json")


def _limit_of(name: str) -> tuple[int, str]:
    if _is_example(name):
        return MAX_EXAMPLE_BYTES, "10 MB"
    return _LIMITS.get(name, (MAX_BUNDLE_BYTES, "100 MB"))
