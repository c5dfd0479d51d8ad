"""Why rows were found: from their short texts, and from their cards where need be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.models import Card
from catalog.search.explaining import explain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from catalog.models import Algorithm
    from catalog.search.explaining import Reason
    from catalog.search.query import TextQuery, Word

    Reasons = dict[object, tuple[Reason, ...]]

DOCUMENTATION = "documentation"
#: of a card, that are looked at, and around each place in it (characters)
LOOKED_AT, AROUND = 20_000, 40
#: places that are looked at for one word
PLACES = 3
SHORTEST = 4


def reasons_of(algorithms: Sequence[Algorithm], asked: TextQuery | None) -> Reasons:
    """Return reasons by algorithm; a card is read where nothing shorter says why."""
    if asked is None:
        return {row.pk: () for row in algorithms}
    found: Reasons = {row.pk: explain(asked, _short_texts(row)) for row in algorithms}
    unclear = {}
    for row in algorithms:
        words = _unexplained(asked, found[row.pk])
        if row.card_id and words:
            unclear[row.card_id] = row.pk, words
    cards = Card.objects.filter(pk__in=unclear).values_list("pk", "plain")
    for card, text in cards:
        pk, words = unclear[card]
        told = {word.typed for word in words}
        passages = " ".join(_passages(words, text[:LOOKED_AT]))
        documented = explain(asked, {DOCUMENTATION: passages})
        found[pk] += tuple(reason for reason in documented if reason.typed in told)
    return found


def _short_texts(row: Algorithm) -> dict[str, str | list[str]]:
    return {
        "name": row.name,
        "title": row.title,
        "task": row.task,
        "tags": [tag.name for tag in row.tags.all()],
        "owner": row.owner.slug,
        "summary": row.summary,
    }


def _unexplained(asked: TextQuery, reasons: Iterable[Reason]) -> list[Word]:
    told = {reason.typed for reason in reasons}
    return [word for word in asked.words if word.typed not in told]


def _passages(words: Iterable[Word], text: str) -> Iterator[str]:
    """Yield what stands around the first places where a word may be.

    Reading all of twenty cards takes longer than the search; the engine's own
    reading of these passages decides.
    """
    folded = text.casefold()
    for word in words:
        tokens = {token for reading in word.readings for token in reading.tokens}
        for token in tokens:
            # A stem may end in another letter than the word: happi, happy.
            begin = token if len(token) <= SHORTEST else token[:-1]
            at = folded.find(begin)
            for _ in range(PLACES):
                if at < 0:
                    break
                yield _whole_words(text, at)
                at = folded.find(begin, at + AROUND)


def _whole_words(text: str, at: int) -> str:
    """Return the words around a place, none of them cut."""
    first, last = max(0, at - AROUND), at + AROUND
    words = text[first:last].split(" ")
    if first and len(words) > 1:
        words = words[1:]
    if last < len(text) and len(words) > 1:
        words = words[:-1]
    return " ".join(words)
