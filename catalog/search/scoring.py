"""BM25 over the weighted field with public statistics: one ranking for all engines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.search.documents import frequency

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from catalog.search.query import TextQuery, Word

K1 = 1.2
B = 0.4
"""Saturation and length normalization of BM25. The usual b of 0.75 punishes long
cards too much: 0.4 is worth .02 NDCG@10 on the judged development queries."""

POPULARITY_WEIGHT = 0.01
"""Share of the score for each factor of ten in calls: a million calls add 6 %."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the public index alone: documents, mean length, documents per term."""

    documents: int
    average_length: float
    frequencies: Mapping[str, int]

    def weight_of(self, term: str) -> float:
        """Inverse document frequency, never negative (Robertson and Zaragoza 2009)."""
        holding = self.frequencies.get(term, 0)
        return math.log1p((self.documents - holding + 0.5) / (holding + 0.5))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit of an engine, with what the score is made of (see IndexedDocument)."""

    id: str
    popularity: int
    length: int
    packed_terms: str


def rank(
    candidates: Iterable[Candidate], text: TextQuery, statistics: Statistics
) -> list[str]:
    """Ids, best first: all words before some, then score, popularity and id.

    Words add up; of the ways to read one the best counts. Scores are compared to three
    decimals, so that sums of floats never decide.
    """
    weights = {term: statistics.weight_of(term) for term in text.terms}
    average = statistics.average_length or 1.0

    def key(candidate: Candidate) -> tuple[bool, float, int, str]:
        damping = K1 * (1 - B + B * candidate.length / average)
        counts = {t: frequency(candidate.packed_terms, t) for t in weights}
        scores = {
            term: weights[term] * count * (K1 + 1) / (count + damping)
            for term, count in counts.items()
        }
        score = sum(_best(word, scores) for word in text.words)
        score *= 1 + POPULARITY_WEIGHT * math.log10(1 + candidate.popularity)
        whole = text.holds_all(lambda token: counts[token] > 0)
        return (not whole, -round(score, 3), -candidate.popularity, candidate.id)

    return [entry[-1] for entry in sorted(map(key, candidates))]


def _best(word: Word, scores: Mapping[str, float]) -> float:
    """Score a word by its best reading; a phrase that stands for it counts whole."""
    best = 0.0
    for reading in word.readings:
        found = [scores[token] for token in reading.tokens]
        if reading.via != "synonym" or all(found):
            best = max(best, reading.weight * sum(found))
    return best
