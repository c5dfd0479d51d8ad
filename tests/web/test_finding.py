"""What a reader does to find an algorithm: words, facets, pages of results."""

from __future__ import annotations

import pytest
from rows import listing

from catalog.services import indexing


@pytest.fixture
def indexed(sentiment, documented, adas_private):
    indexing.rebuild_index()
    yield
    indexing.backend().close()


def test_a_search_marks_what_matched(client, indexed):
    page = client.get("/search", {"q": "sentiment"}).content.decode()
    assert "Get<mark>Sentiment</mark>" in page
    assert "1 algorithm</strong>" in page


def test_a_search_names_no_private_listing_to_a_stranger(client, indexed, ada):
    assert "AdasSecret" not in client.get("/search").content.decode()
    client.force_login(ada)
    assert "AdasSecret" in client.get("/search").content.decode()


def test_facets_filter_and_each_chip_removes_one(client, indexed):
    response = client.get("/search", {"owner": ["nlp", "visionlab"], "q": "a"})
    chips = {chip.value: chip.address for chip in response.context["chips"]}
    assert set(chips) == {"nlp", "visionlab"}
    assert "owner=visionlab" in chips["nlp"]
    assert "owner=nlp" not in chips["nlp"]
    page = response.content.decode()
    assert 'name="owner" value="nlp" checked' in page


def test_a_part_is_given_to_htmx_and_the_whole_page_on_going_back(client, indexed):
    part = client.get("/search", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert 'id="facet-groups" hx-swap-oob="true"' in part.content.decode()
    assert "HX-Request" in part["Vary"]
    back = client.get(
        "/search",
        headers={"HX-Request": "true", "HX-History-Restore-Request": "true"},
    )
    assert "<html" in back.content.decode()


def test_nothing_found_says_what_the_words_find_without_filters(client, indexed):
    page = client.get("/search", {"q": "sentiment", "owner": "nobody"})
    text = page.content.decode()
    assert "Nothing fits" in text
    assert "1 algorithm" in text
    assert "GetSentiment" in text


def test_a_query_over_the_limit_is_a_clear_page(client, db):
    response = client.get("/search", {"q": "x" * 1001})
    assert response.status_code == 400
    assert "1,001 characters; the limit is 1,000" in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "sort=nonsense",
        "limit=-5",
        "task=&tag=&owner=",
        "q=%ff%fe",
        "q=\ud83d\ude00".encode("utf-8", "surrogatepass").decode("latin-1"),
        "cursor=" + "A" * 50,
        "&".join(f"tag={n}" for n in range(300)),
    ],
)
def test_junk_in_the_address_is_never_a_server_error(client, indexed, query):
    assert client.get(f"/search?{query}").status_code in {200, 400}


def test_the_database_answers_while_there_is_no_index(client, sentiment):
    response = client.get("/search", {"q": "sentiment"})
    assert response.status_code == 200
    assert "GetSentiment" in response.content.decode()


def test_the_pager_leads_to_every_row_once(client, vision_lab):
    for number in range(23):
        found = listing(vision_lab.owner, f"Row{number:02}")
        found.visibility = "public"
        found.save()
    indexing.rebuild_index()
    seen, address = [], "/search?sort=name"
    while address:
        response = client.get(address)
        rows = response.context["found"].rows
        seen += [listed.row.algorithm.name for listed in rows]
        cursor = response.context["found"].results.next_cursor
        address = response.context["next"] if cursor else ""
    assert seen == [f"Row{number:02}" for number in range(23)]
