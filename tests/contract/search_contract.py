"""What the search contract runs on: engines, documents, viewers and an oracle."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from catalog.search import Access, SearchDocument, SearchRequest, base
from catalog.search.backends.tantivy import TantivyBackend
from catalog.search.backends.whoosh import WhooshBackend
from catalog.search.documents import indexed
from catalog.search.expansion import corrected, corrections_of, with_synonyms
from catalog.search.filters import holds, parse_filter
from catalog.search.query import TextQuery
from catalog.search.vocabulary import Vocabulary

ENGINES = {"tantivy": TantivyBackend, "whoosh": WhooshBackend}
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("search_process.py")

VIEWERS = {
    "anonymous": Access(frozenset({"public"})),
    "stranger": Access(frozenset({"public", "user:9"})),
    "owner": Access(frozenset({"public", "user:1"})),
    "member": Access(frozenset({"public", "user:3", "team:1"})),
    "member of two teams": Access(frozenset({"public", "user:2", "team:1", "team:2"})),
}
ANONYMOUS = VIEWERS["anonymous"]


def walk(backend, request: SearchRequest, access: Access, *, between=None) -> list[str]:
    """Ids of all pages; `between` runs after each page."""
    ids: list[str] = []
    for _page in range(1_000):
        page = backend.search(request, access)
        ids += page.ids
        if not page.cursor:
            return ids
        if between:
            between()
        request = SearchRequest(**{**as_dict(request), "after": page.cursor})
    raise AssertionError("the walk does not end")


def as_dict(request: SearchRequest) -> dict:
    return {name: getattr(request, name) for name in request.__slots__}


def suggested(backend, prefix, access=ANONYMOUS, limit=8) -> list[str]:
    """Ids of the suggested algorithms."""
    found = backend.suggest(prefix, access, limit, kinds=("algorithm",))
    return [suggestion.id for suggestion in found]


def answer(backend, request: SearchRequest, access: Access) -> tuple:
    """All of a page but the time it took."""
    page = backend.search(request, access)
    facets = {facet: list(counts) for facet, counts in page.facets.items()}
    said = (page.terms, page.corrected, page.query)
    return (page.ids, page.total, facets, page.cursor, *said)


class PublicWords:
    """What a vocabulary asks of a public reader, counted from the documents."""

    def __init__(self, documents: list[SearchDocument]) -> None:
        ready = [indexed(entry) for entry in documents if "public" in entry.audiences]
        self.counts = {
            "body": Counter(term for entry in ready for term in entry.terms),
            "words": Counter(word for entry in ready for word in entry.words),
        }

    def holding(self, term: str, field: str = "body") -> int:
        return self.counts[field][term]

    def words(self, letter: str) -> list[str]:
        return [word for word in self.counts["words"] if word[0] == letter]


@dataclass
class Oracle:
    """Says by brute force what a search must find."""

    documents: list[SearchDocument]

    def __post_init__(self) -> None:
        self.ready = {entry.id: indexed(entry) for entry in self.documents}
        self.vocabulary = Vocabulary(PublicWords(self.documents))

    def read(self, request: SearchRequest) -> TextQuery:
        typed = TextQuery.parse(request.text)
        right = corrected(typed, corrections_of(typed, self.vocabulary))
        return with_synonyms(right, request.synonyms)

    def matches(self, request: SearchRequest, access: Access, skip: str = "") -> list:
        """Matching documents; the filter of the facet `skip` is left out."""
        text = self.read(request)
        visible = [d for d in self.documents if self.sees(access, d)]
        found = visible
        if text.words:
            terms = {d.id: self.ready[d.id].terms for d in visible}
            found = [d for d in visible if text.holds_all(terms[d.id].__contains__)]
            if len(found) < 10:
                found = [d for d in visible if text.holds_any(terms[d.id].__contains__)]
        elif request.text.strip():
            return []
        condition = parse_filter(request.filter)
        if condition is not None:
            found = [d for d in found if holds(condition, self.ready[d.id].values)]
        for facet, values in request.filters.items():
            if facet != skip:
                found = [d for d in found if set(self.values(d, facet)) & set(values)]
        return found

    def sees(self, access: Access, entry: SearchDocument) -> bool:
        within = access.within
        is_within = within is None or holds(within, self.ready[entry.id].values)
        is_left = entry.id not in access.without
        return is_within and is_left and bool(access.audiences & set(entry.audiences))

    def facet(self, request: SearchRequest, access: Access, facet: str) -> Counter:
        matches = self.matches(request, access, skip=facet)
        return Counter(value for d in matches for value in self.values(d, facet))

    def ordered(self, request: SearchRequest, access: Access) -> list[str]:
        keys = {
            "popular": lambda d: (-d.popularity, d.id),
            "updated": lambda d: (-d.updated_at, d.id),
            "stars": lambda d: (-d.stars, d.id),
            "created": lambda d: (-d.created_at, d.id),
            "name": lambda d: (d.name.casefold(), d.owner.casefold(), d.id),
        }
        found = self.matches(request, access)
        return [d.id for d in sorted(found, key=keys[request.sort])]

    def values(self, entry: SearchDocument, facet: str) -> tuple[str, ...]:
        return self.ready[entry.id].facets[facet]


def assert_as_the_oracle_says(backend, oracle: Oracle, request, access) -> None:
    page = backend.search(request, access)
    expected = {d.id for d in oracle.matches(request, access)}
    assert page.total == len(expected)
    for facet in request.facets:
        assert dict(page.facets[facet]) == oracle.facet(request, access, facet)
    ids = walk(backend, request, access)
    assert len(ids) == len(set(ids))
    assert set(ids) == expected
    if request.sort != "relevance":
        assert ids == oracle.ordered(request, access)


SORTS = list(base.SORTS)
TEXTS = [
    "",
    "sentiment",
    "sentiment of english text",
    "classified",
    "Classified detector",
    "speech voice",
    "GetSentiment",
    "nlp/GetSentiment",
    "DeepBoxes-v1",
    "fast translator of news",
    "nosuchword",
    "the",
    "...",
]
FILTERS = [
    {},
    {"task": ("object-detection",)},
    {"task": ("object-detection", "hidden-task"), "tag": ("onnx",)},
    {"owner": ("secret-0", "secret-1", "ada"), "tag": ("mobile", "large")},
    {"tag": ("confidential",)},
    {"task": ("no such task",)},
]


def total(backend, text="", access=ANONYMOUS):
    return backend.search(SearchRequest(text=text), access).total


class Process:
    """search_process.py as a real second process; it answers a line with a line."""

    def __init__(self, engine: str, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), engine, str(path)],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.line()

    def line(self):
        return json.loads(self.process.stdout.readline() or "null")

    def send(self, *command) -> None:
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def ask(self, *command):
        self.send(*command)
        return self.line()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
