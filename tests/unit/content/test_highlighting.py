"""Code as spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.highlighting import (
    MAX_HIGHLIGHTED,
    STYLED,
    highlight_html,
    spans,
)

LANGUAGES = [
    "python",
    "json",
    "javascript",
    "bash",
    "r",
    "java",
    "toml",
    "go",
    "nope",
    "",
]


#: Pygments makes newlines of returns and drops a byte order mark
CODE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\ufeff"))


@given(st.sampled_from(LANGUAGES), CODE)
def test_the_pieces_are_the_code_and_their_classes_are_styled(language, code):
    pieces = list(spans(code, language))
    assert "".join(piece for _name, piece in pieces) == code
    assert {name for name, _piece in pieces} <= STYLED | {""}


@pytest.mark.parametrize(
    ("language", "code", "html"),
    [
        ("json", '{"a": 1.5}', '<span class="nt">"a"</span>'),
        ("json", '{"a": 1.5}', '<span class="mf">1.5</span>'),
        ("python", "x = 0x1F", '<span class="m">0x1F</span>'),
        ("python", "a < b", "&lt;"),
        ("Python", "None", '<span class="kc">None</span>'),
    ],
)
def test_code_is_colored_and_escaped(language, code, html):
    assert html in highlight_html(code, language)


def test_very_long_code_stays_plain():
    code = "x = 1\n" * MAX_HIGHLIGHTED
    assert highlight_html(code, "python") == code
