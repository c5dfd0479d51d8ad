"""Search by Whoosh, pure Python: works everywhere, for some thousand entries.

Index files hold pickles, so whoever can write to the index directory can run code.
"""

from __future__ import annotations

import heapq
import json
import threading
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from whoosh import fields, index, query, scoring

from catalog.search.filters import holds
from catalog.search.index import Counted, IndexReader, IndexWriter, Stored
from catalog.search.indexed import IndexedBackend
from catalog.search.scoring import K1, B, Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from catalog.search.documents import IndexedDocument, SortKey
    from catalog.search.filters import Value
    from catalog.search.query import Match

META_ID = "meta"
"""Id of the document that holds the position; algorithms have UUIDs."""

MOST_DOCUMENTS = 5_000
"""Beyond this a search takes longer than 60 ms too often."""

MOST_SEGMENTS = 8
"""Small commits are not merged by themselves; each segment costs time."""

WEIGHTING = scoring.BM25F(B=B, K1=K1)
_CACHED_MATCHES = 64
_MOST_COUNTED = 20_000


class WhooshBackend(IndexedBackend):
    """Two Whoosh indexes under `path`."""

    engine = "whoosh"

    def __init__(self, path: str | Path, *, lock_seconds: float = 10.0) -> None:
        super().__init__(path, lock_seconds=lock_seconds)
        self._reader_lock = threading.RLock()

    def check(self) -> list[str]:
        documents = self.health().documents
        if documents <= MOST_DOCUMENTS:
            return []
        problem = f"Whoosh is slow beyond {MOST_DOCUMENTS:,} entries; there are"
        return [f"{problem} {documents:,}. Install tantivy."]

    def _reading(self) -> AbstractContextManager[object]:
        return self._reader_lock  # its readers move file cursors of their own

    def _create(self, directory: Path) -> None:
        directory.mkdir(parents=True)
        index.create_in(str(directory), _schema())

    def _open(self, directory: Path, before: IndexReader | None) -> IndexReader:
        # Not Searcher.refresh: it keeps segments and documents that are deleted.
        searcher = index.open_dir(str(directory)).searcher(weighting=WEIGHTING)
        rows = before.rows_by_segment if isinstance(before, WhooshReader) else {}
        if before is not None:
            before.close()
        return WhooshReader(searcher, rows)

    def _writer(self, directory: Path, *, bulk: bool = False) -> IndexWriter:
        return WhooshWriter(directory, megabytes=256 if bulk else 64)


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of a document beside its postings; `keys` are sort key texts."""

    id: str
    version: int
    digest: str
    popularity: int
    length: int
    facets: dict[str, list[str]]
    keys: dict[str, str]
    values: dict[str, list[Value]]


class WhooshReader(IndexReader):
    """A searcher with the rows of its documents in memory, by segment.

    Whoosh matches and scores; totals, facets and sorting read the rows, which is
    many times faster than its own grouping.
    """

    def __init__(self, searcher: Any, rows: dict[str, list[Row | None]]) -> None:
        self.rows_by_segment = rows
        self._searcher = searcher
        self._loaded: list[Row | None] | None = None
        self._matches: dict[Match, list[int]] = {}
        self._holding: dict[tuple[str, str], int] = {}

    def count(self, match: Match) -> int:
        return len(self._numbers(match))

    def facets(self, match: Match, fields: Sequence[str]) -> Counted:
        rows = [row.facets for row in self._rows_of(match)]
        values = {
            field: Counter(value for facets in rows for value in facets[field])
            for field in fields
        }
        return Counted(len(rows), values)

    def best(self, match: Match, limit: int) -> list[Candidate]:
        numbers = self._numbers(match)
        if len(numbers) > limit:
            found = self._searcher.search(
                _text_query(match), limit=limit, filter=set(numbers)
            )
            numbers = [found.docnum(place) for place in range(found.scored_length())]
        stored = self._searcher.stored_fields
        return [
            Candidate(row.id, row.popularity, row.length, stored(number)["terms"])
            for number in numbers
            if (row := self._rows[number]) is not None
        ]

    def page(
        self, match: Match, sort: str, after: SortKey | None, limit: int
    ) -> list[str]:
        start = after.text if after else ""
        keys = (row.keys[sort] for row in self._rows_of(match))
        return heapq.nsmallest(limit, (key for key in keys if key > start))

    def documents(self) -> int:
        meta = 0 if self._number_of(META_ID) is None else 1
        return int(self._searcher.doc_count()) - meta

    def average_length(self) -> float:
        numbers = self._searcher.reader().all_doc_ids()
        lengths = [row.length for n in numbers if (row := self._rows[n]) is not None]
        return sum(lengths) / len(lengths) if lengths else 0.0

    def holding(self, term: str, field: str = "body") -> int:
        known = self._holding.get((field, term))
        if known is None:  # doc_frequency would count deleted documents
            if len(self._holding) >= _MOST_COUNTED:
                self._holding.clear()
            found = self._searcher.docs_for_query(query.Term(field, term))
            known = self._holding[field, term] = sum(1 for _ in found)
        return known

    def words(self, letter: str) -> Iterable[str]:
        found = self._searcher.reader().expand_prefix("words", letter)
        return (word.decode() for word in found)

    def stored(self, id_: str) -> Stored | None:
        number = self._number_of(id_)
        if number is None:
            return None
        row = _row(self._searcher.stored_fields(number))
        return Stored(row.version, row.digest) if row else None

    def position(self) -> int:
        number = self._number_of(META_ID)
        if number is None:
            raise ValueError("the position is missing")
        return int(self._searcher.stored_fields(number)["position"])

    def close(self) -> None:
        self._searcher.close()

    def _number_of(self, id_: str) -> int | None:
        found = self._searcher.docs_for_query(query.Term("id", id_))
        return next(iter(found), None)

    @property
    def _rows(self) -> list[Row | None]:
        """Rows by document number; those of deleted documents stay until a merge."""
        if self._loaded is None:
            known = self.rows_by_segment
            readers = [leaf.reader() for leaf, _ in self._searcher.leaf_searchers()]
            # An index without documents has one reader, and that no segment.
            filled = {r.segment().segment_id(): r for r in readers if r.doc_count_all()}
            for segment in known.keys() - filled.keys():
                del known[segment]
            for segment in filled.keys() - known.keys():
                reader = filled[segment]
                numbers = range(reader.doc_count_all())
                known[segment] = [_row(reader.stored_fields(n)) for n in numbers]
            self._loaded = [row for segment in filled for row in known[segment]]
        return self._loaded

    def _rows_of(self, match: Match) -> Iterator[Row]:
        rows = self._rows
        for number in self._numbers(match):
            row = rows[number]
            if row is not None:
                yield row

    def _numbers(self, match: Match) -> list[int]:
        """Numbers of the matching documents, ascending."""
        if match not in self._matches:
            if len(self._matches) >= _CACHED_MATCHES:
                self._matches.clear()
            self._matches[match] = self._filtered(match)
        return self._matches[match]

    def _filtered(self, match: Match) -> list[int]:
        if match.filters or match.condition is not None or match.without:
            rows = self._rows
            wanted = [(facet, frozenset(values)) for facet, values in match.filters]
            condition = match.condition
            return [
                number
                for number in self._numbers(match.without_filters())
                if (row := rows[number]) is not None
                and row.id not in match.without
                and all(not v.isdisjoint(row.facets[f]) for f, v in wanted)
                and (condition is None or holds(condition, row.values))
            ]
        if match.kind == "every" and not match.audiences:
            return list(self._searcher.reader().all_doc_ids())
        asked = _text_query(match)
        if match.audiences:
            seen = _any_of([query.Term("audience", a) for a in sorted(match.audiences)])
            asked = seen if match.kind == "every" else query.And([asked, seen])
        return sorted(self._searcher.docs_for_query(asked))


class WhooshWriter(IndexWriter):
    """One commit. Whoosh's own lock is held until commit or cancel."""

    def __init__(self, directory: Path, *, megabytes: int) -> None:
        opened = index.open_dir(str(directory))
        with opened.reader() as reader:
            self._crowded = len(reader.leaf_readers()) >= MOST_SEGMENTS
        self._writer = opened.writer(limitmb=megabytes)

    def add(self, document: IndexedDocument) -> None:
        row = Row(
            id=document.id,
            version=document.version,
            digest=document.digest,
            popularity=document.popularity,
            length=document.length,
            facets={facet: list(values) for facet, values in document.facets.items()},
            keys={sort: key.text for sort, key in document.keys.items()},
            values={field: list(found) for field, found in document.values.items()},
        )
        self._writer.add_document(
            id=document.id,
            audience=" ".join(document.audiences),
            body=document.repeated_terms,
            names=" ".join(document.names),
            words=" ".join(document.words),
            row=json.dumps(asdict(row)),
            terms=document.packed_terms,
        )

    def delete(self, id_: str) -> None:
        self._writer.delete_by_term("id", id_)

    def set_position(self, position: int) -> None:
        self.delete(META_ID)
        self._writer.add_document(id=META_ID, position=position)

    def commit(self) -> None:
        self._writer.commit(optimize=self._crowded)

    def cancel(self) -> None:
        self._writer.cancel()


def _schema() -> Any:
    return fields.Schema(
        id=fields.ID,
        audience=fields.KEYWORD,
        body=fields.KEYWORD(scorable=True),
        names=fields.KEYWORD,
        words=fields.KEYWORD,
        row=fields.STORED,
        terms=fields.STORED,
        position=fields.STORED,
    )


def _row(stored: dict[str, Any]) -> Row | None:
    """Read the row from a document's stored fields; None for the position's."""
    return Row(**json.loads(stored["row"])) if "row" in stored else None


def _text_query(match: Match) -> Any:
    if match.kind == "every":
        return query.Every()
    if match.kind == "any":
        pieces = match.text.pieces
        return _any_of([_all_of([query.Term("body", t) for t in p]) for p in pieces])
    field = "body" if match.kind == "all" else "names"
    token_query = query.Prefix if match.kind == "prefix" else query.Term
    return _all_of(
        [
            _any_of([_all_of([token_query(field, t) for t in r]) for r in group])
            for group in match.text.groups
        ]
    )


def _all_of(queries: list[Any]) -> Any:
    return queries[0] if len(queries) == 1 else query.And(queries)


def _any_of(queries: list[Any]) -> Any:
    return queries[0] if len(queries) == 1 else query.Or(queries)
