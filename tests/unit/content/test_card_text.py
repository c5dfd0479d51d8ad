"""The words of a card without rendering it, in time that grows with its length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.card_text import plain_of
from catalog.content.cards import MAX_CARD_BYTES, body_of, parse_card


def test_the_text_has_no_markup_code_or_addresses():
    assert (
        plain_of(
            "# Title & more\n\n"
            "See [the *docs*](https://x.y/z) at https://a.b/c now.\n\n"
            "```python\nsecret_code()\n```\n\n![a cat](https://x.y/c.png)\n\n"
            "|a|b|\n|-|-|\n|1|2|\n\n- item\n> said\n\nOver\n====\n\n"
            "<b>bold</b> &amp; <!-- not --> _em_ snake_case\n\n"
            "<script>bad()</script>\n\n[ref]: https://x.y 'no'\n"
        )
        == "Title & more See the docs at now. a cat a b 1 2 item said Over "
        "bold & em snake_case"
    )


BOMBS = [
    *("[", "![", "[a](", "<![CDATA[", "<div>", "<a><em><b>", "_", "a_", "*a", "<a"),
    *("<!--", "<script>", "</script", "&", "> ", "- ", "`", "```\n", "](a", "http://"),
    *("data:", "|", "<", "[a]:\t", "\\", "&#", "&#9", "=", "www.", "<style>", "[]["),
    *("((", ")]", "~~~", " ", "\t", "\n", "\u00e9"),
]


@pytest.mark.parametrize("piece", BOMBS)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("a", "b"), ("<!--", "x\n")])
def test_no_text_takes_long(piece, before, after):
    text = before + piece * (MAX_CARD_BYTES // len(piece.encode())) + after
    began = time.monotonic()
    plain_of(text)
    assert time.monotonic() - began < 2


@given(st.text(max_size=80))
def test_any_text_has_its_words(text):
    assert "\n" not in plain_of(text)


@given(st.text(alphabet="-a:\n .", max_size=40))
def test_the_body_is_that_of_the_parsed_card(text):
    try:
        parsed = parse_card(text)
    except ValueError:
        return
    assert body_of(text) == parsed.body
