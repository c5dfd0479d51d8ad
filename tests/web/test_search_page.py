"""The search page: facets, filter expressions, corrections, reasons, misses."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.utils import timezone
from rows import listing, published

from catalog.models import SearchMiss, Synonym, Tag
from catalog.services import indexing, search_misses
from catalog.services.queries import address_of, query_from, query_string


@pytest.fixture
def shelf(vision_lab, ada):
    """Three public listings and two private ones, indexed."""
    rows = {}
    for name, owner, more in (
        ("ReadReceipts", vision_lab.owner, {"task": "image-to-text", "license": "MIT"}),
        ("TintFrames", vision_lab.owner, {"task": "image-to-image"}),
        ("ScoreMood", ada.owner, {"task": "sentiment-analysis", "language": ["en"]}),
        ("LabNotes", vision_lab.owner, {"task": "image-to-text"}),
        ("AdasDiary", ada.owner, {"task": "summarization"}),
    ):
        row = listing(owner, name)
        is_private = name in {"LabNotes", "AdasDiary"}
        row.visibility = "private" if is_private else "public"
        row.latest.visibility = row.visibility
        row.latest.save()
        row.takes, row.gives = "image", "text"
        for column, value in more.items():
            setattr(row, column, value)
        row.save()
        rows[name] = row
    rows["ReadReceipts"].verified_at = timezone.now()
    rows["ReadReceipts"].median_ms = 20.0
    rows["ReadReceipts"].star_count = 5
    rows["ReadReceipts"].save()
    rows["ReadReceipts"].tags.add(Tag.objects.create(name="photograph"))
    indexing.rebuild_index()
    yield rows
    indexing.backend().close()


def facets(response) -> dict[str, dict[str, int]]:
    found = response.context["found"].results.facets
    return {f.name: {v.label: v.count for v in f.values} for f in found}


def names(response) -> list[str]:
    return [shown.row.algorithm.name for shown in response.context["found"].rows]


def without_index() -> None:
    """Remove the index's files, as if it had never been built."""
    indexing.backend().close()
    chosen = settings.SEARCH_BACKENDS[settings.VITRINE_SEARCH]
    for file in chosen["OPTIONS"]["path"].rglob("*"):
        if file.is_file():
            file.unlink()


def test_facets_have_names_that_people_read(client, shelf):
    shown = facets(client.get("/search"))
    assert shown["task"] == {
        "Image to text": 1,
        "Image editing": 1,
        "Sentiment analysis": 1,
    }
    assert shown["language"] == {"English": 1, "Not specified": 2}
    assert shown["license"] == {"MIT": 1, "Not specified": 2}
    assert shown["verified"] == {"Verified": 1, "Not verified": 2}
    assert shown["callable"] == {"Callable": 3}
    assert shown["latency"] == {"under 50 ms": 1}
    assert shown["takes"] == {"Image": 3}


def test_only_who_is_signed_in_chooses_by_visibility(client, shelf, linus, ada):
    assert "visibility" not in facets(client.get("/search"))
    client.force_login(linus)
    assert facets(client.get("/search"))["visibility"] == {"Public": 3, "Vision Lab": 1}
    client.force_login(ada)
    assert facets(client.get("/search"))["visibility"] == {"Public": 3, "Only me": 1}


def test_the_name_of_a_team_is_no_outsiders_to_read(client, shelf, charlie):
    client.force_login(charlie)
    page = client.get("/search", {"visibility": "private:visionlab"})
    assert page.context["found"].results.total == 0
    assert "Vision Lab" not in page.content.decode()


def test_several_values_of_a_facet_mean_any_of_them(client, shelf):
    asked = {"task": ["image-to-text", "sentiment-analysis"], "sort": "name"}
    response = client.get("/search", asked)
    assert names(response) == ["ReadReceipts", "ScoreMood"]
    # The counts of a facet leave out its own choice.
    assert facets(response)["task"]["Image editing"] == 1
    assert facets(response)["license"] == {"MIT": 1, "Not specified": 1}


def test_an_unspecified_value_can_be_chosen(client, shelf):
    response = client.get("/search", {"license": "unspecified", "sort": "name"})
    assert names(response) == ["ScoreMood", "TintFrames"]
    assert [chip.shown for chip in response.context["chips"]] == ["Not specified"]


def test_a_filter_expression_narrows_and_has_a_chip(client, shelf):
    response = client.get("/search", {"filter": "verified AND stars >= 5"})
    assert names(response) == ["ReadReceipts"]
    (chip,) = response.context["chips"]
    assert (chip.label, chip.address) == ("Filter", "/search")


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("language = 'English'", ["ScoreMood"]),
        ("language = 'en'", ["ScoreMood"]),
        ("language != 'english'", ["ReadReceipts", "TintFrames"]),
        ("task IN ('Image to text', 'image-to-image')", ["ReadReceipts", "TintFrames"]),
    ],
)
@pytest.mark.parametrize("is_indexed", [True, False])
def test_a_filter_takes_the_names_that_facets_show(
    client, shelf, expression, found, is_indexed
):
    if not is_indexed:
        without_index()
    response = client.get("/search", {"filter": expression, "sort": "name"})
    assert names(response) == found


