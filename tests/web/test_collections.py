"""Collections: what is in them, for whom, and in which order."""

from __future__ import annotations

import pytest
from rows import published
from shelves import collection


@pytest.fixture
def bundled(db):
    return published("nlp/GetSentiment", "series/ForecastSeries")


def test_a_collection_shows_its_algorithms_in_order_with_notes(client, bundled):
    sentiment, forecast = bundled
    collection("my-pick", forecast, sentiment, summary="Two that I like.")
    page = client.get("/collections/my-pick").content.decode()
    assert page.index("ForecastSeries") < page.index("GetSentiment")
    assert "Because of ForecastSeries." in page
    assert "Two that I like." in page


def test_the_list_counts_what_the_reader_sees(client, ada, bundled, adas_private):
    collection("mixed", *bundled, adas_private)
    assert [row.count for row in client.get("/collections").context["rows"]] == [2]
    client.force_login(ada)
    assert [row.count for row in client.get("/collections").context["rows"]] == [3]
    assert "AdasSecret" in client.get("/collections/mixed").content.decode()


def test_what_shows_nothing_is_not_found_like_any_other(
    client, ada, bundled, adas_private
):
    collection("secret-plans", adas_private)
    collection("draft", *bundled, is_published=False)
    collection("empty")
    missing = client.get("/collections/there-is-none")
    assert missing.status_code == 404
    for slug in ("secret-plans", "draft", "empty"):
        answer = client.get(f"/collections/{slug}")
        assert (answer.status_code, answer.content) == (404, missing.content)
    page = client.get("/collections").content.decode()
    assert "There is no collection yet" in page
    client.force_login(ada)
    assert client.get("/collections/secret-plans").status_code == 200


def test_collections_stand_in_their_order(client, bundled):
    collection("second", *bundled, position=2)
    collection("first", *bundled, position=1)
    rows = client.get("/collections").context["rows"]
    assert [row.collection.slug for row in rows] == ["first", "second"]


def test_a_page_asks_few_questions(client, bundled, django_assert_max_num_queries):
    collection("my-pick", *bundled)
    with django_assert_max_num_queries(12):
        assert client.get("/collections/my-pick").status_code == 200


@pytest.mark.parametrize("slug", ["x" * 200, "a b", "é", "..", "%00"])
def test_junk_is_not_found(client, db, slug):
    assert client.get(f"/collections/{slug}").status_code in {400, 404}
