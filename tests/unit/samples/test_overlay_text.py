"""OverlayText writes what can be read on any ground, and says what it left out."""

from __future__ import annotations

import base64
import re
from collections import Counter
from itertools import pairwise

import pytest
from PIL import Image, ImageChops, ImageFilter

from tests.unit.samples.isolated import SAMPLES, dice_of, refusals, run, value_of
from tests.unit.samples.pictures import base64_of, encoded, picture_in, recorded

FOLDER = SAMPLES / "media/OverlayText"
SIZE = (320, 240)
CAPTION = "My cat learned to open the fridge. I love this little genius!"


def stripes() -> Image.Image:
    narrow = Image.new("L", (2, 1))
    narrow.putpixel((1, 0), 255)
    tile = narrow.resize((8, SIZE[1]))
    image = Image.new("RGB", SIZE)
    for left in range(0, SIZE[0], 8):
        image.paste(tile, (left, 0))
    return image


GROUNDS = {
    "white": Image.new("RGB", SIZE, "white"),
    "black": Image.new("RGB", SIZE, "black"),
    "gray": Image.new("RGB", SIZE, (128, 128, 128)),
    "striped": stripes(),
    "random": Image.frombytes("RGB", SIZE, dice_of(3).randbytes(3 * SIZE[0] * SIZE[1])),
    "photo": recorded("media/OverlayText", "01-cat", "image").resize(SIZE),
}


def written(image: Image.Image, **more) -> tuple[dict, Image.Image]:
    answer = value_of(FOLDER, {"image": base64_of(image), "text": CAPTION, **more})
    return answer, picture_in(answer["image"]).convert("RGB")


def luminance(pixel: tuple[int, int, int]) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = (value / 255 for value in pixel)
    red, green, blue = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: tuple[int, int, int], b: tuple[int, int, int]) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def letters(style: str) -> Image.Image:
    """255 where the letters are purely white, wherever they are drawn on black."""
    _answer, picture = written(GROUNDS["black"], style=style)
    return picture.convert("L").point(lambda value: 255 if value == 255 else 0)


def band() -> Image.Image:
    """255 where there is no letter, in the rows and columns of the text."""
    _answer, picture = written(GROUNDS["black"], style="band")
    free = picture.convert("L").point(lambda value: 0 if value else 255)
    left, top, right, bottom = picture.getbbox()
    inside = Image.new("L", SIZE)
    inside.paste(255, (left, top, right, bottom))
    return ImageChops.darker(free, inside)


def ring() -> Image.Image:
    """255 up to two pixels away from outlined letters, past their soft edge."""
    near, far = (letters("outline").filter(ImageFilter.MaxFilter(n)) for n in (3, 5))
    return ImageChops.subtract(far, near)


def pixels(image: Image.Image, mask: Image.Image) -> list[tuple[int, int, int]]:
    rgb, shown = image.tobytes(), mask.tobytes()
    return [tuple(rgb[3 * i : 3 * i + 3]) for i, value in enumerate(shown) if value]


@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_white_letters_stand_out_from_the_band(ground):
    mask = letters("band")
    _answer, picture = written(GROUNDS[ground], style="band")
    inside, outside = pixels(picture, mask), pixels(picture, band())
    assert len(inside) > 500
    assert len(outside) > 5_000
    assert set(inside) == {(255, 255, 255)}
    assert min(contrast((255, 255, 255), pixel) for pixel in set(outside)) > 10


@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_white_letters_have_a_black_outline_on_every_ground(ground):
    mask = letters("outline")
    _answer, picture = written(GROUNDS[ground], style="outline")
    assert set(pixels(picture, mask)) == {(255, 255, 255)}
    near = Counter(pixels(picture, ring()))
    dark = sum(n for pixel, n in near.items() if contrast((255,) * 3, pixel) > 4.5)
    assert dark / near.total() > 0.9


@pytest.mark.parametrize("style", ["band", "outline"])
@pytest.mark.parametrize(
    ("position", "third"), [("top", 0), ("center", 1), ("bottom", 2)]
)
def test_the_text_is_where_it_was_asked_for(style, position, third):
    _answer, picture = written(GROUNDS["gray"], style=style, position=position)
    changed = ImageChops.difference(picture, GROUNDS["gray"]).getbbox()
    middle = (changed[1] + changed[3]) / 2
    assert int(3 * middle / SIZE[1]) == third


def test_lines_break_at_blanks_and_long_words_anywhere():
    word = "Donaudampfschifffahrtsgesellschaftskapitaen"
    answer, _ = written(GROUNDS["white"], text=f"The {word} came")
    assert "".join(answer["lines"]).replace(" ", "") == f"The{word}came"
    assert len(answer["lines"]) >= 2
    plain, _ = written(GROUNDS["white"], text="one two\nthree")
    assert plain["lines"] == ["one two", "three"]


def test_longer_texts_are_smaller_and_stay_inside():
    sizes = []
    for length in (5, 60, 120, 280):
        answer, picture = written(GROUNDS["black"], text=("word " * 60)[:length])
        left, _top, right, bottom = picture.getbbox()
        assert 2 < left < right < SIZE[0] - 2
        assert bottom < SIZE[1] - 2
        sizes.append(answer["font_size"])
    assert all(one >= other for one, other in pairwise(sizes))
    assert sizes[0] > sizes[-1] >= 10


def test_accents_are_dropped_and_other_alphabets_are_named():
    answer, _ = written(GROUNDS["white"], text="Größe “naïve” — Привет 🚀 ok")
    assert " ".join(answer["lines"]) == "Grosse “naive” - ok"
    assert answer["left_out"] == [*"Привет", "🚀"]


def test_a_jpeg_comes_back_as_jpeg_the_rest_as_png_with_its_transparency():
    clear = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    kinds = [(GROUNDS["photo"], "JPEG"), (clear, "PNG"), (GROUNDS["gray"], "GIF")]
    for image, kind in kinds:
        raw = encoded(image, kind)
        (outcome,) = run(
            FOLDER, {"image": base64.b64encode(raw).decode(), "text": CAPTION}
        )
        back = picture_in(outcome.value["image"])
        assert back.format == ("JPEG" if kind == "JPEG" else "PNG")
        assert back.size == (outcome.value["width"], outcome.value["height"]) == SIZE
    _answer, shown = written(clear)
    assert shown.size == SIZE


def test_the_card_states_the_contrast_that_was_measured():
    _answer, picture = written(GROUNDS["white"], style="band")
    seen = set(pixels(picture, band()))
    lowest = min(contrast((255, 255, 255), pixel) for pixel in seen)
    card = (FOLDER / "README.md").read_text()
    (stated,) = re.findall(r"^\| `band` \| ([\d.]+) : 1 \|$", card, re.MULTILINE)
    assert round(lowest, 1) == float(stated)


def test_bad_input_is_refused():
    good = base64_of(GROUNDS["white"])
    messages = refusals(
        FOLDER,
        None,
        [],
        good,
        {"image": good},
        {"text": "x"},
        {"image": good, "text": 5},
        {"image": good, "text": " \n "},
        {"image": good, "text": "x" * 281},
        {"image": good, "text": "Привет"},
        {"image": good, "text": "x", "position": "left"},
        {"image": good, "text": "x", "style": []},
        {"image": base64_of(Image.new("RGB", (31, 400))), "text": "x"},
        {"image": base64_of(Image.new("RGB", (40, 32))), "text": "too long " * 9},
        {"image": base64_of(Image.new("RGB", (32, 99))), "text": "W" * 280},
    )
    assert "Latin" in messages[8]
    assert "32 pixels" in messages[11]
    assert "does not fit" in messages[12]
