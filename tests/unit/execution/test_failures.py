"""What failures look like to those who did not write the algorithm."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from catalog.execution.runtime.failures import (
    MESSAGE_LIMIT,
    STACKTRACE_LIMIT,
    algorithm_error,
    crashed,
    from_header,
    load_error,
)

BUNDLE = Path(__file__).resolve().parent


def caught(function, *arguments):
    try:
        function(*arguments)
    except BaseException as error:  # noqa: BLE001 - the error is what is looked at
        return error
    raise AssertionError


def recurse():
    recurse()


def fail(message):
    raise ValueError(message)


def test_a_stacktrace_has_relative_paths_and_ends_in_the_error():
    failure = algorithm_error(caught(fail, "no"), BUNDLE)
    assert 'File "test_failures.py"' in failure.stacktrace
    assert failure.stacktrace.endswith("ValueError: no")


def test_a_syntax_error_shows_the_line():
    error = caught(compile, "def apply(:", f"{BUNDLE}/algorithm.py", "exec")
    failure = load_error(error, BUNDLE)
    assert failure.message.startswith("SyntaxError: ")
    assert "def apply(:" in failure.stacktrace
    assert str(BUNDLE) not in failure.stacktrace


def test_long_messages_and_deep_stacks_are_cut():
    assert len(algorithm_error(caught(fail, "x" * 10**6), BUNDLE).message) == (
        MESSAGE_LIMIT
    )
    deep = algorithm_error(caught(recurse), BUNDLE)
    assert "recursion" in deep.message
    assert len(deep.stacktrace) <= STACKTRACE_LIMIT


def test_lone_surrogates_in_messages_are_replaced():
    assert algorithm_error(caught(fail, "a\ud800b"), BUNDLE).message == "a?b"


@pytest.mark.parametrize(
    ("status", "code", "error_type", "said"),
    [
        (0, "worker_crashed", "SystemExit", "exit code 0"),
        (7, "worker_crashed", "SystemExit", "exit code 7"),
        (-signal.SIGSEGV, "worker_crashed", "SystemError", "SIGSEGV"),
        (-200, "worker_crashed", "SystemError", "signal 200"),
        (-signal.SIGKILL, "memory_limit", "OutOfMemoryError", "memory"),
        (None, "memory_limit", "OutOfMemoryError", "killed"),
    ],
)
def test_the_end_of_a_process_is_named(status, code, error_type, said):
    failure = crashed(status)
    assert (failure.code, failure.error_type) == (code, error_type)
    assert said in failure.message


@pytest.mark.parametrize(
    "claimed",
    [
        None,
        [],
        {"code": "closing", "error_type": "Root", "message": {"a": 1}},
        {"code": ["x"], "error_type": {}, "stacktrace": 7, "message": "\ud800"},
    ],
)
def test_a_worker_cannot_claim_what_only_the_executor_says(claimed):
    failure = from_header(claimed)
    assert failure.code == "algorithm_error"
    assert failure.error_type == "AlgorithmError"
    failure.message.encode()
    failure.stacktrace.encode()
