from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search import SearchRequest
from catalog.search.base import BadCursor
from catalog.search.cursor import Cursor, mark

REQUEST = SearchRequest(text="face \ud800", filters={"task": ("a", "b"), "tag": ("c",)})


def after(request, text):
    return Cursor.decode(replace(request, after=text))


@given(
    st.builds(
        Cursor,
        key=st.text(st.characters(codec="utf-8"), max_size=80),
        shown=st.frozensets(st.binary(min_size=6, max_size=6), max_size=300),
        widened=st.booleans(),
    )
)
def test_a_cursor_comes_back_as_it_went(cursor):
    text = cursor.encode(REQUEST)
    assert after(REQUEST, text) == cursor
    assert text.isascii()
    assert set("+/= &?#").isdisjoint(text)
    assert len(text) < 3_500


def test_the_order_of_filters_and_the_page_size_do_not_matter():
    text = Cursor("1 x").encode(REQUEST)
    same = replace(
        REQUEST, filters={"tag": ("c", "c"), "task": ("b", "a")}, limit=3, facets=()
    )
    assert after(same, text) == Cursor("1 x")


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text):
    with pytest.raises(BadCursor):
        after(REQUEST, text or "x")


def test_a_changed_character_is_noticed():
    text = Cursor("1 x", frozenset([mark("a"), mark("b")])).encode(REQUEST)
    for place, old in enumerate(text):
        changed = text[:place] + ("A" if old != "A" else "B") + text[place + 1 :]
        # the last character holds bits that carry nothing
        if place < len(text) - 1:
            with pytest.raises(BadCursor):
                after(REQUEST, changed)


def test_marks_of_many_rows_differ():
    assert len({mark(str(number)) for number in range(20_000)}) == 20_000
