"""How recorded outputs are drawn, and how results are laid out."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from PIL import Image

from catalog.services.pages.exhibits import exhibit_of
from catalog.services.pages.images import size_of
from catalog.services.pages.shown import json_shown, laid_out, peek

SCALE = {"properties": {"score": {"type": "number", "minimum": -1, "maximum": 1}}}


def drawn(given, answer, schema=None):
    return exhibit_of(
        input_text=json.dumps(given),
        output_text=json.dumps(answer),
        output_schema=schema or {},
    )


def test_a_number_within_the_schemas_ends_stands_on_an_axis():
    axis = drawn({"text": "fine"}, {"score": 0.5}, SCALE)
    assert (axis.kind, axis.x, axis.written, axis.quote) == (
        "axis",
        178.0,
        "+0.5",
        "“fine”",
    )


def test_a_number_without_ends_is_text():
    assert drawn("a", 0.5).kind == "text"


def test_a_forecast_continues_its_series_inside_its_band():
    series = drawn(
        {"series": [1, 2, 3, 4]},
        {"forecast": [5, 6], "lower": [4, 5], "upper": [6, 7]},
    )
    assert series.kind == "series"
    assert len(series.past.split()) == 4
    assert len(series.next.split()) == 3, "it starts where the series ends"
    assert len(series.band.split()) == 5


def test_colors_are_as_wide_as_their_shares():
    swatches = drawn(
        "x", [{"hex": "#FF0000", "share": 3}, {"hex": "#00ff00", "share": 1}]
    )
    first, second = swatches.swatches
    assert first.color == "#ff0000"
    assert first.width > second.width
    assert first.width + second.width == pytest.approx(240)


def test_only_colors_reach_the_drawing():
    assert drawn("x", ["#ff0000", "url(javascript:1)"]).kind == "text"


def test_labelled_numbers_are_bars():
    bars = drawn(
        "x", {"keywords": [{"word": "a", "score": 2}, {"word": "b", "score": 1}]}
    )
    assert [bar.width for bar in bars.bars] == [96.0, 48.0]


def test_a_short_answer_is_said_whole():
    assert drawn("Ada", "Hello Ada").said == "“Hello Ada”"


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (None, None),
        ([], {}),
        ({"a": []}, [[]]),
        ([1, 2, 3, 4], [1e308, -1e308]),
        ([0, 0, 0, 0], [0, 0]),
        ({}, [{"a": "b"}]),
        ({}, [True, False]),
    ],
)
def test_any_shape_has_a_drawing(given, answer):
    assert drawn(given, answer).kind


def test_text_that_is_no_json_is_shown_as_it_is():
    shown = exhibit_of(input_text="<b>", output_text="{broken", output_schema=True)
    assert "broke" in shown.answer.html


def test_laid_out_keeps_every_digit():
    text = "[1.10,123456789012345678901234567890,1E400,-0.0]"
    kept = "[1.10, 123456789012345678901234567890, 1E400, -0.0]"
    assert laid_out(text) == kept


def test_laid_out_breaks_long_arrays_into_filled_lines():
    lines = laid_out(json.dumps(list(range(100)))).split("\n")
    assert 5 < len(lines) < 12
    assert max(map(len, lines)) <= 70
    assert json.loads("\n".join(lines)) == list(range(100))


def test_a_result_is_escaped_and_its_pictures_are_abbreviated():
    shown = json_shown(
        json.dumps({"a": "<script>", "b": "data:image/png;base64," + "A" * 99})
    )
    assert "<script>" not in shown.html
    assert "data:image/png…" in shown.html
    assert shown.is_cut


def test_a_peek_is_one_short_line():
    assert peek('"a\\nb"') == "“a b”"
    assert peek('{"a": 1.50}') == '{"a": 1.50}'
    assert len(peek(json.dumps(["x" * 50] * 100))) <= 160
    assert peek("[" * 3000)


def test_sizes_are_read_from_the_bytes():
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes([0, 0, 2, 0, 0, 0, 1, 0])
    assert size_of(png) == (512, 256)
    assert size_of(b"GIF89a" + bytes([4, 0, 3, 0])) == (4, 3)
    assert size_of(b"\x89PNG") == (0, 0)
    assert size_of(b"") == (0, 0)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG", "WEBP"])
def test_sizes_agree_with_pillow(kind):
    file = BytesIO()
    Image.new("RGB", (37, 21), (1, 2, 3)).save(file, kind)
    assert size_of(file.getvalue()) == (37, 21)
