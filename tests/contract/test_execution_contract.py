"""Every execution backend keeps this contract: values, queues, sources."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog.execution import AlgorithmFailed, QueueFull, QueueTimeout
from catalog.execution.runtime.printed import CUT, OUTPUT_LIMIT
from tests.contract.execution_contract import (
    Place,
    answer,
    needs,
    run,
    run_on_all_that_can,
)

ECHO = "def apply(input):\n    return input\n"


def pytest_generate_tests(metafunc):
    run_on_all_that_can(metafunc)


@pytest.fixture
def place(request):
    with Place(request.param, max_workers=2, queue_limit=60) as place:
        yield place


@pytest.fixture
def backend(place):
    return place.backend


@pytest.mark.parametrize(
    ("value", "content_type"),
    [
        ("Ada ☎ — žluťoučký 🐎", "text"),
        ("", "text"),
        (b"\x00\xff\x00", "binary"),
        (b"", "binary"),
        ({"a": [1, 2.5, None, True, "☎"]}, "json"),
        (None, "json"),
        (7, "json"),
    ],
)
def test_an_echo_gives_back_value_and_type(place, backend, value, content_type):
    result = run(backend, place.bundle(ECHO), value)
    assert result.content_type == content_type
    assert answer(backend, place.bundle(ECHO), value) == value


def test_json_results_are_compact_and_keep_their_characters(place, backend):
    echo = place.bundle(ECHO)
    assert run(backend, echo, {"a": ["č", 1]}).body == '{"a":["č",1]}'.encode()


def test_a_bytearray_is_binary(place, backend):
    source = "def apply(input):\n    return bytearray(b'ab')\n"
    assert run(backend, place.bundle(source)).content_type == "binary"


@pytest.mark.parametrize("make", [lambda n: "é" * (n // 2), lambda n: b"\xfe" * n])
def test_a_megabyte_travels_both_ways(place, backend, make):
    value = make(1_000_000)
    assert answer(backend, place.bundle(ECHO), value) == value


def test_a_result_tells_its_times_and_whether_it_was_cold(place, backend):
    source = "import time\ndef apply(input):\n    time.sleep(0.05)\n"
    slow = place.bundle(source)
    first, second = run(backend, slow), run(backend, slow)
    assert first.cold
    assert not second.cold
    assert 0.05 <= second.duration < 1
    assert second.queued < 0.5


def test_load_runs_once_for_many_calls(place, backend):
    counting = place.bundle("""
        loads = []

        def load():
            loads.append(1)

        def apply(input):
            return len(loads)
        """)
    assert [answer(backend, counting) for _ in range(5)] == [1] * 5


STATELESS_KIT = """
from Algorithmia import ADK

def apply(input):
    return input

ADK(apply).init("a sample that is not run here")
"""
STATEFUL_KIT = """
from Algorithmia import ADK

def load():
    return 40

def apply(input, state):
    return state + input

algorithm = ADK(apply, load)
algorithm.init()
"""


@pytest.mark.parametrize(
    ("source", "expected"), [(STATELESS_KIT, 2), (STATEFUL_KIT, 42)]
)
def test_sources_in_the_development_kits_form_run(place, backend, source, expected):
    assert answer(backend, place.bundle(source), 2) == expected


def test_a_client_inside_an_algorithm_says_that_it_cannot_call_yet(place, backend):
    calling = place.bundle("""
        import Algorithmia

        def apply(input):
            return Algorithmia.client().algo("a/b").pipe(1).result
        """)
    with pytest.raises(AlgorithmFailed, match="not available inside") as caught:
        run(backend, calling)
    assert caught.value.error_type == "UnsupportedError"


def test_a_load_function_of_a_library_is_not_the_sources_own(place, backend):
    source = "from json import load\ndef apply(input):\n    return load.__name__\n"
    assert answer(backend, place.bundle(source)) == "load"


def test_two_versions_run_side_by_side(place, backend):
    first = place.bundle("STATE = 1\ndef apply(input):\n    return STATE\n")
    second = place.bundle("STATE = 2\ndef apply(input):\n    return STATE\n")
    seen = [answer(backend, which) for which in (first, second, first, second)]
    assert seen == [1, 2, 1, 2]


def test_fifty_parallel_calls_are_all_answered(place, backend):
    echo = place.bundle(ECHO)
    with ThreadPoolExecutor(50) as threads:
        answers = list(
            threads.map(lambda n: answer(backend, echo, {"n": n}), range(200))
        )
    assert answers == [{"n": n} for n in range(200)]


def test_a_waiting_call_gives_up_at_its_own_deadline(place, backend):
    sleepy = place.bundle("import time\ndef apply(input):\n    time.sleep(input)\n")
    backend.deploy(sleepy)
    with ThreadPoolExecutor(2) as threads:
        for _ in range(2):
            threads.submit(run, backend, sleepy, 0.6)
        time.sleep(0.1)
        started = time.monotonic()
        with pytest.raises(QueueTimeout):
            run(backend, sleepy, 0, timeout=0.2)
        assert time.monotonic() - started < 0.6


def test_a_full_queue_refuses_at_once(place):
    with Place(place.kind, max_workers=1, queue_limit=2) as crowded:
        check_that_a_full_queue_refuses_at_once(crowded)


def check_that_a_full_queue_refuses_at_once(place):
    backend = place.backend
    sleepy = place.bundle("import time\ndef apply(input):\n    time.sleep(input)\n")
    backend.deploy(sleepy)
    outcomes = []

    def call():
        try:
            outcomes.append(run(backend, sleepy, 0.5).body)
        except QueueFull as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=call) for _ in range(8)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    assert outcomes == [QueueFull] * 5
    assert time.monotonic() - started < 0.5
    for thread in threads:
        thread.join()
    assert outcomes.count(b"null") == 3


def test_a_version_is_cold_until_it_ran(place, backend):
    echo = place.bundle(ECHO)
    assert backend.describe(echo) == "cold"
    backend.deploy(echo)
    assert backend.describe(echo) == "warm"
    assert not run(backend, echo, 1).cold


def test_prints_are_harmless(place, backend):
    chatty = place.bundle("""
        import sys

        def apply(input):
            print("x" * 300_000)
            print("err", file=sys.stderr)
            sys.stdout.write("no newline")
            return input
        """)
    assert [answer(backend, chatty, n) for n in range(5)] == list(range(5))


CHATTY = """
import sys

