"""ExtractKeywords finds what a text is about, far better than plain RAKE."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.unit.samples.isolated import SAMPLES, refusals, run, value_of

FOLDER = SAMPLES / "nlp/ExtractKeywords"
PASSAGES = json.loads(Path(__file__).with_name("keyword_passages.json").read_text())


def phrases(text: str, n: int = 10) -> list[str]:
    return [k["phrase"] for k in value_of(FOLDER, {"text": text, "n": n})["keywords"]]


def plain_rake(text: str, n: int) -> list[str]:
    """Rose et al. 2010 with the same stop words: the sum of degree / frequency."""
    lines = (FOLDER / "assets/stop_words.txt").read_text().splitlines()
    stop = {w for line in lines if not line.startswith("#") for w in line.split()}
    runs: list[tuple[str, ...]] = []
    for segment in re.split(r"[^\w\s'\u2019-]", text.lower()):
        run_of_words: list[str] = []
        for word in [*segment.split(), "the"]:
            if word in stop or word.isdigit():
                runs += [tuple(run_of_words)] if run_of_words else []
                run_of_words = []
            else:
                run_of_words.append(word)
    frequency = Counter(word for found in runs for word in found)
    degree: Counter[str] = Counter()
    for found in runs:
        degree.update(dict.fromkeys(found, 0))
        for word in found:
            degree[word] += len(found)
    scores = {r: sum(degree[w] / frequency[w] for w in r) for r in runs}
    return [" ".join(r) for r in sorted(scores, key=lambda r: -scores[r])[:n]]


def folded(phrase: str) -> str:
    """Fold case and plural, so that spelling does not count."""
    words = (re.sub(r"(?<=\w{3}[^su])s$", "", w) for w in phrase.lower().split())
    return " ".join(words)


def precision(found: list[str], marked: list[str]) -> float:
    wanted = {folded(phrase) for phrase in marked}
    return sum(folded(phrase) in wanted for phrase in found) / len(found)


@pytest.mark.parametrize("n", [5, 8, 10])
def test_the_precision_is_that_of_the_card(n):
    asked = [{"text": passage["text"], "n": n} for passage in PASSAGES]
    ours, rake = 0.0, 0.0
    for passage, outcome in zip(PASSAGES, run(FOLDER, *asked), strict=True):
        found = [keyword["phrase"] for keyword in outcome.value["keywords"]]
        ours += precision(found, passage["keywords"]) / len(PASSAGES)
        rake += precision(plain_rake(passage["text"], n), passage["keywords"]) / 6
    card = (FOLDER / "README.md").read_text()
    column = {5: 0, 8: 1, 10: 2}[n]
    for name, measured in (("this algorithm", ours), ("plain RAKE", rake)):
        (row,) = re.findall(rf"^\| {name} \|(.+)\|$", card, re.MULTILINE)
        stated = float(row.split("|")[column])
        assert measured == pytest.approx(stated, abs=0.006)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("The update clears the old cache. A cold cache is slow.", "cold cache"),
        ("Networks can learn patterns. Neural networks learn.", "Neural networks"),
        ("A large network grew. Each network ran.", "network"),
        (
            "Large language models err. Ask a large language model.",
            "large language models",
        ),
        ("The C++ compiler warns. C++ compilers do.", "C++ compiler"),
        ("Anomaly detection finds early signs.", "Anomaly detection"),
    ],
)
def test_verbs_and_general_adjectives_are_left_out(text, first):
    assert first in phrases(text)[:3]


def test_plural_and_singular_are_one_phrase_in_its_more_frequent_spelling():
    found = phrases("Session tokens. A session token is kept. Session tokens.")
    assert found == ["session tokens"]


def test_the_best_phrase_has_score_one_and_no_more_than_n_come_back():
    answer = value_of(FOLDER, {"text": PASSAGES[0]["text"], "n": 3})["keywords"]
    assert len(answer) == 3
    assert answer[0]["score"] == 1.0
    assert [k["score"] for k in answer] == sorted(
        (k["score"] for k in answer), reverse=True
    )


@pytest.mark.parametrize("text", ["   ", "the of and", "1 2 3", "!?", "\x00", "a b c"])
def test_a_text_that_names_nothing_gives_an_empty_list(text):
    assert phrases(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "ab " * 6_666,
        "word" * 5_000,
        "network " * 2_500,
        "aa-" * 6_666,
        "日本語" * 6_000,
    ],
    ids=["no stop words", "one word", "one word repeated", "hyphens", "no blanks"],
)
def test_the_longest_texts_take_less_than_a_second(text):
    (outcome,) = run(FOLDER, {"text": text[:20_000], "n": 50})
    assert outcome.error == ""
    assert outcome.work < 1


def test_what_holds_no_text_is_refused_with_a_reason():
    messages = refusals(
        FOLDER,
        None,
        "text",
        {"text": ["a"]},
        {"text": ""},
        {"text": "x" * 20_001},
        {"text": "a", "n": 0},
        {"text": "a", "n": 51},
        {"text": "a", "n": "5"},
    )
    assert "20,000" in messages[4]
    assert "1 to 50" in messages[5]
