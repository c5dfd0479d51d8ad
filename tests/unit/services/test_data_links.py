"""Links to files of the data store: what they show, to whom, and what ends them."""

from __future__ import annotations

import time

import pytest
from django.conf import settings

from accounts import keys
from accounts.models import Membership
from catalog.models import DataDirectory
from catalog.services import data_directories, data_links, data_store
from catalog.services.callers import caller_by_key, caller_on_page
from catalog.services.data_paths import Inside
from catalog.services.errors import BadRequest, NotFound

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
READ = DataDirectory.Read


@pytest.fixture
def adas(ada):
    """Ada, with a private directory that has a picture and a page."""
    caller = caller_on_page(ada, "")
    data_directories.create_directory(
        caller=caller, parent=".my", name="pics", read=READ.PRIVATE
    )
    for name, data in (("a.png", PNG), ("a.html", b"<script>alert(1)</script>")):
        data_store.put_file(caller=caller, path=f".my/pics/{name}", chunks=[data])
    return caller


def path_of(url: str) -> str:
    assert url.startswith(settings.SERVED_AT)
    return url.removeprefix(settings.SERVED_AT)


def link(caller, name="a.png", **more) -> str:
    return path_of(
        data_links.signed_url(caller=caller, path=f"data://.my/pics/{name}", **more)
    )


def status(client, address) -> int:
    answer = client.get(address)
    # To its end, which closes the file.
    list(answer)
    return answer.status_code


def test_a_picture_is_shown_in_place_to_whoever_has_the_link(adas, client):
    answer = client.get(link(adas))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Length"] == str(len(PNG))
    assert answer["Content-Disposition"] == 'inline; filename="a.png"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies


def test_everything_else_is_to_be_saved_whatever_its_name_says(adas, client):
    answer = client.get(link(adas, "a.html"))
    list(answer)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="a.html"'


def test_a_picture_by_name_alone_is_none(adas, client):
    data_store.put_file(caller=adas, path=".my/pics/b.png", chunks=[b"<svg/>"])
    answer = client.get(link(adas, "b.png"))
    list(answer)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "status", "range_", "body"),
    [
        ("bytes=2-5", 206, "bytes 2-5/208", PNG[2:6]),
        ("bytes=200-", 206, "bytes 200-207/208", PNG[200:]),
        ("bytes=-3", 206, "bytes 205-207/208", PNG[-3:]),
        ("bytes=0-9999", 200, None, PNG),
        ("bytes=5-2", 200, None, PNG),
        ("bytes=0-1,4-5", 200, None, PNG),
        ("lines=1-2", 200, None, PNG),
    ],
)
def test_a_part_is_given_where_one_is_asked_for(
    adas, client, asked, status, range_, body
):
    answer = client.get(link(adas), headers={"range": asked})
    assert (answer.status_code, answer.get("Content-Range")) == (status, range_)
    assert b"".join(answer.streaming_content) == body


def test_a_part_beyond_the_end_is_refused(adas, client):
    answer = client.get(link(adas), headers={"range": "bytes=208-"})
    assert answer.status_code == 416


def test_a_link_takes_no_other_method(adas, client):
    assert client.post(link(adas)).status_code == 405
    answer = client.head(link(adas))
    list(answer)
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(PNG)))


def test_a_link_ends_with_its_time(adas, client, monkeypatch):
    address = link(adas, expires_in=60)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 59)
    assert status(client, address) == 200
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert status(client, address) == 404


@pytest.mark.parametrize("seconds", [0, -1, 7 * 24 * 3600 + 1])
def test_a_link_lasts_a_second_to_a_week(adas, seconds):
    with pytest.raises(BadRequest):
        link(adas, expires_in=seconds)


def test_a_changed_link_leads_nowhere(adas, client):
    address = link(adas)
    for wrong in (address[:-1], address + "a", address[:10], "/data/x", "/data/é:x:y"):
        assert status(client, wrong) == 404


def test_a_link_ends_when_the_file_goes_or_changes(adas, client):
    for change in (
        lambda: data_store.put_file(
            caller=adas, path=".my/pics/a.png", chunks=[PNG, b"more"]
        ),
        lambda: data_store.delete_file(caller=adas, path=".my/pics/a.png"),
    ):
        address = link(adas)
        assert status(client, address) == 200
        change()
        assert status(client, address) == 404


def test_a_link_ends_with_its_maker_s_account(adas, ada, client):
    address = link(adas)
    ada.is_active = False
    ada.save()
    assert status(client, address) == 404


def test_a_link_ends_with_the_key_that_made_it(adas, ada, client):
    made = keys.create_key(user=ada, name="links", scopes=["data"])
    address = link(caller_by_key(made.secret))
    assert status(client, address) == 200
    keys.revoke_key(key=made.row)
    assert status(client, address) == 404


def test_a_link_ends_when_its_maker_leaves_the_team(grace, linus, client):
    data_directories.create_directory(
        caller=caller_on_page(grace, ""), parent="visionlab", name="pics"
    )
    data_store.put_file(
        caller=caller_on_page(grace, ""), path="visionlab/pics/a.png", chunks=[PNG]
    )
    address = path_of(
        data_links.signed_url(
            caller=caller_on_page(linus, ""), path="data://visionlab/pics/a.png"
        )
    )
    assert status(client, address) == 200
    Membership.objects.filter(user=linus).delete()
    assert status(client, address) == 404


def test_nobody_makes_a_link_to_what_he_does_not_see(adas, charlie):
    with pytest.raises(NotFound):
        data_links.signed_url(
            caller=caller_on_page(charlie, ""), path="data://ada/pics/a.png"
        )


def test_an_algorithm_links_to_what_its_owner_opened_to_it(adas, ada, charlie, client):
    data_directories.change_access(caller=adas, path=".my/pics", read=READ.MY_ALGOS)
    inside = Inside(author_id=ada.owner.pk, owner="ada", name="Show")
    address = path_of(
        data_links.signed_url(
            caller=caller_on_page(charlie, ""),
            path="data://ada/pics/a.png",
            inside=inside,
        )
    )
    assert status(client, address) == 200
    data_directories.change_access(caller=adas, path=".my/pics", read=READ.PRIVATE)
    assert status(client, address) == 404
