"""A result that names a picture of the data store shows it, to whom may see it."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from rows import SAMPLES, published

from catalog.management import first_data
from catalog.models import DataFile

HTMX = {"HX-Request": "true"}
PICTURE = re.compile(r'<img src="(/data/[^"]+)" alt="The picture in the result"')


@pytest.fixture
def media(db, settings, executor):
    settings.VITRINE_ANONYMOUS_RUNS = True
    both = published("media/PutImage", "media/GetImageUrl")
    first_data.add_files()
    return both


def example(name, number="01-cat"):
    text = (SAMPLES / "media" / name / f"examples/{number}.json").read_text()
    return json.loads(text)


def ran(client, name, given) -> str:
    answer = client.post(
        f"/media/{name}/run",
        {"mode": "json", "json": json.dumps(given)},
        headers=HTMX,
    )
    assert answer.status_code == 200, answer.content
    return unescape(answer.content.decode())


def shown(client, part) -> bytes:
    (address,) = PICTURE.findall(part)
    answer = client.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("who", ["visitor", "ada"])
def test_a_picture_that_was_kept_is_shown(client, media, ada, who):
    if who == "ada":
        client.force_login(ada)
    sample = example("PutImage")
    part = ran(client, "PutImage", sample["input"])
    assert sample["output"]["uri"] in part
    assert len(shown(client, part)) == sample["output"]["bytes"]
    assert "280 \N{MULTIPLICATION SIGN} 186, image/jpeg" in part
    assert DataFile.objects.filter(name__endswith="-cat.jpg").count() == 1
    linked = ran(client, "GetImageUrl", {"uri": sample["output"]["uri"]})
    assert len(shown(client, linked)) == sample["output"]["bytes"]


def test_the_sample_runs_of_links_work_on_a_new_installation(client, media):
    for number in ("01-cat", "02-rocket"):
        part = ran(client, "GetImageUrl", example("GetImageUrl", number)["input"])
        assert shown(client, part)
        assert ">Open<" in part


def test_what_another_person_kept_is_not_found_by_its_address(
    client, media, ada, charlie
):
    client.force_login(ada)
    uri = example("PutImage")["output"]["uri"]
    ran(client, "PutImage", example("PutImage")["input"])
    client.force_login(charlie)
    answer = client.post(
        "/media/GetImageUrl/run",
        {"mode": "json", "json": json.dumps({"uri": uri})},
        headers=HTMX,
    )
    part = unescape(answer.content.decode())
    assert "leads to no file that you may read" in part
    assert not PICTURE.search(part)


def test_an_address_in_a_result_is_no_way_around_rights(client, media, ada, charlie):
    """Echo answers with what it is told: the page shows nothing for it."""
    published("util/Echo")
    client.force_login(ada)
    ran(client, "PutImage", example("PutImage")["input"])
    uri = example("PutImage")["output"]["uri"]

    def echoed():
        answer = client.post(
            "/util/Echo/run",
            {"mode": "json", "json": json.dumps({"uri": uri, "url": "/data/x"})},
            headers=HTMX,
        )
        return PICTURE.findall(unescape(answer.content.decode()))

    assert len(echoed()) == 1, "it is Ada's own picture"
    client.force_login(charlie)
    assert echoed() == []
    client.logout()
    assert echoed() == []


def test_first_files_are_public_and_come_once(media):
    assert DataFile.objects.filter(directory__read="public").count() == 2
