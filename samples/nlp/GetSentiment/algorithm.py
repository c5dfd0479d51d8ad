"""Score how positive an English text is, with the VADER lexicon and rules."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, SentiText

MAX_CHARACTERS = 20_000
MAX_WORDS = 20
LABELS_FROM = 0.05  # the authors' own border between neutral and a leaning


class InputError(ValueError):
    """The caller sent something that cannot be scored."""

    error_type = "InputError"


class Analyzer(SentimentIntensityAnalyzer):
    """VADER, in linear time, that remembers what each word contributed."""

    weights: list[float]

    def sentiment_valence(
        self,
        valence: float,
        sentitext: Any,
        item: str,
        i: int,
        sentiments: list[float],
    ) -> list[float]:
        """Score word `i` from the words its rules look at: three before, two after.

        The parent class lower-cases the whole text again for each word, which is
        quadratic; the window gives the same numbers.
        """
        start = max(0, i - 3)
        window = SimpleNamespace(
            words_and_emoticons=sentitext.words_and_emoticons[start : i + 3],
            is_cap_diff=sentitext.is_cap_diff,
        )
        return super().sentiment_valence(valence, window, item, i - start, sentiments)

    def score_valence(self, sentiments: list[float], text: str) -> dict[str, float]:
        """Sum up the words' weights as VADER does, and keep them."""
        self.weights = sentiments
        self.words = SentiText(text).words_and_emoticons
        return super().score_valence(sentiments, text)

    def because(self, count: int) -> list[dict[str, Any]]:
        """Return the `count` weightiest words of the last text, weightiest first."""
        totals: defaultdict[str, float] = defaultdict(float)
        for word, weight in zip(self.words, self.weights, strict=True):
            totals[word.lower()] += weight
        ranked = sorted(totals.items(), key=lambda item: -abs(item[1]))
        return [
            {"word": word, "weight": round(weight, 2)}
            for word, weight in ranked[:count]
            if weight
        ]


analyzer: Analyzer


def load() -> None:
    """Read the lexicon once per worker (7,500 words and emoticons)."""
    global analyzer
    analyzer = Analyzer()


def apply(input: Any) -> dict[str, Any]:
    """Score `text` from -1 to 1; with `explain` also name the deciding words."""
    text, explain = checked(input)
    scores = analyzer.polarity_scores(text)
    answer = {
        "sentiment": scores["compound"],
        "label": label(scores["compound"]),
        "positive": scores["pos"],
        "neutral": scores["neu"],
        "negative": scores["neg"],
    }
    if explain:
        answer["because"] = analyzer.because(explain)
    return answer


def label(sentiment: float) -> str:
    """Name the leaning of a score."""
    if sentiment >= LABELS_FROM:
        return "positive"
    return "negative" if sentiment <= -LABELS_FROM else "neutral"


def checked(input: Any) -> tuple[str, int]:
    """Return text and number of words to explain; raise InputError."""
    if not isinstance(input, dict) or not isinstance(input.get("text"), str):
        raise InputError('The input must be an object with a text: {"text": "..."}.')
    text, explain = input["text"], input.get("explain", 0)
    if not 1 <= len(text) <= MAX_CHARACTERS:
        raise InputError(
            f"`text` has {len(text):,} characters; it must have 1 to "
            f"{MAX_CHARACTERS:,}. Send a longer text in parts."
        )
    if type(explain) is not int or not 0 <= explain <= MAX_WORDS:
        raise InputError(
            f"`explain` must be a whole number from 0 to {MAX_WORDS}; "
            f"got {explain!r:.40}."
        )
    return text, explain
