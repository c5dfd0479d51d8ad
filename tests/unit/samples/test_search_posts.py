"""SearchPosts has a cheerful and an angry post for every object a detector names."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest

from tests.unit.samples.isolated import SAMPLES, refusals, run, value_of

FOLDER = SAMPLES / "social/SearchPosts"
POSTS = json.loads((FOLDER / "assets/posts.json").read_text())
CARD = (FOLDER / "README.md").read_text()
COCO = """
person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light,
fire hydrant, stop sign, parking meter, bench, bird, cat, dog, horse, sheep, cow,
elephant, bear, zebra, giraffe, backpack, umbrella, handbag, tie, suitcase, frisbee,
skis, snowboard, sports ball, kite, baseball bat, baseball glove, skateboard,
surfboard, tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl, banana,
apple, sandwich, orange, broccoli, carrot, hot dog, pizza, donut, cake, chair, couch,
potted plant, bed, dining table, toilet, tv, laptop, mouse, remote, keyboard,
cell phone, microwave, oven, toaster, sink, refrigerator, book, clock, vase,
scissors, teddy bear, hair drier, toothbrush
"""
NAMES = [" ".join(name.split()) for name in COCO.split(",")]


def found(*queries):
    outcomes = run(FOLDER, *({"query": q, "limit": 50} for q in queries))
    assert not any(outcome.error for outcome in outcomes)
    return [outcome.value["posts"] for outcome in outcomes]


def test_each_of_the_80_coco_names_finds_three_posts_one_of_each_mood():
    assert len(set(NAMES)) == 80
    for name, posts in zip(NAMES, found(*NAMES), strict=True):
        moods = [post["sentiment"] for post in posts if post["lang"] == "en"]
        assert len(posts) >= 3, name
        assert max(moods) >= 0.05, name
        assert min(moods) <= -0.05, name
        assert moods[0] >= 0.05, name


def test_the_sentiments_are_those_of_get_sentiment():
    english = [post for post in POSTS if post["lang"] == "en"]
    outcomes = run(
        SAMPLES / "nlp/GetSentiment", *({"text": post["text"]} for post in english)
    )
    scores = [outcome.value["sentiment"] for outcome in outcomes]
    assert scores == [post["sentiment"] for post in english]
    others = [post["sentiment"] for post in POSTS if post["lang"] != "en"]
    assert others == [None] * 24
    assert len(english) == 280


def test_the_posts_are_complete_and_unique():
    assert [post["id"] for post in POSTS] == [*range(1, len(POSTS) + 1)]
    assert len({post["text"] for post in POSTS}) == len(POSTS)
    for post in POSTS:
        assert 10 < len(post["text"]) < 140
        assert re.fullmatch(r"[a-z._]+", post["author"])
        assert post["likes"] >= 0
        assert datetime.fromisoformat(post["created_at"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bus", "buses"),
        ("mouse", "Mice"),
        ("knife", "KNIVES"),
        ("bench", "benches"),
        ("puppy", "puppies"),
        ("person", "people"),
        ("skis", "ski"),
        ("hair drier", "hair dryers"),
        ("fridge", "refrigerators"),
        ("my dog", "dog"),
        ("donut", "doughnut"),
    ],
)
def test_plurals_and_synonyms_find_the_same_posts(one, other):
    first, second = found(one, other)
    assert {post["id"] for post in first} == {post["id"] for post in second}


def test_motorcycle_finds_motorbikes_and_bikes_the_near_word_last():
    (posts,) = found("motorcycle")
    kinds = ["close" if "motor" in post["text"].lower() else "near" for post in posts]
    assert "motorbike" in posts[0]["text"]
    assert kinds == sorted(kinds)
    assert "near" in kinds


def test_a_hot_dog_is_no_dog():
    dogs, hot_dogs = found("dog", "hot dog")
    assert not {post["id"] for post in dogs} & {post["id"] for post in hot_dogs}


def test_posts_are_ranked_by_sentiment_then_likes_then_score():
    posts = value_of(FOLDER, {"query": "the", "limit": 50})["posts"]
    keys = [(-(p["sentiment"] or 0), -p["likes"], -p["score"]) for p in posts]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("negative", lambda post: post["sentiment"] or 0),
        ("relevance", lambda post: -post["score"]),
        ("likes", lambda post: -post["likes"]),
        (
            "newest",
            lambda post: -datetime.fromisoformat(post["created_at"]).timestamp(),
        ),
    ],
)
def test_every_order_puts_first_what_it_says(sort, key):
    posts = value_of(FOLDER, {"query": "train", "sort": sort, "limit": 50})["posts"]
    assert len(posts) >= 3
    assert [*map(key, posts)] == sorted(map(key, posts))


def test_a_language_narrows_and_the_total_counts_past_the_limit():
    given = {"query": "gato o bicicleta", "lang": "pt", "limit": 1}
    answer = value_of(FOLDER, given)
    assert answer["total"] == 2
    assert [post["lang"] for post in answer["posts"]] == ["pt"]


def test_the_table_of_the_card_is_what_it_answers():
    rows = re.findall(r"^\| ([a-z ]+) \| ([A-Z].+?) \| .+ \|$", CARD, re.MULTILINE)
    assert len(rows) == 5
    answers = found(*(query for query, _text in rows))
    assert [posts[0]["text"] for posts in answers] == [text for _query, text in rows]
    assert found("giraf") == [[]]
    assert f"{len(POSTS)} short ones" in CARD


def test_bad_input_is_refused():
    refusals(
        FOLDER,
        None,
        "dog",
        {},
        {"query": 1},
        {"query": ""},
        {"query": "?!"},
        {"query": "x" * 201},
        {"query": "dog", "limit": 0},
        {"query": "dog", "limit": 10**400},
        {"query": "dog", "limit": True},
        {"query": "dog", "lang": "xx"},
        {"query": "dog", "lang": None},
        {"query": "dog", "lang": []},
        {"query": "dog", "sort": "best"},
        {"query": "dog", "sort": {}},
    )