print("loading")

def apply(input):
    print("☎ given", input)
    print("also this", file=sys.stderr)
    if input == "fail":
        raise ValueError("kaput")
    if input == "much":
        print("é" * 10_000)
    return input
"""


def test_what_a_call_printed_comes_back_where_it_is_wanted(place, backend):
    chatty = place.bundle(CHATTY)
    run(backend, chatty, "before", wants_output=True)
    result = run(backend, chatty, "now", wants_output=True)
    assert sorted(result.output.splitlines()) == ["also this", "☎ given now"]
    assert result.body == b"now"


def test_the_first_call_has_no_output_of_the_loading(place, backend):
    result = run(backend, place.bundle(CHATTY), "first", wants_output=True)
    assert "given first" in result.output
    assert "loading" not in result.output


def test_unasked_what_was_printed_does_not_come_back(place, backend):
    chatty = place.bundle(CHATTY)
    assert run(backend, chatty, "a").output == ""
    silent = run(backend, place.bundle(ECHO), "a", wants_output=True)
    assert silent.output == ""
    assert "given a" not in run(backend, chatty, "b", wants_output=True).output


def test_of_much_output_the_end_comes_back_and_says_so(place, backend):
    output = run(backend, place.bundle(CHATTY), "much", wants_output=True).output
    assert output.startswith(CUT + "é")
    assert output.endswith("éé\n")
    assert len(output.removeprefix(CUT).encode()) <= OUTPUT_LIMIT


def test_what_a_failed_call_printed_comes_back_with_the_failure(place, backend):
    chatty = place.bundle(CHATTY)
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, chatty, "fail", wants_output=True)
    assert "given fail" in caught.value.output
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, chatty, "fail")
    assert caught.value.output == ""


@needs("kill")
def test_what_a_killed_call_printed_comes_back_as_far_as_it_was_flushed(place, backend):
    endless = place.bundle("""
        import os, time

        def apply(input):
            print("begun", flush=True)
            if input:
                os._exit(3)
            time.sleep(60)
        """)
    for value in (True, False):
        with pytest.raises(AlgorithmFailed) as caught:
            run(backend, endless, value, timeout=1, wants_output=True)
        assert caught.value.output == "begun\n"


@needs("own streams")
def test_threads_that_an_author_left_behind_do_not_disturb(place, backend):
    busy = place.bundle("""
        import threading, time

        def chatter():
            for _ in range(50):
                print("still here" * 1000)
                time.sleep(0.001)

        def apply(input):
            threading.Thread(target=chatter, daemon=True).start()
            return input
        """)
    assert [answer(backend, busy, n) for n in range(20)] == list(range(20))


def test_health_names_what_is_there(place, backend):
    run(backend, place.bundle(ECHO), 1)
    health = backend.health()
    assert health.ok
    assert health.detail
    assert health.workers == 1
    assert health.sandbox == 0
    assert backend.check() == []


def test_a_closed_backend_may_be_used_again(place, backend):
    echo = place.bundle(ECHO)
    assert answer(backend, echo, 1) == 1
    backend.close()
    assert answer(backend, echo, 2) == 2


@needs("bundle directory")
def test_assets_and_sibling_modules_are_found_by_relative_path(place, backend):
    reading = place.bundle("""
        import words
        from pathlib import Path

        def apply(input):
            return [words.GREETING, Path("assets/name.txt").read_text()]
        """)
    (reading.bundle / "assets").mkdir()
    (reading.bundle / "assets" / "name.txt").write_text("Ada")
    (reading.bundle / "words.py").write_text("GREETING = 'Hello'")
    assert answer(backend, reading) == ["Hello", "Ada"]
    assert not (reading.bundle / "__pycache__").exists()
