"""The files of algorithm folders: found, listed and written, hidden ones aside."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .file_names import name_problem
from .manifests import number_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CARD = "README.md"
MANIFEST = "algorithm.toml"
SOURCE = "algorithm.py"
HISTORY = ".versions"

#: a tree is owners, their folders, and the directory that holds them
_TREE_DEPTH = 3


def find_folders(path: Path) -> list[Path]:
    """List the algorithm folders at or below a path, older versions first.

    `path` is a folder itself, an owner's directory, or a tree of them; history in
    `.versions` belongs to its folder. Nothing is followed through a symbolic link.
    """
    return list(_found(path.absolute(), _TREE_DEPTH))


def history_of(path: Path) -> list[Path]:
    """List the folders of older versions inside a folder, oldest first."""
    older = [place for place in _directories(path / HISTORY) if _key(place)]
    return sorted(older, key=_key)


def walk(path: Path) -> Iterator[tuple[str, Path]]:
    """Give relative POSIX name and place of each entry that is no directory.

    Hidden entries, `__pycache__` and `*.pyc` are left out; a symbolic link is given
    as it is, and not followed.
    """
    for entry in sorted(path.iterdir()):
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if entry.is_dir() and not entry.is_symlink():
            for name, place in walk(entry):
                yield f"{entry.name}/{name}", place
        elif not entry.name.endswith(".pyc"):
            yield entry.name, entry


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder hold exactly these files; its hidden entries stay.

    Each file is replaced in one step, so a reader sees the old or the new one.
    Raises ValueError for an unsafe name, before anything is written.
    """
    for name in files:
        if problem := name_problem(name):
            raise ValueError(f"{name!r}: {problem}")
    path.mkdir(parents=True, exist_ok=True)
    for name, place in list(walk(path)):
        if name not in files:
            place.unlink()
            _remove_empty(place.parent, path)
    for name, data in files.items():
        _replace_file(path / name, data)


def _found(path: Path, depth: int) -> Iterator[Path]:
    if (path / MANIFEST).is_file():
        yield from history_of(path)
        yield path
        return
    inner: list[Path] = []
    if depth:
        for place in _directories(path):
            if not place.name.startswith("."):
                inner += _found(place, depth - 1)
    if inner:
        yield from inner
    elif (path / CARD).is_file() or (path / SOURCE).is_file():
        yield path


def _directories(path: Path) -> list[Path]:
    if not path.is_dir():
        return []
    return sorted(p for p in path.iterdir() if p.is_dir() and not p.is_symlink())


def _key(place: Path) -> tuple[int, ...]:
    try:
        return (1, *number_key(place.name))
    except ValueError:
        return (0,) if (place / MANIFEST).is_file() else ()


def _replace_file(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(unfinished).chmod(0o644)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _remove_empty(directory: Path, root: Path) -> None:
    while directory != root and not any(directory.iterdir()):
        directory.rmdir()
        directory = directory.parent
