"""Every search backend matches, counts and orders alike."""

from __future__ import annotations

import itertools

import pytest
from search_contract import ANONYMOUS, TEXTS, VIEWERS, answer, suggested, total
from search_documents import all_documents, document, uuid

from catalog.search import SearchRequest
from catalog.search.base import FACETS


def test_all_words_suffice_if_ten_documents_have_them(make):
    both = [document(n, name=f"Both{n}", summary="red green") for n in range(10)]
    backend = make([*both, document(99, summary="red blue")])
    assert total(backend, "red green") == 10
    assert total(backend, "red blue") == 11


def test_a_wider_search_still_puts_documents_with_all_words_first(make):
    long = document(1, summary="red", docs="green " + "filler text " * 400)
    short = [document(n, name="Red", summary="red red") for n in range(2, 9)]
    page = make([long, *short]).search(SearchRequest(text="red green"), ANONYMOUS)
    assert page.total == 8
    assert page.ids[0] == long.id


def test_choosing_a_facet_value_gives_the_number_that_it_showed(backend):
    for text in ("speech voice", "sentiment english", "fast translator of news"):
        page = backend.search(SearchRequest(text=text), ANONYMOUS)
        for facet, counts in page.facets.items():
            for value, count in counts:
                chosen = SearchRequest(text=text, filters={facet: (value,)})
                assert backend.search(chosen, ANONYMOUS).total == count


def test_counts_of_a_single_valued_facet_add_up_to_the_total(backend):
    for text, access in itertools.product(TEXTS, VIEWERS.values()):
        page = backend.search(SearchRequest(text=text), access)
        assert sum(count for _, count in page.facets["task"]) == page.total
        assert sum(count for _, count in page.facets["owner"]) == page.total


def test_a_second_value_of_a_facet_can_be_chosen_and_adds_its_count(backend):
    one = SearchRequest(filters={"task": ("translation",)})
    counts = dict(backend.search(one, ANONYMOUS).facets["task"])
    assert len(counts) > 2
    two = SearchRequest(filters={"task": ("translation", "summarization")})
    expected = counts["translation"] + counts["summarization"]
    assert backend.search(two, ANONYMOUS).total == expected


def test_only_the_facets_that_were_asked_for_are_counted(backend):
    page = backend.search(SearchRequest(facets=("license", "tag")), ANONYMOUS)
    assert list(page.facets) == ["license", "tag"]
    assert backend.search(SearchRequest(facets=()), ANONYMOUS).facets == {}


def test_an_unknown_facet_is_the_callers_error(backend):
    with pytest.raises(ValueError, match="no such facet: color"):
        backend.search(SearchRequest(filters={"color": ("red",)}), ANONYMOUS)


def test_facets_beyond_the_defaults_can_filter(make):
    backend = make(
        [
            document(1, framework="onnx", language=("en", "de"), license="MIT"),
            document(2, framework="pytorch", language=("en",)),
        ]
    )
    asked = SearchRequest(filters={"language": ("de",)}, facets=("language", "license"))
    page = backend.search(asked, ANONYMOUS)
    assert page.ids == (uuid(1),)
    assert dict(page.facets["language"]) == {"en": 2, "de": 1}
    assert dict(page.facets["license"]) == {"MIT": 1}


def test_popularity_decides_only_between_equals(make):
    backend = make(
        [
            document(1, name="A", summary="green model", popularity=1),
            document(2, name="B", summary="green model", popularity=10_000),
            document(3, name="Green", summary="green model"),
        ]
    )
    page = backend.search(SearchRequest(text="green"), ANONYMOUS)
    assert page.ids == (uuid(3), uuid(2), uuid(1))


def test_the_words_to_highlight_come_with_the_page(backend):
    page = backend.search(SearchRequest(text="Detecting the faces"), ANONYMOUS)
    assert page.terms == ("detect", "face")


def test_suggestions_prefer_the_very_word_then_popularity(make):
    backend = make(
        [
            document(1, name="Echolocation", popularity=900),
            document(2, name="Echo", popularity=1),
            document(3, name="Echoes", title="An old thing", popularity=50),
            document(4, name="Other", summary="echo"),
        ]
    )
    assert suggested(backend, "echo") == [uuid(2), uuid(1), uuid(3)]
    assert suggested(backend, "ECH", limit=2) == [uuid(1), uuid(3)]
    assert suggested(backend, "old th") == [uuid(3)]
    assert backend.suggest("", ANONYMOUS) == []


QUERIES = {
    "echo": "Echo",
    "return the input unchanged": "Echo",
    "hello": "Hello",
    "greeting": "Hello",
    "greet a person by name": "Hello",
    "sleep": "Sleep",
    "wait some seconds": "Sleep",
    "timeouts": "Sleep",
    "raise exception": "RaiseException",
    "raiseexception": "RaiseException",
    "error handling": "RaiseException",
    "sentiment": "GetSentiment",
    "sentiment analysis": "GetSentiment",
    "get-sentiment": "GetSentiment",
    "positive or negative text": "GetSentiment",
    "product reviews": "GetSentiment",
    "keywords": "ExtractKeywords",
    "extract key phrases": "ExtractKeywords",
    "nlp/ExtractKeywords": "ExtractKeywords",
    "forecast": "ForecastSeries",
    "time series forecasting": "ForecastSeries",
    "predict next values": "ForecastSeries",
    "seasonality": "ForecastSeries",
    "dominant colors": "DominantColors",
    "color palette of a picture": "DominantColors",
    "dominantColors image": "DominantColors",
    "object detection street": None,
    "text to speech voice": None,
    "fast image classifier": None,
    "summary of news articles": None,
}


def test_the_engines_agree_on_the_best_three(filled):
    names = {d.id: d.name for d in all_documents()}
    for text, first in QUERIES.items():
        request = SearchRequest(text=text, limit=3, facets=())
        pages = [b.search(request, ANONYMOUS) for b in filled.values()]
        best, *others = ([names[id_] for id_ in page.ids] for page in pages)
        assert all(other == best for other in others), text
        assert len({page.total for page in pages}) == 1
        assert first in {None, best[0]}, text


def test_the_engines_agree_for_members_too(filled):
    for text in QUERIES:
        request = SearchRequest(text=text, limit=3)
        for access in VIEWERS.values():
            first, *others = (answer(b, request, access) for b in filled.values())
            assert all(other == first for other in others), text


def test_facets_of_all_engines_are_the_same_lists(filled):
    first, *others = (
        b.search(SearchRequest(facets=FACETS), ANONYMOUS).facets
        for b in filled.values()
    )
    assert all(other == first for other in others)
