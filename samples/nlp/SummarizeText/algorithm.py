"""Pick the sentences that say most of a text, by TextRank (Mihalcea and Tarau 2004)."""

from __future__ import annotations

from math import fsum, log
from pathlib import Path
from typing import Any

from sentences import read_words, split, stems

MAX_CHARACTERS = 50_000
MAX_SENTENCES = 500
MAX_WANTED = 20
DAMPING = 0.85
ROUNDS = 50

stop_words: frozenset[str]


class InputError(ValueError):
    """The caller sent something that cannot be summarized."""

    error_type = "InputError"


def load() -> None:
    """Read the function words once per worker."""
    global stop_words
    stop_words = read_words(Path("assets/stop_words.txt"))


def apply(input: Any) -> dict[str, Any]:
    """Return the `sentences` best sentences of `text`, in the order of the text."""
    text, wanted = checked(input)
    found = split(text)
    if not 1 <= len(found) <= MAX_SENTENCES:
        raise InputError(
            f"`text` has {len(found):,} sentences; it must have 1 to {MAX_SENTENCES}. "
            "Send a longer text chapter by chapter."
        )
    scores = rank([stems(sentence, stop_words) for sentence in found])
    best = sorted(range(len(found)), key=lambda place: (-scores[place], place))
    chosen = sorted(best[:wanted])
    return {
        "summary": " ".join(found[place] for place in chosen),
        "sentences": [
            {"index": place, "text": found[place], "score": scores[place]}
            for place in chosen
        ],
        "total": len(found),
    }


def rank(sentences: list[frozenset[str]]) -> list[float]:
    """Return a score for each sentence, 1 on average: PageRank over shared words."""
    links = weights(sentences)
    strengths = [fsum(near.values()) for near in links]
    ranks = [1.0] * len(sentences)
    for _ in range(ROUNDS):
        # fsum is exact, so that the order of the terms and the Python do not matter
        ranks = [
            1 - DAMPING + DAMPING * fsum(w / strengths[j] * ranks[j] for j, w in near)
            for near in map(dict.items, links)
        ]
    return [round(value, 4) for value in ranks]


def weights(sentences: list[frozenset[str]]) -> list[dict[int, float]]:
    """Return for each sentence those that share words with it, and how strongly."""
    links: list[dict[int, float]] = [{} for _ in sentences]
    for i, one in enumerate(sentences):
        for j in range(i):
            shared = len(one & sentences[j])
            if shared:
                size = log(len(one) + 1) + log(len(sentences[j]) + 1)
                links[i][j] = links[j][i] = round(shared / size, 9)
    return links


def checked(input: Any) -> tuple[str, int]:
    """Return text and number of sentences; raise InputError."""
    if not isinstance(input, dict) or not isinstance(input.get("text"), str):
        raise InputError('The input must be an object with a text: {"text": "..."}.')
    text, wanted = input["text"], input.get("sentences", 3)
    if not 1 <= len(text) <= MAX_CHARACTERS:
        raise InputError(
            f"`text` has {len(text):,} characters; it must have 1 to "
            f"{MAX_CHARACTERS:,}. Send a longer text in parts."
        )
    if type(wanted) is not int or not 1 <= wanted <= MAX_WANTED:
        raise InputError(
            f"`sentences` must be a whole number from 1 to {MAX_WANTED}; "
            f"got {wanted!r:.40}."
        )
    return text, wanted
