"""Documents of the search contract: bundled, generated and private ones."""

from __future__ import annotations

import random
from dataclasses import replace
from uuid import UUID

from catalog.search import SearchDocument

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
        "audiences": ("public",),
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
            audiences=(audiences[number % len(audiences)],),
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


def varied_documents(count: int = 160, *, start: int = 8_000) -> list[SearchDocument]:
    """Entries that differ in every field, a third of them private."""
    dice = seeded(start)
    plain = generated_documents(count, start=start)
    audiences = ["public"] * 8 + ["user:1", "user:2", "team:1", "team:2"]
    return [replace(entry, **_varied(dice, dice.choice(audiences))) for entry in plain]


def _varied(dice: random.Random, audience: str) -> dict:
    slug = audience.replace(":", "-")
    kinds = ["text", "image", "audio", "series"]
    return {
        "audiences": (audience,),
        "visibility": "public" if audience == "public" else f"private:{slug}",
        "title": dice.choice(
            ["", "Größe & Maß", "100% sure_thing", "a\\b", "Two\nlines"]
        ),
        "framework": dice.choice(["", "PyTorch", "pytorch", "ONNX"]),
        "language": tuple(dice.sample(["en", "de", "zh"], dice.randrange(3))),
        "license": dice.choice(["", "MIT", "apache-2.0"]),
        "takes": tuple(dice.sample(kinds, dice.randrange(3))),
        "gives": (dice.choice(kinds),),
        "runtime": dice.choice(["", "python", "node"]),
        "median_ms": dice.choice([None, 3.5, 49.9, 50.0, 120.0, 500.0, 500.1, 4e3]),
        "verified": dice.random() < 0.3,
        "callable": dice.random() < 0.7,
        "deprecated": dice.random() < 0.1,
        "featured": dice.random() < 0.1,
        "stars": dice.choice([0, 0, 1, 5, 40]),
        "popularity": dice.choice([0, 3, 900]),
        "created_at": 1_767_225_600.0 + 43_200.0 * dice.randrange(10),
        "updated_at": 1_767_225_600.0 + 43_200.0 * dice.randrange(10) + 0.25,
    }
