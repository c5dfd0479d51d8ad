"""An index of posts that ranks by BM25 (Robertson and Spärck Jones), kept in memory."""

from __future__ import annotations

import re
from collections import Counter
from math import log
from typing import Any

K1, B = 1.2, 0.75
SAME, NEAR = 0.8, 0.5  # what synonyms and related words count; the word itself is 1
WORD = re.compile(r"[^\W_]+")
IRREGULAR = {
    "children": "child",
    "feet": "foot",
    "knives": "knife",
    "men": "man",
    "mice": "mouse",
    "people": "person",
    "skis": "ski",
    "teeth": "tooth",
    "wolves": "wolf",
    "women": "woman",
}
STOP_WORDS = frozenset(
    "a about an and are at by for from i in is it my of on or our the this to was "
    "with".split()
)
SHORTEST = 3
COMPOUNDS = {("hot", "dog"), ("teddi", "bear")}  # no dog, and no bear

Phrase = tuple[str, ...]
Concept = dict[Phrase, float]  # what stands for a word of the query, and its weight


def stem(word: str) -> str:
    """Return what singular and plural share: "buses" and "bus" give "bus"."""
    word = IRREGULAR.get(word, word)
    if len(word) > SHORTEST and word.endswith("s") and word[-2] not in "isu":
        word = word[:-1]
    if len(word) > SHORTEST and word[-1] == "e":
        word = word[:-1]
    return word[:-1] + "i" if len(word) > SHORTEST and word[-1] == "y" else word


def stems(text: str) -> list[str]:
    """Return the stems of all words of a text."""
    found: list[str] = []
    for word in WORD.findall(text.lower().replace("'s", "")):
        if found and (found[-1], stem(word)) in COMPOUNDS:
            found[-1] += stem(word)
        else:
            found.append(stem(word))
    return found


class Index:
    """Posts, their words, and which phrases stand for each other.

    `synonyms` has lists of what is the `same`, and for a phrase what is `near` it.
    """

    def __init__(self, posts: list[Any], synonyms: dict[str, Any]) -> None:
        self.posts = posts
        self.counts = [Counter(stems(post["text"])) for post in posts]
        self.found_in = Counter(word for count in self.counts for word in count)
        self.mean = sum(count.total() for count in self.counts) / len(posts)
        self.known: dict[Phrase, Concept] = {}
        for group in synonyms["same"]:
            for name in group:
                self.learn(name, group, SAME)
        for name, others in synonyms["near"].items():
            self.learn(name, others, NEAR)

    def learn(self, name: str, others: list[str], weight: float) -> None:
        """Let others stand for a phrase."""
        phrase = tuple(stems(name))
        known = self.known.setdefault(phrase, {phrase: 1.0})
        for other in others:
            known.setdefault(tuple(stems(other)), weight)

    def concepts(self, query: str) -> list[Concept]:
        """Return what a query asks for: for each word what stands for it.

        Two words that have synonyms together are one. Function words count only in a
        query that has no others.
        """
        words = stems(query)
        words = [word for word in words if word not in STOP_WORDS] or words
        found: dict[Phrase, Concept] = {}
        while words:
            pair = tuple(words[:2])
            phrase = pair if pair in self.known else pair[:1]
            found[phrase] = self.known.get(phrase, {phrase: 1.0})
            words = words[len(phrase) :]
        return list(found.values())

    def search(self, query: str) -> list[tuple[Any, float, bool]]:
        """Return posts, unsorted: each with its score, and whether it fits closely.

        Posts that match all of the query; those that match some of it, if none does. A
        post that matches only by a word that is near does not fit closely.
        """
        concepts = self.concepts(query)
        found: dict[int, list[tuple[Any, float, bool]]] = {}
        for post, count in zip(self.posts, self.counts, strict=True):
            total, matched, is_close = 0.0, 0, True
            for concept in concepts:
                score, weight = self.best(concept, count)
                total += score
                matched += weight > 0
                is_close &= weight != NEAR
            found.setdefault(matched, []).append((post, round(total, 3), is_close))
        if len(concepts) in found:
            return found[len(concepts)]
        return [item for matched in found if matched for item in found[matched]]

    def best(self, concept: Concept, count: Counter[str]) -> tuple[float, float]:
        """Return score and weight of what fits a post best; zeros if nothing does."""
        best = (0.0, 0.0)
        for phrase, weight in concept.items():
            if all(word in count for word in phrase):
                score = 0.0
                for word in phrase:  # not sum(), which rounds otherwise since 3.12
                    score += weight * self.bm25(word, count)
                best = max(best, (score, weight))
        return best

    def bm25(self, word: str, count: Counter[str]) -> float:
        """Return what one word adds: more if it is rare, and if the post is short."""
        found = self.found_in[word]
        rarity = log(1 + (len(self.posts) - found + 0.5) / (found + 0.5))
        length = 1 - B + B * count.total() / self.mean
        return rarity * count[word] * (K1 + 1) / (count[word] + K1 * length)
