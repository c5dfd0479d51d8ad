"""Where the inputs of a batch begin and end."""

from __future__ import annotations

import json
import random

import pytest

from catalog.content.batch_items import items_in_array, items_in_lines, keyed
from catalog.content.json_text import JsonProblem


def in_array(body, most=1000):
    return list(items_in_array(body, most=most))


def test_lines_are_counted_and_blank_ones_are_none():
    body = b'1\n\n "a" \r\n\t\n[2,\n3]'
    assert list(items_in_lines(body, most=10)) == [
        (1, b"1"),
        (3, b' "a" \r'),
        (5, b"[2,"),
        (6, b"3]"),
    ]
    assert list(items_in_lines(b"", most=10)) == []
    assert list(items_in_lines(b"7\n", most=10)) == [(1, b"7")]


def test_no_more_items_are_looked_for_than_one_too_many():
    assert len(items_in_lines(b"1\n" * 1_000_000, most=5)) == 6
    assert len(items_in_array(b"[" + b"1," * 1_000_000, most=5)) == 6


def test_elements_keep_what_stands_there():
    body = ' [ 1.10 ,\n 123456789012345678901234567890,\n{"ü": [ "]" , "," ]}\n]\n'
    assert in_array(body.encode()) == [
        (1, b"1.10"),
        (2, b"123456789012345678901234567890"),
        (3, '{"ü": [ "]" , "," ]}'.encode()),
    ]
    assert in_array(b"[]") == []
    assert in_array(b" [ ] ") == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"7",
        b'{"a": 1}',
        b"[",
        b"[1",
        b"[1,",
        b"[1,]",
        b"[,1]",
        b"[1 2]",
        b"[1]]",
        b"[1] 2",
        b"[1][2]",
        b"]",
        b"[NaN]",
        b"[-Infinity]",
        b"['a']",
        b'["a]',
        b"[01]",
        b"[\xff]",
        b"\xef\xbb\xbf[1]",
        b"[" + b"9" * 5000 + b"]",
        b"[" * 100_000,
        b'[{"a"}]',
    ],
)
def test_what_is_no_array_is_said(body):
    with pytest.raises(JsonProblem):
        in_array(body)


def test_a_fault_is_told_with_line_and_column():
    with pytest.raises(JsonProblem, match=r"line 2, column 3"):
        in_array(b"[1,\n  x]")


def test_every_array_is_cut_into_its_elements():
    """Values of any shape, written with any blanks, come back one by one."""
    chance = random.Random(7)  # noqa: S311 - no secret

    def value(depth=0):
        kinds = [None, True, 0, -1.5e-7, "", 'q"\\,[]{}\n☎', 10**40]
        if depth < 3:
            kinds += [
                [value(depth + 1) for _ in range(chance.randrange(3))],
                {str(i): value(depth + 1) for i in range(chance.randrange(3))},
            ]
        return chance.choice(kinds)

    for _round in range(300):
        values = [value() for _ in range(chance.randrange(6))]
        text = json.dumps(
            values,
            indent=chance.choice([None, 1, "\t"]),
            ensure_ascii=chance.choice([True, False]),
        )
        found = [json.loads(part) for _line, part in in_array(text.encode())]
        assert found == values


def test_key_and_input_are_taken_apart_digit_for_digit():
    assert keyed(b'{"key": "a", "input": 1.10}') == ("a", b"1.10")
    assert keyed(b' {"input":{"key":[1 ,2]} , "key":"b c"} ') == (
        "b c",
        b'{"key":[1 ,2]}',
    )
    assert keyed(b'{"\\u006bey": "a", "input": null}') == ("a", b"null")


@pytest.mark.parametrize(
    "item",
    [
        b"7",
        b"{}",
        b"[]",
        b'{"key": "a"}',
        b'{"input": 1}',
        b'{"key": 7, "input": 1}',
        b'{"key": null, "input": 1}',
        b'{"key": "", "input": 1}',
        b'{"key": " a", "input": 1}',
        b'{"key": "\\u0000", "input": 1}',
        '{"key": "ü", "input": 1}'.encode(),
        b'{"key": "' + b"k" * 201 + b'", "input": 1}',
        b'{"key": "a", "input": 1, "more": 2}',
        b'{"key": "a", "key": "b", "input": 1}',
        b'{"key": "a", "input": 1, "input": 2}',
        b'{"key": "a", "input": 1,}',
        b'{"key": "a", "input": 1',
        b'{"key": "a", "input": 1} 2',
        b'{"key" "a", "input": 1}',
        b'{key: "a", "input": 1}',
        b'{"key": "a", "input": }',
        b'{"key": "\\ud800", "input": 1}',
        b"\xff",
        b"{" * 100_000,
    ],
)
def test_what_is_no_keyed_item_is_said(item):
    with pytest.raises(JsonProblem):
        keyed(item)
