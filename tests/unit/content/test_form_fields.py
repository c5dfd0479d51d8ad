"""Forms: drawn from a schema, filled from a value, read back."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.form_fields import (
    UploadedBytes,
    fields_of,
    initial_values,
    value_from_form,
)
from catalog.content.json_text import parse_json

PNG = b"\x89PNG\r\n\x1a\n0000"
IMAGE = {"type": "string", "contentMediaType": "image/*", "contentEncoding": "base64"}
SCHEMA = {
    "type": "object",
    "required": ["text", "ratio"],
    "properties": {
        "text": {"type": "string", "maxLength": 20000, "description": "To score."},
        "ratio": {"type": "number", "minimum": 0, "maximum": 1},
        "title": {"type": "string", "pattern": "^[A-Z]", "maxLength": 80},
        "count": {"type": "integer", "minimum": 1, "default": 2, "multipleOf": 2},
        "language": {"enum": ["auto", "de", 1, None], "default": "auto"},
        "verbose": {"type": "boolean"},
        "clean": {"type": "boolean", "default": True},
        "series": {"type": "array", "items": {"type": "number"}},
        "tags": {"type": "array", "items": {"type": "string"}},
        "image": IMAGE,
        "box": {"type": "object", "properties": {"x": {"type": "number"}}},
        "note": {"type": ["string", "null"]},
    },
}
WRITTEN = r"""{
  "text": "line 1\nline 2",
  "ratio": 1.50,
  "count": 123456789012345678901234567890,
  "language": 1,
  "verbose": true,
  "clean": false,
  "series": [1, 2.50, -3e2],
  "tags": ["a", "b c"],
  "box": {"x": 1.10}
}"""
PNG_URI = "data:image/png;base64,iVBORw0KGgowMDAw"


def field(schema, name="input"):
    return {each.name: each for each in fields_of(schema)}[name]


def read(schema, posted, files=None):
    return value_from_form(fields_of(schema), posted, files)


def test_each_member_gets_the_control_for_its_type():
    assert {each.label: each.kind for each in fields_of(SCHEMA)} == {
        "text": "textarea",
        "ratio": "number",
        "title": "text",
        "count": "integer",
        "language": "select",
        "verbose": "checkbox",
        "clean": "checkbox",
        "series": "lines",
        "tags": "lines",
        "image": "file",
        "box": "json",
        "note": "text",
    }


def test_a_field_carries_the_rules_of_its_schema():
    text, count = field(SCHEMA, "input.text"), field(SCHEMA, "input.count")
    assert (text.path, text.required, text.type_word) == ("/text", True, "string")
    assert (text.hint, text.meaning) == ("at most 20,000 characters", "To score.")
    assert text.maxlength == 20000
    assert (count.min, count.max, count.step, count.default) == ("1", None, "2", "2")
    assert field(SCHEMA, "input.ratio").step == "any"
    assert field(SCHEMA, "input.image").accept == "image/*"
    assert field(SCHEMA, "input.clean").default is True
    language = field(SCHEMA, "input.language")
    assert [each.label for each in language.choices] == ["auto", "de", "1", "null"]
    assert language.default == "auto"


def test_a_pattern_is_given_to_the_browser_only_where_it_means_the_same():
    assert field({"type": "string", "pattern": "^a+$"}).pattern == "^a+$"
    assert field({"type": "string", "pattern": "a+"}).pattern is None


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "description": "The text to read."}, "textarea"),
        ({"type": "string", "maxLength": 201}, "textarea"),
        ({"type": "string", "maxLength": 200}, "text"),
        ({"type": "number"}, "number"),
        ({"type": "boolean"}, "checkbox"),
        ({"enum": [1, 2]}, "select"),
        ({"const": 1}, "select"),
        ({"type": "array", "items": {"enum": ["a"]}}, "lines"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}, "text"),
        (IMAGE, "file"),
        ({}, "json"),
        (True, "json"),
    ],
)
def test_a_value_that_is_no_object_is_one_field(schema, kind):
    (only,) = fields_of(schema)
    assert (only.name, only.path, only.kind, only.required) == ("input", "", kind, True)


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"type": "object"},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "array", "items": {"type": "object"}},
        {"type": ["string", "integer"]},
        {"properties": {"a": {"type": "object"}}},
        {"properties": {f"p{n}": {"type": "string"} for n in range(31)}},
        {"type": ["object", "string"], "properties": {"a": {"type": "string"}}},
    ],
)
def test_what_no_form_can_show_is_left_to_json(schema):
    assert fields_of(schema) is None
    assert initial_values(schema, {}) is None


def test_what_is_typed_becomes_json_that_keeps_numbers_as_typed():
    made = read(
        SCHEMA,
        {
            "input.text": "line 1\r\nline 2",
            "input.ratio": " 1.50 ",
            "input.count": "123456789012345678901234567890",
            "input.language": "1",
            "input.series": "1\r\n2.50\r\n\r\n-3e2\r\n",
            "input.tags": "a\nb c",
            "input.box": '{"x": 1.10}',
            "input.verbose": "on",
        },
    )
    assert made.errors == {}
    assert made.json_text == WRITTEN
    assert made.value == json.loads(made.json_text)


def test_empty_optional_fields_are_left_out():
    posted = {each.name: "" for each in fields_of(SCHEMA)}
    made = read(SCHEMA, {**posted, "input.ratio": "1", "input.clean": "on"})
    assert made.value == {"text": "", "ratio": 1}
    assert made.errors == {}


def test_what_is_required_and_empty_is_an_error_where_there_is_no_empty_value():
    schema = {
        "properties": {
            "n": {"type": "integer"},
            "e": {"enum": ["a"]},
            "i": IMAGE,
            "j": {"type": "object"},
            "s": {"type": "string"},
            "l": {"type": "array", "items": {"type": "string"}},
            "z": {"type": ["integer", "null"]},
            "b": {"type": "boolean"},
        },
        "required": list("neijslzb"),
    }
    made = read(schema, {})
    assert made.errors == {f"input.{name}": "is required" for name in "neij"}
    assert made.value == {"s": "", "l": [], "z": None, "b": False}


@pytest.mark.parametrize(
    ("typed", "kind", "said"),
    [
        ("1,5", "number", "must be a number"),
        ("NaN", "number", "must be a number"),
        ("-", "number", "must be a number"),
        (".", "number", "must be a number"),
        ("0x10", "number", "must be a number"),
        ("\u0663", "number", "must be a number"),
        ("1.5", "integer", "must be a whole number"),
        ("1e999", "number", "is too large a number"),
        ("9" * 400, "integer", "is too large a number"),
    ],
)
def test_a_number_that_json_does_not_have_is_refused(typed, kind, said):
    assert read({"type": kind}, {"input": typed}).errors == {"input": said}


@pytest.mark.parametrize(
    ("typed", "text"),
    [(".5", "0.5"), ("-.5", "-0.5"), ("007", "7"), ("-0", "-0"), ("1E5", "1E5")],
)
def test_what_browsers_call_a_number_is_written_as_json(typed, text):
    made = read({"type": "number"}, {"input": typed})
    assert made.json_text == text
    assert json.loads(text) == made.value == float(typed)


def test_an_error_in_a_line_names_the_line():
    schema = {"type": "array", "items": {"type": "integer"}}
    assert read(schema, {"input": "1\n\nx"}).errors == {
        "input": "line 3 must be a whole number"
    }


def test_bad_json_and_unknown_choices_are_errors_of_their_fields():
    made = read(SCHEMA, {"input.ratio": "1", "input.box": "{", "input.language": "xx"})
    assert made.errors["input.language"] == "is none of the choices"
    assert "not valid JSON" in made.errors["input.box"]


def test_a_file_becomes_a_data_uri_of_the_type_that_its_bytes_show():
    upload = UploadedBytes("evil.html", "text/html", PNG)
    made = read(IMAGE, {}, {"input": upload})
    assert made.value == PNG_URI
    assert made.json_text == json.dumps(PNG_URI)


def test_a_file_that_is_no_picture_is_refused_where_a_picture_is_wanted():
    made = read(IMAGE, {}, {"input": UploadedBytes("a.png", "image/png", b"<svg>")})
    assert made.errors == {"input": "must be a PNG, JPEG, GIF or WebP picture"}


def test_other_files_keep_the_type_that_was_claimed_if_it_is_one():
    schema = {"type": "string", "contentMediaType": "application/octet-stream"}
    pdf = read(schema, {}, {"input": UploadedBytes("a", "application/pdf; x=1", b"%P")})
    assert pdf.value == "data:application/pdf;base64,JVA="
    odd = read(schema, {}, {"input": UploadedBytes("a", 'x"><script>', b"%P")})
    assert odd.value == "data:application/octet-stream;base64,JVA="


def test_without_a_new_file_the_posted_address_stands():
    assert read(IMAGE, {"input": PNG_URI}).value == PNG_URI
    empty = {"input": UploadedBytes("", "", b"")}
    assert read(IMAGE, {"input": "data://ada/c/a.png"}, empty).value.startswith(
        "data:/"
    )


def test_posted_lists_are_understood():
    posted = {"input.text": ["a", "b"], "input.tags": ["x", "y"], "input.ratio": ["1"]}
    assert read(SCHEMA, posted).value == {
        "text": "b",
        "ratio": 1,
        "tags": ["x", "y"],
        "clean": False,
    }


def test_a_form_starts_with_the_example_and_with_defaults():
    text = '{"text": "a\\nb", "ratio": 0.50, "series": [1, 2.0], "clean": false}'
    started = initial_values(SCHEMA, parse_json(text, exact=True))
    assert started["input.text"] == "a\nb"
    assert started["input.ratio"] == "0.50"
    assert started["input.series"] == "1\n2.0"
    assert started["input.clean"] is False
    assert started["input.count"] == "2"
    assert started["input.title"] == ""


@pytest.mark.parametrize(
    "value",
    [
        "text",
        {"unknown": 1},
        {"text": 1},
        {"ratio": "1"},
        {"title": "two\nlines"},
        {"title": ""},
        {"tags": ["a\nb"]},
        {"tags": [" "]},
        {"tags": []},
        {"series": [True]},
        {"language": "xx"},
        {"verbose": "yes"},
        {"image": 5},
    ],
)
def test_a_value_that_the_form_cannot_hold_is_left_to_json(value):
    assert initial_values(SCHEMA, value) is None


LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))
FITTING = st.fixed_dictionaries(
    {"text": LINES, "ratio": st.floats(0, 1) | st.integers(0, 1)},
    optional={
        "title": LINES.filter(bool),
        "count": st.integers(),
        "language": st.sampled_from(["auto", "de", 1, None]),
        "verbose": st.just(value=True),
        "series": st.lists(
            st.floats(allow_nan=False, allow_infinity=False), min_size=1
        ),
        "tags": st.lists(LINES.filter(lambda line: line.strip()), min_size=1),
        "box": st.dictionaries(LINES, st.integers() | LINES),
        "image": st.just(PNG_URI),
    },
)


@given(FITTING)
def test_a_value_survives_the_way_through_the_form(value):
    value = {**value, "count": value.get("count", 2), "clean": False}
    value.setdefault("language", "auto")
    fields = fields_of(SCHEMA)
    started = initial_values(SCHEMA, parse_json(json.dumps(value), allow_nul=True))
    posted = {
        name: "on" if shown is True else re.sub("\n", "\r\n", shown)
        for name, shown in started.items()
        if shown is not False
    }
    made = value_from_form(fields, posted)
    if "\x00" in json.dumps(value.get("box", "")).replace("\\u0000", "\x00"):
        assert "input.box" in made.errors
    else:
        assert made.errors == {}
        assert made.value == value
        assert json.loads(made.json_text) == value
