from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search import SearchRequest, cursor
from catalog.search.base import BadCursor
from catalog.search.cursor import Cursor, mark
from catalog.search.synonyms import Synonyms

REQUEST = SearchRequest(text="face \ud800", filters={"task": ("a", "b"), "tag": ("c",)})


def after(request, text):
    return Cursor.decode(replace(request, after=text))


@given(
    st.builds(
        Cursor,
        key=st.text(st.characters(codec="utf-8"), max_size=80),
        shown=st.frozensets(st.binary(min_size=6, max_size=6), max_size=300),
        widened=st.booleans(),
        corrections=st.just({}) | st.just({"mobilnet": ("mobilenet", "mobile")}),
    )
)
def test_a_cursor_comes_back_as_it_went(made):
    text = made.encode(REQUEST)
    assert after(REQUEST, text) == made
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


def forged(said):
    """A cursor that its maker has signed as well as we do: there is no secret."""
    body = bytes([0, 0, 0]) + len(said).to_bytes(2, "big") + said
    packed = cursor._digest(REQUEST, body) + body
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def test_a_forged_cursor_says_no_more_than_a_query_could():
    assert after(REQUEST, forged(b'{"netwrok":["network"]}')).corrections == {
        "netwrok": ("network",)
    }
    many = {f"{letter}word": ["word"] for letter in "abcdefgh"}
    for said in (
        b"[1]", b"{", b'{"netwrok":1}', b'{"netwrok":[1]}', b'{"a b":["network"]}',
        b'{"netwrok":["network","network","network","network"]}', b"[" * 900,
        b'{"netwrok":"network"}', json.dumps(many).encode(), b"\xff", b"null",
    ):  # fmt: skip
        with pytest.raises(BadCursor):
            after(REQUEST, forged(said))


def test_another_expression_makes_another_search_but_synonyms_do_not():
    text = Cursor("1 x").encode(REQUEST)
    synonyms = Synonyms.of([("face", "visage")])
    assert after(replace(REQUEST, synonyms=synonyms), text) == Cursor("1 x")
    with pytest.raises(BadCursor):
        after(replace(REQUEST, filter="verified"), text)


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