def group(page: str, name: str) -> str:
    """The opening tag of a facet's group."""
    return re.search(f'<details[^>]*id="facet-{name}"[^>]*>', page)[0]


def test_callable_and_verified_are_open_where_they_tell_entries_apart(
    client, documented, shelf
):
    page = client.get("/search").content.decode()
    assert " open" in group(page, "callable")
    assert " open" in group(page, "verified")
    page = client.get("/search", {"filter": "verified"}).content.decode()
    assert " open" not in group(page, "callable")
    assert " open" not in group(page, "verified")


def test_frameworks_and_licenses_are_written_as_people_write_them(client, shelf):
    row = shelf["TintFrames"]
    row.framework, row.license = "paddlepaddle", "other"
    row.save()
    indexing.rebuild_index()
    response = client.get("/search", {"filter": "framework = 'PaddlePaddle'"})
    assert names(response) == ["TintFrames"]
    assert facets(response)["framework"] == {"PaddlePaddle": 1}
    assert facets(response)["license"] == {"Other": 1}
    page = response.content.decode()
    assert 'name="framework" value="paddlepaddle"' in page
    assert "<span>PaddlePaddle</span>" in page.partition('class="result"')[2]
    about = client.get("/visionlab/TintFrames").content.decode()
    assert "<dt>Framework</dt><dd>PaddlePaddle</dd>" in about


def test_an_example_that_fails_as_meant_says_so_in_its_row(client, shelf):
    shelf["ReadReceipts"].latest.examples.update(output_text="")
    page = client.get("/search", {"q": "receipts"}).content.decode()
    assert '<span class="peek__out">an error, as meant</span>' in page


def test_of_a_name_the_row_says_the_part_that_a_word_means(client, shelf):
    Synonym.objects.create(words="bills, receipts")
    page = client.get("/search", {"q": "bills"}).content.decode()
    assert "“bills” means “Receipts”" in page


def test_a_group_with_many_values_can_be_shortened_again(client, shelf):
    tags = [Tag.objects.create(name=f"word-{n}") for n in range(8)]
    shelf["TintFrames"].tags.add(*tags)
    indexing.rebuild_index()
    page = client.get("/search").content.decode()
    rest = page.partition('id="rest-tag"')[2].partition("</summary>")[0]
    assert "4 more</span>" in rest
    assert "Fewer</span>" in rest


def test_a_filter_that_cannot_be_read_is_marked_where_it_is_wrong(client, shelf):
    response = client.get("/search", {"filter": "verified AND stars >", "q": "mood"})
    page = response.content.decode()
    assert response.status_code == 400
    assert names(response) == []
    assert 'aria-invalid="true"' in page
    assert "<code>verified AND stars &gt;<mark>" in page
    response = client.get("/search", {"filter": "sters > 3"})
    assert "Did you mean stars?" in response.content.decode()
    assert "<mark>sters</mark> &gt; 3" in response.content.decode()


def test_an_unknown_sort_is_refused(client, shelf):
    response = client.get("/search", {"sort": "best"})
    assert response.status_code == 400
    assert "write one of relevance" in response.content.decode()


def test_stars_and_date_of_listing_are_orders(client, shelf):
    assert names(client.get("/search", {"sort": "stars"}))[0] == "ReadReceipts"
    newest = names(client.get("/search", {"sort": "created"}))
    assert newest == ["ScoreMood", "TintFrames", "ReadReceipts"]


def test_a_synonym_of_a_curator_finds_and_the_row_says_why(client, shelf):
    assert client.get("/search", {"q": "picture"}).context["found"].results.total == 0
    Synonym.objects.create(words="picture, photograph")
    response = client.get("/search", {"q": "picture"})
    assert names(response) == ["ReadReceipts"]
    assert "“picture” means “photograph”" in response.content.decode()
    Synonym.objects.update(is_active=False)
    Synonym.objects.get().save()
    assert client.get("/search", {"q": "picture"}).context["found"].results.total == 0


def test_a_misspelled_word_is_read_as_the_nearest(client, shelf):
    # A word is known once two public entries have it.
    shelf["TintFrames"].summary = "Tints the frames of scanned receipts."
    shelf["TintFrames"].save()
    shelf["LabNotes"].summary = "Notes on recepts, a word of the lab alone."
    shelf["LabNotes"].save()
    while indexing.drain_outbox():
        pass
    response = client.get("/search", {"q": "recepts"})
    assert set(names(response)) == {"ReadReceipts", "TintFrames"}
    assert "“recepts” read as “" in response.content.decode()


