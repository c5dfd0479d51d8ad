"""Every search backend finds what it should, for whoever asks."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from search_contract import (
    ANONYMOUS,
    FILTERS,
    SORTS,
    TEXTS,
    VIEWERS,
    answer,
    assert_as_the_oracle_says,
    suggested,
    total,
)
from search_documents import (
    all_documents,
    bundled_documents,
    generated_documents,
    private_documents,
)

from catalog.search import SearchRequest, SearchUnavailable


@pytest.mark.parametrize("viewer", list(VIEWERS))
def test_each_viewer_finds_exactly_what_an_oracle_finds(backend, oracle, viewer):
    for text, filters in itertools.product(TEXTS, FILTERS):
        request = SearchRequest(text=text, filters=filters, limit=7)
        assert_as_the_oracle_says(backend, oracle, request, VIEWERS[viewer])


@pytest.mark.parametrize("sort", SORTS[1:])
@pytest.mark.parametrize("viewer", ["anonymous", "member of two teams"])
def test_sorted_pages_come_in_the_oracles_order(backend, oracle, viewer, sort):
    for text in ("", "speech voice", "classified"):
        request = SearchRequest(text=text, sort=sort, limit=9)
        assert_as_the_oracle_says(backend, oracle, request, VIEWERS[viewer])


@pytest.mark.parametrize("viewer", list(VIEWERS))
def test_suggestions_are_what_the_viewer_may_see(backend, oracle, viewer):
    access = VIEWERS[viewer]
    visible = {d.id for d in oracle.documents if access.audiences & set(d.audiences)}
    for prefix in ("cl", "classified", "Deep", "ge", "speech", "v1"):
        ids = suggested(backend, prefix, access, limit=100)
        assert set(ids) == visible & {
            entry.id
            for entry in oracle.ready.values()
            if any(name.startswith(prefix.casefold()) for name in entry.names)
        }
        assert len(ids) == len(set(ids))


def test_a_stranger_sees_what_anonymous_sees(backend):
    for text in TEXTS:
        request = SearchRequest(text=text)
        assert answer(backend, request, VIEWERS["stranger"]) == answer(
            backend, request, ANONYMOUS
        )


def test_an_outsiders_search_never_touches_the_private_index(make):
    class Untouchable:
        def __getattr__(self, name):
            raise AssertionError(f"the private index was asked for {name}")

    backend = make(all_documents())
    total(backend)
    pointer, snapshot = backend._opened
    backend._opened = (pointer, replace(snapshot, private=Untouchable()))
    for sort in SORTS:
        backend.search(SearchRequest(text="sentiment", sort=sort), ANONYMOUS)
    backend.suggest("cl", ANONYMOUS)
    with pytest.raises(SearchUnavailable, match="private index was asked"):
        backend.search(SearchRequest(), VIEWERS["owner"])
    backend._opened = (pointer, snapshot)


def test_private_documents_change_nothing_for_outsiders(make):
    public = [*bundled_documents(), *generated_documents()]
    alone = make(public)
    beside = make(public)
    secrets = private_documents()
    was_public = replace(secrets[0], audiences=("public",), version=0)
    requests = [
        SearchRequest(text=text, sort=sort, limit=5, filters=filters)
        for text, sort, filters in itertools.product(TEXTS, SORTS, FILTERS[:2])
    ]
    expected = [answer(alone, request, ANONYMOUS) for request in requests]

    def same():
        return [answer(beside, request, ANONYMOUS) for request in requests] == expected

    beside.update(secrets[:20], position=1)
    assert same()
    beside.update([was_public], position=2)
    beside.update(secrets[20:], position=3)
    beside.update([replace(secrets[0], version=2)], position=4)
    assert same()
    beside.update([], [entry.id for entry in secrets], position=5)
    assert same()
    assert beside.suggest("cl", ANONYMOUS) == alone.suggest("cl", ANONYMOUS)
