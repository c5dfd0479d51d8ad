"""Where indexes lie on disk: generations, the pointer to one, and the writers' lock.

PATH/current is JSON naming the generation in use; PATH/generations/N holds the two
indexes. The pointer is replaced by rename and changes with every commit, so one small
read tells any process whether what it has open is current.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from catalog.search.base import SearchUnavailable
from catalog.search.documents import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REBUILD = "Run `manage.py rebuild_search_index`."
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Pointer:
    """Content of PATH/current; `commit` counts the writes to the generation."""

    engine: str
    schema: int
    generation: int
    commit: int


class Generations:
    """The directories of one backend."""

    def __init__(self, path: Path, engine: str, *, lock_seconds: float = 10.0) -> None:
        self.path = path
        self.engine = engine
        self.lock_seconds = lock_seconds
        self._thread_lock = threading.Lock()

    def current(self) -> Pointer:
        """Read the pointer; SearchUnavailable for none that this code can follow."""
        try:
            pointer = Pointer(**json.loads((self.path / "current").read_bytes()))
        except FileNotFoundError:
            raise SearchUnavailable(f"There is no search index. {REBUILD}") from None
        except (OSError, ValueError, TypeError) as error:
            raise SearchUnavailable(
                f"The pointer of the search index cannot be read ({error}). {REBUILD}"
            ) from error
        if (pointer.engine, pointer.schema) != (self.engine, SCHEMA):
            raise SearchUnavailable(
                f"The search index was written by {pointer.engine} in schema "
                f"{pointer.schema}; needed is {self.engine} in schema {SCHEMA}. "
                f"{REBUILD}"
            )
        return pointer

    def directory(self, generation: int) -> Path:
        return self.path / "generations" / str(generation)

    def create(self) -> Pointer:
        """Make a directory for the next generation, which nothing points to yet."""
        number = 1 + max(self._numbers(), default=0)
        self.directory(number).mkdir(parents=True)
        return Pointer(self.engine, SCHEMA, number, commit=1)

    def publish(self, pointer: Pointer) -> None:
        """Point to a generation, atomically; readers follow at their next request."""
        beside = self.path / "current.new"
        with beside.open("w", encoding="utf-8") as file:
            json.dump(asdict(pointer), file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path / "current")

    def announce(self, pointer: Pointer) -> Pointer:
        """Tell readers of a commit; returns the pointer that says so."""
        moved = replace(pointer, commit=pointer.commit + 1)
        self.publish(moved)
        return moved

    def remove_unused(self) -> None:
        """Delete all generations but the current one."""
        with suppress(SearchUnavailable):
            used = self.current().generation
            for number in self._numbers():
                if number != used:
                    shutil.rmtree(self.directory(number), ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer among all processes; the kernel frees a killed one's lock.

        Raises SearchUnavailable if another holds it for `lock_seconds`.
        """
        deadline = time.monotonic() + self.lock_seconds
        if not self._thread_lock.acquire(timeout=self.lock_seconds):
            raise SearchUnavailable("Another thread is writing the search index.")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with (self.path / "writer.lock").open("w") as file:
                _lock(file.fileno(), deadline)
                yield
        except OSError as error:
            raise SearchUnavailable(
                f"The search index cannot be written: {error}"
            ) from error
        finally:
            self._thread_lock.release()

    def _numbers(self) -> list[int]:
        with suppress(FileNotFoundError):
            names = (entry.name for entry in (self.path / "generations").iterdir())
            return [int(name) for name in names if name.isdecimal()]
        return []


def _lock(descriptor: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise SearchUnavailable(
                    "Another process is writing the search index; try again later."
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return
