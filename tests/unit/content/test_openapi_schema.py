"""A schema means the same within an OpenAPI document as it does alone."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest

from catalog.content.openapi_schema import embedded
from catalog.content.schema_engine import validator
from catalog.content.schemas import check_schema

OLD = "http://json-schema.org/draft-07/schema#"
NEW = "https://json-schema.org/draft/2020-12/schema"
AT = "/components/schemas/Input"
VALUES = [
    *(None, True, 0, 1, 7, -3, 2.5, "", "a", "abc", [], {}),
    *([1], ["a"], [1, "a"], ["a", 1], [1, "a", None], [[1]], [["a"]], [1, 1]),
    *({"a": 1}, {"a": "x"}, {"b": 1}, {"a": 1, "b": 2}, {"a": {"a": 1}}),
    *({"next": None}, {"next": {"next": None}}, {"next": {"next": 7}}, {"next": 7}),
    *({"dependencies": 1}, {"dependencies": "x"}, {"items": [1]}, {"items": ["a"]}),
    *({"$ref": "x"}, {"$ref": 1}, {"a": {"b": 1}}, {"a": {"b": "x"}}),
]
SCHEMAS = {
    "true": True,
    "empty": {},
    "ref": {"$ref": "#/$defs/n", "$defs": {"n": {"type": "number"}}},
    "sibling of a ref": {
        "$ref": "#/$defs/n",
        "minimum": 5,
        "$defs": {"n": {"type": "number"}},
    },
    "recursion": {
        "$schema": NEW,
        "$id": "https://example.org/list",
        "type": ["object", "null"],
        "properties": {"next": {"$ref": "#"}},
        "additionalProperties": False,
    },
    "escaped names": {
        "$defs": {"a/b~c %": {"type": "string"}},
        "$ref": "#/$defs/a~1b~0c%20%25",
    },
    "anchor": {"$defs": {"x": {"$anchor": "num", "type": "number"}}, "$ref": "#num"},
    "dynamic": {
        "$dynamicAnchor": "node",
        "type": ["object", "null"],
        "properties": {"next": {"$dynamicRef": "#node"}},
    },
    "dynamic beside a ref": {
        "$defs": {"n": {"$dynamicAnchor": "n", "minimum": 1}, "t": {"type": "number"}},
        "$ref": "#/$defs/t",
        "$dynamicRef": "#n",
    },
    "a root inside": {
        "properties": {
            "a": {
                "$id": "https://example.org/inner",
                "properties": {"b": {"$ref": "#/$defs/t"}},
                "$defs": {"t": {"type": "string"}},
            }
        },
        "$defs": {"t": {"type": "number"}},
    },
    "a property called $ref": {"properties": {"$ref": {"type": "string"}}},
    "a constant with $ref": {"enum": [{"$ref": "x"}, 7]},
    "old ref with siblings": {
        "$schema": OLD,
        "definitions": {"n": {"type": "number"}},
        "$ref": "#/definitions/n",
        "minimum": 100,
    },
    "old tuple": {
        "$schema": OLD,
        "items": [{"type": "number"}, {"type": "string"}],
        "additionalItems": {"type": "null"},
        "type": "array",
    },
    "old tuple that is closed": {
        "$schema": OLD,
        "items": [{"type": "number"}],
        "additionalItems": False,
    },
    "old rest without a tuple": {"$schema": OLD, "additionalItems": False},
    "old ref into a tuple": {
        "$schema": OLD,
        "type": "array",
        "items": [{"type": "number"}, {"$ref": "#/items/0"}],
        "additionalItems": {"$ref": "#/items/1"},
    },
    "old ref into the rest": {
        "$schema": OLD,
        "properties": {
            "items": {
                "items": [{"type": "number"}],
                "additionalItems": {"type": "string"},
            },
            "a": {"$ref": "#/properties/items/additionalItems"},
        },
    },
    "old dependencies": {
        "$schema": OLD,
        "dependencies": {"b": ["a"], "a": {"properties": {"a": {"type": "number"}}}},
        "properties": {
            "dependencies": {"type": "number"},
            "items": {"$ref": "#/properties/dependencies"},
            "next": {"$ref": "#/dependencies/a"},
        },
    },
    "old place": {
        "$schema": OLD,
        "definitions": {"n": {"$id": "#n", "type": "number"}},
        "additionalProperties": {"$ref": "#n"},
    },
}


def within(schema):
    whole = {"$ref": f"#{AT}", "components": {"schemas": {}}}
    whole["components"]["schemas"]["Input"] = embedded(schema, at=AT)
    return whole


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_takes_and_refuses_the_same_values(name):
    schema = SCHEMAS[name]
    assert check_schema(schema) == []
    kept = deepcopy(schema)
    alone, inside = validator(schema), validator(within(schema))
    verdicts = {json.dumps(value): alone.is_valid(value) for value in VALUES}
    assert verdicts == {json.dumps(value): inside.is_valid(value) for value in VALUES}
    assert schema == kept
    if name not in ("true", "empty", "old rest without a tuple"):
        assert set(verdicts.values()) == {True, False}, "nothing is told apart"


def test_no_reference_leads_out_of_its_part():
    for schema in SCHEMAS.values():
        text = json.dumps(embedded(schema, at=AT))
        assert "$dynamicRef" not in text
        assert "$id" not in text
        assert "$schema" not in text


def test_bundled_schemas_take_the_same_values():
    samples = Path(__file__).parents[3] / "samples"
    seen = 0
    for path in samples.glob("*/*/*.schema.json"):
        schema = json.loads(path.read_text())
        alone, inside = validator(schema), validator(within(schema))
        for example in path.parent.glob("examples/*.json"):
            for value in json.loads(example.read_text()).values():
                assert alone.is_valid(value) == inside.is_valid(value)
                seen += 1
    assert seen > 50
