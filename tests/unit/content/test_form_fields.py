"""Forms: drawn from a schema, filled from a value, read back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.content.exact_json import parse_exactly
from catalog.content.form_edits import edited
from catalog.content.form_fields import FormTooLarge, UploadedBytes, form_of, has_form
from catalog.content.form_filling import filled
from catalog.content.form_names import marked
from catalog.content.schemas import check_schema, compile_schema

PNG = b"\x89PNG\r\n\x1a\n0000"
PNG_URI = "data:image/png;base64,iVBORw0KGgowMDAw"
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "
IMAGE = {"type": "string", "contentMediaType": "image/*", "contentEncoding": "base64"}
CASES = sorted((Path(__file__).parents[2] / "browser/schemas").glob("*.json"))
SCHEMA = {
    "type": "object",
    "required": ["text", "ratio"],
    "properties": {
        "text": {"type": "string", "maxLength": 20000, "description": "To score."},
        "ratio": {"type": "number", "minimum": 0, "maximum": 1},
        "count": {"type": "integer", "minimum": 1, "default": 2},
        "language": {"enum": ["auto", "de", 1, None], "default": "auto"},
        "verbose": {"type": "boolean"},
        "series": {"type": "array", "items": {"type": "number"}},
        "tags": {"type": "array", "items": {"type": "string"}},
        "image": IMAGE,
        "box": {"type": "object", "properties": {"x": {"type": "number"}}},
        "any": {},
    },
}


def read(schema, posted, files=None):
    lists = {
        name: [value] if isinstance(value, str) else value
        for name, value in posted.items()
    }
    return form_of(schema, lists, files)


def fields(schema, posted=None):
    return {each.name: each for each in read(schema, posted or {}).walk()}


def test_each_member_gets_the_control_for_its_type():
    kinds = {each.label: each.kind for each in read(SCHEMA, {}).fields}
    assert kinds == {
        "text": "textarea",
        "ratio": "number",
        "count": "integer",
        "language": "select",
        "verbose": "select",
        "series": "lines",
        "tags": "lines",
        "image": "file",
        "box": "group",
        "any": "json",
    }


def test_a_field_carries_the_rules_of_its_schema():
    drawn = fields(SCHEMA)
    text, count = drawn["input.text"], drawn["input.count"]
    assert (text.path, text.required, text.type_word) == ("/text", True, "string")
    assert (text.hint, text.meaning) == ("at most 20,000 characters", "To score.")
    assert (count.placeholder, count.input_mode) == ("2", "numeric")
    assert drawn["input.image"].accept == "image/*"
    labels = [each.label for each in drawn["input.language"].choices]
    assert labels == ["auto", "de", "1", "null"]


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "description": "The text to read."}, "textarea"),
        ({"type": "string", "maxLength": 201}, "textarea"),
        ({"type": "boolean"}, "checkbox"),
        ({"enum": [1, {"a": 2}]}, "select"),
        ({"const": 1}, "const"),
        ({"type": "array", "items": {"enum": ["a"]}}, "list"),
        ({"type": "array", "items": {"type": "object"}}, "list"),
        ({"type": "array"}, "json"),
        ({"type": "object"}, "json"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "group"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer"),
        ({"type": ["string", "integer"]}, "choice"),
        ({"oneOf": [{"const": 1, "title": "One"}, {"const": 2}]}, "select"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}, "text"),
        ({"$ref": "#"}, "json"),
        ({"type": "string", "anyOf": [{"minLength": 2}, {"pattern": "a"}]}, "text"),
        (IMAGE, "file"),
        ({}, "json"),
        (True, "json"),
    ],
)
def test_the_control_for_a_schema(schema, kind):
    assert read(schema, {}).kind == kind


def test_a_form_that_would_be_endless_is_refused():
    wide = {"properties": {f"p{n}": {"$ref": "#"} for n in range(9)}}
    wide["required"] = list(wide["properties"])
    with pytest.raises(FormTooLarge):
        read(wide, {})
    assert not has_form(wide)
    assert not has_form(False)  # noqa: FBT003 - the schema that allows nothing


def test_a_recursive_schema_ends_in_json():
    schema = {"$ref": "#/$defs/n", "$defs": {"n": {"properties": {"n": {}}}}}
    schema["$defs"]["n"] = {
        "type": "object",
        "properties": {"n": {"$ref": "#/$defs/n"}},
        "required": ["n"],
    }
    kinds = [each.kind for each in read(schema, {}).walk()]
    assert kinds[-1] == "json"
    assert set(kinds[:-1]) == {"group"}


def test_what_is_typed_becomes_json_that_keeps_numbers_as_typed():
    form = read(
        SCHEMA,
        {
            "input.text": "line 1\r\nline 2",
            "input.ratio": " 1.50 ",
            "input.count": "123456789012345678901234567890",
            "input.language": "1",
            "input.series": "1, 2.50\r\n\r\n-3e2",
            "input.tags": "a\nb c",
            "input.box:set": "1",
            "input.box.x": "1.10",
            "input.any": '{"k": 1.0}',
        },
    )
    assert form.errors() == {}
    assert form.text == (
        '{\n  "text": "line 1\\nline 2",\n  "ratio": 1.50,\n'
        '  "count": 123456789012345678901234567890,\n  "language": 1,\n'
        '  "series": [1, 2.50, -3e2],\n  "tags": ["a", "b c"],\n'
        '  "box": {"x": 1.10},\n  "any": {"k": 1.0}\n}'
    )


def test_empty_optional_fields_are_left_out():
    posted = dict.fromkeys(fields(SCHEMA), "")
    form = read(SCHEMA, {**posted, "input.ratio": "1"})
    assert json.loads(form.text) == {"text": "", "ratio": 1}


@pytest.mark.parametrize(
    ("typed", "kind", "said"),
    [
        ("1,5", "number", "must be a number"),
        ("NaN", "number", "must be a number"),
        ("-", "number", "must be a number"),
        ("0x10", "number", "must be a number"),
        ("\u0663", "number", "must be a number"),
        ("1.5", "integer", "must be a whole number"),
        ("1e999", "number", "is too large a number"),
        ("9" * 400, "integer", "is too large a number"),
        ("", "integer", "is required"),
    ],
)
def test_a_number_that_json_does_not_have_is_refused(typed, kind, said):
    assert read({"type": kind}, {"input": typed}).errors() == {"input": said}


@pytest.mark.parametrize(
    ("typed", "text"),
    [(".5", "0.5"), ("-.5", "-0.5"), ("007", "7"), ("-0", "-0"), ("1E5", "1E5")],
)
def test_what_people_call_a_number_is_written_as_json(typed, text):
    assert read({"type": "number"}, {"input": typed}).text == text


def test_errors_are_at_the_control_that_has_them():
    schema = {
        "type": "object",
        "properties": {
            "n": {"type": "array", "items": {"type": "integer"}},
            "rows": {"type": "object", "additionalProperties": {"type": "number"}},
            "j": {},
        },
    }
    form = read(
        schema,
        {
            "input.n": "1 x",
            "input.j": "{",
            "input.rows:row": ["0", "1"],
            "input.rows[0]:key": "",
            "input.rows[0]": "1",
            "input.rows[1]:key": "b",
            "input.rows[1]": "?",
        },
    )
    errors = form.errors()
    assert "not valid JSON" in errors.pop("input.j")
    assert errors == {
        "input.n": "number 2, x, must be a whole number",
        "input.rows[0]:key": "needs a name",
        "input.rows[1]": "must be a number",
    }


def test_an_alternative_that_was_changed_is_looked_at_before_it_runs():
    schema = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
    posted = {"input:form": "1", "input:was": "0", "input:0": "5"}
    form = read(schema, posted)
    assert "was changed" in form.errors()["input"]
    assert form.fields[0].typed == "5", "what was typed is carried over"


def test_files_become_data_uris_of_the_type_that_their_bytes_show():
    upload = UploadedBytes("evil.html", "text/html", PNG)
    assert read(IMAGE, {}, {"input": upload}).text == json.dumps(PNG_URI)
    sound = {"type": "string", "contentMediaType": "audio/*"}
    made = read(sound, {}, {"input": UploadedBytes("a", "", WAV)})
    assert made.text.startswith('"data:audio/wav;base64,')
    odd = {"type": "string", "contentMediaType": "application/octet-stream"}
    claimed = UploadedBytes("a", 'x"><script>', b"%P")
    made = read(odd, {}, {"input": claimed})
    assert made.text == '"data:application/octet-stream;base64,JVA="'


def test_a_file_that_is_no_picture_is_refused_where_a_picture_is_wanted():
    form = read(IMAGE, {}, {"input": UploadedBytes("a.png", "image/png", b"<svg>")})
    assert form.errors() == {
        "input": "must be a picture: PNG, JPEG, GIF, WebP, BMP or TIFF"
    }


def test_an_address_or_base64_stands_where_no_file_is_chosen():
    empty = {"input": UploadedBytes("", "", b"")}
    kept = read(IMAGE, {"input": PNG_URI}, empty)
    assert kept.text == json.dumps(PNG_URI)
    given_as_text = {"input": PNG_URI, "input:address": "data://ada/c/a.png"}
    assert read(IMAGE, given_as_text, empty).text == '"data://ada/c/a.png"'


def test_rows_are_added_moved_and_removed_with_what_is_typed_in_them():
    schema = {"type": "array", "items": {"type": "object", "properties": {"n": {}}}}
    posted = {}
    for number in range(3):
        posted = edited(posted, "add input")
        posted[f"input[{number}].n"] = [str(number)]
    assert form_of(schema, posted).text == '[{"n": 0}, {"n": 1}, {"n": 2}]'
    posted = edited(edited(posted, "up input 2"), "drop input 0")
    assert form_of(schema, posted).text == '[{"n": 2}, {"n": 1}]'
    for junk in ("", "add", "drop input 9", "up input", "\x00 \x00", "add a b c"):
        form_of(schema, edited(posted, junk))


def test_a_new_row_starts_with_its_defaults():
    item = {"type": "object", "properties": {"n": {"type": "integer", "default": 3}}}
    posted = edited({}, "add input")
    form = form_of({"type": "array", "items": item}, posted)
    assert form.text == '[{"n": 3}]'
    assert form.rows[0].is_new


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_schemas_of_the_browser_tests_are_sound(path):
    case = json.loads(path.read_text())
    assert check_schema(case["schema"]) == []
    assert compile_schema(case["schema"]).problems(json.loads(case["expect"])) == []
    posted, misfits = filled(case["schema"], parse_exactly(case["expect"]))
    assert misfits == []
    if has_form(case["schema"]):
        form = form_of(case["schema"], posted)
        assert form.errors() == {}
        assert parse_exactly(form.text) == parse_exactly(case["expect"])


@pytest.mark.parametrize(
    ("value", "misfit"),
    [
        ("text", ""),
        ({"text": 1}, "/text"),
        ({"series": [1], "box": 5}, "/box"),
        ({"language": "xx"}, "/language"),
    ],
)
def test_a_part_of_another_form_is_named_and_kept_as_json(value, misfit):
    posted, misfits = filled(SCHEMA, value)
    assert misfits == [misfit]
    assert (
        json.loads(form_of(SCHEMA, {"input.ratio": ["1"], **posted}).text) is not None
    )


NAMES = st.sampled_from(
    ["a", "b", "kind", "x/y", "~", "a.b", "[0]", 'q"', "ü ", "", ":row", "$ref"]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers()
ANY = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=6,
)
SIMPLE = st.sampled_from(
    [
        *({"type": name} for name in ("string", "number", "integer", "boolean")),
        *(
            {"type": "null"},
            {"const": "k"},
            True,
            {},
            {"type": "string", "maxLength": 9},
        ),
        {"enum": ["a", 1, None, {"z": [1]}, True]},
        {"type": ["string", "null"]},
        {"type": ["integer", "string", "boolean"]},
        {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        {"type": "array", "items": {"type": "string"}},
        {"type": "array", "items": {"type": "number"}},
    ]
)


def objects(members, required, rest):
    names = [name for name in members if name in required]
    return {"type": "object", "properties": members, "required": names, **rest}


RESTS = st.sampled_from(
    [
        {},
        {"additionalProperties": False},
        {"additionalProperties": True},
        {"additionalProperties": {"type": "integer"}},
    ]
)
SCHEMAS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds(
            objects,
            st.dictionaries(NAMES, inner, max_size=3),
            st.sets(NAMES, max_size=3),
            RESTS,
        ),
        st.builds(lambda item: {"type": "array", "items": item}, inner),
        st.builds(
            lambda word, one, other: {word: [one, other]},
            st.sampled_from(["anyOf", "oneOf", "allOf"]),
            inner,
            inner,
        ),
        st.builds(
            lambda items: {"type": "array", "prefixItems": items},
            st.lists(inner, min_size=1, max_size=2),
        ),
        st.builds(
            lambda item: {"type": "object", "patternProperties": {"^a": item}}, inner
        ),
    ),
    max_leaves=8,
)


def values(schema):
    """Values that mostly fit a schema of SCHEMAS."""
    schema = {} if schema is True else schema
    if not schema:
        return ANY
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    parts = [
        part for word in ("anyOf", "oneOf", "allOf") for part in schema.get(word, ())
    ]
    if isinstance(schema.get("type"), list):
        parts = [{**schema, "type": name} for name in schema["type"]]
    if parts:
        return st.one_of([values(each) for each in parts])
    if schema["type"] == "object":
        return object_values(schema)
    if schema["type"] == "array":
        return array_values(schema)
    return {
        "string": TEXT,
        "number": NUMBERS,
        "integer": st.integers(),
        "boolean": st.booleans(),
        "null": st.none(),
    }[schema["type"]]


def array_values(schema):
    if "prefixItems" in schema:
        return st.tuples(*map(values, schema["prefixItems"])).map(list)
    return st.lists(values(schema["items"]), max_size=4)


def object_values(schema):
    known = schema.get("properties", {})
    there = {k: values(v) for k, v in known.items() if k in schema["required"]}
    perhaps = {k: values(v) for k, v in known.items() if k not in there}
    found = st.fixed_dictionaries(there, optional=perhaps)
    rest = schema.get("additionalProperties", True)
    for item in schema.get("patternProperties", {}).values():
        return st.dictionaries(st.sampled_from(["a", "a1"]), values(item))
    if rest is False:
        return found
    free = st.dictionaries(NAMES.filter(lambda k: k not in known), values(rest))
    return st.builds(lambda more, own: {**more, **own}, free, found)


def sent(form):
    """What a browser posts of a drawn form, newlines as browsers write them."""
    posted = {}
    for each in form.walk():
        for name, value in (*value_of(each), *marks_of(each)):
            posted.setdefault(name, []).append(re.sub("\r?\n", "\r\n", value))
    return posted


def value_of(each):
    chosen = "" if each.chosen is None else str(each.chosen)
    if each.kind == "choice":
        yield marked(each.name, "form"), chosen
        yield marked(each.name, "was"), chosen
    elif each.kind in {"group", "list"}:
        yield from ((marked(each.name, "row"), row.token) for row in each.rows)
    elif each.kind != "const" and (each.kind != "checkbox" or each.typed):
        yield each.name, each.typed


def marks_of(each):
    marks = {
        "set": "1" if each.is_marked and each.kind in {"group", "list"} else "",
        "as": each.instead,
        "null": "on" if each.is_null else "",
        "address": each.address,
    }
    yield from ((marked(each.name, m), text) for m, text in marks.items() if text)
    if each.key is not None:
        yield marked(each.name, "key"), each.key


def test_a_square_of_numbers_stands_in_its_rows():
    schema = {"type": "array", "items": {"type": "integer"}, "maxItems": 64}
    square, _misfits = filled(schema, parse_exactly(json.dumps([7] * 64)))
    assert square["input"][0].split("\n") == ["7 7 7 7 7 7 7 7"] * 8
    short, _misfits = filled(schema, parse_exactly(json.dumps([7] * 10)))
    assert "\n" not in short["input"][0]
    assert form_of(schema, square).text == json.dumps([7] * 64)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(SCHEMAS, st.data())
def test_any_value_survives_the_way_through_the_form(schema, data):
    value = data.draw(values(schema) | ANY)
    text = json.dumps(value)
    posted, _misfits = filled(schema, parse_exactly(text))
    form = form_of(schema, posted)
    if "\\u0000" in text or not compile_schema(schema).is_valid(value):
        return
    assert form.errors() == {}
    assert json.loads(form.text) == value
    again = form_of(schema, sent(form))
    assert (again.errors(), again.text) == ({}, form.text)
