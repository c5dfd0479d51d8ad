"""What every search backend takes, gives and raises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PUBLIC = "public"
FACETS = ("task", "tag", "owner")
Sort = Literal["relevance", "popular", "updated", "name"]


class SearchUnavailable(Exception):
    """The index is missing, broken or of another schema; the message says which."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who searches: the audiences whose documents may be seen.

    Built by catalog.visibility.audiences_for alone; there is no default and no
    value that means everything. Anonymous is {"public"}.
    """

    audiences: frozenset[str]


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One algorithm as the index knows it.

    `id` is the algorithm's UUID as text, `version` its row version (a stale one is
    not written over a newer one), `audience` one of public, user:ID, team:ID.
    `popularity` is the number of calls; `updated_at` seconds since the epoch.
    """

    id: str
    version: int
    audience: str
    owner: str
    name: str
    title: str
    summary: str
    docs: str
    task: str = ""
    tags: tuple[str, ...] = ()
    framework: str = ""
    language: tuple[str, ...] = ()
    license: str = ""
    popularity: int = 0
    updated_at: float = 0.0


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question; `after` is the `cursor` of the page before.

    `filters` maps a facet to its accepted values (OR within one, AND between them).
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    facets: tuple[str, ...] = FACETS
    limit: int = 20
    after: str = ""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """An answer: ids in order, the exact total and the facets over all matches.

    A facet's counts leave out that facet's own filter, so that several of its
    values can be chosen. `terms` are the words to highlight, as typed forms'
    stems; `cursor` is empty on the last page; `degraded` says why the database
    answered instead of the index.
    """

    ids: tuple[str, ...]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]
    terms: tuple[str, ...] = ()
    cursor: str = ""
    took_ms: float = 0.0
    degraded: str = ""


@dataclass(frozen=True, slots=True)
class IndexHealth:
    """State of an index; `position` is the last outbox id that it holds."""

    ok: bool
    detail: str
    documents: int = 0
    position: int = 0


class SearchBackend(ABC):
    """An engine with two indexes: public documents, and all others (DESIGN 18.4).

    Anonymous requests read the public index alone. Exactly one process writes;
    any number reads.
    """

    @abstractmethod
    def search(self, request: SearchRequest, access: Access) -> SearchPage:
        """Answer; raises SearchUnavailable, or BadCursor for a foreign `after`."""

    @abstractmethod
    def suggest(self, prefix: str, access: Access, limit: int = 8) -> list[str]:
        """Ids of the documents whose name or title has a word with this prefix."""

    @abstractmethod
    def update(
        self,
        documents: Sequence[SearchDocument],
        deleted: Sequence[str] = (),
        *,
        position: int,
    ) -> None:
        """Write a batch and `position` in one commit; repeating it changes nothing.

        A document that moved from public to private leaves the public index in
        the same call.
        """

    @abstractmethod
    def rebuild(self, documents: Iterable[SearchDocument], *, position: int) -> int:
        """Build a new generation beside the old one and swap; return the count."""

    @abstractmethod
    def health(self) -> IndexHealth: ...

    def close(self) -> None:  # noqa: B027 - many have nothing to close
        """Let go of open files; the backend may be used again."""

    def check(self) -> list[str]:
        """Problems of the configuration, each a sentence for the operator."""
        return []


class BadCursor(ValueError):
    """`after` is not a cursor of this request."""
