"""What the search contract runs on: engines, documents, viewers and an oracle."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from catalog.search import Access, SearchDocument, SearchRequest
from catalog.search.backends.tantivy import TantivyBackend
from catalog.search.backends.whoosh import WhooshBackend
from catalog.search.base import FACETS
from catalog.search.documents import indexed
from catalog.search.query import TextQuery

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

BUNDLED = [
    ("util", "Echo", "Returns its input unchanged.", "utility", "debugging identity"),
    ("demo", "Hello", "Greets a person by name.", "demo", "greeting tutorial"),
    ("testing", "Sleep", "Waits some seconds, then answers.", "utility", "timeout"),
    ("testing", "RaiseException", "Always fails with an error.", "utility", "errors"),
    (
        "nlp",
        "GetSentiment",
        "Scores how positive or negative an English text is.",
        "text-classification",
        "sentiment opinion english",
    ),
    (
        "nlp",
        "ExtractKeywords",
        "Finds the most telling words and phrases of a text.",
        "feature-extraction",
        "keywords phrases english",
    ),
    (
        "series",
        "ForecastSeries",
        "Predicts the next values of a time series with a season.",
        "time-series-forecasting",
        "forecast season trend",
    ),
    (
        "media",
        "DominantColors",
        "Finds the dominant colors of an image and their share.",
        "image-feature-extraction",
        "palette image colors",
    ),
]
BUNDLED_DOCS = {
    "Echo": "Send any JSON value, text or bytes; the same value comes back. Useful to "
    "test a client, a key or a pipeline before the real model is there.",
    "Hello": "The shortest algorithm there is: send a name as text, get a greeting "
    "back. Copy it to start your own.",
    "Sleep": "Sleeps for the given number of seconds. Try timeouts and queues with it.",
    "RaiseException": "Raises an exception with your message, to try error handling "
    "in a client: the error type, the message and the stack trace.",
    "GetSentiment": "A lexicon-based sentiment analysis (VADER). The compound score "
    "lies between -1 (negative) and 1 (positive). Works best on short social media "
    "posts and product reviews.",
    "ExtractKeywords": "Ranks candidate phrases by RAKE: words that co-occur score "
    "higher. Returns keywords with scores for a document or an article.",
    "ForecastSeries": "Holt-Winters exponential smoothing with additive trend and "
    "seasonality. Send the history as numbers and the horizon; get the forecast with "
    "a confidence band.",
    "DominantColors": "Clusters the pixels of a PNG or JPEG picture by k-means in a "
    "perceptual color space and returns the palette as hex codes.",
}

SUBJECTS = {
    "object-detection": "detector boxes objects vehicles pedestrians street camera",
    "image-classification": "classifier images labels backbone accuracy pretrained",
    "translation": "translator sentences languages transformer bilingual parallel",
    "text-to-speech": "speech voice synthesis audio speaker waveform natural",
    "summarization": "summary articles abstractive news encoder decoder headlines",
}
STEMS = [
    "Deep",
    "Fast",
    "Tiny",
    "Open",
    "Multi",
    "Edge",
    "Hyper",
    "Nano",
    "Meta",
    "Pro",
]
TAGS = ["pytorch", "onnx", "tflite", "quantized", "mobile", "large"]


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same dice every time, no secret


def uuid(number: int) -> str:
    return str(UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128))


def document(number: int, **fields) -> SearchDocument:
    """A public document; what is not given has a plain value."""
    given = {
        "version": 1,
        "audience": "public",
        "owner": "util",
        "name": f"Thing{number}",
        "title": "",
        "summary": "",
        "docs": "",
        "updated_at": 1_700_000_000.0 + number,
    }
    return SearchDocument(**{"id": uuid(number), **given, **fields})


def bundled_documents() -> list[SearchDocument]:
    return [
        document(
            number,
            owner=owner,
            name=name,
            summary=summary,
            docs=BUNDLED_DOCS[name],
            task=task,
            tags=tuple(tags.split()),
            popularity=100 - number,
        )
        for number, (owner, name, summary, task, tags) in enumerate(BUNDLED, 1)
    ]


def generated_documents(count: int = 50, *, start: int = 1_000) -> list[SearchDocument]:
    """Entries that resemble a model catalog's, the same ones every time."""
    dice = seeded(start)
    made = []
    for number in range(start, start + count):
        task = dice.choice(list(SUBJECTS))
        words = SUBJECTS[task].split()
        name = f"{dice.choice(STEMS)}{dice.choice(words).title()}-v{dice.randrange(4)}"
        made.append(
            document(
                number,
                owner=dice.choice(["ada", "vision-lab", "speech", "community"]),
                name=f"{name}_{number}",
                title=f"{dice.choice(words)} {dice.choice(words)}".title(),
                summary=" ".join(dice.choices(words, k=6)),
                docs=" ".join(dice.choices([*words, "model", "data", "input"], k=60)),
                task=task,
                tags=tuple(dice.sample(TAGS, dice.randrange(1, 4))),
                popularity=dice.choice([0, 0, 0, dice.randrange(1_000)]),
                updated_at=1_600_000_000.0 + dice.randrange(50),
            )
        )
    return made


