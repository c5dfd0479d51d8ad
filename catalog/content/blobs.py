"""Bytes on their way into a storage and out of it: hashed, streamed, never whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.core.files import File

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from django.core.files.storage import Storage

CHUNK = 256 * 1024


class TooLong(Exception):
    """There are more bytes than the limit says."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Bytes that arrived whole: the file on disk, SHA-256 (hex) and size."""

    path: Path
    digest: str
    size: int


@contextlib.contextmanager
def receiving(chunks: Iterable[bytes], *, into: Path, limit: int) -> Iterator[Arrived]:
    """Write bytes to a file of their own, for as long as the block runs.

    Raises TooLong, and what `chunks` raises; then nothing is left.
    """
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=into)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            digest, size = _write(file, chunks, limit)
        yield Arrived(path, digest, size)
    finally:
        path.unlink(missing_ok=True)


def _write(file: IO[bytes], chunks: Iterable[bytes], limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for part in chunks:
        size += len(part)
        if size > limit:
            raise TooLong
        digest.update(part)
        file.write(part)
    file.flush()
    # What is acknowledged is on the disk: a rename alone may outlive its bytes.
    os.fsync(file.fileno())
    return digest.hexdigest(), size


class _OnDisk(File):  # type: ignore[type-arg]
    """A file that Django's file system storage moves instead of copying it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def keep(storage: Storage, key: str, arrived: Arrived) -> None:
    """Put arrived bytes under `key`, unless they are there already, whole.

    In a directory they appear by a rename, in a bucket by the end of an upload.
    """
    if _size(storage, key) == arrived.size:
        return
    with arrived.path.open("rb") as file:
        storage.save(key, _OnDisk(file, name=str(arrived.path)))


def _size(storage: Storage, key: str) -> int:
    try:
        return storage.size(key) if storage.exists(key) else -1
    except FileNotFoundError:
        return -1


def remove(storage: Storage, key: str) -> None:
    """Throw bytes away; those that are not there are no fault."""
    storage.delete(key)


def read(
    storage: Storage, key: str, start: int, length: int
) -> Generator[bytes] | Parts:
    """Yield `length` bytes from byte `start` in parts; opens at once.

    Raises FileNotFoundError. Bytes that are thrown away meanwhile come to their end.
    Close what this returns.
    """
    stream: Any = getattr(storage, "stream", None)
    if stream is not None:
        found: Generator[bytes] = stream(key, start, length)
        return found
    file = storage.open(key, "rb")
    try:
        file.seek(start)
    except BaseException:
        file.close()
        raise
    return Parts(file, length)


class Parts:
    """Reads a file in parts, and closes it also where nobody ever began to."""

    def __init__(self, file: IO[bytes] | File[bytes], length: int) -> None:
        self._file, self._left = file, length

    def __iter__(self) -> Parts:
        return self

    def __next__(self) -> bytes:
        part = self._file.read(min(CHUNK, self._left)) if self._left else b""
        if not part:
            self.close()
            raise StopIteration
        self._left -= len(part)
        return part

    def close(self) -> None:
        self._file.close()


def clear_leftovers(directory: Path, *, older_than: float) -> int:
    """Delete files of uploads whose process ended `older_than` seconds ago."""
    dropped = 0
    if not directory.is_dir():
        return 0
    for path in directory.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > older_than:
                path.unlink()
                dropped += 1
    return dropped