def test_a_text_without_a_result_is_counted_once_for_each_search(client, shelf, ada):
    for text in ("Quantum  Toaster", "quantum toaster"):
        client.get("/search", {"q": text})
    client.get("/search", {"q": "quantum toaster", "task": "image-to-text"})
    client.get("/search", {"q": "???"})
    client.get("/search", {"q": "mood"})
    (miss,) = SearchMiss.objects.all()
    assert (miss.text, miss.count) == ("quantum toaster", 2)


def test_what_is_still_being_typed_is_not_counted(client, shelf):
    typing = {"HX-Request": "true", "HX-Trigger": "q"}
    client.get("/search", {"q": "quantum toas"}, headers=typing)
    assert not SearchMiss.objects.exists()


def test_only_so_many_misses_are_kept(db, monkeypatch):
    monkeypatch.setattr(search_misses, "MOST", 3)
    for text in ("often", "often", "one", "two", "three", "four"):
        search_misses.note_miss(text)
    assert set(SearchMiss.objects.values_list("text", flat=True)) == {
        "often",
        "three",
        "four",
    }


def test_the_database_answers_alike_while_there_is_no_index(client, shelf, linus):
    client.force_login(linus)
    asked = [
        "sort=name",
        "task=image-to-text&sort=name",
        "task=image-to-text&task=image-to-image&license=unspecified&sort=name",
        "filter=verified+OR+task+LIKE+'sentiment%25'&sort=name",
        "language=en&sort=name",
        "visibility=private:visionlab&sort=name",
        "latency=under+50+ms&sort=name",
    ]
    indexed = [client.get(f"/search?{query}") for query in asked]
    without_index()
    for query, before in zip(asked, indexed, strict=True):
        after = client.get(f"/search?{query}")
        assert after.context["found"].results.degraded
        assert names(after) == names(before), query
        assert facets(after) == facets(before), query
    assert client.get("/search?filter=nonsense(").status_code == 400


def test_suggestions_come_from_the_database_while_there_is_no_index(client, shelf):
    shelf["LabNotes"].tags.add(Tag.objects.create(name="imagined"))
    with_index = client.get("/api/v1/suggest?q=image").json()["results"]
    without_index()
    found = client.get("/api/v1/suggest?q=image").json()["results"]
    assert found == with_index
    assert [(row["kind"], row["label"]) for row in found] == [
        ("task", "Image editing"),
        ("task", "Image to text"),
    ]


def test_a_question_has_one_address(db):
    text = "tag=b&q=mood&tag=a&sort=relevance&nothing=1&filter=verified&tag=&owner=x"
    query = query_from(text)
    canonical = "q=mood&tag=a&tag=b&owner=x&filter=verified"
    assert query_string(query) == canonical
    assert query_from(canonical) == query
    assert address_of(query.bare()) == "/search?q=mood"


def test_htmx_gets_the_parts_that_change_and_the_one_address(client, shelf):
    response = client.get(
        "/search", {"tag": "", "q": "mood"}, headers={"HX-Request": "true"}
    )
    page = response.content.decode()
    assert response["HX-Push-Url"] == "/search?q=mood"
    for part in ("bar-said", "facet-groups", "advanced", "chosen-count"):
        assert re.search(rf'id="{part}"[^>]*hx-swap-oob="true"', page), part


def test_a_row_shows_its_sample_with_pictures_as_pictures(client, db):
    published("media/DominantColors", "nlp/GetSentiment")
    indexing.rebuild_index()
    page = client.get("/search").content.decode()
    indexing.backend().close()
    assert "/examples/0/picture?at=input%2Fimage" in page
    assert re.search(r"image/(png|jpeg), \d+ × \d+", page)  # noqa: RUF001 - as written
    assert "data:image" not in page


def test_a_row_says_how_it_stands(client, shelf, documented, runs):
    row = shelf["TintFrames"]
    row.deprecated_at = timezone.now()
    row.save()
    row.latest.visibility = "public"
    row.latest.save()
    runs(row, 10, 20)
    indexing.rebuild_index()
    page = client.get("/search").content.decode()
    for words in ("Deprecated", "Documentation only", "Verified", "Stars"):
        assert words in page
    assert "<strong>2</strong> calls" in page
    assert 'class="spark"' in page


def test_the_page_names_its_feed(client, shelf):
    page = client.get("/search", {"q": "mood"}).content.decode()
    assert '<link rel="alternate" type="application/atom+xml"' in page
    assert 'href="/search.atom?q=mood"' in page
