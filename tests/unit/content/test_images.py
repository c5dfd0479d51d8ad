"""Pictures by their bytes, and in results."""

from __future__ import annotations

import base64
import io
import time

import pytest
from PIL import Image

from catalog.content.images import ResultImage, result_media, sniff


def picture(kind):
    written = io.BytesIO()
    Image.new("RGB", (2, 2)).save(written, kind)
    return written.getvalue()


def uri(data, media):
    return f"data:{media};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_pictures_are_told_by_their_bytes(kind):
    data = picture(kind)
    assert sniff(data) == f"image/{kind}"
    (found,) = result_media(uri(data, f"image/{kind}"))
    assert (found.pointer, found.media_type) == ("", f"image/{kind}")
    assert found.data() == data


@pytest.mark.parametrize("data", [b"", b"RIFF", b"<svg/>", b"GIF88a", b"\x89PN", b"BM"])
def test_anything_else_is_not(data):
    assert sniff(data) is None


def test_pictures_of_a_result_are_found_with_their_places():
    png = uri(picture("png"), "image/png")
    found = result_media({"a": 1, "b/c": [png, {"d": png}], "e": png})
    assert [each.pointer for each in found] == ["/b~1c/0", "/b~1c/1/d", "/e"]
    assert found[0] == ResultImage("/b~1c/0", "image/png", png)


@pytest.mark.parametrize(
    "text",
    [
        uri(b"<svg onload=alert(1)>", "image/svg+xml"),
        uri(b"<html>", "image/png"),
        uri(picture("png"), "image/jpeg"),
        uri(picture("png"), "text/html"),
        "data:image/png;base64,****",
        "data:image/png,abc",
        "data://ada/collection/a.png",
        "https://example.com/a.png",
    ],
)
def test_what_is_no_picture_by_its_own_bytes_is_not_shown(text):
    assert result_media({"image": text}) == []


def test_a_large_result_is_looked_at_in_part():
    png = uri(picture("png"), "image/png")
    assert len(result_media([png] * 50)) == 12
    assert len(result_media([png] * 50, limit=2)) == 2
    deep = png
    for _ in range(50_000):
        deep = [deep]
    began = time.monotonic()
    assert result_media(deep) == []
    assert result_media([0] * 1_000_000) == []
    assert time.monotonic() - began < 2
