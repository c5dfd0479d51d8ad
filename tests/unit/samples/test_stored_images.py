"""media/PutImage keeps what came, and media/GetImageUrl links what is there."""

from __future__ import annotations

import hashlib

import pytest
from PIL import Image

from tests.unit.samples.hosted import LINK, SampleShelf, run_hosted
from tests.unit.samples.isolated import SAMPLES, refusals
from tests.unit.samples.pictures import base64_of, encoded

PUT, LINKED = SAMPLES / "media/PutImage", SAMPLES / "media/GetImageUrl"
PICTURE = Image.new("RGB", (64, 48), "red")
KINDS = {
    "PNG": ("png", "image/png"),
    "JPEG": ("jpg", "image/jpeg"),
    "GIF": ("gif", "image/gif"),
    "WEBP": ("webp", "image/webp"),
    "BMP": ("bmp", "image/bmp"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_kept_byte_for_byte_under_its_digest(kind):
    shelf, raw = SampleShelf(PUT), encoded(PICTURE, kind)
    ending, media_type = KINDS[kind]
    (outcome,) = run_hosted(PUT, raw, shelf=shelf)
    digest = hashlib.sha256(raw).hexdigest()
    assert outcome.value == {
        "uri": f"data://.algo/media/PutImage/perm/{digest}.{ending}",
        "sha256": digest,
        "width": 64,
        "height": 48,
        "bytes": len(raw),
        "content_type": media_type,
    }
    assert shelf.files[f".algo/perm/{digest}.{ending}"] == raw


def test_the_forms_of_one_picture_have_one_address():
    raw = encoded(PICTURE, "PNG")
    plain = base64_of(PICTURE)
    forms = (raw, {"image": plain}, {"image": f"data:image/png;base64,{plain}"})
    outcomes = run_hosted(PUT, *forms)
    assert len({outcome.value["uri"] for outcome in outcomes}) == 1


@pytest.mark.parametrize("name", ["../a", "a/b", "a.b", "", "é", "-a", "a" * 61, 3, {}])
def test_a_name_is_a_word_or_refused(name):
    given = {"image": base64_of(PICTURE), "name": name}
    if name == "":
        (outcome,) = run_hosted(PUT, given)
        assert outcome.value["uri"].endswith(".png")
    elif name == {}:
        assert run_hosted(PUT, given)[0].value, "no name is given"
    else:
        (said,) = refusals(PUT, given)
        assert "`name`" in said


def test_a_link_is_made_to_what_is_there():
    here = "data://media/pictures/cat.jpg"
    hour, minute = run_hosted(LINKED, {"uri": here}, {"uri": here, "expires_in": 60})
    assert hour.value == {"url": f"{LINK}media/pictures/cat.jpg?3600"}
    assert minute.value["url"].endswith("?60")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "must be an address"),
        ({}, "must be an address"),
        ({"uri": 3}, "must be an address"),
        ({"uri": "http://x/y"}, "must begin with data://"),
        ({"uri": "data://media/pictures/none.jpg"}, "no file that you may read"),
        ({"uri": "data://media/pictures/cat.jpg", "expires_in": 0}, "1 to 604,800"),
        ({"uri": "data://a/b/c", "expires_in": 604_801}, "1 to 604,800"),
        ({"uri": "data://a/b/c", "expires_in": 1.5}, "whole number"),
        ({"uri": "data://a/b/c", "expires_in": True}, "whole number"),
    ],
)
def test_what_cannot_be_linked_is_refused_in_words(given, said):
    assert said in refusals(LINKED, given)[0]
