"""SummarizeText picks whole sentences, and its card tells how well."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.unit.samples.isolated import SAMPLES, dice_of, refusals, run, value_of

FOLDER = SAMPLES / "nlp/SummarizeText"
CARD = (FOLDER / "README.md").read_text()
HERE = Path(__file__).parent
PASSAGES = json.loads((HERE / "keyword_passages.json").read_text())
MARKED = json.loads((HERE / "key_sentences.json").read_text())


def test_the_figures_of_the_card_are_those_of_the_six_passages():
    outcomes = run(
        FOLDER, *({"text": p["text"], "sentences": 2} for p in PASSAGES), memory=64
    )
    hits = first = chance = 0
    for passage, outcome in zip(PASSAGES, outcomes, strict=True):
        marked = set(MARKED[passage["title"]])
        hits += len(marked & {s["index"] for s in outcome.value["sentences"]})
        first += len(marked & {0, 1})
        chance += 4 / outcome.value["total"]
    stated = re.findall(r"\| ([\d.]+) of 12 \|", CARD)
    assert stated == [str(hits), str(first), f"{chance:.1f}"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three? Four… Five", 5),
        ("Dr. Smith met Mrs. Jones. They spoke.", 2),
        ("It cost 3.50 euros. He said “No.” She left.", 3),
        ("See e.g. page 4. J. R. Tolkien wrote it.", 2),
        ("A headline\n\nA sentence that\ngoes on. And ends.", 3),
        ("no capital. so no end", 1),
        ("Übung macht den Meister. Ärger nicht.", 2),
    ],
)
def test_sentences_end_where_people_end_them(text, count):
    answer = value_of(FOLDER, {"text": text, "sentences": 20})
    assert answer["total"] == len(answer["sentences"]) == count
    assert answer["summary"] == " ".join(text.split())


def test_the_chosen_sentences_keep_their_order():
    example = json.loads((FOLDER / "examples/01-lighthouse.json").read_text())
    places = [s["index"] for s in example["output"]["sentences"]]
    assert places == sorted(places)
    assert all(
        s["text"] in example["input"]["text"] for s in example["output"]["sentences"]
    )


def test_equal_sentences_score_alike_and_the_first_is_taken():
    answer = value_of(FOLDER, {"text": "Cats like fish. " * 3, "sentences": 1})
    assert answer["sentences"][0]["index"] == 0


def test_the_longest_texts_take_no_longer_than_the_card_says():
    dice = dice_of(1)
    words = [f"word{n}" for n in range(60)]
    dense = " ".join(
        "A " + " ".join(dice.choices(words, k=12)) + "." for _ in range(500)
    )[:50_000]
    hostile = ["a. " * 16_000, "(" * 49_999 + "a", "A." * 25_000, '"' * 49_000 + "a. B"]
    outcomes = run(FOLDER, *({"text": text} for text in (dense, *hostile)), memory=64)
    assert all(outcome.value for outcome in outcomes)
    assert all(outcome.work < 10 for outcome in outcomes)


def test_bad_input_is_refused():
    refusals(
        FOLDER,
        None,
        "text",
        {},
        {"text": 1},
        {"text": ""},
        {"text": "... !"},
        {"text": "A b. " * 501},
        {"text": "x" * 50_001},
        {"text": "A b.", "sentences": 0},
        {"text": "A b.", "sentences": 21},
        {"text": "A b.", "sentences": True},
        {"text": "A b.", "sentences": None},
    )
