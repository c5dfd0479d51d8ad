"""The start page: what is on show, figures, hints, the call, what was viewed."""

from __future__ import annotations

import pytest
from django.core import signing
from rows import listing, published
from shelves import collection, opened

from catalog.management import first_collections
from catalog.services import indexing, snippets
from catalog.services.pages.recent import KEPT

MOST_QUERIES = 21


@pytest.fixture
def bundled(db):
    return published(
        "nlp/GetSentiment", "series/ForecastSeries", "media/DominantColors"
    )


def shown(client, path="/"):
    return client.get(path).context["page"]


def names_on(shelf):
    return [one.algorithm.name for one in shelf.specimens]


def test_the_figures_count_what_the_reader_sees(
    client, ada, sentiment, adas_private, documented, runs
):
    runs(sentiment, 10, 20, 30)
    runs(adas_private, 500)
    ledger = shown(client).ledger
    assert (ledger.algorithms, ledger.callable, ledger.documented) == (2, 1, 1)
    assert (ledger.owners, ledger.calls, ledger.median_ms) == (2, 3, 20)
    assert ledger.by_day[-1] == 3
    client.force_login(ada)
    hers = shown(client).ledger
    assert (hers.algorithms, hers.calls, hers.measured) == (3, 4, 4)


def test_the_featured_collection_is_on_show_in_the_curators_order(client, bundled):
    collection("plain", *bundled)
    collection("best-of", bundled[1], bundled[0], is_featured=True, position=7)
    page = client.get("/").content.decode()
    shelf = shown(client).shelf
    assert (shelf.title, shelf.address) == ("Best of", "/collections/best-of")
    assert names_on(shelf) == ["ForecastSeries", "GetSentiment"]
    assert "Because of GetSentiment." in page
    assert "All 2 collections" in page
    assert [row.collection.slug for row in shown(client).more_collections] == ["plain"]


def test_without_a_collection_verified_ones_are_on_show(client, bundled):
    shelf = shown(client).shelf
    assert shelf.title == "Verified"
    assert {one.exhibit.kind for one in shelf.specimens} == {
        "axis",
        "series",
        "swatches",
    }
    text = client.get("/").content.decode()
    assert "/examples/0/picture?at=input%2Fimage" in text
    assert "data:image" not in text, "pictures come by addresses of their own"


def test_without_anything_verified_new_ones_are_on_show(client, vision_lab):
    opened(listing(vision_lab.owner, "Fresh"))
    shelf = shown(client).shelf
    assert (shelf.title, names_on(shelf)) == ("New here", ["Fresh"])


def test_what_is_private_is_on_no_strangers_start_page(
    client, charlie, adas_private, bundled, runs
):
    runs(adas_private, 5)
    collection("mixed", adas_private, bundled[0], is_featured=True)
    client.force_login(charlie)
    page = client.get("/").content.decode()
    assert "AdasSecret" not in page
    assert shown(client).ledger.calls == 0
    assert names_on(shown(client).shelf) == ["GetSentiment"]


def test_a_private_version_of_a_public_listing_is_not_on_show(client, vision_lab):
    half = listing(vision_lab.owner, "HalfOpen")
    half.visibility = "public"
    half.save()
    collection("best-of", half, is_featured=True)
    page = client.get("/").content.decode()
    assert "“one”" not in page
    assert "HalfOpen" not in page
    assert names_on(shown(client).shelf) == []


def test_every_hint_finds_something(client, bundled):
    indexing.rebuild_index()
    hints = shown(client).hints
    assert "sentiment of a text" in [hint.label for hint in hints]
    for hint in hints:
        assert client.get(hint.address).context["found"].results.total, hint


def test_a_tile_leads_to_the_algorithms_of_its_task(client, bundled):
    indexing.rebuild_index()
    for tile in shown(client).tasks:
        found = client.get("/search", {"task": tile.task.key}).context["found"]
        assert found.results.total == tile.count