def private_documents() -> list[SearchDocument]:
    """The generated kind again, with words and names that only private ones have."""
    audiences = ["user:1", "user:2", "team:1", "team:2", "team:7"]
    return [
        document(
            5_000 + number,
            audience=audiences[number % len(audiences)],
            owner=f"secret-{number % 3}",
            name=f"Classified{entry.name}",
            title=entry.title,
            summary=f"{entry.summary} classified sentiment",
            docs=entry.docs,
            task=entry.task if number % 4 else "hidden-task",
            tags=(*entry.tags, "confidential"),
            popularity=entry.popularity,
        )
        for number, entry in enumerate(generated_documents(40, start=2_000))
    ]


def all_documents() -> list[SearchDocument]:
    return [*bundled_documents(), *generated_documents(), *private_documents()]


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


def answer(backend, request: SearchRequest, access: Access) -> tuple:
    """All of a page but the time it took."""
    page = backend.search(request, access)
    facets = {facet: list(counts) for facet, counts in page.facets.items()}
    return (page.ids, page.total, facets, page.terms, page.cursor)


@dataclass
class Oracle:
    """Says by brute force what a search must find."""

    documents: list[SearchDocument]

    def __post_init__(self) -> None:
        self.ready = {entry.id: indexed(entry) for entry in self.documents}

    def matches(self, request: SearchRequest, access: Access, skip: str = "") -> list:
        """Matching documents; the filter of the facet `skip` is left out."""
        text = TextQuery.parse(request.text)
        visible = [d for d in self.documents if d.audience in access.audiences]
        found = visible
        if text.groups:
            terms = {d.id: self.ready[d.id].terms for d in visible}
            found = [d for d in visible if text.holds_all(terms[d.id].__contains__)]
            if len(found) < 10:
                found = [d for d in visible if terms[d.id].keys() & set(text.terms)]
        elif request.text.strip():
            return []
        for facet, values in request.filters.items():
            if facet != skip:
                found = [d for d in found if set(self.values(d, facet)) & set(values)]
        return found

    def facet(self, request: SearchRequest, access: Access, facet: str) -> Counter:
        matches = self.matches(request, access, skip=facet)
        return Counter(value for d in matches for value in self.values(d, facet))

    def ordered(self, request: SearchRequest, access: Access) -> list[str]:
        keys = {
            "popular": lambda d: (-d.popularity, d.id),
            "updated": lambda d: (-d.updated_at, d.id),
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
    for facet in FACETS:
        assert dict(page.facets[facet]) == oracle.facet(request, access, facet)
    ids = walk(backend, request, access)
    assert len(ids) == len(set(ids))
    assert set(ids) == expected
    if request.sort != "relevance":
        assert ids == oracle.ordered(request, access)


SORTS = ["relevance", "popular", "updated", "name"]
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
