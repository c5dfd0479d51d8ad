"""The contract tables of a page, and the word for what flows."""

from __future__ import annotations

import time

import pytest

from catalog.content.schema_rules import rule
from catalog.content.schema_table import SchemaRow, table_of, type_word

IMAGE = {"type": "string", "contentMediaType": "image/*", "contentEncoding": "base64"}
INPUT = {
    "type": "object",
    "properties": {
        "text": {
            "type": "string",
            "description": "The text to score.",
            "minLength": 1,
            "maxLength": 20000,
        },
        "language": {
            "enum": ["auto", "de", "en", "es", "fr", "it", "ja", "nl"],
            "default": "auto",
        },
        "explain": {"type": "integer", "minimum": 0, "maximum": 20, "default": 2},
    },
    "required": ["text"],
}
OUTPUT = {
    "type": "object",
    "properties": {
        "score": {"type": "number", "minimum": -1, "maximum": 1},
        "because": {
            "type": "array",
            "description": "Deciding words.",
            "items": {"$ref": "#/$defs/word"},
        },
    },
    "required": ["score"],
    "$defs": {
        "word": {
            "type": "object",
            "properties": {"word": {"type": "string"}, "weight": {"type": "number"}},
            "required": ["word", "weight"],
        }
    },
}


def test_an_input_is_drawn_as_on_the_page():
    assert table_of(INPUT) == [
        SchemaRow(
            "text", "string", "required", "The text to score.", "1 to 20,000 characters"
        ),
        SchemaRow(
            *("language", "enum", "optional", ""),
            "auto, de, en, es, fr and 3 more; default auto",
        ),
        SchemaRow("explain", "integer", "optional", "", "0 to 20; default 2"),
    ]


def test_an_array_of_objects_nests_its_members():
    assert table_of(OUTPUT, "output") == [
        SchemaRow("score", "number", "always", "", "\N{MINUS SIGN}1 to 1"),
        SchemaRow("because[]", "object", "optional", "Deciding words.", ""),
        SchemaRow("word", "string", "always", "", "", 1),
        SchemaRow("weight", "number", "always", "", "", 1),
    ]


def test_a_value_that_is_no_object_is_one_row():
    assert table_of({"type": "string", "maxLength": 5}) == [
        SchemaRow("input", "string", "", "", "at most 5 characters")
    ]
    assert table_of({}, "output") == [SchemaRow("output", "any", "", "", "")]


def test_members_of_all_parts_are_listed():
    schema = {
        "allOf": [{"$ref": "#/$defs/a"}, {"properties": {"y": {"const": 1}}}],
        "properties": {"z": IMAGE},
        "$defs": {"a": {"properties": {"x": {}}, "required": ["x"]}},
    }
    rows = [(row.name, row.type, row.need) for row in table_of(schema)]
    assert rows == [
        ("x", "any", "required"),
        ("y", "enum", "optional"),
        ("z", "image", "optional"),
    ]


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        (INPUT, "text"),
        (OUTPUT, "number"),
        ({"type": "string"}, "text"),
        ({"type": "array", "items": {"type": "string"}}, "text[]"),
        ({"properties": {"series": {"items": {"type": "number"}}}}, "number[]"),
        ({"properties": {"image": IMAGE}}, "image"),
        ({"properties": {"images": {"type": "array", "items": IMAGE}}}, "image[]"),
        ({"type": "string", "format": "image"}, "image"),
        ({"type": "string", "contentMediaType": "audio/wav"}, "audio"),
        ({"type": "string", "contentMediaType": "application/pdf"}, "file"),
        ({"type": "string", "contentMediaType": "text/html"}, "text"),
        ({"properties": {"a": {}, "b": {}}}, "json"),
        ({"type": ["string", "number"]}, "json"),
        ({"items": {"properties": {"a": {}}}}, "object[]"),
        ({}, "json"),
        (True, "json"),
    ],
)
def test_what_flows_is_one_word(schema, word):
    assert type_word(schema) == word


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "string or integer"),
        ({"anyOf": [IMAGE, {"type": "null"}]}, "image or null"),
        ({"type": ["string", "null"]}, "string or null"),
        ({"items": {"type": ["string", "null"]}}, "(string or null)[]"),
        ({"type": "array"}, "array"),
    ],
)
def test_alternatives_are_named(schema, name):
    assert table_of(schema)[0].type == name


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"minimum": 0}, "at least 0"),
        ({"maximum": 0.5}, "at most 0.5"),
        ({"minimum": 3, "maximum": 3}, "3"),
        ({"exclusiveMinimum": 0, "maximum": 9}, "at most 9, more than 0"),
        ({"multipleOf": 5}, "a multiple of 5"),
        ({"minLength": 1}, "at least 1 character"),
        ({"minLength": 0, "maxLength": 10}, "at most 10 characters"),
        ({"minItems": 2, "maxItems": 2}, "2 items"),
        ({"items": {"minimum": -1, "maximum": 1}}, "each \N{MINUS SIGN}1 to 1"),
        ({"uniqueItems": True}, "no item twice"),
        ({"const": "x"}, 'always "x"'),
        ({"enum": ["a", 1, None]}, "a, 1, null"),
        ({"format": "date"}, "a date"),
        ({"pattern": "^a$"}, "matches ^a$"),
        ({"contentMediaType": "image/png"}, "image/png"),
        ({"contentMediaType": "image/*"}, ""),
        ({"default": -2}, "default \N{MINUS SIGN}2"),
        ({"default": ""}, ""),
    ],
)
def test_a_rule_says_the_limits_in_words(keywords, words):
    assert rule(keywords, {}) == words


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"$ref": "#"}, "b": {"items": {"$ref": "#"}}}},
        {"items": {"$ref": "#"}},
        {"anyOf": [{"$ref": "#"}] * 2000},
        {"allOf": [{"$ref": "#"}] * 2000, "properties": {"a": {"$ref": "#"}}},
        {"properties": {f"p{n}": {"$ref": "#"} for n in range(2000)}},
    ],
)
def test_recursion_ends(schema):
    began = time.monotonic()
    assert len(table_of(schema)) <= 200
    assert type_word(schema)
    assert time.monotonic() - began < 1
