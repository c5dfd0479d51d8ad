"""What all embedded engines share: snapshots, writing in order, generations."""

from __future__ import annotations

import threading
import time
from abc import abstractmethod
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from catalog.search.base import (
    KINDS,
    BadCursor,
    IndexHealth,
    SearchBackend,
    SearchUnavailable,
)
from catalog.search.changes import plan
from catalog.search.documents import indexed
from catalog.search.filters import parse_filter
from catalog.search.generations import REBUILD, Generations, Pointer
from catalog.search.retrieval import Retrieval, normalized_filters
from catalog.search.scopes import Snapshot
from catalog.search.suggesting import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from catalog.search.base import (
        Access,
        Kind,
        SearchDocument,
        SearchPage,
        SearchRequest,
        Suggestion,
    )
    from catalog.search.changes import Change
    from catalog.search.index import IndexReader, IndexWriter

T = TypeVar("T")

_ATTEMPTS = 5
"""A search in whose time so many generations come and go is not tried again."""

PUBLIC_INDEX = "public"
PRIVATE_INDEX = "private"


class IndexedBackend(SearchBackend):
    """A backend over two indexes in a directory. `path` may be missing at first.

    An engine says how to open, create and write one index; see index.py.
    """

    engine: ClassVar[str]

    def __init__(self, path: str | Path, *, lock_seconds: float = 10.0) -> None:
        self._generations = Generations(
            Path(path), self.engine, lock_seconds=lock_seconds
        )
        self._opening = threading.Lock()
        self._opened: tuple[Pointer, Snapshot] | None = None
        self._announced = False

    @abstractmethod
    def _create(self, directory: Path) -> None:
        """Make an empty index."""

    @abstractmethod
    def _open(self, directory: Path, before: IndexReader | None) -> IndexReader:
        """Open the newest commit; `before` is the reader that it replaces, if any."""

    @abstractmethod
    def _writer(self, directory: Path, *, bulk: bool = False) -> IndexWriter:
        """Start writing; `bulk` is for a whole index, with more memory."""

    def _reading(self) -> AbstractContextManager[object]:
        """Guard the use of a snapshot, for engines that read in one thread only."""
        return nullcontext()

    def search(self, request: SearchRequest, access: Access) -> SearchPage:
        started = time.perf_counter()
        normalized_filters(request)  # what the caller did wrong is said at once
        parse_filter(request.filter)
        page = self._read(lambda s: Retrieval(s, request, access).answer())
        return replace(page, took_ms=(time.perf_counter() - started) * 1000)

    def suggest(
        self,
        prefix: str,
        access: Access,
        limit: int = 8,
        kinds: tuple[Kind, ...] = KINDS,
    ) -> list[Suggestion]:
        return self._read(lambda s: suggest(s, prefix, access, limit, kinds))

    def health(self) -> IndexHealth:
        try:
            return self._read(self._health_of)
        except SearchUnavailable as error:
            return IndexHealth(ok=False, detail=str(error))

    def update(
        self,
        documents: Sequence[SearchDocument],
        deleted: Sequence[str] = (),
        *,
        position: int,
    ) -> None:
        with self._generations.writing():
            pointer = self._generations.current()
            directory = self._generations.directory(pointer.generation)
            with self._guarded(), closing(self._open_both(directory)) as written:
                needed = plan(documents, deleted, written.public, written.private)
                before = written.private.position()
            position = max(position, before)
            # The public index is first: what turned private is gone for outsiders
            # before anything else happens. The position is in the private one, which
            # is last, so a batch that was cut off in between is repeated.
            if needed.public:
                self._write(directory / PUBLIC_INDEX, needed.public, None)
                pointer = self._generations.announce(pointer)
            if needed or position > before:
                self._write(directory / PRIVATE_INDEX, needed.private, position)
            elif self._announced:
                return
            # Even an empty first batch is announced: a writer that was killed between
            # commit and announcement left readers behind.
            self._generations.announce(pointer)
            self._announced = True

    def rebuild(self, documents: Iterable[SearchDocument], *, position: int) -> int:
        with self._generations.writing():
            pointer = self._generations.create()
            directory = self._generations.directory(pointer.generation)
            try:
                count = self._build(directory, documents, position)
                self._generations.publish(pointer)
            finally:
                # Whatever is not in use goes: the old generation, or a failed new one.
                self._generations.remove_unused()
            return count

    def close(self) -> None:
        with self._reading(), self._opening:
            if self._opened is not None:
                self._opened[1].close()
            self._opened = None

    def _health_of(self, snapshot: Snapshot) -> IndexHealth:
        generation = self._generations.current().generation
        return IndexHealth(
            ok=True,
            detail=f"{self.engine}, generation {generation}",
            documents=snapshot.public.documents() + snapshot.private.documents(),
            position=snapshot.private.position(),
        )

    def _read(self, ask: Callable[[Snapshot], T]) -> T:
        """Ask the current snapshot, again if its generation was replaced meanwhile."""
        for _attempt in range(_ATTEMPTS - 1):
            pointer = self._generations.current()
            try:
                return self._ask(ask)
            except SearchUnavailable:
                if self._generations.current() == pointer:
                    raise
        return self._ask(ask)

    def _ask(self, ask: Callable[[Snapshot], T]) -> T:
        try:
            with self._guarded(), self._reading():
                return ask(self._snapshot())
        except SearchUnavailable:
            with self._opening:
                self._opened = None
            raise

    def _snapshot(self) -> Snapshot:
        opened = self._opened
        if opened is not None and opened[0] == self._generations.current():
            return opened[1]
        with self._opening:
            # Read again: while this thread waited, another may have opened it.
            pointer = self._generations.current()
            opened, self._opened = self._opened, None
            if opened is None or opened[0] != pointer:
                opened = (pointer, self._renewed(pointer, opened))
            self._opened = opened
            return opened[1]

    def _renewed(
        self, pointer: Pointer, opened: tuple[Pointer, Snapshot] | None
    ) -> Snapshot:
        directory = self._generations.directory(pointer.generation)
        if opened is None:
            return self._open_both(directory)
        known, before = opened
        if known.generation == pointer.generation:
            return self._open_both(directory, before)
        before.close()
        return self._open_both(directory)

    def _open_both(self, directory: Path, before: Snapshot | None = None) -> Snapshot:
        # Private first: what is moving between the two is then in both, never lost.
        private = self._open(
            directory / PRIVATE_INDEX, before.private if before else None
        )
        public = self._open(directory / PUBLIC_INDEX, before.public if before else None)
        return Snapshot.of(public, private)

    def _write(self, directory: Path, change: Change, position: int | None) -> None:
        prepared = [indexed(document) for document in change.adds]
        with self._guarded(), self._writing(directory) as writer:
            for id_ in change.deletes:
                writer.delete(id_)
            for document in prepared:
                writer.add(document)
            if position is not None:
                writer.set_position(position)

    def _build(
        self, directory: Path, documents: Iterable[SearchDocument], position: int
    ) -> int:
        seen: set[str] = set()
        with ExitStack() as stack:
            writers = []
            for name in (PUBLIC_INDEX, PRIVATE_INDEX):
                self._create(directory / name)
                writing = self._writing(directory / name, bulk=True)
                writers.append(stack.enter_context(writing))
            public, private = writers
            for document in documents:
                if document.id not in seen:
                    seen.add(document.id)
                    ready = indexed(document)
                    (public if ready.public else private).add(ready)
            private.set_position(position)
        return len(seen)

    @contextmanager
    def _writing(self, directory: Path, *, bulk: bool = False) -> Iterator[IndexWriter]:
        writer = self._writer(directory, bulk=bulk)
        try:
            yield writer
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn whatever a broken index makes an engine raise into SearchUnavailable."""
        try:
            yield
        except (SearchUnavailable, BadCursor):
            raise
        except BaseException as error:
            # A panic inside a Rust extension is no Exception, and its class has no
            # importable name.
            panic = type(error).__name__ == "PanicException"
            if not panic and not isinstance(error, Exception):
                raise
            raise SearchUnavailable(
                f"The search index cannot be used "
                f"({type(error).__name__}: {error}). {REBUILD}"
            ) from error
