"""Every search backend pages without a gap or a repeat."""

from __future__ import annotations

import itertools

import pytest
from search_contract import ANONYMOUS, SORTS, VIEWERS, as_dict, walk
from search_documents import document, seeded

from catalog.search import SearchRequest
from catalog.search.base import BadCursor
from catalog.search.retrieval import LIMIT, RANKED

MANY = RANKED * 2 + 30


@pytest.fixture(scope="session")
def crowd():
    """More matches than are ranked, many of them with equal keys."""
    dice = seeded(7)
    return [
        document(
            10_000 + n,
            name=f"Crowd{dice.choice('abc')}",
            summary="crowd " * dice.randrange(1, 5),
            docs="filler " * dice.randrange(200),
            audiences=("public" if n % 3 else "team:1",),
            popularity=dice.choice([0, 0, 7]),
            updated_at=dice.choice([0.0, 5.0]),
        )
        for n in range(MANY)
    ]


@pytest.mark.parametrize("sort", SORTS)
def test_a_walk_gives_each_row_once_while_others_are_added(make, crowd, sort):
    backend = make(crowd)
    numbers = itertools.count(1)

    def add():
        n = next(numbers)
        words = {"name": f"Crowd{'abcz'[n % 4]}", "summary": "crowd crowd"}
        new = document(50_000 + n, **words, popularity=n, updated_at=n * 1.0)
        backend.update([new], position=n)

    for access in (ANONYMOUS, VIEWERS["member"]):
        expected = {d.id for d in crowd if access.audiences & set(d.audiences)}
        request = SearchRequest(text="crowd", sort=sort, limit=43)
        ids = walk(backend, request, access, between=add)
        assert len(ids) == len(set(ids))
        assert expected <= set(ids)


def test_a_walk_survives_the_change_from_any_word_to_all_words(make):
    documents = [document(n, summary="red green") for n in range(9)]
    documents += [document(n, summary="red") for n in range(20, 40)]
    backend = make(documents)
    added = itertools.count(100)

    def add():
        backend.update([document(next(added), summary="red green")], position=1)

    ids = walk(
        backend, SearchRequest(text="red green", limit=5), ANONYMOUS, between=add
    )
    assert {d.id for d in documents} <= set(ids)


def test_a_walk_without_text_is_by_popularity(backend, oracle):
    ids = walk(backend, SearchRequest(limit=11), ANONYMOUS)
    assert ids == oracle.ordered(SearchRequest(sort="popular"), ANONYMOUS)


def test_the_page_size_may_change_on_the_way(backend):
    first = backend.search(SearchRequest(text="speech", limit=3), ANONYMOUS)
    rest = SearchRequest(text="speech", limit=100, after=first.cursor)
    page = backend.search(rest, ANONYMOUS)
    assert page.cursor == ""
    assert len(page.ids) == first.total - 3


def test_a_page_has_at_most_a_hundred_rows(make, crowd):
    backend = make(crowd)
    for limit, rows in ((1_000, LIMIT), (0, 1), (-5, 1)):
        for sort in SORTS:
            request = SearchRequest(text="crowd", sort=sort, limit=limit)
            assert len(backend.search(request, ANONYMOUS).ids) == rows


def test_a_cursor_of_another_search_is_refused(backend):
    asked = SearchRequest(text="speech", limit=2, sort="popular")
    cursor = backend.search(asked, ANONYMOUS).cursor
    others = [
        {"text": "voice"},
        {"sort": "name"},
        {"filters": {"task": ("translation",)}},
        {"after": cursor[:-3]},
        {"after": "x" + cursor},
        {"after": "not a cursor"},
        {"after": "A" * 9_000},
        {"after": "é\ud800\x00"},
        {"after": "AAAA"},
    ]
    for other in others:
        request = SearchRequest(**{**as_dict(asked), "after": cursor, **other})
        with pytest.raises(BadCursor):
            backend.search(request, ANONYMOUS)
