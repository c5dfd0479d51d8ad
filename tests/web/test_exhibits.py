"""How recorded outputs are drawn, and how results are laid out."""

from __future__ import annotations

import json
from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image
from rows import SAMPLES

from catalog.services.pages.exhibits import exhibit_of
from catalog.services.pages.images import size_of
from catalog.services.pages.shown import json_shown, laid_out, peek

SCALE = {"properties": {"score": {"type": "number", "minimum": -1, "maximum": 1}}}


def drawn(given, answer, schema=None, *, takes=None):
    return exhibit_of(
        input_text=json.dumps(given),
        output_text=json.dumps(answer),
        output_schema=schema or {},
        input_schema=takes,
    )


def photo(width=40, height=30):
    file = BytesIO()
    Image.new("RGB", (width, height), (200, 10, 20)).save(file, "PNG")
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


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


def test_a_picture_that_came_out_is_shown_whole():
    shown = drawn({"image": photo()}, {"image": photo(), "width": 40})
    assert (shown.kind, shown.side, shown.at) == ("picture", "output", "/image")


def test_a_picture_with_a_short_answer_carries_it():
    shown = drawn({"image": photo()}, {"label": "cat", "confidence": 0.9})
    assert (shown.kind, shown.side, shown.said) == ("picture", "input", "cat")


@pytest.mark.parametrize(
    "box",
    [
        {"box": {"x": 10, "y": 6, "width": 20, "height": 12}},
        {"box": {"left": 10, "top": 6, "right": 30, "bottom": 18}},
        {"x1": 10, "y1": 6, "x2": 30, "y2": 18},
        {"box": {"x": 0.25, "y": 0.2, "width": 0.5, "height": 0.4}},
    ],
)
def test_boxes_lie_over_their_picture_in_its_own_pixels(box):
    found = [{"label": "cup", "score": 0.95, **box}]
    shown = drawn({"image": photo()}, {"objects": found})
    (drawn_box,) = shown.boxes
    assert (shown.kind, shown.width, shown.height) == ("boxes", 40, 30)
    assert (drawn_box.x, drawn_box.y) == (10, 6)
    assert (drawn_box.width, drawn_box.height) == (20, 12)
    assert drawn_box.text.startswith("cup")


def test_two_pictures_stand_side_by_side_with_the_number():
    given = {"a": photo(), "b": photo(41)}
    shown = drawn(given, {"distance": 8, "similar": True})
    assert (shown.kind, shown.one, shown.other) == ("pair", "/a", "/b")
    assert (shown.name, shown.written, shown.said) == ("distance", "8", "similar")
    assert drawn(given, {"distance": 40, "similar": False}).said == "not similar"


def test_a_square_of_numbers_that_its_schema_fixes_is_a_picture():
    pixels = [0] * 32 + [16] * 32
    fixed = {"type": "array", "minItems": 64, "maxItems": 64}
    takes = {"properties": {"pixels": fixed}}
    answer = {"digit": 7, "probabilities": [0.1] * 10}
    shown = drawn({"pixels": pixels}, answer, takes=takes)
    assert (shown.kind, shown.said) == ("grid", "7")
    assert [cell.y for cell in shown.cells] == [48, 60, 72, 84], (
        "a dark row is one cell"
    )
    assert drawn({"pixels": pixels}, answer).kind != "grid", "as likely a series"
    rows = [[x == y for x in range(6)] for y in range(6)]
    rows = [[int(cell) for cell in row] for row in rows]
    assert drawn({"rows": rows}, "six").kind == "grid"


def test_anomalies_are_marked_in_their_series():
    series = [10, 11, 9, 10, 55, 10, 11]
    shown = drawn({"series": series}, {"anomalies": [{"index": 4, "value": 55}]})
    assert shown.kind == "series"
    assert len(shown.past.split()) == 7
    (mark,) = shown.marks
    assert f"{mark.x},{mark.y}" == shown.past.split()[4]


def test_a_mark_far_out_in_a_long_series_is_in_the_drawing():
    series = [1.0] * 900 + [50.0] + [1.0] * 99
    shown = drawn(series, [{"place": 900, "value": 50}])
    assert len(shown.marks) == 1
    assert len(shown.past.split()) <= 160


def test_a_long_text_has_its_summary_under_it():
    text = "The lighthouse on Gull Rock was switched off last night. " * 5
    shown = drawn({"text": text}, {"summary": text[:57], "sentences": []})
    assert shown.kind == "passage"
    assert shown.said.startswith("The lighthouse")


def test_a_label_has_the_next_best_ones_as_bars():
    best = {"language": "sv", "name": "Swedish", "confidence": 0.9}
    next_best = {"language": "nb", "name": "Norwegian", "confidence": 0.1}
    answer = {**best, "alternatives": [best, next_best]}
    schema = {"properties": {"confidence": {"minimum": 0, "maximum": 1}}}
    shown = drawn("Jag tycker om", answer, schema)
    assert (shown.kind, shown.said) == ("bars", "Swedish 90%")
    assert [bar.width for bar in shown.bars] == [86.4, 9.6]


def test_texts_that_were_found_are_listed():
    posts = [
        {"id": n, "text": f"A post about a dog that is long enough, {n}", "likes": 1200}
        for n in range(9)
    ]
    shown = drawn({"query": "dog"}, {"total": 9, "posts": posts})
    assert (shown.kind, shown.quote) == ("records", "“dog”")
    assert len(shown.records) == 3
    assert shown.records[0].figure == "likes 1,200"


BUNDLED = {
    "demo/Hello": "text",
    "media/CompareImages": "pair",
    "media/DominantColors": "swatches",
    "media/OverlayText": "picture",
    "nlp/DetectLanguage": "bars",
    "nlp/ExtractKeywords": "bars",
    "nlp/GetSentiment": "axis",
    "nlp/SummarizeText": "passage",
    "series/DetectAnomalies": "series",
    "series/ForecastSeries": "series",
    "social/SearchPosts": "records",
    "testing/RaiseException": "text",
    "testing/Sleep": "axis",
    "util/Echo": "text",
    "vision/RecognizeDigit": "grid",
}


@pytest.mark.parametrize("name", BUNDLED)
def test_every_bundled_sample_has_the_drawing_that_fits_it(name):
    folder = SAMPLES / name
    first = json.loads(min((folder / "examples").glob("*.json")).read_text())
    shown = exhibit_of(
        input_text=json.dumps(first["input"]),
        output_text=json.dumps(first.get("output")),
        input_schema=json.loads((folder / "input.schema.json").read_text()),
        output_schema=json.loads((folder / "output.schema.json").read_text()),
    )
    assert shown.kind == BUNDLED[name]


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
        ([1, 2, 3, 4], [{"index": True, "value": 2}]),
        ([0] * 64, {"digit": 1}),
        ({"a": "x" * 50}, "y" * 50),
        ({"image": "data:image/png;base64,AAAA"}, [{"box": {"x": 1}}]),
        (10**400, {"a": 10**400}),
        ([[1, 2], [3]], {"label": ""}),
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
