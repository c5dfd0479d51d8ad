"""Every page as data: Markdown and JSON by ending or Accept, for the same viewer."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import get_resolver
from django.utils import timezone
from rows import listing

from catalog.models import Collection, CollectionItem, Visibility
from catalog.services import indexing
from catalog.web.machine.registry import NOT_PAGES, PAGES, SUFFIXES
from catalog.web.urls import urlpatterns

PATHS = {
    "home": "/",
    "search": "/search?q=sentiment",
    "owner": "/nlp",
    "algorithm": "/nlp/GetSentiment",
    "version": "/nlp/GetSentiment/versions/{number}",
    "algorithm_try": "/nlp/GetSentiment/try",
    "algorithm_use": "/nlp/GetSentiment/use",
    "algorithm_snippet": "/nlp/GetSentiment/use/curl",
    "algorithm_versions": "/nlp/GetSentiment/versions",
    "algorithm_source": "/nlp/GetSentiment/source",
    "algorithm_usage": "/nlp/GetSentiment/usage",
    "collections": "/collections",
    "collection": "/collections/first-steps",
    "guide": "/guide/",
    "guide_chapter": "/guide/finding",
}


@pytest.fixture
def shelf(sentiment):
    made = Collection.objects.create(slug="first-steps", title="First steps")
    CollectionItem.objects.create(collection=made, algorithm=sentiment, position=0)
    return made


def ending(path: str, suffix: str) -> str:
    bare, mark, query = path.partition("?")
    return f"{bare.rstrip('/') or '/index'}.{suffix}{mark}{query}"


def path_of(name: str, algorithm) -> str:
    return PATHS[name].format(number=algorithm.latest.number)


def test_each_route_is_a_page_with_forms_or_named_as_none():
    routed = {each.name for each in urlpatterns if "." not in each.name}
    assert routed <= PAGES.keys() | NOT_PAGES, "a new page brings its forms"
    assert set(PAGES) <= routed
    assert PAGES.keys() == PATHS.keys(), "and a path for this test"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_markdown_and_json_by_ending_and_by_accept(
    client, shelf, sentiment, name
):
    path = path_of(name, sentiment)
    for suffix, media in (("md", "text/markdown"), ("json", "application/json")):
        by_ending = client.get(ending(path, suffix))
        by_accept = client.get(path, headers={"Accept": media})
        for answer in (by_ending, by_accept):
            assert answer.status_code == 200
            assert answer["Content-Type"].startswith(media)
        assert "Accept" in by_accept["Vary"]
        if suffix == "json":
            assert isinstance(json.loads(by_ending.content), dict)
        else:
            assert by_ending.content.startswith(b"# ")


@pytest.mark.parametrize("name", PAGES)
def test_a_browser_gets_html_that_names_the_other_forms(client, shelf, sentiment, name):
    path = path_of(name, sentiment)
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = client.get(path, headers={"Accept": accept})
    assert answer["Content-Type"].startswith("text/html")
    page = answer.content.decode()
    for suffix in SUFFIXES:
        address = ending(path, suffix).replace("&", "&amp;")
        assert f'href="{address}"' in page
    assert client.get(path)["Content-Type"].startswith("text/html")


def test_a_form_that_no_page_has_is_refused(client, sentiment):
    answer = client.get("/nlp/GetSentiment", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/markdown" in answer.content.decode()


@pytest.mark.parametrize("path", ["/nlp/GetSentiment.md", "/nlp/GetSentiment.json"])
def test_who_has_the_document_gets_304(client, sentiment, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_another_spelling_leads_to_the_canonical_one(client, sentiment):
    answer = client.get("/NLP/getsentiment/usage.json?period=7d")
    assert answer.status_code == 302
    assert answer["Location"] == "/nlp/GetSentiment/usage.json?period=7d"


def test_the_markdown_has_card_contract_call_limits_and_links(client, sentiment):
    text = client.get("/nlp/GetSentiment.md").content.decode()
    assert text.startswith("# nlp/GetSentiment\n")
    assert sentiment.summary in text
    for part in ("## Input", "## Output", "## Call it", "## Limits", "## Pages"):
        assert f"\n{part}\n" in text
    assert "| Name | Type | Need | Meaning | Rule |" in text
    assert "| `because[].word` |" in text
    assert "curl" in text
    assert "/v1/algo/nlp/GetSentiment/" in text
    assert "http://testserver/nlp/GetSentiment/usage.md" in text
    assert "license:" not in text.partition("## Input")[0]


@pytest.mark.parametrize("path", ["/search.md", "/nlp.md", "/llms.txt"])
def test_lists_mark_what_is_deprecated(client, shelf, sentiment, path):
    indexing.rebuild_index()
    assert "(deprecated" not in client.get(path).content.decode()
    sentiment.deprecated_at = timezone.now()
    sentiment.save()
    (row,) = re.findall(
        r"^- \[nlp/GetSentiment\].*$", client.get(path).content.decode(), re.MULTILINE
    )
    assert "(deprecated" in row
    indexing.backend().close()


def test_code_in_a_summary_of_the_guide_stays_code(client, db):
    text = client.get("/llms.txt").content.decode()
    assert "\\`" not in text
    assert "`/llms.txt`" in text


def test_the_json_says_what_the_api_says(client, sentiment, shelf):
    api = client.get("/api/v1/algorithms/nlp/GetSentiment").json()
    page = client.get("/nlp/GetSentiment.json").json()
    assert api == {key: page[key] for key in api}
    api = client.get("/api/v1/algorithms/nlp/GetSentiment/versions").json()
    page = client.get("/nlp/GetSentiment/versions.json").json()
    assert all(row == {key: more[key] for key in row} for row, more in both(api, page))
    number = sentiment.latest.number
    api = client.get(f"/api/v1/algorithms/nlp/GetSentiment/versions/{number}").json()
    page = client.get(f"/nlp/GetSentiment/versions/{number}.json").json()
    assert api == {key: page[key] for key in api}
    api = client.get("/api/v1/algorithms?q=sentiment").json()
    page = client.get("/search.json?q=sentiment").json()
    assert [row for row, _ in both(api, page)] == [row for _, row in both(api, page)]
    assert api["total"] == page["total"]


def both(one: dict, other: dict) -> list:
    return list(zip(one["results"], other["results"], strict=True))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("tab", ["", "/try", "/use", "/versions", "/source", "/usage"])
def test_private_and_missing_are_the_same_to_the_byte(
    client, adas_private, tab, suffix
):
    hidden = client.get(f"/ada/AdasSecret{tab}.{suffix}")
    missing = client.get(f"/ada/NoSecret{tab}.{suffix}")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    assert hidden["Content-Type"] == missing["Content-Type"]
    assert dict(hidden.items()) == dict(missing.items())


def test_the_owner_reads_the_private_page_as_data(client, ada, adas_private):
    client.force_login(ada)
    assert client.get("/ada/AdasSecret.json").json()["visibility"] == "private"
    answer = client.get("/ada/AdasSecret.md")
    assert "private" in answer["Cache-Control"]


def test_a_documentation_only_entry_has_forms_too(client, documented):
    page = client.get("/visionlab/OnlyWords.json").json()
    assert page["callable"] is False
    assert (
        "documentation only" in client.get("/visionlab/OnlyWords.md").content.decode()
    )


def test_hostile_text_stays_in_its_cell_and_on_its_line(client, ada):
    algorithm = listing(ada.owner, "Odd", visibility=Visibility.PUBLIC)
    algorithm.visibility = Visibility.PUBLIC
    algorithm.summary = "a | b\n# not a heading [x](javascript:1) `c` <b>"
    algorithm.save()
    text = client.get("/ada/Odd.md").content.decode()
    assert "\n# not a heading" not in text
    assert "\\[x\\](javascript:1)" in text
    assert "\\<b\\>" in text


def test_the_card_as_it_was_published_has_an_address_of_its_own(client, sentiment):
    answer = client.get("/nlp/GetSentiment/card.md")
    assert answer.content.decode() == sentiment.card.source


def test_the_forms_of_the_routes_come_before_the_pages(client):
    names = [each.name for each in get_resolver("catalog.web.urls").url_patterns]
    assert names.index("owner.md") < names.index("owner")


def test_a_post_to_a_form_is_refused(client, sentiment):
    assert client.post("/nlp/GetSentiment/try.json").status_code == 405
