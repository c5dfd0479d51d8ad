"""The four small algorithms that clients are tested with behave to the letter."""

from __future__ import annotations

import pytest

from tests.unit.samples.isolated import SAMPLES, refusals, run, value_of

HELLO = SAMPLES / "demo/Hello"
HELLO_0_1_0 = HELLO / ".versions/0.1.0"
ECHO = SAMPLES / "util/Echo"
SLEEP = SAMPLES / "testing/Sleep"
RAISE = SAMPLES / "testing/RaiseException"

GREETINGS = {
    "text": ("Ada", "Hello Ada"),
    "null": (None, "Hello null"),
    "number": (1, "Hello 1"),
    "true": (True, "Hello true"),
    "empty": ("", "Hello "),
    "object": ({"name": "Ada"}, "Hello Ada"),
    "other object": ({"name": 7, "b": [1, 2.5]}, 'Hello {"name":7,"b":[1,2.5]}'),
    "unicode": ("Zoë ✓ 李", "Hello Zoë ✓ 李"),
    "bytes": ("Zoë".encode(), "Hello Zoë"),
}


@pytest.mark.parametrize("folder", [HELLO, HELLO_0_1_0], ids=["0.1.1", "0.1.0"])
def test_hello_greets_in_text_whatever_it_is_given(folder):
    outcomes = run(folder, *(given for given, _ in GREETINGS.values()))
    assert {outcome.content_type for outcome in outcomes} == {"text"}
    assert [o.value for o in outcomes] == [said for _, said in GREETINGS.values()]


def test_the_newer_hello_keeps_letters_readable_inside_lists():
    assert value_of(HELLO, ["Zoë", 1]) == 'Hello ["Zoë",1]'
    assert value_of(HELLO_0_1_0, ["Zoë", 1]) == 'Hello ["Zo\\u00eb",1]'


def test_hello_names_the_byte_that_is_no_text():
    (message,) = refusals(HELLO, b"ab\xff")
    assert "Byte 2" in message


@pytest.mark.parametrize(
    "value", [None, True, 0, 1.5, 10**40, [], {}, {"a": [{"b": None}]}, "ü\u2028", ""]
)
def test_echo_returns_a_value_as_it_came(value):
    (outcome,) = run(ECHO, value)
    assert outcome.value == value
    assert type(outcome.value) is type(value)
    assert outcome.content_type == ("text" if isinstance(value, str) else "json")


def test_echo_returns_bytes_as_bytes():
    (outcome,) = run(ECHO, b"\x00\xff\n")
    assert (outcome.value, outcome.content_type) == (b"\x00\xff\n", "binary")


def test_sleep_takes_its_time_and_then_answers():
    none, some = run(SLEEP, 0, 0.2)
    assert (none.value, some.value) == ({"slept": 0}, {"slept": 0.2})
    assert none.seconds < 0.1
    assert some.seconds >= 0.2


def test_sleep_refuses_what_is_no_waiting_time():
    messages = refusals(SLEEP, *[-1, 61, "2", True, None, [1], float("nan")])
    assert all("0 to 60" in message for message in messages)


@pytest.mark.parametrize(
    ("given", "message", "error_type"),
    [
        ("It broke.", "It broke.", "AlgorithmError"),
        ({}, "This algorithm always fails.", "AlgorithmError"),
        ({"message": "Zoë"}, "Zoë", "AlgorithmError"),
        ({"message": "a", "error_type": "ParsingError"}, "a", "ParsingError"),
    ],
)
def test_a_failure_is_raised_as_it_was_asked_for(given, message, error_type):
    (outcome,) = run(RAISE, given)
    assert (outcome.error, outcome.error_type) == (message, error_type)


def test_an_unknown_failure_is_an_error_of_the_caller():
    unknown, number = refusals(RAISE, {"error_type": "TimeoutError"}, 3)
    assert "ParsingError" in unknown
    assert "`message`" in number
