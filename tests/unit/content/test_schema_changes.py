"""What changed for callers between two schemas."""

from __future__ import annotations

from catalog.content.schema_changes import changes


def schema(required=("text",), **members):
    return {"type": "object", "properties": members, "required": list(required)}


TEXT = {"type": "string"}


def test_the_same_schema_has_no_changes():
    assert changes(schema(text=TEXT), schema(text=TEXT), "input") == []


def test_members_come_go_and_change():
    before = schema(text=TEXT, old={"type": "integer"}, count={"type": "integer"})
    after = schema(text=TEXT, new={"type": "boolean"}, count={"type": "number"})
    said = [(c.kind, c.name, c.detail) for c in changes(before, after, "input")]
    assert said == [
        ("added", "new", "boolean, optional"),
        ("removed", "old", "integer"),
        ("changed", "count", "integer → number"),
    ]


def test_what_becomes_required_or_limited_is_said():
    before = schema(text=TEXT, size={"type": "integer"})
    after = schema(("text", "size"), text=TEXT, size={"type": "integer", "maximum": 9})
    [change] = changes(before, after, "input")
    assert "optional → required" in change.detail
    assert "9" in change.detail


def test_nested_members_have_their_path():
    inner = schema((), deep=TEXT)
    before, after = schema(box=schema(())), schema(box=inner)
    assert "box.deep" in [change.name for change in changes(before, after, "output")]
