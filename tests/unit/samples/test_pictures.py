"""The algorithms that take pictures refuse what is none, all in the same way."""

from __future__ import annotations

import base64

import pytest
from PIL import Image

from tests.unit.samples.isolated import SAMPLES, dice_of, refusals, run
from tests.unit.samples.pictures import base64_of, encoded, no_pictures

GOOD = base64_of(Image.new("RGB", (64, 64), "red"))
FORMS = {
    "media/CompareImages": lambda given: {"a": GOOD, "b": given},
    "media/OverlayText": lambda given: {"image": given, "text": "A cat"},
    "media/PutImage": lambda given: {"image": given},
    "vision/RecognizeDigit": lambda given: {"image": given},
}
each = pytest.mark.parametrize("name", sorted(FORMS))


@each
def test_what_is_no_picture_is_refused_with_a_reason(name):
    messages = refusals(SAMPLES / name, *map(FORMS[name], no_pictures()))
    member = "b" if name == "media/CompareImages" else "image"
    assert all(f"`{member}`" in message for message in messages)
    assert "cut off" in messages[3]
    assert "20,000,000 pixels" in messages[5]
    assert "20,000,000 pixels" in messages[6]
    assert "address" in messages[7]


@each
def test_random_damage_never_gives_more_than_a_refusal(name):
    dice = dice_of(5)
    photo = Image.frombytes("RGB", (60, 40), dice.randbytes(60 * 40 * 3))
    kinds = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
    whole = [encoded(photo, kind) for kind in kinds]
    damaged = []
    for _ in range(100):
        raw = bytearray(dice.choice(whole))
        for _ in range(dice.randint(1, 20)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        damaged.append(bytes(raw[: dice.randint(20, len(raw))]))
    given = [FORMS[name](base64.b64encode(raw).decode()) for raw in damaged]
    for outcome in run(SAMPLES / name, *given):
        assert outcome.error_type in ("", "InputError")
        assert outcome.value is not None or outcome.error_type


@each
def test_the_largest_picture_fits_into_the_declared_memory(name):
    large = Image.new("RGB", (5_000, 4_000), "white")
    large.paste("black", (2_400, 500, 2_600, 3_500))
    given = FORMS[name](
        base64.b64encode(encoded(large, "PNG", compress_level=1)).decode()
    )
    (outcome,) = run(SAMPLES / name, given, memory=512)
    assert outcome.error == ""


def test_the_module_that_reads_pictures_is_the_same_in_each_folder():
    texts = {(SAMPLES / name / "picture.py").read_text() for name in FORMS}
    assert len(texts) == 1
