"""Bundles: the files of a version on disk, kept once under their digest."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .file_names import content_digest, name_problem

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGEST = re.compile(r"[0-9a-f]{64}")


class BundleStore:
    """Immutable directories below `root`, named by the digest of their files.

    Any number of threads and processes may read and write at once: a bundle appears
    whole, by a rename, or not at all.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, files: Mapping[str, bytes]) -> str:
        """Keep files and give their digest; files that are here already cost no write.

        Raises ValueError for a name that would leave the bundle.
        """
        for name in files:
            if problem := name_problem(name):
                raise ValueError(f"{name!r}: {problem}")
        digest = content_digest(files)
        place = self.path(digest)
        if place.is_dir():
            return digest
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".new-", dir=self.root))
        try:
            for name, data in files.items():
                _write(unfinished / name, data)
            unfinished.chmod(0o755)
            _move(unfinished, place)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return digest

    def path(self, digest: str) -> Path:
        """Give the directory of a bundle, be it there or not; raises ValueError."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{digest!r} is no digest")
        return self.root / digest[:2] / digest

    def exists(self, digest: str) -> bool:
        return self.path(digest).is_dir()

    def names(self, digest: str) -> list[str]:
        """List the files of a bundle, sorted; raises FileNotFoundError."""
        place = self.path(digest)
        if not place.is_dir():
            raise FileNotFoundError(f"no bundle {digest}")
        found = (path for path in place.rglob("*") if path.is_file())
        return sorted(path.relative_to(place).as_posix() for path in found)

    def read(self, digest: str, name: str) -> bytes:
        """Read a file; raises FileNotFoundError, or ValueError for an unsafe name."""
        if problem := name_problem(name):
            raise ValueError(f"{name!r}: {problem}")
        return (self.path(digest) / name).read_bytes()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o444)


def _move(unfinished: Path, place: Path) -> None:
    try:
        unfinished.rename(place)
    except OSError:
        if not place.is_dir():  # else another writer was first, with the same files
            raise
    descriptor = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
