from __future__ import annotations

import pytest

from catalog.search.analysis import STOP_WORDS, words
from catalog.search.expansion import SYNONYM_WEIGHT, with_synonyms
from catalog.search.query import TextQuery
from catalog.search.synonyms import (
    NO_SYNONYMS,
    Synonyms,
    default_synonyms,
    parse_synonyms,
)

CARS = Synonyms.of([("car", "automobile", "motorcar")])
SPEECH = Synonyms.of(
    [("ASR", "speech recognition", "Speech to Text"), ("speech", "voice")]
)


def readings(text, synonyms):
    """Of each word as typed: the further readings."""
    query = with_synonyms(TextQuery.parse(text), synonyms)
    return {
        word.typed: [r.tokens for r in word.readings if r.via == "synonym"]
        for word in query.words
    }


def test_each_word_of_a_group_stands_for_the_others_in_any_form():
    assert readings("cars", CARS) == {"cars": [("automobil",), ("motorcar",)]}
    assert readings("red Motorcar", CARS) == {
        "red": [],
        "Motorcar": [("car",), ("automobil",)],
    }


def test_the_longest_phrase_is_one_word():
    found = readings("English speech recognition models", SPEECH)
    assert found == {"English": [], "speech recognition": [("asr",)], "models": []}
    assert readings("speech models", SPEECH) == {"speech": [("voic",)], "models": []}
    assert readings("speech-to-text", SPEECH)["speech-to-text"] == [
        ("asr",),
        ("speech", "recognit"),
    ]


def test_a_phrase_with_a_small_word_is_understood_but_not_looked_for():
    assert readings("asr", SPEECH) == {"asr": [("speech", "recognit")]}


def test_words_in_another_order_are_no_phrase():
    assert readings("recognition speech", SPEECH)["recognition"] == []


def test_a_synonym_counts_a_little_less():
    (word,) = with_synonyms(TextQuery.parse("car"), CARS).words
    assert [r.weight for r in word.readings] == [1.0, SYNONYM_WEIGHT, SYNONYM_WEIGHT]
    assert SYNONYM_WEIGHT < 1


def test_equal_groups_are_one_value_that_is_analysed_once():
    again = Synonyms.of([["car ", "automobile", "motorcar"]])
    assert again is CARS
    assert hash(again) == hash(CARS)
    assert Synonyms.of([]) == NO_SYNONYMS


@pytest.mark.parametrize(
    "groups", [[], [()], [("car",)], [("", "...")], [("car", "cars")], [("car", "")]]
)
def test_a_group_that_says_nothing_adds_nothing(groups):
    assert Synonyms.of(groups).alternatives == {}


def test_hostile_groups_stay_small():
    wide = Synonyms.of([tuple(f"word{n}" for n in range(500))])
    (word,) = with_synonyms(TextQuery.parse("word7"), wide).words
    assert len(word.readings) < 20
    deep = Synonyms.of([(" ".join(f"w{n}" for n in range(300)), "deep")])
    with_synonyms(TextQuery.parse(" ".join(f"w{n}" for n in range(500))), deep)


def test_a_file_of_groups_has_one_a_line():
    text = "# head\ncar, automobile # tail\n\n alone\n a b , c,,\n"
    assert parse_synonyms(text) == (("car", "automobile"), ("a b", "c"))


def test_the_shipped_groups_are_sound():
    groups = default_synonyms()
    entries = [entry for group in groups for entry in group]
    assert len(groups) > 40
    assert len(entries) == len(set(entries))
    assert all(entry == entry.strip().lower() for entry in entries)
    for group in groups:
        for entry in group:
            assert set(words(entry)) - STOP_WORDS, entry
        assert any(entry in _typed(group) for entry in group)


def _typed(group):
    """Entries that bring up another one when they are typed."""
    shipped = Synonyms.of(default_synonyms())
    return [
        entry
        for entry in group
        if any(added for added in readings(entry, shipped).values())
    ]
