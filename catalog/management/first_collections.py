"""The collections that a new installation begins with, made of the bundled catalog."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from catalog.models import Algorithm, Collection, CollectionItem

ENOUGH = 2


@dataclass(frozen=True, slots=True)
class First:
    """A collection: pairs of `owner/Name` and why it is there; `most` are kept."""

    slug: str
    title: str
    summary: str
    items: tuple[tuple[str, str], ...]
    is_featured: bool = False
    most: int = 100


COLLECTIONS = (
    First(
        "five-to-start-with",
        "Five to start with",
        "A picture, a text, a series, a digit: one of each kind.",
        (
            ("media/OverlayText", ""),
            ("nlp/GetSentiment", ""),
            ("series/ForecastSeries", ""),
            ("vision/RecognizeDigit", ""),
            ("media/DominantColors", ""),
            ("nlp/ExtractKeywords", ""),
            ("demo/Hello", ""),
        ),
        is_featured=True,
        most=5,
    ),
    First(
        "reading-texts",
        "Reading texts",
        "What a text says, feels, is about and is written in.",
        (
            ("nlp/DetectLanguage", "First of all: in which language is it?"),
            ("nlp/GetSentiment", "For English, with the words that decided."),
            ("nlp/ExtractKeywords", "What it is about, in its own phrases."),
            ("nlp/SummarizeText", "The sentences that say most of it."),
            ("social/SearchPosts", "Texts to try the others with."),
        ),
    ),
    First(
        "looking-at-pictures",
        "Looking at pictures",
        "Colors, likeness, digits, captions, and a place to keep them.",
        (
            ("media/DominantColors", "What a picture is made of."),
            ("media/CompareImages", "Whether two pictures look alike."),
            ("media/OverlayText", "Writes on a picture so that it can be read."),
            ("media/PutImage", "Keeps a picture, under the digest of its bytes."),
            ("media/GetImageUrl", "Shows a kept picture to whoever has the link."),
            ("vision/RecognizeDigit", "Reads one digit of a hand."),
        ),
    ),
    First(
        "numbers-over-time",
        "Numbers over time",
        "What comes next in a series, and what is odd in it.",
        (
            ("series/DetectAnomalies", "Clean a series before you continue it."),
            ("series/ForecastSeries", "The next values, with how sure they are."),
        ),
    ),
    First(
        "to-test-a-client-with",
        "To test a client with",
        "Small ones with one behavior each: answer, echo, wait and fail.",
        (
            ("demo/Hello", "Answers."),
            ("util/Echo", "Gives back what it gets, in the same type."),
            ("testing/Sleep", "Waits, for timeouts and queues."),
            ("testing/RaiseException", "Fails as you ask it to."),
        ),
    ),
)


def add_collections() -> int:
    """Make the collections whose algorithms are there; return how many."""
    made = 0
    for place, first in enumerate(COLLECTIONS):
        with transaction.atomic():
            made += _add(place, first)
    return made


def _add(place: int, first: First) -> bool:
    found = [(_algorithm(name), note) for name, note in first.items]
    kept = [(row, note) for row, note in found if row is not None][: first.most]
    if len(kept) < ENOUGH or Collection.objects.filter(slug=first.slug).exists():
        return False
    collection = Collection.objects.create(
        slug=first.slug,
        title=first.title,
        summary=first.summary,
        position=place,
        is_featured=first.is_featured,
    )
    CollectionItem.objects.bulk_create(
        CollectionItem(collection=collection, algorithm=row, position=at, note=note)
        for at, (row, note) in enumerate(kept)
    )
    return True


def _algorithm(full_name: str) -> Algorithm | None:
    return Algorithm.objects.named(*full_name.split("/")).first()
