"""Which writes a batch needs: nothing stale, nothing twice, each document once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from catalog.search.base import PUBLIC
from catalog.search.documents import digest_of
from catalog.search.index import Stored

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.search.base import SearchDocument
    from catalog.search.index import IndexReader


@dataclass(slots=True)
class Change:
    """What one index is to forget, then to add."""

    deletes: list[str] = field(default_factory=list)
    adds: list[SearchDocument] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.deletes or self.adds)


@dataclass(frozen=True, slots=True)
class Plan:
    public: Change
    private: Change

    def __bool__(self) -> bool:
        return bool(self.public or self.private)


def plan(
    documents: Iterable[SearchDocument],
    deleted: Iterable[str],
    public: IndexReader,
    private: IndexReader,
) -> Plan:
    """Compare a batch with what is written.

    Of several versions in the batch the highest counts; an id that is deleted as
    well stays deleted. A version below the stored one is left out, and an equal one
    with the same content needs nothing.
    """
    result = Plan(Change(), Change())
    sides = ((public, result.public), (private, result.private))
    gone = dict.fromkeys(deleted)
    for reader, change in sides:
        change.deletes += [id_ for id_ in gone if reader.stored(id_) is not None]
    for document in _newest(documents).values():
        if document.id not in gone:
            here, there = sides if PUBLIC in document.audiences else sides[::-1]
            _place(document, here, there)
    return result


def _place(
    document: SearchDocument,
    here: tuple[IndexReader, Change],
    there: tuple[IndexReader, Change],
) -> None:
    """Write a document here and remove it there, if it is not stale."""
    written = here[0].stored(document.id)
    elsewhere = there[0].stored(document.id)
    versions = [state.version for state in (written, elsewhere) if state]
    if max(versions, default=document.version) > document.version:
        return
    if elsewhere:
        there[1].deletes.append(document.id)
    if written != Stored(document.version, digest_of(document)):
        here[1].deletes += [document.id] if written else []
        here[1].adds.append(document)


def _newest(documents: Iterable[SearchDocument]) -> dict[str, SearchDocument]:
    newest: dict[str, SearchDocument] = {}
    for document in documents:
        known = newest.get(document.id)
        if known is None or known.version <= document.version:
            newest[document.id] = document
    return newest
