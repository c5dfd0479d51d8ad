"""Feeds stay XML whatever characters stand in what they list."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from accounts.models import Owner
from catalog.models import Algorithm, Tag, Version
from catalog.services import indexing, saved_searches
from catalog.services.cards import card_for
from catalog.services.search import Query

pytestmark = pytest.mark.django_db(transaction=True)
ODD = "odd\x08\x1b\ufffe <b>&"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def odd_one(ada, settings, tmp_path):
    settings.SEARCH_BACKENDS = {
        name: {**entry, "OPTIONS": {"path": tmp_path / name}}
        for name, entry in settings.SEARCH_BACKENDS.items()
    }
    card = card_for(source="# A")
    row = Algorithm.objects.create(
        owner=Owner.objects.get(slug="ada"),
        name="Odd",
        title=ODD,
        summary=ODD,
        visibility="public",
        card=card,
    )
    row.tags.add(Tag.objects.create(name=ODD))
    Version.objects.create(
        algorithm=row,
        major=1,
        minor=0,
        patch=0,
        visibility="public",
        digest="d" * 64,
        card=card,
        notes=ODD,
    )
    indexing.rebuild_index()
    yield row
    indexing.backend().close()


def titles_of(client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    read = fromstring(answer.content)  # noqa: S314 - a feed of ours
    return [each.text or "" for each in read.iter(f"{ATOM}title")]


def test_no_character_of_a_listing_breaks_a_feed(client, odd_one):
    for path in (
        "/feeds/new.atom",
        "/feeds/versions.atom",
        "/feeds/owners/ada.atom",
        "/feeds/algorithms/ada/Odd.atom",
        "/search.atom",
    ):
        assert any("ada/Odd" in title for title in titles_of(client, path)), path


def test_no_character_of_a_search_breaks_its_feed(client, odd_one, ada):
    assert "�" in titles_of(client, "/search.atom?q=odd%08%EF%BF%BE")[0]
    kept = saved_searches.save_search(
        viewer=ada, name="Odd\x1bones", query=Query(text="odd\x08")
    )
    token = saved_searches.feed_token(kept)
    assert titles_of(client, f"/feeds/searches/{token}.atom")[0].startswith("Odd�ones")
