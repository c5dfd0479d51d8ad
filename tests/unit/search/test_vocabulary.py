from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search.analysis import stem
from catalog.search.vocabulary import (
    KNOWN,
    LONG,
    MOST_NEAR,
    SHORTEST,
    Vocabulary,
    is_word,
)


class Reader:
    """A public index that is nothing but counts of words."""

    def __init__(self, words):
        self.counts = {"words": Counter(words), "body": Counter(map(stem, words))}
        self.loaded = []

    def holding(self, term, field="body"):
        return self.counts[field][term]

    def words(self, letter):
        self.loaded.append(letter)
        return [word for word in self.counts["words"] if word[0] == letter]


def distance(one, other):
    """Optimal string alignment by its definition (Boytsov 2011, section 2.2)."""
    table = {(i, 0): i for i in range(len(one) + 1)}
    table |= {(0, j): j for j in range(len(other) + 1)}
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            steps = [
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (a != b),
            ]
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                steps.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(steps)
    return table[len(one), len(other)]


def near(words, form, *, begun=False):
    """What Vocabulary.near must return, by brute force."""
    counts = Counter(words)
    steps = 2 if len(form) >= LONG else 1
    ranked = []
    for word, count in counts.items():
        away = distance(form, word[: len(form)] if begun else word)
        if word[0] == form[0] and count >= KNOWN and away <= steps:
            ranked.append((away, -count, word))
    by_stem = {}
    for _, _, word in sorted(ranked):
        by_stem.setdefault(stem(word), word)
    return tuple(by_stem.values())[:MOST_NEAR]


WORDS = st.text("abc", min_size=SHORTEST, max_size=LONG + 3)


@settings(max_examples=300)
@given(st.lists(WORDS, max_size=60), WORDS, st.booleans())
def test_near_words_are_those_of_the_definition(words, form, begun):
    doubled = words + words[::2]
    found = Vocabulary(Reader(doubled)).near(form, begun=begun)
    assert found == near(doubled, form, begun=begun)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("detection", True),
        ("naïve", True),
        ("сеть", True),
        ("net", False),
        ("v100", False),
        ("resnet50", False),
        ("検出検出", False),
        ("x" * 25, False),
    ],
)
def test_what_may_be_misspelled(form, expected):
    assert is_word(form) == expected


def test_words_are_loaded_by_letter_and_answers_kept():
    reader = Reader(["network", "network", "server", "server"])
    vocabulary = Vocabulary(reader)
    for _ in range(3):
        assert vocabulary.near("netwrok") == ("network",)
        assert vocabulary.near("netwokr") == ("network",)
    assert reader.loaded == ["n"]
    assert vocabulary.knows("networks")
    assert not vocabulary.knows("netwrok")


def test_one_word_of_each_stem_is_offered():
    words = ["detector"] * 3 + ["detectors"] * 2 + ["defector"] * 2
    assert Vocabulary(Reader(words)).near("detectro") == ("detector", "defector")
