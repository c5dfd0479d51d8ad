"""GetSentiment scores as VADER does, says why, and stays fast."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from tests.unit.samples.isolated import SAMPLES, refusals, run, value_of

FOLDER = SAMPLES / "nlp/GetSentiment"
VADER = SentimentIntensityAnalyzer()
# Words that each trigger a rule: negation, degree, contrast, idiom, capitals, emoji.
WORDS = st.sampled_from(
    re.split(
        " ",
        "good bad GREAT not never no nor but kind of sort least at very so this "
        "without doubt the bomb ass kiss death hand to mouth barely extremely "
        ":) 😍 meh! love, awful. isn't xyz",
    )
)


def rows() -> list[tuple[str, float]]:
    card = (FOLDER / "README.md").read_text()
    found = re.findall(r"^\| (.+?) \| (-?[\d.]+) \|", card, re.MULTILINE)
    return [(text, float(score)) for text, score in found]


def test_the_table_of_the_card_is_what_it_answers():
    expected = rows()
    assert len(expected) == 12
    outcomes = run(FOLDER, *({"text": text} for text, _ in expected))
    assert [
        (t, o.value["sentiment"]) for (t, _), o in zip(expected, outcomes, strict=True)
    ] == (expected)


def test_every_score_is_that_of_the_package():
    texts: list[str] = []

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(st.lists(WORDS, min_size=1, max_size=25))
    def collect(words):
        texts.append(" ".join(words))

    collect()
    for text, outcome in zip(
        texts, run(FOLDER, *({"text": t} for t in texts)), strict=True
    ):
        own, theirs = outcome.value, VADER.polarity_scores(text)
        assert (own["sentiment"], own["positive"], own["neutral"], own["negative"]) == (
            theirs["compound"],
            theirs["pos"],
            theirs["neu"],
            theirs["neg"],
        )


def test_the_deciding_words_come_weightiest_first_and_only_when_asked_for():
    text = "Good food, good wine, but an awful, awful waiter."
    plain, two, all_words = run(
        FOLDER,
        {"text": text},
        {"text": text, "explain": 2},
        {"text": text, "explain": 20},
    )
    assert "because" not in plain.value
    assert [word["word"] for word in two.value["because"]] == ["awful", "good"]
    assert [word["weight"] < 0 for word in two.value["because"]] == [True, False]
    assert len(all_words.value["because"]) == 2


@pytest.mark.parametrize("text", ["   ", "\n", "x", "12", "ひどい", "\x00", "🜁"])
def test_a_text_without_rated_words_is_neutral(text):
    answer = value_of(FOLDER, {"text": text})
    assert answer["sentiment"] == 0.0
    assert answer["label"] == "neutral"


def test_the_longest_text_takes_less_than_a_second():
    text = ("good but bad no not " * 1000)[:20_000]
    (outcome,) = run(FOLDER, {"text": text, "explain": 20})
    assert -1 <= outcome.value["sentiment"] <= 1
    assert outcome.work < 1


def test_what_cannot_be_scored_is_refused_with_a_reason():
    messages = refusals(
        FOLDER,
        "a text",
        {},
        {"text": 7},
        {"text": ""},
        {"text": "x" * 20_001},
        {"text": "a", "explain": 21},
        {"text": "a", "explain": True},
        {"text": "a", "explain": 1.0},
    )
    assert "20,001 characters" in messages[4]
    assert "`explain`" in messages[5]
