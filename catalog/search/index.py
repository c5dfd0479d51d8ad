"""What an engine provides: one index to read, one index to write."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence

    from catalog.search.documents import IndexedDocument, SortKey
    from catalog.search.query import Match
    from catalog.search.scoring import Candidate


@dataclass(frozen=True, slots=True)
class Stored:
    """The written state of a document."""

    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Matches in all, and for each asked field by value."""

    total: int
    values: dict[str, Counter[str]]


class IndexReader(ABC):
    """An unchanging view of one index. `Match.audiences` limits all but the last."""

    @abstractmethod
    def count(self, match: Match) -> int:
        """Count the matching documents, exactly."""

    @abstractmethod
    def facets(self, match: Match, fields: Sequence[str]) -> Counted:
        """Count matches, and those per value of each field, in one pass.

        A document counts once for each of its values.
        """

    @abstractmethod
    def best(self, match: Match, limit: int) -> list[Candidate]:
        """Return the engine's own best `limit` matches, in any order."""

    @abstractmethod
    def page(
        self, match: Match, sort: str, after: SortKey | None, limit: int
    ) -> list[str]:
        """Return the texts of the first `limit` sort keys after `after`, ascending.

        `sort` is any sort but relevance.
        """

    @abstractmethod
    def documents(self) -> int:
        """Count the documents of the index."""

    @abstractmethod
    def average_length(self) -> float:
        """Return the mean weighted length of a document."""

    @abstractmethod
    def holding(self, term: str, field: str = "body") -> int:
        """Count the documents with the term in the weighted text (body) or `words`."""

    @abstractmethod
    def words(self, letter: str) -> Iterable[str]:
        """Return the entries of `words` that begin with a letter.

        Some may belong to deleted documents alone; `holding` tells.
        """

    @abstractmethod
    def stored(self, id_: str) -> Stored | None:
        """Return the state of a document, whatever its audience."""

    @abstractmethod
    def position(self) -> int:
        """Return the last outbox id that a private index holds."""

    @abstractmethod
    def close(self) -> None:
        """Let go of open files."""


class IndexWriter(ABC):
    """Changes of one index, invisible until `commit`. Used once."""

    @abstractmethod
    def add(self, document: IndexedDocument) -> None: ...

    @abstractmethod
    def delete(self, id_: str) -> None: ...

    @abstractmethod
    def set_position(self, position: int) -> None:
        """Keep the last outbox id, in the same commit."""

    @abstractmethod
    def commit(self) -> None:
        """Make the changes durable and visible to new readers, or none of them."""

    @abstractmethod
    def cancel(self) -> None:
        """Drop the changes and let go of the engine's own lock."""
