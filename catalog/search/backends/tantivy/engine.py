"""The two tantivy indexes: reading, writing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import tantivy
from tantivy import FieldType, Occur, Order, Query

from catalog.search.backends.tantivy.filters import FilterQueries
from catalog.search.backends.tantivy.schema import META_ID, document_of, schema
from catalog.search.index import Counted, IndexReader, IndexWriter, Stored
from catalog.search.indexed import IndexedBackend
from catalog.search.scoring import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from catalog.search.documents import IndexedDocument, SortKey
    from catalog.search.query import Match

_UPDATE_HEAP = 32 * 1024 * 1024
_BULK_HEAP = 256 * 1024 * 1024
_FACET_BUCKETS = 60_000
_PAGE_SLACK = 8
_MOST_COUNTED = 20_000
_TOTAL = "total"


class TantivyBackend(IndexedBackend):
    """Two tantivy indexes under `path`."""

    engine = "tantivy"

    def _create(self, directory: Path) -> None:
        directory.mkdir(parents=True)
        tantivy.Index(schema(), path=str(directory))

    def _open(self, directory: Path, before: IndexReader | None) -> IndexReader:
        if isinstance(before, TantivyReader):
            return before.renewed()
        index = tantivy.Index.open(str(directory))
        index.config_reader(reload_policy="manual")
        return TantivyReader(index)

    def _writer(self, directory: Path, *, bulk: bool = False) -> IndexWriter:
        return TantivyWriter(directory, heap=_BULK_HEAP if bulk else _UPDATE_HEAP)


class TantivyReader(IndexReader):
    """A searcher, which is a view of one commit; threads may share it."""

    def __init__(self, index: tantivy.Index) -> None:
        index.reload()
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()
        self._holding: dict[tuple[str, str], int] = {}
        self._filters = FilterQueries(self._schema, self._searcher)
        self._average_length: float | None = None

    def renewed(self) -> TantivyReader:
        return TantivyReader(self._index)

    def count(self, match: Match) -> int:
        return _total(self._searcher.search(self._query(match), limit=1))

    def facets(self, match: Match, fields: Sequence[str]) -> Counted:
        if not fields:
            return Counted(self.count(match), {})
        asked: dict[str, Any] = {
            f: {"terms": {"field": f, "size": _FACET_BUCKETS}} for f in fields
        }
        asked[_TOTAL] = {"value_count": {"field": "length"}}
        found = self._searcher.aggregate(self._query(match), asked)
        total = int(found.pop(_TOTAL)["value"])
        values = {
            field: Counter(
                {bucket["key"]: bucket["doc_count"] for bucket in value["buckets"]}
            )
            for field, value in found.items()
        }
        return Counted(total, values)

    def best(self, match: Match, limit: int) -> list[Candidate]:
        found = self._searcher.search(self._query(match), limit=limit, count=False)
        return [
            Candidate(
                id=document["id"][0],
                popularity=document["popularity"][0],
                length=document["length"][0],
                packed_terms=bytes(document["terms"][0]).decode(),
            )
            for document in (self._searcher.doc(hit[1]) for hit in found.hits)
        ]

    def page(
        self, match: Match, sort: str, after: SortKey | None, limit: int
    ) -> list[str]:
        query = self._query(match)
        if after is not None:
            query = _all_of([query, self._from(sort, after)])
        start = after.text if after else ""
        size = limit + (_PAGE_SLACK if after else 0)
        while True:
            found = self._searcher.search(
                query,
                limit=size,
                count=False,
                order_by_field=f"{sort}_key",
                order=Order.Asc,
            )
            keys = [key for key, _ in found.hits if key > start]
            if len(keys) >= limit or len(found.hits) < size:
                return keys[:limit]
            size *= 4

    def documents(self) -> int:
        meta = 0 if self._by_id(META_ID) is None else 1
        return self._searcher.num_docs - meta

    def average_length(self) -> float:
        if self._average_length is None:
            average = {"length": {"avg": {"field": "length"}}}
            found = self._searcher.aggregate(Query.all_query(), average)
            self._average_length = found["length"]["value"] or 0.0
        return self._average_length

    def holding(self, term: str, field: str = "body") -> int:
        known = self._holding.get((field, term))
        if known is None:  # doc_freq would count deleted documents
            if len(self._holding) >= _MOST_COUNTED:
                self._holding.clear()
            query = self._term(field, term)
            known = _total(self._searcher.search(query, limit=1))
            self._holding[field, term] = known
        return known

    def words(self, letter: str) -> Iterable[str]:
        found = self._searcher.terms_with_prefix("words", letter)
        return (word for word, _ in found)

    def stored(self, id_: str) -> Stored | None:
        document = self._by_id(id_)
        if document is None:
            return None
        digest = bytes(document["digest"][0]).decode()
        return Stored(document["version"][0], digest)

    def position(self) -> int:
        document = self._by_id(META_ID)
        if document is None:
            raise ValueError("the position is missing")
        return int(document["position"][0])

    def close(self) -> None:
        """Do nothing: a searcher's files are freed with it."""

    def _by_id(self, id_: str) -> Any:
        hits = self._searcher.search(self._term("id", id_), limit=1).hits
        return self._searcher.doc(hits[0][1]) if hits else None

    def _query(self, match: Match) -> Query:
        parts = [self._text(match)]
        if match.audiences:
            parts.append(self._any_value("audience", sorted(match.audiences)))
        parts += [self._any_value(facet, values) for facet, values in match.filters]
        if match.condition is not None:
            parts.append(self._filters.query(match.condition))
        query = _all_of(parts)
        if match.without:
            gone = Query.term_set_query(self._schema, "id", sorted(match.without))
            return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, gone)])
        return query

    def _text(self, match: Match) -> Query:
        if match.kind == "every":
            return Query.all_query()
        if match.kind == "any":
            pieces = match.text.pieces
            return _any_of(
                [_all_of([self._term("body", t) for t in p]) for p in pieces]
            )
        field = "body" if match.kind == "all" else "names"
        token_query = self._prefix if match.kind == "prefix" else self._term
        return _all_of(
            [
                _any_of([_all_of([token_query(field, t) for t in r]) for r in group])
                for group in match.text.groups
            ]
        )

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value, index_option="freq")

    def _prefix(self, field: str, value: str) -> Query:
        return Query.fuzzy_term_query(
            self._schema, field, value, distance=0, prefix=True
        )

    def _any_value(self, field: str, values: Sequence[str]) -> Query:
        """Documents with one of the values, whatever their score."""
        return Query.const_score_query(
            Query.term_set_query(self._schema, field, list(values)), 0.0
        )

    def _from(self, sort: str, key: SortKey) -> Query:
        """Documents at or behind a key, and the few that share all its numbers."""
        query = Query.all_query()
        for number in reversed(range(len(key.numbers))):
            field, value = f"{sort}_{number}", key.numbers[number]
            beyond = self._range(field, lower_bound=value, include_lower=False)
            equal = self._range(field, lower_bound=value, upper_bound=value)
            query = _any_of([beyond, _all_of([equal, query])])
        return Query.const_score_query(query, 0.0)

    def _range(self, field: str, **bounds: Any) -> Query:
        return Query.range_query(self._schema, field, FieldType.Unsigned, **bounds)


class TantivyWriter(IndexWriter):
    """One commit. tantivy's own lock is held until commit or cancel."""

    def __init__(self, directory: Path, *, heap: int) -> None:
        index = tantivy.Index.open(str(directory))
        self._writer = index.writer(heap_size=heap, num_threads=1)
        # Files of a killed commit: a repeat would write the same names, and may not.
        self._writer.garbage_collect_files()

    def add(self, document: IndexedDocument) -> None:
        self._writer.add_document(document_of(document))

    def delete(self, id_: str) -> None:
        self._writer.delete_documents_by_term("id", id_)

    def set_position(self, position: int) -> None:
        self.delete(META_ID)
        added = tantivy.Document()
        added.add_text("id", META_ID)
        added.add_unsigned("position", position)
        self._writer.add_document(added)

    def commit(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()  # and lets go of the lock

    def cancel(self) -> None:
        self._writer.rollback()
        self._writer.wait_merging_threads()


def _all_of(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _any_of(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _total(found: Any) -> int:
    """`count` of a result, which the package's type stubs leave out."""
    return int(found.count)
