"""JSON Pointers and local references."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.pointers import (
    from_pointer,
    local_target,
    resolved,
    to_pointer,
    value_at,
)


@given(st.lists(st.text()))
def test_any_path_survives_being_written_as_a_pointer(path):
    assert from_pointer(to_pointer(path)) == path


@given(st.recursive(st.integers(), lambda v: st.dictionaries(st.text("/~01ab"), v)))
def test_a_written_pointer_leads_to_its_value(document):
    def check(value, path):
        assert value_at(document, to_pointer(path)) == value
        if isinstance(value, dict):
            for key in value:
                check(value[key], [*path, key])

    check(document, [])


def test_the_examples_of_the_standard_are_met():
    document = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "m~n": 8}
    pointers = {"/foo/0": "bar", "/": 0, "/a~1b": 1, "/c%d": 2, "/m~0n": 8}
    assert {p: value_at(document, p) for p in pointers} == pointers
    assert value_at(document, "") == document


@pytest.mark.parametrize("pointer", ["/no", "/foo/9", "/foo/x", "/foo/0/1"])
def test_a_pointer_to_nothing_is_an_error(pointer):
    with pytest.raises(LookupError):
        value_at({"foo": ["bar"]}, pointer)


def test_a_pointer_starts_with_a_slash():
    with pytest.raises(ValueError, match="start with /"):
        from_pointer("a")


def test_keywords_beside_a_reference_win_over_its_target():
    root = {"$defs": {"a": {"type": "string", "title": "A"}}}
    found = resolved({"$ref": "#/$defs/a", "title": "B"}, root)
    assert found == {"type": "string", "title": "B"}


def test_references_by_anchor_and_percent_escapes_are_followed():
    root = {"$defs": {"a b": {"$anchor": "here", "type": "null"}}}
    assert local_target("#here", root) == local_target("#/$defs/a%20b", root)
    assert local_target("#there", root) is None


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/loop"},
        {"$ref": "#/$defs/nowhere"},
        {"$ref": "https://example.com/schema"},
        {"$ref": "file:///etc/passwd"},
        True,
    ],
)
def test_a_reference_that_leads_nowhere_says_nothing(schema):
    assert resolved(schema, {"$defs": {"loop": {"$ref": "#/$defs/loop"}}}) == {}
