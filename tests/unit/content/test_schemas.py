"""JSON Schemas: compiled, explained, and refused to authors."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.schemas import (
    SchemaInvalid,
    check_schema,
    compile_schema,
    takes_bytes,
)

DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def problems(schema, value, limit=20):
    return {p.pointer: p.detail for p in compile_schema(schema).problems(value, limit)}


def detail(schema, value):
    (found,) = compile_schema(schema).problems(value)
    assert found.pointer == ""
    return found.detail


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        ({"maximum": 16}, 40, "must be at most 16; you sent 40"),
        ({"minimum": 1000}, -3, "must be at least 1,000; you sent -3"),
        ({"exclusiveMinimum": 0}, 0, "must be more than 0; you sent 0"),
        ({"exclusiveMaximum": 1.5}, 2, "must be less than 1.5; you sent 2"),
        ({"multipleOf": 2}, 41, "must be a multiple of 2; you sent 41"),
        ({"type": "string"}, 4, "must be a string; you sent 4"),
        ({"type": "integer"}, 1.5, "must be a whole number; you sent 1.5"),
        ({"type": ["string", "null"]}, True, "must be a string or null; you sent true"),
        ({"type": "object"}, [1], "must be an object; you sent an array of 1 item"),
        ({"enum": ["a", "b"]}, "c", 'must be one of a, b; you sent "c"'),
        ({"const": 5}, 6, "must be 5; you sent 6"),
        ({"minLength": 1}, "", "must not be empty"),
        ({"maxLength": 2}, "abc", "must have at most 2 characters; you sent 3"),
        ({"minItems": 2}, [1], "must have at least 2 items; you sent 1"),
        ({"uniqueItems": True}, [1, 1], "must not hold an item twice"),
        ({"pattern": "^a"}, "b", 'must match the pattern ^a; you sent "b"'),
        ({"format": "email"}, "b", 'must be an e-mail address; you sent "b"'),
        ({"format": "date-time"}, "b", "must be a date and time such as"),
        ({"not": {"type": "string"}}, "b", "has a form that is not allowed"),
        ({"contains": {"const": 1}}, [2], "does not hold the right number"),
        (False, 1, "is not allowed here"),
    ],
)
def test_a_problem_says_the_limit_and_what_was_sent(schema, value, said):
    assert detail(schema, value).startswith(said)


def test_values_are_repeated_in_a_line_at_most():
    said = detail({"type": "integer"}, "x" * 100_000)
    assert len(said) < 140
    assert len(detail({"enum": ["y" * 5000, "z"]}, "x")) < 200
    many = detail({"enum": [str(n) for n in range(500)]}, "x")
    assert many.startswith("must be one of 0, 1, 2, 3, 4 and 495 more")


def test_places_are_pointers_with_escapes():
    schema = {
        "properties": {"a/b": {"items": {"properties": {"m~n": {"type": "null"}}}}}
    }
    assert list(problems(schema, {"a/b": [{}, {"m~n": 1}]})) == ["/a~1b/1/m~0n"]


@given(st.text())
def test_any_member_name_is_found_again_by_its_pointer(name):
    schema = {
        "properties": {name: {"$ref": "#/$defs/n"}},
        "$defs": {"n": {"type": "null"}},
    }
    escaped = name.replace("~", "~0").replace("/", "~1")
    assert list(problems(schema, {name: 1})) == [f"/{escaped}"]


def test_a_missing_member_is_named_at_its_own_place():
    schema = {"required": ["text"], "dependentRequired": {"a": ["b"]}}
    assert problems(schema, {"a": 1}) == {"/text": "is required", "/b": "is required"}


def test_an_unknown_member_gets_the_nearest_known_name():
    schema = {"properties": {"language": {}}, "additionalProperties": False}
    said = problems(schema, {"lang": 1, "zzz": 1})
    assert said["/lang"] == 'is not known here; did you mean "language"?'
    assert said["/zzz"] == "is not known here; known: language"


def test_the_alternative_of_the_right_type_is_explained():
    schema = {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 3}]}
    assert detail(schema, 2) == "must be at least 3; you sent 2"
    assert detail(schema, []) == (
        "must be a string or a whole number; you sent an array of 0 items"
    )


def test_a_tagged_alternative_is_explained():
    schema = {
        "oneOf": [
            {"properties": {"kind": {"const": "a"}, "x": {"type": "null"}}},
            {"properties": {"kind": {"const": "b"}, "x": {"type": "string"}}},
        ]
    }
    found = problems(schema, {"kind": "b", "x": 1})
    assert found == {"/x": "must be a string; you sent 1"}


def test_fitting_two_of_oneof_is_a_problem():
    schema = {"oneOf": [{"minimum": 1}, {"minimum": 2}]}
    assert "more than one" in detail(schema, 3)


def test_conditions_tuples_and_patterned_members_are_explained():
    schema = {
        "if": {"required": ["a"]},
        "then": {"required": ["b"]},
        "else": {"required": ["c"]},
        "patternProperties": {"^x": {"type": "null"}},
        "properties": {"t": {"prefixItems": [{"type": "null"}], "items": False}},
        "propertyNames": {"maxLength": 2},
    }
    found = problems(schema, {"a": 1, "x1": 1, "t": [1, 2], "long": 1})
    assert set(found) == {"/b", "/x1", "/t/0", "/t/1", "/long"}
    assert "/c" in problems(schema, {})


def test_no_more_problems_than_asked_for_are_listed():
    schema = {"items": {"type": "string"}}
    assert len(compile_schema(schema).problems(list(range(100)))) == 20
    assert len(compile_schema(schema).problems(list(range(100)), limit=3)) == 3


def test_a_fitting_value_has_no_problems():
    compiled = compile_schema({"type": "integer"})
    assert compiled.is_valid(1.0)
    assert compiled.problems(1.0) == []


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda v: (
            st.lists(v, max_size=3)
            | st.dictionaries(st.sampled_from("abkx"), v, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_there_are_problems_exactly_where_a_value_does_not_fit(value):
    schema = {
        "$defs": {
            "node": {
                "anyOf": [
                    {"type": ["integer", "null"], "minimum": 3},
                    {"type": "array", "items": {"$ref": "#/$defs/node"}, "maxItems": 2},
                    {
                        "properties": {
                            "a": {"$ref": "#/$defs/node"},
                            "k": {"const": 1},
                        },
                        "patternProperties": {"^x": {"type": "string"}},
                        "unevaluatedProperties": False,
                        "type": "object",
                    },
                ]
            }
        },
        "$ref": "#/$defs/node",
    }
    compiled = compile_schema(schema)
    assert bool(compiled.problems(value)) is not compiled.is_valid(value)


def test_a_schema_that_makes_listing_exponential_is_explained_at_once():
    inner = {"type": "object", "properties": {"c": {"$ref": "#"}}, "required": ["c"]}
    schema = {"anyOf": [{"type": "string"}, inner, {**inner, "minProperties": 1}]}
    value = 1
    for _ in range(200):
        value = {"c": value}
    began = time.monotonic()
    assert compile_schema(schema).problems(value)
    assert time.monotonic() - began < 1


def test_a_problem_among_many_items_is_found():
    schema = {"type": "array", "items": {"type": "number"}}
    value = [0.5] * 60_000 + ["x"]
    assert problems(schema, value) == {"/60000": 'must be a number; you sent "x"'}


@pytest.mark.parametrize(
    "reference",
    [
        "http://127.0.0.1:9/schema.json",
        "file:///etc/passwd",
        "other.json",
        "//example.com/x",
        "https://json-schema.org/draft/2020-12/schema",
    ],
)
def test_nothing_outside_the_schema_is_ever_read(reference):
    schema = {"properties": {"a": {"$ref": reference}}}
    (found,) = check_schema(schema)
    assert found.pointer == "/properties/a/$ref"
    if "json-schema.org" not in reference:
        with pytest.raises(SchemaInvalid):
            compile_schema(schema)


def test_data_that_looks_like_a_reference_is_left_alone():
    schema = {
        "properties": {"$ref": {"type": "string"}},
        "default": {"$ref": "http://example.com"},
        "examples": [{"pattern": "("}],
    }
    assert check_schema(schema) == []


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ([], ""),
        ("x", ""),
        ({"type": "text"}, "/type"),
        ({"minimum": "a"}, "/minimum"),
        ({"properties": {"a/b": {"required": "c"}}}, "/properties/a~1b/required"),
        ({"pattern": "("}, "/pattern"),
        ({"items": {"pattern": "(?=a)b"}}, "/items/pattern"),
        ({"patternProperties": {"[": {}}}, "/patternProperties/["),
        ({"pattern": r"((\w{900}){900})"}, "/pattern"),
        ({"$ref": "#/$defs/nowhere"}, ""),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "/$schema"),
        ({"description": "x" * 300_000}, ""),
        ({"properties": {f"p{n}": {"pattern": "a"} for n in range(65)}}, ""),
    ],
)
def test_an_author_is_told_what_to_mend(schema, pointer):
    found = check_schema(schema)
    assert [problem.pointer for problem in found] == [pointer]


def test_both_drafts_are_known():
    as_tuple = {"items": [{"type": "string"}], "additionalItems": False}
    draft_7 = {"$schema": DRAFT_7, **as_tuple}
    assert check_schema(draft_7) == []
    assert check_schema(as_tuple) != []
    assert problems(draft_7, ["a", 1]) == {"/1": "is not allowed here"}
    assert problems({"prefixItems": [{"type": "string"}]}, [1]).keys() == {"/0"}


def test_definitions_that_multiply_are_refused():
    defs = {"d0": {"type": "string"}}
    for n in range(1, 40):
        part = {"$ref": f"#/$defs/d{n - 1}"}
        defs[f"d{n}"] = {"anyOf": [part, part]}
    (found,) = check_schema({"$defs": defs, "$ref": "#/$defs/d39"})
    assert "multiply" in found.detail


def test_an_endless_chain_of_references_is_refused_not_a_crash():
    defs = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(5000)}
    (found,) = check_schema({"$defs": {**defs, "d5000": {}}, "$ref": "#/$defs/d0"})
    assert "too long a chain" in found.detail


def test_recursion_is_fine():
    tree = {"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}}
    assert check_schema(tree) == []
    assert check_schema({"$ref": "#"}) == []


IMAGE = {"type": "string", "contentMediaType": "image/*", "contentEncoding": "base64"}


@pytest.mark.parametrize(
    ("schema", "takes"),
    [
        ({}, True),
        (True, True),
        (IMAGE, True),
        ({"anyOf": [{"type": "object"}, IMAGE]}, True),
        ({"$ref": "#/$defs/i", "$defs": {"i": IMAGE}}, True),
        ({"type": "string"}, False),
        ({"type": "string", "contentMediaType": "text/csv"}, False),
        ({"properties": {"image": IMAGE}}, False),
        (False, False),
    ],
)
def test_raw_bytes_are_taken_where_the_schema_says_so(schema, takes):
    assert takes_bytes(schema) is takes
