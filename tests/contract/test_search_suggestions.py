"""Every search backend completes what is being typed, from what the reader may see."""

from __future__ import annotations

from collections import Counter

import pytest
from search_contract import ANONYMOUS, VIEWERS, suggested
from search_documents import document, uuid

from catalog.search.base import Suggestion


@pytest.fixture
def shelf(make):
    return make(
        [
            document(1, name="Sentiment", task="text-classification", tags=("text",)),
            document(
                2, name="Classifier", task="text-classification", owner="classics",
            ),
            document(
                3, name="Colors", task="image-classification", tags=("class act",),
            ),
            document(
                4, name="ClassifiedPlan", task="classified-task", tags=("class act",),
                owner="team-one", audiences=("team:1",),
            ),
        ]
    )  # fmt: skip


def test_algorithms_come_first_then_tasks_tags_and_owners(shelf):
    assert shelf.suggest("class", ANONYMOUS) == [
        Suggestion("algorithm", id=uuid(2)),
        Suggestion("task", "text-classification", count=2),
        Suggestion("task", "image-classification", count=1),
        Suggestion("tag", "class act", count=1),
        Suggestion("owner", "classics", count=1),
    ]


def test_members_get_their_own_values_and_the_sum_of_counts(shelf):
    found = shelf.suggest("class", VIEWERS["member"], limit=20)
    assert Suggestion("tag", "class act", count=2) in found
    assert Suggestion("task", "classified-task", count=1) in found
    assert {entry.id for entry in found if entry.kind == "algorithm"} == {
        uuid(2),
        uuid(4),
    }


def test_several_words_must_all_begin_a_word(shelf):
    kinds = ("task", "tag", "owner")
    assert [s.value for s in shelf.suggest("class te", ANONYMOUS, kinds=kinds)] == [
        "text-classification"
    ]
    assert shelf.suggest("act cl", ANONYMOUS, kinds=("tag",))[0].value == "class act"
    assert shelf.suggest("lass", ANONYMOUS) == []


def test_the_kinds_and_the_number_are_the_callers_choice(shelf):
    for limit in (0, 1, 2, 3):
        assert len(shelf.suggest("class", ANONYMOUS, limit)) == limit
    found = shelf.suggest("class", ANONYMOUS, kinds=("owner",))
    assert found == [Suggestion("owner", "classics", count=1)]
    assert suggested(shelf, "class") == [uuid(2)]


def test_a_misspelled_prefix_is_put_right_only_if_nothing_else_fits(make):
    backend = make([document(n, name=f"Sentiment{n}") for n in range(3)])
    for typed in ("sentmi", "sentimnt", "Sentiemnt"):
        assert len(suggested(backend, typed)) == 3
    assert suggested(backend, "xentiment") == []
    backend.update([document(9, name="Sentmiris")], position=1)
    assert suggested(backend, "sentmi") == [uuid(9)]


def test_private_words_put_no_prefix_right(make):
    secret = [document(n, name="Quicksilver", audiences=("team:1",)) for n in range(3)]
    backend = make([document(10, name="Echo"), *secret])
    for access in (ANONYMOUS, VIEWERS["member"]):
        assert backend.suggest("quicksivl", access) == []
    assert len(suggested(backend, "quicks", VIEWERS["member"])) == 3


@pytest.mark.parametrize("viewer", list(VIEWERS))
def test_values_and_counts_are_those_of_the_visible_documents(backend, oracle, viewer):
    access = VIEWERS[viewer]
    visible = [d for d in oracle.documents if access.audiences & set(d.audiences)]
    for kind in ("task", "tag", "owner"):
        counts = Counter(v for d in visible for v in oracle.values(d, kind))
        counts.pop("unspecified", None)
        for prefix in ("s", "t", "con", "v", "o"):
            found = backend.suggest(prefix, access, limit=100, kinds=(kind,))
            expected = {
                value: count
                for value, count in counts.items()
                if any(word.startswith(prefix) for word in value.split("-"))
            }
            assert {entry.value: entry.count for entry in found} == expected
