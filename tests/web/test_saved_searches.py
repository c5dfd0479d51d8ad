"""Saved searches and feeds: kept by one person, read by whoever has the address."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from django.core import signing

from catalog.models import SavedSearch
from catalog.services import indexing, saved_searches

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def indexed(sentiment, documented, adas_private, team_private):
    indexing.rebuild_index()
    yield
    indexing.backend().close()


@pytest.fixture
def kept(client, ada, indexed) -> SavedSearch:
    """Ada's search for everything, and Ada signed out again."""
    client.force_login(ada)
    client.post("/settings/searches", {"name": "All of it", "query": "sort=name"})
    client.logout()
    return SavedSearch.objects.get()


def feed_of(kept) -> str:
    return f"/feeds/searches/{saved_searches.feed_token(kept)}.atom"


def titles(response) -> list[str]:
    root = ET.fromstring(response.content)  # noqa: S314 - our own answer
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def test_a_search_is_saved_renamed_and_deleted(client, ada, indexed):
    client.force_login(ada)
    query = "tag=b&tag=a&q=mood&cursor="
    client.post("/settings/searches", {"name": "Moods", "query": query})
    kept = SavedSearch.objects.get(user=ada)
    assert (kept.name, kept.query) == ("Moods", "q=mood&tag=a&tag=b")
    page = client.get("/settings/searches").content.decode()
    assert 'href="/search?q=mood&amp;tag=a&amp;tag=b"' in page
    client.post(f"/settings/searches/{kept.pk}/rename", {"name": " My  moods "})
    kept.refresh_from_db()
    assert kept.name == "My moods"
    client.post(f"/settings/searches/{kept.pk}/delete")
    assert not SavedSearch.objects.exists()


def test_saving_the_same_search_again_renames_it(client, ada, indexed):
    client.force_login(ada)
    for name in ("One", "Two"):
        client.post("/settings/searches", {"name": name, "query": "q=mood"})
    assert [row.name for row in SavedSearch.objects.all()] == ["Two"]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("x" * 81, "q=mood"),
        ("Bad filter", "filter=stars+>"),
        ("Bad sort", "sort=best"),
        ("Long", "q=" + "x" * 1001),
        ("Longer", "&".join(f"tag={'t' * 150}{n}" for n in range(20))),
    ],
)
def test_what_cannot_be_kept_is_refused(client, ada, indexed, name, query):
    client.force_login(ada)
    form = {"name": name, "query": query}
    assert client.post("/settings/searches", form).status_code == 400
    assert not SavedSearch.objects.exists()


def test_a_saved_search_is_its_owners_alone(client, kept, charlie):
    assert client.get("/settings/searches").status_code == 302
    client.force_login(charlie)
    assert "All of it" not in client.get("/settings/searches").content.decode()
    for verb in ("rename", "delete", "feed"):
        address = f"/settings/searches/{kept.pk}/{verb}"
        assert client.post(address, {"name": "mine"}).status_code == 404
    kept.refresh_from_db()
    assert (kept.name, kept.feed_number) == ("All of it", 0)


def test_the_feed_shows_what_its_owner_finds_newest_first(client, kept):
    found = titles(client.get(feed_of(kept)))
    assert [title.partition(":")[0] for title in found] == [
        "ada/AdasSecret",
        "visionlab/OnlyWords",
        "nlp/GetSentiment",
    ]


def test_a_public_feed_is_what_everybody_sees_whoever_asks(client, ada, indexed):
    client.force_login(ada)
    mine = client.get("/search.atom?owner=ada")
    assert titles(mine) == []
    everything = titles(client.get("/search.atom"))
    assert len(everything) == 2
    assert not any("Secret" in title for title in everything)


def test_a_feed_that_has_not_changed_is_not_sent_again(client, kept):
    first = client.get(feed_of(kept))
    assert first["Content-Type"].startswith("application/atom+xml")
    again = client.get(feed_of(kept), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(feed_of(kept), headers=since).status_code == 304
    empty = [client.get("/search.atom?owner=nobody")["ETag"] for _ in range(2)]
    assert empty[0] == empty[1]


def test_an_old_address_a_forged_one_and_a_leavers_are_the_same_404(client, kept, ada):
    old = feed_of(kept)
    client.force_login(ada)
    client.post(f"/settings/searches/{kept.pk}/feed")
    client.logout()
    kept.refresh_from_db()
    new = feed_of(kept)
    assert client.get(new).status_code == 200
    forged = signing.Signer(salt="other").sign_object([kept.pk.hex, kept.feed_number])
    ada.is_active = False
    ada.save()
    addresses = [old, new, f"/feeds/searches/{forged}.atom", "/feeds/searches/x.atom"]
    answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {404}
    assert len({masked(answer) for answer in answers}) == 1


def masked(answer) -> str:
    """The page without what repeats its own address."""
    return re.sub(r'(value|href)="[^"]*feeds[^"]*"', "", answer.content.decode())


def test_a_feed_of_a_bad_filter_is_a_clear_refusal(client, indexed):
    assert client.get("/search.atom?filter=stars+>").status_code == 400
