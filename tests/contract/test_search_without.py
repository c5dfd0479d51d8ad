"""Documents that changed hands since they were written: searched as if not there."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from search_contract import (
    FILTERS,
    SORTS,
    TEXTS,
    VIEWERS,
    answer,
    assert_as_the_oracle_says,
    suggested,
)

from catalog.search import SearchRequest
from catalog.search.base import FACET_FIELDS


def behind(oracle, viewer, step=3):
    """The viewer, with every third document, public and private, left out."""
    ids = [entry.id for entry in oracle.documents]
    return replace(VIEWERS[viewer], without=frozenset([*ids[::step], "not-there"]))


@pytest.mark.parametrize("viewer", list(VIEWERS))
def test_what_is_left_out_is_not_found_and_not_counted(backend, oracle, viewer):
    access = behind(oracle, viewer)
    for text, filters in itertools.product(TEXTS, FILTERS):
        request = SearchRequest(text=text, filters=filters, limit=7)
        assert_as_the_oracle_says(backend, oracle, request, access)
    request = SearchRequest(facets=FACET_FIELDS, filter="calls > 10")
    assert_as_the_oracle_says(backend, oracle, request, access)


@pytest.mark.parametrize("sort", SORTS[1:])
def test_sorted_pages_go_on_over_what_is_left_out(backend, oracle, sort):
    access = behind(oracle, "member of two teams")
    request = SearchRequest(sort=sort, limit=9)
    assert_as_the_oracle_says(backend, oracle, request, access)


@pytest.mark.parametrize("viewer", ["anonymous", "member"])
def test_what_is_left_out_is_not_suggested(backend, oracle, viewer):
    access = behind(oracle, viewer, step=2)
    visible = [d for d in oracle.documents if oracle.sees(access, d)]
    for prefix in ("cl", "classified", "deep", "ge", "speech", "hid"):
        found = suggested(backend, prefix, access, limit=100)
        assert not access.without & set(found)
        for kind, of in (
            ("task", lambda d: (d.task,)),
            ("tag", lambda d: d.tags),
            ("owner", lambda d: (d.owner,)),
        ):
            for each in backend.suggest(prefix, access, 100, kinds=(kind,)):
                assert each.count == sum(each.value in of(d) for d in visible)


def test_who_goes_without_nothing_is_answered_as_before(backend, oracle):
    before = [answer(backend, SearchRequest(text=t), VIEWERS["member"]) for t in TEXTS]
    for text in TEXTS:
        answer(backend, SearchRequest(text=text), behind(oracle, "member"))
    after = [answer(backend, SearchRequest(text=t), VIEWERS["member"]) for t in TEXTS]
    assert before == after
