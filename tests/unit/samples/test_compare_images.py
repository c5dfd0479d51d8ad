"""CompareImages knows a photo again, and its card says when it does not."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image, ImageEnhance, ImageOps

from tests.unit.samples.isolated import SAMPLES, refusals, run, value_of
from tests.unit.samples.pictures import base64_of, encoded, recorded

FOLDER = SAMPLES / "media/CompareImages"
CARD = (FOLDER / "README.md").read_text()


def photos() -> list[Image.Image]:
    return [
        recorded("media/CompareImages", "01-turned", "a"),
        recorded("media/CompareImages", "02-different", "a"),
        recorded("media/DominantColors", "01-coffee", "image"),
        recorded("media/DominantColors", "02-rocket", "image"),
    ]


def cut(image: Image.Image, share: float) -> Image.Image:
    x, y = (round(side * share) for side in image.size)
    return image.crop((x, y, image.width - x, image.height - y))


def pressed(image: Image.Image) -> Image.Image:
    return Image.open(BytesIO(encoded(image, "JPEG", quality=10))).convert("RGB")


def turned(image: Image.Image, degrees: int) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC)


COPIES = {
    "half the size": lambda i: i.resize((i.width // 2, i.height // 2)),
    "JPEG of quality 10": pressed,
    "gray": lambda i: i.convert("L"),
    "1.4 times brighter": lambda i: ImageEnhance.Brightness(i).enhance(1.4),
    "turned by 2°": lambda i: turned(i, 2),
    "turned by 5°": lambda i: turned(i, 5),
    "2 % cut off each side": lambda i: cut(i, 0.02),
    "5 % cut off each side": lambda i: cut(i, 0.05),
    "10 % cut off each side": lambda i: cut(i, 0.1),
    "mirrored": ImageOps.mirror,
    "turned by 90°": lambda i: i.transpose(Image.Transpose.ROTATE_90),
}


def distances(pairs: list[tuple[Image.Image, Image.Image]]) -> list[int]:
    inputs = [{"a": base64_of(a), "b": base64_of(b)} for a, b in pairs]
    return [outcome.value["distance"] for outcome in run(FOLDER, *inputs)]


@pytest.mark.parametrize("copy", COPIES)
def test_the_table_of_the_card_is_what_it_answers(copy):
    measured = distances([(photo, COPIES[copy](photo)) for photo in photos()])
    stated = dict(re.findall(r"^\| (.+?) \| ([\d, ]+) \|", CARD, re.MULTILINE))
    assert stated[copy] == ", ".join(map(str, measured))


def test_different_photos_are_far_apart():
    shown = photos()
    pairs = [(a, b) for i, a in enumerate(shown) for b in shown[:i]]
    measured = distances(pairs)
    low, high = map(int, re.findall(r"are (\d+) to (\d+) bits\s+apart", CARD)[0])
    assert (min(measured), max(measured)) == (low, high)


def test_a_picture_is_like_itself_and_the_order_does_not_matter():
    one, other, *_ = map(base64_of, photos())
    same, there, back = (
        value_of(FOLDER, {"a": a, "b": b})
        for a, b in ((one, one), (one, other), (other, one))
    )
    assert (same["distance"], same["similar"]) == (0, True)
    assert there["distance"] == back["distance"]
    assert there["hash_a"] == back["hash_b"]
    differing = int(there["hash_a"], 16) ^ int(there["hash_b"], 16)
    assert differing.bit_count() == there["distance"]


def test_plain_pictures_cannot_be_told_apart():
    red, blue = (
        base64_of(Image.new("RGB", (9, 9), color)) for color in ("red", "blue")
    )
    answer = value_of(FOLDER, {"a": red, "b": blue})
    assert answer["hash_a"] == answer["hash_b"] == "0" * 16


def test_the_threshold_decides():
    one, other, *_ = map(base64_of, photos())
    for threshold, similar in ((0, False), (64, True)):
        given = {"a": one, "b": other, "threshold": threshold}
        assert value_of(FOLDER, given)["similar"] is similar


def test_bad_input_is_refused():
    good = base64_of(Image.new("RGB", (9, 9)))
    refusals(
        FOLDER,
        None,
        good,
        {"a": good},
        {"b": good},
        {"a": good, "b": good, "threshold": 65},
        {"a": good, "b": good, "threshold": 1.5},
        {"a": good, "b": good, "threshold": True},
    )
