"""Cards: front matter and Markdown."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.cards import MAX_CARD_BYTES, CardProblem, parse_card


def card(front, body="# Hi\n"):
    return parse_card(f"---\n{front}\n---\n\n{body}")


def test_a_model_card_is_read():
    read = card(
        "license: apache-2.0\n"
        "tags: [vision, 2024-01-01, 5]\n"
        "language: no\n"
        "pipeline_tag: object-detection\n"
        "library_name: numpy\n"
        "datasets:\n  - coco\n"
        "model-index:\n  - {name: x, map: 22.9, ok: true, none: null}\n"
    )
    assert read.meta == {
        "license": "apache-2.0",
        "tags": ["vision", "2024-01-01", "5"],
        "language": ["no"],
        "pipeline_tag": "object-detection",
        "library_name": "numpy",
        "datasets": ["coco"],
        "model-index": [{"name": "x", "map": 22.9, "ok": True, "none": None}],
    }
    assert read.body == "# Hi\n"


@pytest.mark.parametrize("text", ["# Hi\n", "", "text\n---\nmore\n", "-- -\nx"])
def test_a_card_without_front_matter_is_fine(text):
    assert parse_card(text).meta == {}
    assert parse_card(text).body == text


def test_byte_order_mark_and_carriage_returns_are_no_trouble():
    assert parse_card("\ufeff---\r\na: 1\r\n---\r\nx\r\n").meta == {"a": 1}


def test_empty_front_matter_and_either_end_are_read():
    assert parse_card("---\n---\nx") == parse_card("---\n...\nx")
    assert parse_card("---\na: 1\n---").meta == {"a": 1}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"),
        ("1:30", "1:30"),
        ("yes", "yes"),
        ("off", "off"),
        ("'true'", "true"),
        ("True", True),
        ("~", None),
        ("", None),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("-12", -12),
        ("1e3", 1000.0),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 500, "9" * 500),
        ("|\n  two\n  lines", "two\nlines\n"),
    ],
)
def test_values_are_those_of_json_and_dates_stay_texts(written, value):
    assert card(f"key: {written}").meta == {"key": value}


def test_several_licenses_are_one_text():
    assert card("license: [mit, apache-2.0]").meta["license"] == "mit, apache-2.0"


@pytest.mark.parametrize(
    ("front", "line", "said"),
    [
        ("just text", 2, "`key: value` lines"),
        ("- a\n- b", 2, "`key: value` lines"),
        ("a: 1\nb: [1", 4, "expected ',' or ']'"),
        ("a: b: c", 2, "mapping values are not allowed"),
        ("a: 1\n\tb: 2", 3, "cannot start any token"),
        ("a: 1\nc: 2\na: 3", 4, "the key a is here twice"),
        ("a: &x [1]\nb: *x", 3, "aliases are not supported"),
        ("a: !!python/object/apply:os.system [ls]", 2, "is not supported"),
        ("a: !!binary aGk=", 2, "is not supported"),
        ("? [a]\n: b", 2, "a key has to be a word"),
        ("a: \x01", 2, "U+0001"),
        ("x: 1\ntags: {a: 1}", 3, "tags has to be a list of words"),
        ("license: {name: mit}", 2, "license has to be a word"),
        ("a: " + "[" * 100 + "]" * 100, 2, "too deeply nested"),
        ("a: [" + "b," * 20_000 + "]", 2, "too large"),
        ("a: " + "b" * 70_000, 1, "larger than 64 KB"),
    ],
)
def test_a_refusal_names_the_line(front, line, said):
    began = time.monotonic()
    with pytest.raises(CardProblem) as caught:
        card(front)
    assert said in caught.value.message
    assert caught.value.line == line
    assert time.monotonic() - began < 2


def test_an_alias_bomb_costs_nothing():
    rows = ["a0: &a0 [x, x]"]
    rows += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    with pytest.raises(CardProblem, match="aliases"):
        card("\n".join(rows))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("---\na: 1\n", 1, "has no end"),
        ("one\ntwo \x00", 2, "U+0000"),
        ("one\n\ntwo \ud800", 3, "surrogate"),
        ("x" * (MAX_CARD_BYTES + 1), 1, "larger than 256 KB"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused(text, line, said):
    with pytest.raises(CardProblem) as caught:
        parse_card(text)
    assert (caught.value.line, said in caught.value.message) == (line, True)


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_a_card_or_a_problem(front, body):
    try:
        read = parse_card(f"---\n{front}\n---\n{body}")
    except CardProblem as problem:
        line = problem.line
    else:
        line = 1
        assert isinstance(read.meta, dict)
    assert line >= 1