def test_most_called_and_new_versions_are_listed(client, bundled, runs):
    sentiment, forecast, _colors = bundled
    runs(sentiment, 10)
    runs(forecast, 7, 7)
    page = shown(client)
    assert [row.algorithm.name for row in page.called] == [
        "ForecastSeries",
        "GetSentiment",
    ]
    assert page.called[0].figures.calls == 2
    assert all(version.is_first for version in page.versions)
    text = client.get("/").content.decode()
    assert "First version." in text
    assert 'class="spark"' in text


def test_the_call_shown_is_the_one_that_use_it_gives(client, bundled):
    collection("best-of", *bundled, is_featured=True)
    client.cookies["target"] = "curl"
    call = shown(client).call
    assert (call.algorithm.name, call.target.key) == ("GetSentiment", "curl")
    asked = snippets.call_of(
        version=call.algorithm.latest, base_url="http://testserver/"
    )
    assert asked.url.endswith("/v1/algo/nlp/GetSentiment/1.0.0")
    use = client.get("/nlp/GetSentiment/use/curl").content.decode()
    for line in call.code.splitlines()[:1]:
        assert line in use


def test_the_page_asks_the_database_few_questions(
    client, ada, bundled, runs, django_assert_max_num_queries
):
    for algorithm in bundled:
        runs(algorithm, 5)
    collection("best-of", *bundled, is_featured=True)
    collection("others", *bundled)
    client.force_login(ada)
    client.get("/nlp/GetSentiment")
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get("/")


def test_an_empty_catalog_says_how_to_fill_it(client, db):
    page = client.get("/").content.decode()
    assert "The catalog is empty" in page
    assert "import_catalog" in page


def test_a_new_installation_has_collections_of_what_is_bundled(client, bundled):
    assert first_collections.add_collections() > 0
    assert first_collections.add_collections() == 0, "a second time adds nothing"
    shelf = shown(client).shelf
    assert shelf.title == "Five to start with"
    assert set(names_on(shelf)) == {one.name for one in bundled}


def test_what_was_viewed_is_remembered_the_newest_first(client, bundled):
    for path in ("/nlp/GetSentiment", "/series/ForecastSeries", "/nlp/GetSentiment"):
        client.get(path)
    seen = client.get("/").context["recent"]
    assert [one.name for one in seen] == ["GetSentiment", "ForecastSeries"]
    assert "Recently viewed" in client.get("/").content.decode()


def test_the_cookie_is_signed_and_for_this_site_alone(client, bundled):
    response = client.get("/nlp/GetSentiment")
    cookie = response.cookies["recent"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert response["Cache-Control"].startswith("private")
    assert "Cookie" in response["Vary"]
    client.cookies["recent"] = f"{bundled[1].pk.hex}:forged:signature"
    assert list(client.get("/").context["recent"]) == []


def test_at_most_eight_are_remembered(client, vision_lab):
    for number in range(KEPT + 2):
        opened(listing(vision_lab.owner, f"Row{number}"))
        client.get(f"/visionlab/Row{number}")
    seen = [one.name for one in client.get("/").context["recent"]]
    assert seen == [f"Row{number}" for number in range(KEPT + 1, 1, -1)]


def test_what_turned_private_is_no_more_among_them(client, charlie, adas_private):
    opened(adas_private)
    client.force_login(charlie)
    client.get("/ada/AdasSecret")
    adas_private.visibility = "private"
    adas_private.save()
    assert "AdasSecret" not in client.get("/").content.decode()


def test_the_next_person_at_a_browser_begins_anew(client, ada, charlie, bundled):
    client.force_login(ada)
    client.get("/nlp/GetSentiment")
    kept = client.cookies["recent"].value
    client.force_login(charlie)
    client.cookies["recent"] = kept
    assert list(client.get("/").context["recent"]) == []


def test_junk_that_is_signed_is_left_out(client, bundled):
    signer = signing.get_cookie_signer(salt="recent" + "recent:")
    client.cookies["recent"] = signer.sign("..zz.\x00.123." + "a" * 32)
    assert client.get("/").status_code == 200


def test_a_button_forgets_them(client, bundled):
    client.get("/nlp/GetSentiment")
    assert client.get("/settings/recent")["Location"] == "/"
    assert list(client.get("/").context["recent"]), "coming by a link forgets nothing"
    client.post("/settings/recent")
    assert list(client.get("/").context["recent"]) == []
