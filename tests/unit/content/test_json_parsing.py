"""Strict JSON: what is refused, where, and that nothing else is."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.content.json_text import (
    MAX_DEPTH,
    JsonProblem,
    decode_json,
    parse_json,
    shorten,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=30,
)
#: few keys and colons of every spelling, so that duplicates and near ones turn up
KEYS = st.sampled_from([r'"a"', r'"\u0061"', '":"', r'"\u003a"', r'"\\u003a"', '"b"'])
MEMBERS = st.recursive(
    st.sampled_from(["1", '"x:y"', r'"\u003A"', r'"\\"', r'"\":\""', "[]"]),
    lambda inner: (
        st.lists(inner).map(lambda items: f"[{','.join(items)}]")
        | st.lists(st.tuples(KEYS, inner)).map(
            lambda pairs: "{" + ",".join(f"{k} : {v}" for k, v in pairs) + "}"
        )
    ),
    max_leaves=12,
)


def has_duplicates(text):
    found = False

    def look(pairs):
        nonlocal found
        found |= len({key for key, _value in pairs}) != len(pairs)

    json.loads(text, object_pairs_hook=look)
    return found


@given(VALUES, st.booleans())
def test_both_ways_read_what_the_standard_library_writes(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert decode_json(text.encode()) == value
    assert parse_json(text, allow_nul=True) == value
    assert parse_json(text.encode(), allow_nul=True) == value


@settings(max_examples=500)
@given(MEMBERS)
def test_a_duplicate_key_is_refused_however_it_is_spelled(text):
    if has_duplicates(text):
        with pytest.raises(JsonProblem, match="occurs twice"):
            decode_json(text.encode())
    else:
        assert decode_json(text.encode()) == json.loads(text)


@given(st.binary(max_size=40))
def test_arbitrary_bytes_give_a_value_or_a_problem(data):
    try:
        value = decode_json(data)
    except JsonProblem as problem:
        sentence = problem.message
    else:
        sentence = "."
        assert json.loads(data.decode()) == value
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("text", "said", "line", "column"),
    [
        ("", "it is empty", 1, 1),
        ('{"a": 1,}', "trailing comma", 1, 8),
        ('{"a": 1\n,"b" 2}', "':'", 2, 6),
        ('{"a": NaN}', "NaN and Infinity", 1, 7),
        ("[-Infinity]", "NaN and Infinity", 1, 3),
        ("1e999", "a number is too large", 1, 1),
        (r'["\ud800"]', "surrogate", 1, 3),
        (r'["\udc00\ud800"]', "surrogate", 1, 3),
        ("\ufeff{}", "byte order mark", 1, 1),
        ('{"a": 1,\n "a": 2}', 'The key "a" occurs twice', 2, 2),
        ('{"é": {"k": [], "k": 1}}', 'The key "k" occurs twice', 1, 17),
        ("{'a': 1}", "string key", 1, 2),
        ("[1] x", "after document", 1, 5),
    ],
)
def test_a_refusal_says_what_and_where(text, said, line, column):
    for read in (decode_json, parse_json):
        with pytest.raises(JsonProblem) as caught:
            read(text.encode())
        assert said in caught.value.message
        assert (caught.value.line, caught.value.column) == (line, column)
        assert str(caught.value).endswith(f"(line {line}, column {column}).")


def test_bytes_that_are_no_utf8_are_refused_with_their_place():
    with pytest.raises(JsonProblem, match="not UTF-8") as caught:
        decode_json(b'{"a":\n "\xff"}')
    assert (caught.value.line, caught.value.column) == (2, 3)


def test_a_lone_surrogate_in_a_text_is_refused():
    with pytest.raises(JsonProblem, match="surrogate") as caught:
        parse_json('"a\ud800"')
    assert caught.value.column == 3


def test_nesting_is_allowed_up_to_the_limit():
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        fits = opening * MAX_DEPTH + "1" + closing * MAX_DEPTH
        assert decode_json(fits.encode())
        assert parse_json(fits)
        for depth in (MAX_DEPTH + 1, 2000, 200_000):
            deep = opening * depth + "1" + closing * depth
            with pytest.raises(JsonProblem, match="nested deeper"):
                decode_json(deep.encode())


def test_a_document_may_ask_for_less_nesting():
    assert parse_json("[[1]]", max_depth=2) == [[1]]
    assert parse_json("1", max_depth=0) == 1
    with pytest.raises(JsonProblem, match="deeper than 1 levels"):
        parse_json("[[1]]", max_depth=1)


def test_nul_is_refused_in_documents_and_allowed_in_calls():
    for text in (r'{"a": ["\u0000"]}', r'{"\u0000": 1}'):
        with pytest.raises(JsonProblem, match=r"U\+0000"):
            parse_json(text)
        assert parse_json(text, allow_nul=True) == decode_json(text.encode())
    assert parse_json(r'"\\u0000"') == r"\u0000"


def test_integers_of_documents_stay_exact():
    assert (
        parse_json("123456789012345678901234567890") == 123456789012345678901234567890
    )


def test_exact_numbers_keep_the_way_they_are_written():
    assert parse_json("[1.50, 2]", exact=True) == [Decimal("1.50"), 2]
    assert str(parse_json("1.50", exact=True)) == "1.50"


def test_a_duplicate_far_into_a_large_body_is_refused_without_a_place():
    body = b"[" + b'"x",' * 400_000 + b'{"a":1,"a":2}]'
    with pytest.raises(JsonProblem, match="occurs twice") as caught:
        decode_json(body)
    assert caught.value.line == 0


def test_what_is_repeated_to_the_sender_is_cut():
    assert shorten("a" * 60) == "a" * 60
    assert shorten("a" * 61) == "a" * 59 + "…"
    key = "k" * 5000
    with pytest.raises(JsonProblem) as caught:
        decode_json(f'{{"{key}":1,"{key}":2}}'.encode())
    assert len(caught.value.message) < 120
