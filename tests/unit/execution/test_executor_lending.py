"""A worker on loan fails and waits its turn as one of the executor's."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from catalog.execution import AlgorithmFailed
from catalog.execution.runtime.lending import LOAN_CALLS, LOAN_SECONDS
from tests.contract.execution_contract import (
    Place,
    Shelf,
    answer,
    eventually,
    in_background,
    is_running,
    run,
)
from tests.lent_workers import SOURCE, lend, loans, outcome


@pytest.fixture
def place():
    with Place("local", max_workers=1) as place:
        yield place


@pytest.fixture
def backend(place):
    return place.backend


# --- What callers see ------------------------------------------------------------


def test_who_calls_again_gets_the_worker_itself(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    pid = place.pid()
    os.kill(pid, signal.SIGSTOP)  # the executor has no part in what follows
    try:
        assert [answer(backend, source, n) for n in (1, "two", b"3", None)] == [
            *(1, "two", b"3", None)
        ]
    finally:
        os.kill(pid, signal.SIGCONT)


def test_its_times_are_said_as_by_the_executor(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    result = run(backend, source, 0)
    assert (result.queued, result.cold) == (0.0, False)
    assert 0 < result.duration < 10
    assert result.duration == round(result.duration, 6)


@pytest.mark.parametrize(
    "value",
    [
        *("raise", "exit", "kill", "crash", "loop", "much", "no json", "memory"),
        *("hang up", "ask for ever", "garbage", "print and exit", "print and kill"),
    ],
)
def test_it_fails_as_it_does_by_the_executor(place, backend, value):
    source = place.bundle(SOURCE)
    shelf = Shelf(a=b"x")
    timeout = 1.0 if value == "loop" else 30.0
    more = {"timeout": timeout, "max_result_bytes": 1_000_000, "host": shelf}
    by_executor = outcome(backend, source, value, **more)
    lend(backend, source, timeout=timeout)
    assert outcome(backend, source, value, **more) == by_executor
    assert by_executor != value, "it failed"
    assert answer(backend, source, "next") == "next"
    assert eventually(lambda: len(place.workers()) == 1)


def test_what_was_printed_before_a_crash_is_told(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    with pytest.raises(AlgorithmFailed) as caught:
        run(backend, source, "print and exit")
    assert "before the end" in caught.value.output


def test_a_call_that_wants_its_output_gets_it(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    said = run(backend, source, "print and pid", wants_output=True)
    assert said.output == "before the end\n"
    assert answer(backend, source, "pid") == int(said.body), "by the same worker"


def test_more_prints_than_a_pipe_holds_do_not_stop_it(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    assert answer(backend, source, "print") is None


def test_an_algorithm_on_loan_asks_for_files(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    shelf = Shelf(a=b"words")
    os.kill(place.pid(), signal.SIGSTOP)
    try:
        assert answer(backend, source, "file", host=shelf) == "words"
    finally:
        os.kill(place.pid(), signal.SIGCONT)


def test_a_megabyte_travels_both_ways_on_a_loan(place, backend):
    source = place.bundle(SOURCE)
    for _ in range(3):
        lend(backend, source)
        assert answer(backend, source, b"\xff" * 3_000_000) == b"\xff" * 3_000_000


def test_an_answer_that_nobody_asked_for_reaches_nobody(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    assert answer(backend, source, "forge") is None
    (worker,) = place.workers()
    time.sleep(0.15)
    assert answer(backend, source, "mine") == "mine"
    assert eventually(lambda: not is_running(worker))


def test_a_worker_that_died_at_rest_is_noticed_by_nobody(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    (worker,) = place.workers()
    os.kill(worker, signal.SIGKILL)
    assert answer(backend, source, "mine") == "mine"


# --- Turns -----------------------------------------------------------------------


def test_a_worker_ends_after_exactly_its_calls():
    with Place("local", max_workers=1, max_calls=10) as place:
        source = place.bundle(SOURCE)
        pids = [answer(place.backend, source, "pid") for _ in range(40)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [10] * 4


def test_another_process_gets_a_worker_that_rests(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    pid = answer(backend, source, "pid")
    other = place.another()
    assert answer(other, source, "pid", timeout=2) == pid
    assert answer(backend, source, "pid", timeout=2) == pid
    other.close()


def test_another_version_gets_the_place_of_a_worker_that_rests():
    with Place("local", max_workers=1, total_workers=1) as place:
        one, two = place.bundle(SOURCE), place.bundle(SOURCE)
        for _ in range(3):
            lend(place.backend, one)
            lend(place.backend, two)
        assert eventually(lambda: len(place.workers()) == 1)


def test_who_waits_is_served_when_the_loan_rests(place, backend):
    """One process calls without a pause; each call of another waits a turn or two."""
    source = place.bundle(SOURCE)
    lend(backend, source)
    stop = threading.Event()

    def call_on_and_on():
        while not stop.is_set():
            run(backend, source, 0.01)

    busy = threading.Thread(target=call_on_and_on)
    busy.start()
    other = place.another()
    waited = []
    try:
        for _ in range(20):
            begun = time.monotonic()
            run(other, source, 0, timeout=5)
            waited.append(time.monotonic() - begun)
    finally:
        stop.set()
        busy.join()
        other.close()
    # Bounded by what the loan is bounded by, with room for a busy machine.
    assert max(waited) < LOAN_SECONDS + LOAN_CALLS * 0.01 + 2


def test_who_waits_need_not_wait_for_the_executors_round(place, backend):
    """What rests is called back at once, not when idle workers are looked after."""
    source = place.bundle(SOURCE)
    other = place.another()
    late = 0.0
    for _ in range(8):
        lend(backend, source)
        outcomes, thread = in_background(backend, source, 0.3)
        assert eventually(lambda: not loans(backend))
        waiting, waiter = in_background(other, source, 0, timeout=5)
        thread.join()
        late -= time.monotonic()
        waiter.join()
        late += time.monotonic()
        assert outcomes[0].body == b"0.3"
        assert waiting[0].body == b"0"
    other.close()
    # The round is made once a second, so it would be half a second each on average.
    assert late < 2


def test_threads_share_what_is_lent_and_lose_no_call(place, backend):
    source = place.bundle(SOURCE)
    answers: list[int] = []

    def ask(first):
        answers.extend(answer(backend, source, n) for n in range(first, first + 200))

    threads = [threading.Thread(target=ask, args=(n * 1000,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == sorted(n * 1000 + m for n in range(8) for m in range(200))
    assert len(place.workers()) == 1


def test_a_worker_that_rests_long_is_the_executors_again(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    assert backend._connections.ask_if_up({"op": "health"})["idle"] == 1
    time.sleep(2.5)
    assert place.another().describe(source) == "warm"
    assert answer(backend, source, "still") == "still"
    assert len(place.workers()) == 1


def test_a_longer_call_than_the_loan_is_for_goes_by_the_executor(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source, timeout=1.0)
    assert answer(backend, source, "a", timeout=5.0) == "a"
