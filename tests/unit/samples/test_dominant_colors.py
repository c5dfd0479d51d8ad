"""DominantColors reads pictures of every kind and refuses the rest in plain words."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from tests.unit.samples.isolated import SAMPLES, dice_of, refusals, run, value_of

FOLDER = SAMPLES / "media/DominantColors"


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def plain(mode: str, color: object, size: tuple[int, int] = (5, 4)) -> Image.Image:
    return Image.new(mode, size, color)


def photo(width: int = 300, height: int = 200) -> Image.Image:
    """A picture of many colors."""
    return Image.frombytes(
        "RGB", (width, height), dice_of(1).randbytes(3 * width * height)
    )


def hexes(answer: dict) -> list[str]:
    return [color["hex"] for color in answer["colors"]]


@pytest.mark.parametrize(
    ("image", "kind", "color", "name"),
    [
        (plain("RGB", "red", (1, 1)), "PNG", "#ff0000", "red"),
        (plain("L", 128), "PNG", "#808080", "gray"),
        (plain("LA", (200, 255)), "PNG", "#c8c8c8", "light gray"),
        (plain("1", 1), "PNG", "#ffffff", "white"),
        (plain("I;16", 0x8080), "PNG", "#808080", "gray"),
        (plain("P", 0), "PNG", "#000000", "black"),
        (plain("RGBA", (0, 0, 255, 200)), "PNG", "#0000ff", "blue"),
        (plain("RGB", "white"), "BMP", "#ffffff", "white"),
        (plain("RGB", "yellow"), "GIF", "#ffff00", "yellow"),
        (plain("CMYK", (0, 255, 255, 0)), "JPEG", "#ff0000", "red"),
        (plain("L", 0), "JPEG", "#000000", "black"),
    ],
)
def test_a_picture_of_one_color_has_that_color(image, kind, color, name):
    answer = value_of(FOLDER, encoded(image, kind))
    (only,) = answer["colors"]
    assert (only["hex"], only["name"], only["share"]) == (color, name, 1.0)
    assert only["rgb"] == [*bytes.fromhex(color[1:])]
    assert (answer["width"], answer["height"]) == image.size
    assert (answer["format"], answer["transparent"]) == (kind, 0.0)


def test_webp_is_read():
    answer = value_of(FOLDER, encoded(plain("RGB", "black"), "WEBP", lossless=True))
    assert (hexes(answer), answer["format"]) == (["#000000"], "WEBP")


def test_the_flag_of_four_colors_comes_back_exactly_by_share():
    flag = plain("RGB", "#1b4d8f", (100, 100))
    for color, height in (("#ffd100", 40), ("#c8102e", 20), ("#00843d", 10)):
        flag.paste(color, (0, 0, 100, height))
    answer = value_of(FOLDER, {"image": base64.b64encode(encoded(flag)).decode()})
    shares = {color["hex"]: color["share"] for color in answer["colors"]}
    assert shares == {"#1b4d8f": 0.6, "#ffd100": 0.2, "#c8102e": 0.1, "#00843d": 0.1}
    assert hexes(answer)[:2] == ["#1b4d8f", "#ffd100"]


@pytest.mark.parametrize("count", [1, 2, 16])
def test_a_photo_gives_as_many_colors_as_asked_for(count):
    image = base64.b64encode(encoded(photo())).decode()
    colors = value_of(FOLDER, {"image": image, "colors": count})["colors"]
    shares = [color["share"] for color in colors]
    assert len(colors) == len({color["hex"] for color in colors}) == count
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=0.001)


def test_transparent_pixels_are_left_out():
    image = plain("RGBA", (255, 0, 0, 0), (10, 10))
    image.paste((0, 0, 0, 255), (0, 0, 10, 3))
    some, none = run(FOLDER, encoded(image), encoded(plain("RGBA", (9, 9, 9, 0))))
    assert hexes(some.value) == ["#000000"]
    assert some.value["transparent"] == 0.7
    assert none.value["colors"] == []
    assert none.value["transparent"] == 1.0


def test_a_palette_with_a_transparent_entry_is_understood():
    image = plain("P", 0, (10, 10))
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.paste(1, (0, 0, 5, 10))
    answer = value_of(FOLDER, encoded(image, "PNG", transparency=0))
    assert (hexes(answer), answer["transparent"]) == (["#00ff00"], 0.5)


def test_the_first_frame_of_an_animation_counts():
    red, blue = (plain("RGB", color) for color in ("red", "blue"))
    animated = encoded(red, "GIF", save_all=True, append_images=[blue])
    assert hexes(value_of(FOLDER, animated)) == ["#ff0000"]


def test_a_photo_taken_upright_is_higher_than_wide():
    exif = Image.Exif()
    exif[0x0112] = 6
    answer = value_of(FOLDER, encoded(plain("RGB", "red", (30, 20)), "JPEG", exif=exif))
    assert (answer["width"], answer["height"]) == (20, 30)


def test_all_ways_to_send_a_picture_give_the_same_answer():
    raw = encoded(photo(40, 40))
    text = base64.b64encode(raw).decode()
    broken_up = "\n".join(text[i : i + 76] for i in range(0, len(text), 76))
    forms = [raw, text, {"image": text}, {"image": broken_up}]
    forms.append({"image": f"data:image/png;base64,{text}"})
    outcomes = run(FOLDER, *forms)
    assert [outcome.error for outcome in outcomes] == [""] * len(forms)
    assert all(outcome.value == outcomes[0].value for outcome in outcomes)


def png_header_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (
        chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + parts


def test_a_decompression_bomb_is_refused_before_it_unfolds():
    small, large = (
        run(FOLDER, png_header_of(side, side))[0] for side in (6_400, 60_000)
    )
    for outcome in (small, large):
        assert outcome.error_type == "InputError"
        assert "40,000,000 pixels" in outcome.error
        assert outcome.work < 0.5


def test_the_largest_picture_fits_into_the_declared_memory():
    picture = encoded(plain("RGBA", (1, 2, 3, 255), (8_000, 5_000)), compress_level=1)
    (outcome,) = run(FOLDER, picture, memory=512)
    assert outcome.error == ""
    assert hexes(outcome.value) == ["#010203"]


def test_what_is_no_picture_is_refused_with_a_reason():
    jpeg = encoded(photo(), "JPEG")
    messages = refusals(
        FOLDER,
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        jpeg[: len(jpeg) // 2],
        encoded(photo())[:-2000],
        encoded(plain("RGB", "red"), "TIFF"),
        {"image": "http://example.org/a.jpg"},
        {"image": "data://ada/photos/a.jpg"},
        {"image": "data:image/svg+xml,<svg/>"},
        {"image": "no base64!"},
        {"image": "é"},
        {"image": ""},
        {"image": 7},
        {},
        [1],
        None,
        {"image": base64.b64encode(jpeg).decode(), "colors": 0},
        {"image": base64.b64encode(jpeg).decode(), "colors": True},
    )
    assert "cut off" in messages[3]
    assert "BMP, GIF, JPEG, PNG, WEBP" in messages[5]
    assert "address" in messages[6]
    assert "base64" in messages[9]


def test_random_damage_never_gives_more_than_a_refusal():
    dice = dice_of(5)
    whole = [
        encoded(photo(60, 40), kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP")
    ]
    damaged = []
    for _ in range(150):
        raw = bytearray(dice.choice(whole))
        for _ in range(dice.randint(1, 20)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        damaged.append(bytes(raw[: dice.randint(20, len(raw))]))
    for outcome in run(FOLDER, *damaged):
        assert outcome.error_type in ("", "InputError")
        assert outcome.value is not None or outcome.error_type


def test_the_recorded_photos_are_small_pictures():
    for file in sorted((FOLDER / "examples").glob("*.json")):
        uri = json.loads(file.read_text())["input"]["image"]
        raw = base64.b64decode(uri.removeprefix("data:image/jpeg;base64,"))
        with Image.open(BytesIO(raw)) as image:
            assert (image.format, image.width) == ("JPEG", 320)
        assert len(raw) <= 20 * 1024
