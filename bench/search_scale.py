"""Speed and memory of the embedded engines at their full size.

--corpus is a file of cards as `import_cards` reads them. It is multiplied to --size
entries (100,000 for tantivy, 3,000 for Whoosh): each copy is a real card with a few
words of its own, 15 % of them private and spread over 500 teams. Each engine
is built and asked in a process of its own, so that its memory can be told; a third one
reads beside a writer. Times are wall times; search_cpu is the same searches in
processor time, which other programs disturb less. Prints and writes
bench/results/search_scale.json. The bars: build <= 180 s, p95 <= 15 ms (tantivy) or
60 ms (Whoosh), a change visible in <= 1 s, memory <= 250 MB.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
import uuid
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.queues import Queue

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from catalog.search import Access, SearchDocument, SearchRequest  # noqa: E402 - after the path
from catalog.search.backends.tantivy import TantivyBackend  # noqa: E402 - as above
from catalog.search.backends.whoosh import WhooshBackend  # noqa: E402 - as above
from catalog.search.synonyms import Synonyms, default_synonyms  # noqa: E402 - as above

ENGINES = {"tantivy": (TantivyBackend, 100_000), "whoosh": (WhooshBackend, 3_000)}
FACETS = ("task", "tag", "framework", "license", "language")
TEAMS = 500
PRIVATE = 0.15
SYNONYMS = Synonyms.of(default_synonyms())
MEMBER = Access(
    frozenset({"public", "user:1", *(f"team:{n}" for n in (3, 90, 177, 240, 499))})
)
PUBLIC = Access(frozenset({"public"}))
DAY = 86_400.0
_SLOW = "words, part of a name"
"""Asked and shown, but not part of the figure for all: LIKE '%…' on a field with as
many values as entries reads them all."""


def documents(corpus: Path, size: int) -> Iterator[SearchDocument]:
    """Yield `size` entries, the same ones every time."""
    dice = random.Random(1)  # noqa: S311 - the same dice every time, no secret

    def chance(share: float) -> bool:
        return dice.random() < share

    cards = [json.loads(line) for line in corpus.read_text("utf-8").splitlines()]
    syllables = ["ka", "lo", "mir", "ta", "ven", "os", "ri", "du", "pel", "an"]
    for number in range(size):
        card = cards[number % len(cards)]
        team = dice.randrange(TEAMS)
        private = chance(PRIVATE)
        invented = ["".join(dice.choices(syllables, k=4)) for _ in range(2)]
        copy = f"-{invented[0]}" if number >= len(cards) else ""
        calls = int(10 ** (dice.random() * 6)) if chance(1 / 2) else 0
        yield SearchDocument(
            id=str(uuid.UUID(int=dice.getrandbits(128))),
            version=1,
            audiences=(f"team:{team}" if private else "public",),
            owner=f"team-{team}" if private else f"{card['owner']}-{number % 20}",
            name=f"{card['name']}{copy}",
            title="",
            summary=card["summary"] or "",
            docs=f"{card['docs_markdown'] or ''} {' '.join(invented)}",
            task=card["task"] or "",
            tags=tuple(card["tags"] or ()),
            framework=card["framework"] or "",
            language=tuple(card["language"] or ()),
            license=card["license"] or "",
            popularity=calls,
            updated_at=1.7e9 + dice.randrange(1_000) * DAY,
            takes=(dice.choice(["text", "image", "audio", "series"]),),
            gives=(dice.choice(["text", "image", "numbers"]),),
            runtime=dice.choice(["python", "node", "r", "java"]),
            visibility=f"private:team-{team}" if private else "public",
            median_ms=dice.choice([None, dice.random() * 800]),
            verified=chance(1 / 10),
            callable=chance(1 / 3),
            stars=calls // 100,
            created_at=1.6e9 + dice.randrange(2_000) * DAY,
        )


def requests(queries: list[str]) -> Iterator[tuple[str, SearchRequest]]:
    """Yield (kind, request): words, filters, expressions, sorts, everything."""
    expression = (
        "stars >= 10 AND NOT deprecated AND created > '2022-01-01' "
        "AND (takes IN ('text', 'audio') OR task LIKE '%class%')"
    )
    task = {"task": ("image-classification", "text-embedding")}
    for text in queries:
        first = text.split()[0]
        asked = {"facets": FACETS, "synonyms": SYNONYMS}
        yield "words", SearchRequest(text=text, **asked)
        yield "words, facet chosen", SearchRequest(text=text, filters=task, **asked)
        yield "words, expression", SearchRequest(text=text, filter=expression, **asked)
        yield "word by calls", SearchRequest(text=first, sort="popular", **asked)
        yield _SLOW, SearchRequest(text=text, filter="name LIKE '%net%'", **asked)
        yield "facet alone", SearchRequest(filters=task, sort="updated", **asked)
    for sort in ("popular", "updated", "name", "stars", "created") * 4:
        yield "everything", SearchRequest(sort=sort, **asked)


def spread(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=20)
    return {"p50_ms": round(cuts[9], 2), "p95_ms": round(cuts[18], 2)}


def memory() -> dict[str, int]:
    """Return MB of this process: all pages, and those that are its own."""
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    kilobytes = {line.split(":")[0]: line.split()[1] for line in status if "kB" in line}
    return {
        "resident_mb": int(kilobytes["VmRSS"]) // 1024,
        "own_mb": int(kilobytes["RssAnon"]) // 1024,
    }


def build(engine: str, path: str, corpus: Path, size: int, answers: Queue) -> None:
    backend = ENGINES[engine][0](path=path)
    started = time.perf_counter()
    backend.rebuild(documents(corpus, size), position=0)
    took = time.perf_counter() - started
    answers.put(
        {"build_s": round(took, 1), "build_cpu_s": round(time.process_time(), 1)}
    )


def ask(engine: str, path: str, queries: list[str], answers: Queue) -> None:
    backend = ENGINES[engine][0](path=path)
    asked = list(requests(queries))
    random.Random(2).shuffle(asked)  # noqa: S311 - as above
    backend.search(SearchRequest(), MEMBER)
    times: dict[str, list[float]] = {}
    cpu: list[float] = []
    for number, (kind, request) in enumerate(asked):
        access = MEMBER if number % 3 == 0 else PUBLIC
        started = time.process_time()
        took = backend.search(request, access).took_ms
        times.setdefault(kind, []).append(took)
        if kind != _SLOW:
            cpu.append((time.process_time() - started) * 1000)
    typed = [text[:n] for text in queries for n in (1, 2, 3, 5, 8)]
    suggested = []
    for number, prefix in enumerate(typed):
        started = time.perf_counter()
        backend.suggest(prefix, MEMBER if number % 3 == 0 else PUBLIC)
        suggested.append((time.perf_counter() - started) * 1000)
    answers.put(
        {
            "search": spread(
                [t for kind in times.keys() - {_SLOW} for t in times[kind]]
            ),
            "search_cpu": spread(cpu),
            "kinds": {kind: spread(found) for kind, found in times.items()},
            "suggest": {**spread(suggested), "slowest_ms": round(max(suggested), 1)},
            **memory(),
        }
    )


def change(engine: str, path: str, answers: Queue) -> None:
    """Write one entry at a time, and read each in a backend of its own."""
    writer, reader = (ENGINES[engine][0](path=path) for _ in range(2))
    times = []
    for number in range(20):
        new = SearchDocument(
            id=str(uuid.UUID(int=number)), version=number, audiences=("public",),
            owner="new", name=f"Change{number}", title="", summary="A change.", docs="",
        )  # fmt: skip
        started = time.perf_counter()
        writer.update([new], position=number + 1)
        page = reader.search(SearchRequest(text=f"Change{number}"), PUBLIC)
        assert page.ids[0] == new.id
        times.append((time.perf_counter() - started) * 1000)
    answers.put({"change_visible": {**spread(times), "slowest_ms": round(max(times))}})


def in_process(target: Callable, *arguments: object) -> dict:
    context = get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=target, args=(*arguments, answers))
    process.start()
    result = answers.get()
    process.join()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--engine", choices=list(ENGINES), action="append")
    parser.add_argument("--size", type=int)
    parser.add_argument("--keep", type=Path, help="directory of the indexes")
    options = parser.parse_args()
    lines = options.queries.read_text("utf-8").splitlines()
    queries = [json.loads(line)["query"] for line in lines]
    results = {}
    for engine in options.engine or ENGINES:
        size = options.size or ENGINES[engine][1]
        with tempfile.TemporaryDirectory() as made:
            path = str(options.keep / engine) if options.keep else made
            found = {"entries": size}
            if not (Path(path) / "current").exists():
                found |= in_process(build, engine, path, options.corpus, size)
            found |= in_process(ask, engine, path, queries)
            found |= in_process(change, engine, path)
        results[engine] = found
        print(engine, json.dumps(found, indent=2))
    written = ROOT / "bench" / "results" / "search_scale.json"
    written.parent.mkdir(exist_ok=True)
    written.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
