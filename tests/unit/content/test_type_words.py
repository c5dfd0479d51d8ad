"""The words for what flows, of schemas as people write them and of the samples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog.content.type_words import input_words, output_words

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
IMAGE = {"type": "string", "contentMediaType": "image/png"}
TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def members(*required: str, **properties) -> dict:
    return {"type": "object", "properties": properties, "required": list(required)}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (TEXT, ("text",)),
        ({}, ("json",)),
        (True, ("json",)),
        (False, ("json",)),
        (IMAGE, ("image",)),
        ({"type": ["string", "null"]}, ("text",)),
        ({"type": "array", "items": NUMBER}, ("series",)),
        ({"type": "array", "items": {"type": "object"}}, ("table",)),
        ({"type": "array", "items": TEXT}, ("texts",)),
        (
            members("image", "text", image=IMAGE, text=TEXT, size=NUMBER),
            ("image", "text"),
        ),
        (members("n", n=NUMBER), ("number",)),
        (members("text", "n", text=TEXT, n=NUMBER), ("text",)),
        (members(text=TEXT, image=IMAGE), ("image", "text")),
        ({"$ref": "#/$defs/a", "$defs": {"a": TEXT}}, ("text",)),
        ({"enum": ["a", "b"]}, ("choice",)),
    ],
)
def test_an_input_is_named_by_what_has_to_be_given(schema, words):
    assert input_words(schema) == words


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (members(image=IMAGE, width=NUMBER), ("image",)),
        (members(label=TEXT, score=NUMBER), ("json",)),
        (members(keywords={"type": "array", "items": {"type": "object"}}), ("table",)),
        (NUMBER, ("number",)),
    ],
)
def test_an_output_is_named_by_its_media_or_its_one_member(schema, words):
    assert output_words(schema) == words


@pytest.mark.parametrize(
    ("name", "takes", "gives"),
    [
        ("nlp/GetSentiment", ("text",), ("json",)),
        ("media/OverlayText", ("image", "text"), ("image",)),
        ("media/DominantColors", ("image",), ("json",)),
        ("nlp/ExtractKeywords", ("text",), ("table",)),
        ("media/CompareImages", ("image",), ("json",)),
    ],
)
def test_the_bundled_catalog_reads_well(name, takes, gives):
    def schema(side):
        return json.loads((SAMPLES / name / f"{side}.schema.json").read_text())

    assert input_words(schema("input")) == takes
    assert output_words(schema("output")) == gives
