"""RecognizeDigit reads rows and pictures as well as its card says."""

from __future__ import annotations

import base64
import gzip
import re
from collections import Counter

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.unit.samples.drawn_digits import STROKES, drawn
from tests.unit.samples.isolated import SAMPLES, refusals, run, value_of
from tests.unit.samples.pictures import base64_of, png

FOLDER = SAMPLES / "vision/RecognizeDigit"
CARD = (FOLDER / "README.md").read_text()
DATA = gzip.decompress((FOLDER / "training/digits.csv.gz").read_bytes()).decode()
ROWS = [[int(value) for value in line.split(",")] for line in DATA.splitlines()]


def read(inputs: list[object]) -> list[int]:
    outcomes = run(FOLDER, *inputs)
    assert not any(outcome.error for outcome in outcomes)
    return [outcome.value["digit"] for outcome in outcomes]


def test_the_accuracy_on_held_out_rows_is_what_the_card_states():
    held_out = ROWS[-450:]
    digits = read([{"pixels": row[:64]} for row in held_out])
    wrong = Counter(
        (row[64], digit)
        for row, digit in zip(held_out, digits, strict=True)
        if row[64] != digit
    )
    right = 450 - wrong.total()
    assert f"{right / 450:.1%}".replace("%", " %") in CARD
    assert f"({right} of 450)" in CARD
    rows = re.findall(r"^\| (\d) \| (\d \(.+\)) \|$", CARD, re.MULTILINE)
    stated = {
        (int(digit), int(other)): int(count)
        for digit, cell in rows
        for other, count in re.findall(r"(\d) \((\d+)\)", cell)
    }
    assert stated == wrong
    assert len(ROWS) == 1797


def hand(number: int) -> list[tuple[int, Image.Image]]:
    return [
        (digit, drawn(digit, number, pen=pen, slant=slant))
        for digit in STROKES
        for pen in (6, 10, 14)
        for slant in (-0.15, 0.0, 0.2)
    ]


def printed() -> list[tuple[int, Image.Image]]:
    pictures = []
    for size in (20, 60, 150):
        for digit in range(10):
            image = Image.new("L", (2 * size, 2 * size), 255)
            font = ImageFont.load_default(size)
            ImageDraw.Draw(image).text((size / 2, size / 3), str(digit), 0, font)
            pictures.append((digit, image))
    return pictures


@pytest.mark.parametrize(
    ("name", "pictures"),
    [
        ("first hand", hand(0)),
        ("second hand", hand(1)),
        ("printed, in Pillow's font, three sizes", printed()),
    ],
    ids=["first", "second", "printed"],
)
def test_pictures_are_read_as_often_as_the_card_says(name, pictures):
    digits = read([{"image": base64_of(image)} for _digit, image in pictures])
    right = sum(
        digit == read for (digit, _), read in zip(pictures, digits, strict=True)
    )
    (stated,) = re.findall(rf"^\| {name} \| (\d+ of \d+)", CARD, re.MULTILINE)
    assert stated == f"{right} of {len(pictures)}"


@pytest.mark.parametrize(
    "colors",
    [
        ("black", "white"),
        ("white", "black"),
        ("#203060", "#e0d8c0"),
        ("yellow", "navy"),
    ],
)
def test_ink_may_have_any_color_on_any_paper(colors):
    ink, paper = colors
    digits = [0, 3, 5, 8]
    pictures = [drawn(digit, ink=ink, paper=paper) for digit in digits]
    assert read([{"image": base64_of(image)} for image in pictures]) == digits


def test_place_and_size_of_the_digit_do_not_matter():
    big = Image.new("RGB", (900, 500), "white")
    big.paste(drawn(3), (620, 40))
    clear = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    mask = drawn(3).convert("L").point(lambda value: 255 - value)
    clear.paste("black", (10, 70), mask)
    tight = drawn(3, size=64)
    given = [{"image": base64_of(image)} for image in (big, clear, tight)]
    assert read(given) == [3, 3, 3]


def test_all_ways_to_send_a_picture_give_the_same_answer():
    raw = png(drawn(5))
    text = base64.b64encode(raw).decode()
    uri = f"data:image/png;base64,{text}"
    outcomes = run(FOLDER, raw, text, {"image": text}, {"image": uri})
    assert all(outcome.value == outcomes[0].value for outcome in outcomes)


def test_the_pixels_of_a_picture_can_be_sent_again():
    first = value_of(FOLDER, {"image": base64_of(drawn(2))})
    assert value_of(FOLDER, {"pixels": first["pixels"]}) == first


def test_the_probabilities_are_those_of_ten_digits():
    answer = value_of(FOLDER, {"pixels": ROWS[-1][:64]})
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=0.001)
    assert answer["confidence"] == max(answer["probabilities"])
    assert answer["probabilities"][answer["digit"]] == answer["confidence"]


def test_a_wrong_answer_can_be_a_sure_one():
    held_out = ROWS[-450:]
    outcomes = run(FOLDER, *({"pixels": row[:64]} for row in held_out))
    wrong = [
        outcome.value["confidence"]
        for row, outcome in zip(held_out, outcomes, strict=True)
        if outcome.value["digit"] != row[64]
    ]
    assert max(wrong) >= 0.99


def test_bad_input_is_refused():
    row = ROWS[0][:64]
    messages = refusals(
        FOLDER,
        None,
        7,
        [],
        {},
        {"pixels": row, "image": base64_of(drawn(1))},
        {"pixels": row[:63]},
        {"pixels": [*row, 0]},
        {"pixels": [*row[:63], 17]},
        {"pixels": [*row[:63], -1]},
        {"pixels": [*row[:63], float("nan")]},
        {"pixels": [*row[:63], True]},
        {"pixels": [*row[:63], "0"]},
        {"pixels": [*row[:63], 10**400]},
        {"pixels": [0] * 64},
        {"pixels": "0" * 64},
        {"image": base64_of(Image.new("L", (20, 20), 255))},
        {"image": base64_of(Image.new("L", (1, 1), 0))},
        {"image": base64_of(Image.linear_gradient("L").point(lambda v: v // 9))},
        b"",
    )
    assert "number 64" in messages[7]
    assert "contrast" in messages[15]
