from __future__ import annotations

import math

from catalog.search.documents import pack_terms
from catalog.search.query import MOST_TOKENS, MOST_WORDS, Reading, TextQuery
from catalog.search.scoring import K1, B, Candidate, Statistics, rank

STATISTICS = Statistics(documents=100, average_length=50.0, frequencies={"face": 10})


def candidate(name, terms, *, length=50, popularity=0):
    return Candidate(name, popularity, length, pack_terms(terms))


def test_the_weight_of_a_term_is_the_bm25_one():
    assert STATISTICS.weight_of("face") == math.log(1 + 90.5 / 10.5)
    assert STATISTICS.weight_of("unheard") == math.log(1 + 100.5 / 0.5)
    empty = Statistics(0, 0.0, {})
    assert empty.weight_of("face") > 0


def test_rarer_words_more_of_them_and_shorter_texts_rank_higher():
    text = TextQuery.parse("face")
    ids = rank(
        [
            candidate("long", {"face": 3}, length=100),
            candidate("once", {"face": 1}),
            candidate("thrice", {"face": 3}),
        ],
        text,
        STATISTICS,
    )
    assert ids == ["thrice", "long", "once"]
    assert 0 < B < 1 < K1


def test_documents_with_all_words_come_first_whatever_their_score():
    text = TextQuery.parse("face common")
    statistics = Statistics(100, 50.0, {"face": 1, "common": 100})
    ids = rank(
        [
            candidate("some", {"face": 100}, popularity=10**6),
            candidate("all", {"face": 1, "common": 1}, length=900),
        ],
        text,
        statistics,
    )
    assert ids == ["all", "some"]


def test_equals_are_ordered_by_calls_then_id():
    text = TextQuery.parse("face")
    same = [candidate(name, {"face": 1}) for name in "cab"]
    liked = candidate("z", {"face": 1}, popularity=1)
    assert rank([*same, liked], text, STATISTICS) == ["z", "a", "b", "c"]


def test_a_million_calls_do_not_beat_a_better_match():
    text = TextQuery.parse("face")
    better = candidate("better", {"face": 2})
    liked = candidate("liked", {"face": 1}, popularity=10**6)
    assert rank([liked, better], text, STATISTICS) == ["better", "liked"]


def test_ranking_without_any_public_document_works():
    text = TextQuery.parse("face")
    assert rank([candidate("a", {"face": 1})], text, Statistics(0, 0.0, {})) == ["a"]


def test_a_query_counts_a_limited_number_of_words_and_parts():
    many = TextQuery.parse(" ".join(f"w{n}" for n in range(500)))
    assert len(many.groups) == MOST_WORDS
    deep = TextQuery.parse("/".join(f"p{n}" for n in range(500)))
    assert all(len(reading) <= MOST_TOKENS for g in deep.groups for reading in g)


def test_a_compound_word_matches_whole_or_by_its_parts():
    text = TextQuery.parse("face-detection")
    assert text.holds_all({"facedetect"}.__contains__)
    assert text.holds_all({"face", "detect"}.__contains__)
    assert not text.holds_all({"face"}.__contains__)


def widened(text, **readings):
    """The first word of a text with further readings: tokens, way and weight."""
    query = TextQuery.parse(text)
    added = [
        Reading(tuple(tokens.split("_")), tuple(tokens.split("_")), via, weight)
        for tokens, (via, weight) in readings.items()
    ]
    return TextQuery((query.words[0].widened(added), *query.words[1:]))


def test_of_the_ways_to_read_a_word_the_best_counts():
    text = widened("face", visage=("synonym", 0.8))
    ids = rank(
        [
            candidate("both", {"face": 1, "visage": 1}),
            candidate("typed", {"face": 1}),
            candidate("synonym", {"visage": 1}),
        ],
        text,
        Statistics(100, 50.0, {"face": 10, "visage": 10}),
    )
    assert ids == ["both", "typed", "synonym"]  # the first two are equal: by id


def test_a_phrase_that_stands_for_a_word_counts_whole_or_not_at_all():
    text = widened("asr", speech_recognit=("synonym", 0.8))
    ids = rank(
        [
            candidate("half", {"speech": 50}, popularity=0),
            candidate("whole", {"speech": 1, "recognit": 1}),
        ],
        text,
        Statistics(100, 50.0, {}),
    )
    assert ids == ["whole", "half"]
    assert text.holds_any({"speech", "recognit"}.__contains__)
    assert not text.holds_any({"speech"}.__contains__)
