"""The JSON text layer: nothing about a document changes but its looks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.snippets.json_text import InvalidJson, json_string, parse
from tests.snippets.documents import documents
from tests.snippets.strict_json import strict

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(documents, st.sampled_from(["", "'", "`$", '"\\', "{}", "\n\t", "aé\U0001f600"]))
def test_pretty_text_is_the_same_document(source, avoid):
    assert strict(parse(source).pretty(avoid=avoid)) == strict(source)


@given(documents)
def test_pretty_text_holds_nothing_that_a_reader_cannot_see(source):
    text = parse(source).pretty()
    hidden = [
        char
        for char in text
        if char != "\n" and (unicodedata.category(char) in HIDDEN or char == "\u00a0")
    ]
    assert not hidden


@given(documents)
def test_pretty_text_holds_no_character_to_avoid(source):
    text = parse(source).pretty(avoid="'`$<é")
    assert not set(text) & set("'`$<é")


@given(documents)
def test_pretty_text_can_end_no_heredoc_and_no_triple_quotes(source):
    text = parse(source).pretty()
    assert '"""' not in text
    assert not [
        line
        for line in text.splitlines()
        if line[:1].isalpha() and line[0] not in "tfn"
    ]


@pytest.mark.parametrize(
    "number",
    ["1.50", "-0", "-0.0", "1E+5", "123456789012345678901234567890", "1e400", "0.10"],
)
def test_a_number_keeps_its_digits(number):
    assert parse(f"[{number}]").pretty() == f"[{number}]"


def test_each_level_is_indented_and_a_short_list_stays_on_its_line():
    source = '{"a":{"b":[1,2,"x"]},"c":[{"d":[]},{}],"e":' + str(list(range(30))) + "}"
    lines = parse(source).pretty().split("\n")
    assert lines[:9] == [
        "{",
        '  "a": {',
        '    "b": [1, 2, "x"]',
        "  },",
        '  "c": [',
        "    {",
        '      "d": []',
        "    },",
        "    {}",
    ]
    assert lines[-3:] == ["    29", "  ]", "}"]


def test_characters_above_the_first_plane_are_escaped_as_surrogate_pairs():
    assert json_string("\U000e0041") == r'"\udb40\udc41"'
    assert json_string("\U0001f600") == '"\U0001f600"'
    assert json_string("\U0001f600", avoid="\U0001f600") == r'"\ud83d\ude00"'


def test_a_lone_surrogate_stays_the_escape_that_it_was():
    assert parse(r'"\ud800"').pretty() == r'"\ud800"'


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "Expecting value"),
        ("{'a': 1}", "property name"),
        ("[1,]", "Expecting value|trailing comma"),
        ("NaN", "NaN is not JSON"),
        ("[-Infinity]", "-Infinity is not JSON"),
        ('"line\nbreak"', "control character"),
        ("\ufeff1", "BOM"),
        ("01", "Extra data"),
        ("1 2", "Extra data"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_one_json_document_is_refused_with_its_reason(source, reason):
    with pytest.raises(InvalidJson, match=reason):
        parse(source)


def test_a_document_knows_what_decides_how_it_can_be_written():
    document = parse('{"a": [1.50, {"b": -0}], "a": {"c": []}}')
    assert document.numbers == {"1.50", "-0"}
    assert document.keys == {"a", "b", "c"}
    assert document.repeated_keys
    assert document.depth == 3
    assert not parse('{"a": {"a": 1}}').repeated_keys


def test_a_text_over_the_limit_is_given_up_before_it_is_built():
    assert parse('"abc"').pretty_within(5) == '"abc"'
    assert parse('"abc"').pretty_within(4) is None
    assert parse('"ééé"').pretty_within(7) is None
    assert parse('"\'"').pretty_within(5, avoid="'") is None
    wide_and_deep = "[" * 500 + ",".join("1" * 20_000) + "]" * 500
    assert parse(wide_and_deep).pretty_within(64 * 1024) is None
