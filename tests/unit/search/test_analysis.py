from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.analysis import (
    LONGEST_TOKEN,
    excerpt,
    highlight,
    stem,
    tokens,
    words,
)
from catalog.search.query import TextQuery

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=200)


def joined(text, terms):
    return "".join(f"[{part}]" if hit else part for part, hit in highlight(text, terms))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("util/Echo", {"utilecho", "util", "echo"}),
        ("GetSentiment", {"getsentiment", "get", "sentiment"}),
        ("mobilenet_v2", {"mobilenetv2", "mobilenet", "v2"}),
        ("MobileNetV2", {"mobilenetv2", "mobile", "net", "v2", "mobilenet"}),
        ("HTMLParser", {"htmlparser", "html", "parser"}),
        ("yolov3 conv2d", {"yolov3", "yolo", "v3", "conv2d", "conv", "2d"}),
        ("resnet50", {"resnet50", "resnet", "50"}),
        ("ResNet-50", {"resnet50", "resnet", "res", "net", "50"}),
        ("v1.2.0", {"v120", "v1", "2", "0"}),
        ("\uff21\uff22\uff23 ﬃ Straße", {"abc", "ffi", "strasse"}),
        ("soft\u00adhyphen zero\u200bwidth", {"softhyphen", "zerowidth"}),
        ("русский العربية", {"русский", "العربية"}),
        ("हिन्दी", {"हिन्दी"}),
        ("cafe\u0301", {"café"}),
    ],
)
def test_a_compound_is_kept_whole_and_split(text, expected):
    found = set(words(text))
    assert expected <= found
    assert len(found) <= len(expected) + 2


def test_a_script_without_spaces_is_found_by_character_and_by_pair():
    assert list(words("BERT中文模型")) == [
        "bert", "中", "文", "模", "型", "中文", "文模", "模型",
    ]  # fmt: skip
    assert TextQuery.parse("中文").groups == ((("中文",),),)
    assert TextQuery.parse("猫").groups == ((("猫",),),)


def test_spellings_of_one_name_share_a_token():
    spellings = ["mobilenet_v2", "MobileNet-V2", "MobilenetV2", "mobilenetv2"]
    shared = set.intersection(*(set(tokens(text)) for text in spellings))
    assert stem("mobilenetv2") in shared


def test_words_are_stemmed_and_stop_words_dropped():
    assert list(tokens("the detection of faces")) == ["detect", "face"]
    kept = tokens("the who", keep_stop_words=True)
    assert list(kept) == ["the", "who"]


def test_a_query_of_stop_words_alone_keeps_them():
    assert TextQuery.parse("the who").groups == ((("the",),), (("who",),))
    assert TextQuery.parse("the face").groups == ((("face",),),)


def test_a_prefix_is_read_unstemmed_and_whole():
    assert TextQuery.parse_prefix("The Sentim").groups == ((("the",),), (("sentim",),))


def test_a_long_word_finds_itself():
    long = "x" * 10_000
    assert list(tokens(long)) == ["x" * LONGEST_TOKEN]
    assert TextQuery.parse(long).groups == ((("x" * LONGEST_TOKEN,),),)


@given(ANY_TEXT)
def test_no_text_at_all_makes_the_analysis_raise(text):
    for token in tokens(text):
        assert token
        assert " " not in token
        token.encode()
    TextQuery.parse(text)
    TextQuery.parse_prefix(text)
    excerpt(text, ["a"])


@given(ANY_TEXT)
def test_the_words_of_a_text_find_it(text):
    found = set(tokens(text, keep_stop_words=True))
    for group in TextQuery.parse(text).groups:
        for reading in group:
            assert set(reading) <= found


@pytest.mark.parametrize(
    "text",
    ["a-" * 50_000, "A" * 100_000, "aA" * 50_000, "漢" * 50_000, "a.b/" * 25_000,
     "\u0301" * 100_000, "1a" * 50_000],
)  # fmt: skip
def test_the_time_grows_with_the_length_alone(text):
    started = time.perf_counter()
    list(tokens(text))
    assert time.perf_counter() - started < 5


def test_stems_are_right_when_threads_share_the_stemmer():
    stem.cache_clear()
    endings = ["ing", "ed", "s", "ation", "ness", "ful", "ly"]
    vocabulary = [f"{a}{b}ell{e}" for a in "bcdfg" for b in "lmnrt" for e in endings]
    expected = dict(zip(vocabulary, map(stem, vocabulary), strict=True))
    stem.cache_clear()
    wrong = []

    def check():
        wrong.extend(w for w in vocabulary if stem(w) != expected[w])

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "terms", "expected"),
    [
        ("Detects faces.", ["detect", "face"], "[Detects] [faces]."),
        ("face_detection", ["face"], "[face]_detection"),
        ("face_detection", ["facedetect"], "[face_detection]"),
        ("GetSentiment", ["sentiment"], "Get[Sentiment]"),
        ("nlp/GetSentiment", ["getsenti"], "nlp/[GetSentiment]"),
        ("ResNet50 model", ["resnet"], "[ResNet]50 model"),
        ("中文模型", ["文模"], "中[文模]型"),
        ("<b>face</b>", ["face"], "<b>[face]</b>"),
        ("CAFE\u0301s", ["café"], "CAFE\u0301s"),
        ("nothing", [], "nothing"),
        ("", ["face"], ""),
    ],
)
def test_matches_are_marked_in_the_text_as_it_is(text, terms, expected):
    assert joined(text, terms) == expected


@given(ANY_TEXT, st.lists(st.sampled_from(["a", "b", "1", "é", "中"])))
def test_the_fragments_of_a_text_are_the_text(text, terms):
    assert "".join(part for part, _ in highlight(text, terms)) == text


def test_what_a_query_finds_is_highlighted_in_it():
    text = "The MobileNet-V2 object_detection model"
    terms = {
        t for g in TextQuery.parse("mobilenet detections").groups for r in g for t in r
    }
    assert joined(text, terms) == "The [MobileNet]-V2 object_[detection] model"


def test_an_excerpt_shows_the_densest_part():
    text = f"face {'filler ' * 100}here a face and another face appear {'more ' * 100}"
    cut = excerpt(text, ["face"], length=80)
    assert cut.count("face") == 2
    assert cut.startswith("…")
    assert cut.endswith("…")
    assert len(cut) <= 82


def test_an_excerpt_of_a_short_text_is_the_text_on_one_line():
    assert excerpt("one\n two\tthree ", ["two"]) == "one two three"


def test_an_excerpt_without_a_match_is_the_beginning():
    cut = excerpt("word " * 100, ["face"], length=50)
    assert cut.startswith("word word")
    assert cut.endswith("word…")
