from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.expansion import corrected, corrected_text, with_synonyms
from catalog.search.explaining import Reason, explain
from catalog.search.query import TextQuery
from catalog.search.synonyms import Synonyms

SYNONYMS = Synonyms.of([("asr", "speech recognition"), ("photo", "image")])
FIELDS = {
    "name": "FaceDetector",
    "title": "",
    "tags": ["speech", "recognition", "face-detection"],
    "summary": "Detects faces in an image.",
}


def query(text, **corrections):
    near = {word: (right,) for word, right in corrections.items()}
    return with_synonyms(corrected(TextQuery.parse(text), near), SYNONYMS)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            query("face"),
            [
                Reason("face", "name", "Face", "word"),
                Reason("face", "tags", "face", "word"),
                Reason("face", "summary", "faces", "stem"),
            ],
        ),
        (
            query("detecting"),
            [
                Reason("detecting", "tags", "detection", "stem"),
                Reason("detecting", "summary", "Detects", "stem"),
            ],
        ),
        (
            query("detectr", detectr="detector"),
            [Reason("detectr", "name", "Detector", "typo")],
        ),
        (query("asr"), [Reason("asr", "tags", "speech recognition", "synonym")]),
        (query("Photo"), [Reason("Photo", "summary", "image", "synonym")]),
        (
            query("face_detector"),
            [Reason("face_detector", "name", "FaceDetector", "word")],
        ),
        (query("nothing"), []),
        (TextQuery(), []),
    ],
)
def test_each_word_is_explained_by_field_and_way(asked, expected):
    assert list(explain(asked, FIELDS)) == expected


@pytest.mark.parametrize(
    ("asked", "name", "found"),
    [
        (query("photo"), "ImageNet50", "Image"),
        (query("asr"), "wav2vec-speech_recognition", "speech recognition"),
        (query("analsis", analsis="analysis"), "sentiment_analysis", "analysis"),
        (query("resnet50"), "microsoft/ResNet50", "ResNet50"),
        (query("日本"), "日本語", "日本語"),
        (query("strasse"), "Straße", "Straße"),
    ],
)
def test_of_a_name_the_part_that_matched_is_told(asked, name, found):
    (reason,) = explain(asked, {"name": name})
    assert reason.found == found


def test_a_phrase_must_stand_in_one_field():
    apart = {"name": "speech", "summary": "recognition"}
    assert explain(query("asr"), apart) == ()


@given(st.text(max_size=40), st.text(max_size=80))
def test_any_text_can_be_explained(typed, text):
    for reason in explain(TextQuery.parse(typed), {"text": text, "many": [text, ""]}):
        assert reason.field in {"text", "many"}
        assert reason.found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Detecton of  fcaes!", "Detection of  faces!"),
        ("face_detecton", "face_detection"),
        ("FaceDetecton2", "FaceDetection2"),
        ("DETECTON", "Detection"),
        ("detectons", "detectons"),
        ("...", "..."),
    ],
)
def test_a_corrected_text_keeps_all_but_the_words(text, expected):
    near = {"detecton": ("detection", "x"), "fcaes": ("faces",)}
    assert corrected_text(text, near) == expected
