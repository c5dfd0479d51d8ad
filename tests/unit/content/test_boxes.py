"""Boxes are found where the output schema speaks of them, and nowhere else."""

from __future__ import annotations

import pytest

from catalog.content.boxes import Box, boxes_in

N = {"type": "number"}
SIZES = dict.fromkeys(("x", "y", "width", "height"), N)
CORNERS = dict.fromkeys(("x1", "y1", "x2", "y2"), N)
SHARES = {name: {"type": "number", "maximum": 1} for name in SIZES}


def found(box_schema, box, name="box", **more):
    item = {"type": "object", "properties": {name: box_schema, "label": {}}}
    schema = {"properties": {"objects": {"type": "array", "items": item}}}
    value = {"objects": [{"label": "cup", "score": 0.9, name: box, **more}]}
    return boxes_in(schema, value)


@pytest.mark.parametrize(
    ("schema", "box"),
    [
        ({"properties": SIZES}, {"x": 1, "y": 2, "width": 3, "height": 4}),
        ({"properties": CORNERS}, {"x1": 1, "y1": 2, "x2": 4, "y2": 6}),
        (
            {"type": "array", "items": N, "description": "[x1, y1, x2, y2]"},
            [1, 2, 4, 6],
        ),
        ({"type": "array", "items": N, "title": "x, y, width, height"}, [1, 2, 3, 4]),
    ],
)
def test_each_form_of_a_box_is_read(schema, box):
    boxes = found(schema, box)
    assert boxes.boxes == [Box("cup", 0.9, 1, 2, 3, 4)]
    assert not boxes.is_relative


def test_shares_are_told_by_their_maximum():
    box = {"x": 0.1, "y": 0.2, "width": 0.5, "height": 0.5}
    assert found({"properties": SHARES}, box).is_relative


def test_an_array_whose_order_is_not_named_is_no_box():
    assert found({"type": "array", "items": N}, [1, 2, 3, 4]) is None
    assert found({"properties": {"x": N, "y": N}}, {"x": 1, "y": 2}) is None


@pytest.mark.parametrize("box", [None, "x", [1], {"x": 1}, {"x": True, "y": 0}])
def test_a_value_that_is_no_box_is_left_out(box):
    assert found({"properties": SIZES}, box).boxes == []
