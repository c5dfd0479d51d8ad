"""What every search backend takes, gives and raises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from catalog.search.synonyms import NO_SYNONYMS, Synonyms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from catalog.search.filters.conditions import Condition
    from catalog.search.query import TextQuery

PUBLIC = "public"

FACET_FIELDS = (
    "task",
    "tag",
    "owner",
    "takes",
    "gives",
    "runtime",
    "framework",
    "language",
    "license",
    "visibility",
    "latency",
    "verified",
    "callable",
)
"""Whatever may be counted and filtered by."""

FACETS = ("task", "tag", "owner")
"""The facets that are counted unless a request names others: each costs time."""

UNSPECIFIED = "unspecified"
"""Value of an empty task, framework, language or license, so that it can be chosen."""

Sort = Literal["relevance", "popular", "updated", "name", "stars", "created"]
SORTS: tuple[Sort, ...] = (
    "relevance",
    "popular",
    "updated",
    "name",
    "stars",
    "created",
)

Kind = Literal["algorithm", "task", "tag", "owner"]
KINDS: tuple[Kind, ...] = ("algorithm", "task", "tag", "owner")


class SearchUnavailable(Exception):
    """The index is missing, broken or of another schema; the message says which."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who searches: the audiences whose documents may be seen, `within` a condition.

    Built by catalog.visibility.access_for alone; there is no default and no
    value that means everything. Anonymous is {"public"}. `without` are ids of documents
    that have changed hands since they were written: they are not matched, not counted
    and not suggested.
    """

    audiences: frozenset[str]
    within: Condition | None = None
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One algorithm as the index knows it.

    `id` is the algorithm's UUID as text, `version` its row version (a stale one is
    not written over a newer one), `audiences` public alone, or user:ID and team:ID.
    `takes` and `gives` are words such as text, image and series; `visibility` is
    "public" or "private:OWNER", the same for every reader; `median_ms` is the median
    time of a call, None if nobody knows; `callable` is false for an entry that is only
    documented. `popularity` is the number of calls; `created_at` (when it was first
    listed) and `updated_at` are seconds since the epoch.
    """

    id: str
    version: int
    audiences: tuple[str, ...]
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
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    runtime: str = ""
    visibility: str = ""
    median_ms: float | None = None
    verified: bool = False
    callable: bool = True
    deprecated: bool = False
    featured: bool = False
    stars: int = 0
    created_at: float = 0.0


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question; `after` is the `cursor` of the page before.

    `filters` maps a facet to its accepted values (OR within one, AND between them).
    `filter` is an expression of the filter language (see filters/parsing.py), AND
    between it and `filters`. `names` are what people call values of text fields, folded
    (see filters/naming.py), and mean these too. `synonyms` widen the words of `text`.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    facets: tuple[str, ...] = FACETS
    limit: int = 20
    after: str = ""
    filter: str = ""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    synonyms: Synonyms = NO_SYNONYMS


@dataclass(frozen=True, slots=True)
class SearchPage:
    """An answer: ids in order, the exact total and the facets over all matches.

    A facet's counts leave out that facet's own filter, so that several of its
    values can be chosen. `terms` are the words to highlight, as stems: those typed
    and those they were widened to. `cursor` is empty on the last page; `degraded` says
    why the database answered instead of the index.

    `corrected` is the text with misspelled words put right ("did you mean"), empty
    unless that finds more. `query` is how the text was read; with it and the texts of
    a row `explaining.explain` says why the row was found.
    """

    ids: tuple[str, ...]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]
    terms: tuple[str, ...] = ()
    cursor: str = ""
    took_ms: float = 0.0
    degraded: str = ""
    corrected: str = ""
    query: TextQuery | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to complete a prefix with.

    An algorithm comes as its `id` alone, since the caller reads the row anyway; a
    task, tag or owner as its `value` and the number of visible entries that have it.
    """

    kind: Kind
    value: str = ""
    id: str = ""
    count: int = 1


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
        """Answer.

        Raises SearchUnavailable; FilterError for a wrong `filter`, ValueError for a
        facet that is none, BadCursor for a foreign `after`.
        """

    @abstractmethod
    def suggest(
        self,
        prefix: str,
        access: Access,
        limit: int = 8,
        kinds: tuple[Kind, ...] = KINDS,
    ) -> list[Suggestion]:
        """Complete a prefix, with at most `limit` suggestions in all.

        Algorithms come first, by a word of name or title: the very word, then by
        calls. Then tasks, tags and owners with a word that begins so, by count. Only
        if nothing does, misspelled words are put right. Raises SearchUnavailable.
        """

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
