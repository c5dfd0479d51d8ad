"""Every search backend filters, counts and pages as brute force says."""

from __future__ import annotations

import itertools

import pytest
from search_contract import (
    ANONYMOUS,
    ENGINES,
    SORTS,
    VIEWERS,
    Oracle,
    assert_as_the_oracle_says,
    walk,
)
from search_documents import document, seeded, uuid, varied_documents
from search_filters import expression

from catalog.search import SearchRequest
from catalog.search.base import FACET_FIELDS
from catalog.search.filters import FilterError, holds, parse_filter

COMBINATIONS = 200
WORDS = ["", "", "speech", "speech voice", "detectr", "fast translator of news"]


@pytest.fixture(scope="session")
def varied(tmp_path_factory):
    """Both engines with the varied documents, written in pieces."""
    documents = varied_documents()
    backends = {}
    for name, engine in ENGINES.items():
        backends[name] = engine(path=tmp_path_factory.mktemp(name))
        backends[name].rebuild(documents[::3], position=1)
        backends[name].update([], [entry.id for entry in documents[:9]], position=2)
        backends[name].update(documents, position=3)
    yield Oracle(documents), backends
    for backend in backends.values():
        backend.close()


def combination(number: int) -> SearchRequest:
    """Facet choices, an expression, words, facets to count and an order."""
    dice = seeded(number)
    values = {
        "task": ["translation", "summarization", "text-to-speech"],
        "tag": ["onnx", "mobile", "large"],
        "takes": ["text", "audio"],
        "framework": ["unspecified", "PyTorch"],
        "language": ["en", "unspecified"],
        "latency": ["under 50 ms", "50 to 500 ms"],
        "verified": ["yes"],
        "callable": ["no", "yes"],
        "visibility": ["public", "private:team-1"],
        "owner": ["ada", "vision-lab"],
    }
    chosen = dice.sample(list(values), dice.randrange(4))
    filters = {
        facet: tuple(
            dice.sample(values[facet], dice.randrange(1, len(values[facet]) + 1))
        )
        for facet in chosen
    }
    return SearchRequest(
        text=dice.choice(WORDS),
        filters=filters,
        filter=expression(dice) if dice.random() < 0.7 else "",
        facets=FACET_FIELDS,
        sort=dice.choice(SORTS),
        limit=dice.choice([3, 20, 100]),
    )


@pytest.mark.parametrize("viewer", list(VIEWERS))
@pytest.mark.parametrize("part", range(4))
def test_facets_totals_and_walks_are_those_of_the_visible_rows(
    varied, engine, viewer, part
):
    oracle, backends = varied
    for number in range(part, COMBINATIONS, 4):
        request = combination(number)
        assert_as_the_oracle_says(backends[engine], oracle, request, VIEWERS[viewer])


def test_a_compiled_expression_finds_what_the_pure_one_holds(varied, engine):
    oracle, backends = varied
    found = set()
    for number in range(400):
        text = expression(seeded(10_000 + number))
        condition = parse_filter(text)
        expected = {
            entry.id
            for entry in oracle.documents
            if "public" in entry.audiences
            and holds(condition, oracle.ready[entry.id].values)
        }
        page = backends[engine].search(SearchRequest(filter=text, limit=100), ANONYMOUS)
        assert page.total == len(expected), text
        assert set(page.ids) <= expected, text
        found.add(page.total)
    assert len(found) > 30  # the expressions do tell documents apart


def test_a_wrong_expression_is_the_callers_error_and_names_the_place(backend):
    with pytest.raises(FilterError) as caught:
        backend.search(SearchRequest(filter="stars > 'many'"), ANONYMOUS)
    assert (caught.value.position, caught.value.length) == (8, 6)


def test_a_cursor_belongs_to_its_expression(varied, engine):
    _, backends = varied
    first = SearchRequest(filter="stars >= 0", limit=3)
    cursor = backends[engine].search(first, ANONYMOUS).cursor
    other = SearchRequest(filter="stars >= 1", limit=3, after=cursor)
    with pytest.raises(ValueError, match="cursor"):
        backends[engine].search(other, ANONYMOUS)


def test_an_expression_and_a_text_leave_the_ranking_as_it_is(varied, engine):
    _, backends = varied
    asked = SearchRequest(text="speech voice", limit=100)
    everything = backends[engine].search(asked, ANONYMOUS).ids
    some = SearchRequest(text="speech voice", filter="verified", limit=100)
    page = backends[engine].search(some, ANONYMOUS)
    assert list(page.ids) == [id_ for id_ in everything if id_ in page.ids]


def test_an_empty_field_can_be_chosen_by_its_facet(make):
    backend = make([document(1, license="MIT"), document(2), document(3, task="ocr")])
    facets = ("license", "task", "language", "framework", "latency", "callable")
    page = backend.search(SearchRequest(facets=facets), ANONYMOUS)
    assert dict(page.facets["license"]) == {"MIT": 1, "unspecified": 2}
    assert dict(page.facets["language"]) == {"unspecified": 3}
    assert dict(page.facets["latency"]) == {}
    assert dict(page.facets["callable"]) == {"yes": 3}
    for asked in (
        SearchRequest(filters={"license": ("unspecified",)}),
        SearchRequest(filter="license = 'unspecified'"),
        SearchRequest(filter="license IS NULL"),
    ):
        assert set(backend.search(asked, ANONYMOUS).ids) == {uuid(2), uuid(3)}


@pytest.mark.parametrize("sort", SORTS)
def test_a_filtered_walk_gives_each_row_once_while_rows_come_and_go(make, sort):
    documents = [
        document(
            n, name=f"Crowd{n % 7}", summary="crowd " * (1 + n % 4), stars=n % 5,
            verified=bool(n % 3), popularity=n % 2, created_at=float(n % 4),
            audiences=("public" if n % 4 else "team:1",),
        )
        for n in range(300)
    ]  # fmt: skip
    backend = make(documents)
    numbers = itertools.count(1_000)
    gone = iter([entry.id for entry in documents[1::9]])
    removed = []

    def change():
        n = next(numbers)
        new = document(n, name="Crowd", summary="crowd", verified=True, stars=9)
        removed.append(next(gone))
        backend.update([new], [removed[-1]], position=n)

    request = SearchRequest(
        text="crowd",
        sort=sort,
        limit=17,
        filter="stars >= 1",
        filters={"verified": ("yes",)},
    )
    ids = walk(backend, request, VIEWERS["member"], between=change)
    stay = {d.id for d in documents if d.stars and d.verified} - set(removed)
    assert len(ids) == len(set(ids))
    assert stay <= set(ids)
