"""Relevance and speed of the embedded search engines over a judged corpus.

--corpus is a file of cards as `import_cards` reads them, --queries one of
{"query", "kind", "relevant": [ids]} lines. Prints NDCG@10 for each kind of query, the
same with the shipped synonyms, and the engine's time with total and five facets, and
writes bench/results/search_relevance.json. The bars, without synonyms, are NDCG@10
>= .63 over all queries, .86 keyword and .80 typo.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import tempfile
import uuid
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from catalog.search import Access, SearchBackend, SearchDocument, SearchRequest  # noqa: E402 - after the path
from catalog.search.backends.tantivy import TantivyBackend  # noqa: E402 - as above
from catalog.search.backends.whoosh import WhooshBackend  # noqa: E402 - as above
from catalog.search.synonyms import (  # noqa: E402 - as above
    NO_SYNONYMS,
    Synonyms,
    default_synonyms,
)

ENGINES = {"tantivy": TantivyBackend, "whoosh": WhooshBackend}
FACETS = ("task", "tag", "owner", "framework", "license")
PUBLIC = Access(frozenset({"public"}))
MEMBER = Access(frozenset({"public", "team:1", "user:1"}))


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def document(number: int, card: dict) -> SearchDocument:
    return SearchDocument(
        id=str(uuid.UUID(int=number)),
        version=1,
        audiences=("public",),
        owner=card["owner"],
        name=card["name"],
        title="",
        summary=card["summary"] or "",
        docs=card["docs_markdown"] or "",
        task=card["task"] or "",
        tags=tuple(card["tags"] or ()),
        framework=card["framework"] or "",
        language=tuple(card["language"] or ()),
        license=card["license"] or "",
    )


def ndcg(ids: list[str], relevant: set[str]) -> float:
    """Return NDCG@10 with binary gains (Jarvelin and Kekalainen 2002)."""
    gain = sum(1 / math.log2(i + 2) for i, x in enumerate(ids[:10]) if x in relevant)
    best = sum(1 / math.log2(i + 2) for i in range(min(10, len(relevant))))
    return gain / best


def relevance(
    backend: SearchBackend,
    queries: list[dict],
    names: dict[str, str],
    synonyms: Synonyms = NO_SYNONYMS,
) -> dict[str, float]:
    scores = defaultdict(list)
    for query in queries:
        request = SearchRequest(text=query["query"], synonyms=synonyms)
        page = backend.search(request, PUBLIC)
        score = ndcg([names[id_] for id_ in page.ids], set(query["relevant"]))
        scores["all"].append(score)
        scores[query["kind"]].append(score)
    return {kind: round(statistics.mean(found), 3) for kind, found in scores.items()}


def speed(backend: SearchBackend, queries: list[dict]) -> dict[str, float]:
    """Return p50 and p95 in ms over words, filters, sorts, and public and member."""
    times = []
    for number, query in enumerate(queries):
        first = query["query"].split()[0]
        task = {"task": ("image-classification", "object-detection")}
        for request in (
            SearchRequest(text=query["query"], facets=FACETS),
            SearchRequest(text=query["query"], facets=FACETS, filters=task),
            SearchRequest(text=first, facets=FACETS, sort="popular"),
            SearchRequest(facets=FACETS, sort=("updated", "name")[number % 2]),
        ):
            access = MEMBER if number % 3 == 0 else PUBLIC
            times.append(backend.search(request, access).took_ms)
    cuts = statistics.quantiles(times, n=20)
    return {"p50_ms": round(cuts[9], 2), "p95_ms": round(cuts[18], 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    options = parser.parse_args()
    cards = read(options.corpus)
    queries = read(options.queries)
    documents = [document(number, card) for number, card in enumerate(cards)]
    names = {d.id: card["id"] for d, card in zip(documents, cards, strict=True)}
    shipped = Synonyms.of(default_synonyms())
    results = {}
    for name, engine in ENGINES.items():
        with tempfile.TemporaryDirectory() as path:
            backend = engine(path=path)
            backend.rebuild(documents, position=0)
            results[name] = {
                "ndcg": relevance(backend, queries, names),
                "ndcg_with_synonyms": relevance(backend, queries, names, shipped),
                **speed(backend, queries),
            }
            backend.close()
        print(name, json.dumps(results[name]))
    written = ROOT / "bench" / "results" / "search_relevance.json"
    written.parent.mkdir(exist_ok=True)
    written.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
