"""A worker's quick JSON says what the standard library says, or leaves it to it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import math
import subprocess
import sys
import textwrap
import uuid
from collections import OrderedDict
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.execution import AlgorithmFailed
from catalog.execution.runtime import quick_json
from tests.contract.execution_contract import Place, answer

ROOT = Path(__file__).resolve().parents[3]


class Color(enum.Enum):
    RED = "red"
    NOTHING = None


class Number(enum.IntEnum):
    ONE = 1


class Text(str):
    __slots__ = ()


class Float(float):
    __slots__ = ()


class Agreeing(enum.Enum):
    """Says that it is equal to everything."""

    ONE = 1

    def __eq__(self, other):
        return True

    __hash__ = enum.Enum.__hash__


@dataclasses.dataclass
class Point:
    x: int = 1


strictly = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode

ODD = st.sampled_from(
    [
        *(Color.RED, Color.NOTHING, Number.ONE, Agreeing.ONE, Text("text")),
        *(
            Float(0.5),
            Float("nan"),
            Point(),
            uuid.UUID(int=7),
            dt.date(2026, 1, 1),
        ),
        *(
            dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            b"bytes",
            bytearray(b"b"),
        ),
        *({1}, 1j, ..., object(), memoryview(b"m"), OrderedDict(a=1), int, len),
        *(2**63, 2**64, -(2**63) - 1, 10**40, math.nan, math.inf, -math.inf),
        *(
            -0.0,
            1e16,
            1e-5,
            5e-324,
            1.7976931348623157e308,
            "\ud800",
            "\x00",
            "é\u2028",
        ),
    ]
)
KEYS = st.text() | st.none() | st.booleans() | st.integers() | st.floats()
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | ODD,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner)
        | st.dictionaries(KEYS | st.just(Text("key")), inner, max_size=2)
    ),
    max_leaves=20,
)

PIECES = st.sampled_from(
    [
        *("[", "]", "{", "}", ",", ":", " ", "\n", "\ufeff", "\x00", "\x7f", "\ud83d"),
        *('"a"', '"é😀"', r'"\ud83d\ude00"', r'"\ud83d"', r'"\udc00"', '"\t"', '"'),
        *("null", "true", "NaN", "Infinity", "-Infinity", "nul", "-0", "-0.0", "01"),
        *("9223372036854775807", "9223372036854775808", "18446744073709551616", "1."),
        *("-9223372036854775809", "123456789012345678", "1e400", "1e16", "1E-7", "-"),
        *("0.1234567890123456789012", "1234567890123456789.0", "1" * 40, "2.5", "7"),
    ]
)
DOCUMENTS = (
    st.lists(PIECES, max_size=12).map("".join)
    | st.lists(PIECES, max_size=6).map(lambda items: f"[{','.join(items)}]")
    | st.lists(st.tuples(PIECES, PIECES), max_size=4).map(
        lambda pairs: "{" + ",".join(f"{key}:{item}" for key, item in pairs) + "}"
    )
)
NUMBERS = st.from_regex(
    r"\A-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?\Z"
)


def outcome(function, argument):
    """Return what a function gives, types and signs of zeros included, or raises."""
    try:
        return repr(function(argument))
    except (ValueError, TypeError, RecursionError) as error:
        return type(error), str(error)


def written(function, value):
    """Return the bytes that a function writes, or what it raises."""
    try:
        return function(value)
    except (ValueError, TypeError, RecursionError) as error:
        return type(error), str(error)


def test_the_quick_way_is_there():
    assert quick_json.HAS_ORJSON


@given(DOCUMENTS)
def test_both_read_or_refuse_the_same_documents(text):
    data = text.encode("utf-8", "surrogatepass")
    assert outcome(quick_json.decode, data) == outcome(json.loads, data)


@given(NUMBERS)
def test_both_read_the_same_numbers(text):
    data = f"[{text}]".encode()
    assert outcome(quick_json.decode, data) == outcome(json.loads, data)


@given(st.binary(max_size=40))
@example(b"\xef\xbb\xbf[1]")
@example("[1]".encode("utf-16"))
@example("[1]".encode("utf-32-be"))
@example(b'"\xff"')
@example(b"")
def test_both_read_or_refuse_the_same_bytes(data):
    assert outcome(quick_json.decode, data) == outcome(json.loads, data)


@given(ANYTHING)
def test_both_write_or_refuse_the_same_values(value):
    quick = written(quick_json.encode, value)
    exact = written(lambda value: strictly(value).encode(), value)
    if isinstance(exact, bytes) and isinstance(quick, bytes):
        # Exponents may be spelled otherwise: 1e16 and 1e+16 are one number.
        assert repr(json.loads(quick)) == repr(json.loads(exact))
        if b"e" not in exact:
            assert quick == exact
    else:
        assert quick == exact


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_as_it_was(value):
    assert repr(json.loads(quick_json.encode([value]))) == repr([value])


@pytest.mark.parametrize("number", [math.nan, -math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("length", range(9))
def test_what_is_no_number_is_refused_beside_nulls_at_every_place(number, length):
    value = {"g" * length: [None, "g" * length, number, 1.5]}
    with pytest.raises(ValueError, match="Out of range"):
        quick_json.encode(value)


def test_nulls_alone_do_not_ask_the_standard_library(monkeypatch):
    monkeypatch.setattr(quick_json, "_encode_exactly", None)
    value = {"none": None, "said": "null g\x7f", "numbers": [-1, 1.5, -2.5e300]}
    assert json.loads(quick_json.encode(value)) == value


def test_circles_and_depths_are_refused_alike():
    circle = []
    circle.append(circle)
    deep = []
    for _ in range(5000):
        deep = [deep]
    for value in (circle, {"a": circle}, deep):
        quick = written(quick_json.encode, value)
        assert quick == written(strictly, value)
        assert quick[0] in {ValueError, RecursionError}


def test_all_works_without_orjson(monkeypatch):
    monkeypatch.setattr(quick_json, "HAS_ORJSON", False)
    assert quick_json.decode(b'[1, "\\ud800"]') == [1, "\ud800"]
    assert quick_json.encode([1, {"a": 0.5}]) == b'[1,{"a":0.5}]'


TIGHT = textwrap.dedent(
    """
    import os, resource, sys
    sys.path.insert(0, {root!r})
    from catalog.execution.runtime import quick_json

    values = {{
        "texts": ["x" * 300_000] * 20,
        "controls": ["\\x01" * 100_000] * 20,
        "floats": [0.1 + n for n in range(200_000)],
        "lists": [[] for _ in range(200_000)],
        "nothing": [None] * 200_000,
        "many": {{str(n): n for n in range(100_000)}},
        "text": "x" * 6_000_000,
        "objects": [{{"a": {{}}}} for _ in range(100_000)],
    }}
    texts = {{name: quick_json.encode(value) for name, value in values.items()}}
    for name in values:
        for megabytes in range(0, 400, 27):
            child = os.fork()
            if child == 0:
                pages = int(open("/proc/self/statm").read().split()[0])
                limit = pages * resource.getpagesize() + megabytes * 2**20
                resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
                try:
                    quick_json.encode(values[name])
                    quick_json.decode(texts[name])
                except MemoryError:
                    pass
                os._exit(0)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            if status:
                sys.exit(f"{{name}} with {{megabytes}} MB: {{status}}")
    """
)


def test_too_little_memory_is_an_error_and_no_crash():
    done = subprocess.run(
        [sys.executable, "-c", TIGHT.format(root=str(ROOT))],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr


SOURCE = """
    import enum, sys

    HELD = "orjson" in sys.modules

    class Color(enum.Enum):
        RED = 1

    def apply(input):
        return {"color": Color.RED} if input == "color" else {"held": HELD, "is": input}
"""


def test_a_worker_has_it_from_its_start_and_keeps_every_digit():
    with Place("local") as place:
        bundle = place.bundle(SOURCE)
        number = 10**30 + 1
        assert answer(place.backend, bundle, [number, 0.5]) == {
            "held": True,
            "is": [number, 0.5],
        }
        with pytest.raises(AlgorithmFailed, match="Color is not JSON serializable"):
            answer(place.backend, bundle, "color")
