"""DetectLanguage is as good as its card says, and as bad."""

from __future__ import annotations

import json
import lzma
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.unit.samples.isolated import SAMPLES, refusals, run, value_of

FOLDER = SAMPLES / "nlp/DetectLanguage"
CARD = (FOLDER / "README.md").read_text()
SENTENCES = json.loads((Path(__file__).parent / "everyday_sentences.json").read_text())
TEXTS = lzma.decompress((FOLDER / "training/texts.tsv.xz").read_bytes()).decode()


def lines() -> list[tuple[int, str, str]]:
    split = (line.split("\t") for line in TEXTS.splitlines())
    return [(int(number), code, text) for number, code, text in split]


@pytest.fixture(scope="module")
def answers() -> list[tuple[str, str, dict]]:
    """Language, text and answer for each text that was not learned from."""
    learned = {(code, text) for number, code, text in lines() if number % 5}
    held_out = {(code, text): None for number, code, text in lines() if number % 5 == 0}
    fresh = [item for item in held_out if item not in learned]
    outcomes = run(FOLDER, *({"text": text} for _code, text in fresh), memory=64)
    return [
        (*item, outcome.value) for item, outcome in zip(fresh, outcomes, strict=True)
    ]


def test_the_accuracy_on_held_out_texts_is_what_the_card_states(answers):
    rows = re.findall(
        r"^\| (?:from )?(\d+)(?: to (\d+))? characters \| ([\d,]+) of ([\d,]+), "
        r"([\d.]+) % \|$",
        CARD,
        re.MULTILINE,
    )
    assert len(rows) == 4
    for least, most, right, total, percent in rows:
        sizes = range(int(least), int(most or 10_000) + 1)
        judged = [a["language"] == code for code, t, a in answers if len(t) in sizes]
        assert (sum(judged), len(judged)) == tuple(
            int(count.replace(",", "")) for count in (right, total)
        )
        assert round(100 * sum(judged) / len(judged), 1) == float(percent)
    assert float(rows[0][4]) >= 95.4


def test_the_confidence_means_what_the_card_says(answers):
    for low, high, stated in ((0.9, 1.1, 99), (0.5, 0.6, 56)):
        judged = [
            answer["language"] == code
            for code, _text, answer in answers
            if low <= answer["confidence"] < high
        ]
        assert round(100 * sum(judged) / len(judged)) == stated


def test_everyday_sentences_are_told_as_often_as_the_card_says():
    given = [(code, text) for code, texts in SENTENCES.items() for text in texts]
    outcomes = run(FOLDER, *({"text": text} for _code, text in given))
    wrong = Counter(
        frozenset((code, outcome.value["language"]))
        for (code, _text), outcome in zip(given, outcomes, strict=True)
        if outcome.value["language"] != code
    )
    assert f"{len(given) - wrong.total()} of {len(given)} right" in CARD
    assert set(wrong) == {frozenset(("da", "nb")), frozenset(("ru", "uk"))}
    assert len(SENTENCES) == 28


def test_the_table_of_the_card_is_what_it_answers():
    rows = re.findall(
        r"^\| (.+?) \| ([a-z]{2}), ([\d.]+) \| .+ \|$", CARD, re.MULTILINE
    )
    assert len(rows) == 8
    outcomes = run(FOLDER, *({"text": text} for text, _code, _share in rows))
    for (_text, code, share), outcome in zip(rows, outcomes, strict=True):
        found = outcome.value
        assert (found["language"], found["confidence"]) == (code, float(share))


def test_the_three_best_come_in_order_and_the_first_is_the_answer():
    answer = value_of(FOLDER, {"text": "Hola mundo"})
    best = answer.pop("alternatives")
    assert best[0] == answer
    shares = [language["confidence"] for language in best]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1


def test_case_marks_and_decomposed_accents_do_not_matter():
    plain, loud, decomposed = (
        value_of(FOLDER, {"text": text})
        for text in (
            "Où est le café ?",
            "OÙ EST LE CAFÉ!!",
            "Ou\u0300 est le cafe\u0301",
        )
    )
    assert plain == loud == decomposed


def test_bad_input_is_refused():
    refusals(
        FOLDER,
        None,
        "text",
        {},
        {"text": 1},
        {"text": ""},
        {"text": " \n"},
        {"text": "3.14 %"},
        {"text": "🚀🚀"},
        {"text": "\ud800"},
        {"text": "ᚠᚢᚦᚨᚱᚲ"},
        {"text": "x" * 20_001},
    )
