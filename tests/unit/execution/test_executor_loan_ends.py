"""A loan ends with whoever ends: gateway, executor, thread, fork; nothing is left."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time

import pytest

from catalog.execution import BackendUnavailable
from catalog.execution.loan import LendingChannel
from catalog.execution.runtime.lending import LOAN_CALLS
from tests.contract.execution_contract import (
    Place,
    Shelf,
    answer,
    busy_worker,
    eventually,
    in_background,
    is_running,
    run,
)
from tests.lent_workers import SOURCE, descriptors, gateway, lend, loans, outcome


@pytest.fixture
def place():
    with Place("local", max_workers=1) as place:
        yield place


@pytest.fixture
def backend(place):
    return place.backend


def test_a_gateway_that_is_killed_takes_its_call_along(place, backend):
    source = place.bundle(SOURCE)
    run(backend, source, 0)
    (worker,) = place.workers()
    with gateway(place, source, last="loop"):
        assert busy_worker(place) == worker
    assert eventually(lambda: not is_running(worker))
    assert answer(backend, source, "next", timeout=5) == "next"


def test_a_gateway_that_is_killed_between_calls_leaves_a_good_worker(place, backend):
    source = place.bundle(SOURCE)
    run(backend, source, 0)
    (worker,) = place.workers()
    with gateway(place, source):
        pass
    assert answer(backend, source, "pid", timeout=5) == worker


def test_a_gateway_that_stands_still_keeps_no_worker_for_ever(place, backend):
    source = place.bundle(SOURCE)
    run(backend, source, 0)
    with gateway(place, source, last="loop", timeout=2.0) as other:
        busy_worker(place)
        other.send_signal(signal.SIGSTOP)
        assert answer(backend, source, "next", timeout=30) == "next"


def test_an_executor_that_is_killed_between_calls_is_started_again(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    pid, workers = place.pid(), place.workers()
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not any(map(is_running, [pid, *workers])))
    assert answer(backend, source, "next") == "next"


def test_an_executor_that_is_killed_in_a_call_is_told_as_such(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    outcomes, thread = in_background(backend, source, "loop")
    busy_worker(place)
    os.kill(place.pid(), signal.SIGKILL)
    thread.join(20)
    assert isinstance(outcomes[0], BackendUnavailable)
    assert outcomes[0].may_have_run
    assert answer(backend, source, "next") == "next"


def test_a_stopping_executor_lets_a_call_on_a_loan_finish(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    outcomes, thread = in_background(backend, source, 1.5)
    assert eventually(lambda: not loans(backend))
    pid = place.pid()
    os.kill(pid, signal.SIGTERM)
    thread.join(20)
    assert outcomes[0].body == b"1.5"
    assert eventually(lambda: not is_running(pid), 15)
    assert answer(backend, source, "next") == "next"


class Stopped(Shelf):
    """Breaks the waiting thread off, as a server that is shut down may."""

    def answer(self, _ask):
        raise KeyboardInterrupt


def test_a_thread_that_is_broken_off_leaves_no_worker_behind(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    (worker,) = place.workers()
    with pytest.raises(KeyboardInterrupt):
        run(backend, source, "file", host=Stopped(a=b"x"))
    assert eventually(lambda: not is_running(worker))
    assert answer(backend, source, "next") == "next"


def test_a_thread_that_is_broken_off_while_it_hears_of_a_crash_shifts_no_answer(
    place, backend, monkeypatch
):
    source = place.bundle(SOURCE)
    lend(backend, source)
    with monkeypatch.context() as patch:
        patch.setattr(LendingChannel, "receive", broken_off)
        with pytest.raises(KeyboardInterrupt):
            run(backend, source, "exit")
    assert [answer(backend, source, n) for n in range(5)] == list(range(5))


def broken_off(*_arguments):
    raise KeyboardInterrupt


def test_a_gateway_short_of_descriptors_gets_its_answers(place, backend):
    source = place.bundle(SOURCE)
    run(backend, source, 0)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(descriptors("self")) + 40, hard))
    held = []
    try:
        with contextlib.suppress(OSError):
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        for _ in range(2):
            os.close(held.pop())
        assert [answer(backend, source, n) for n in range(6)] == list(range(6))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for fd in held:
            os.close(fd)
    lend(backend, source)


def test_a_long_call_beside_short_ones_costs_no_connections():
    with Place("local", max_workers=3) as place:
        source, backend = place.bundle(SOURCE), place.backend
        lend(backend, source)
        outcomes, thread = in_background(backend, source, 1.5, wants_output=True)
        most, calls = 0, 0
        while not outcomes:
            assert answer(backend, source, calls) == calls
            most, calls = max(most, loans(backend)), calls + 1
        thread.join()
        assert calls > 50
        assert most <= 3


def test_a_fork_leaves_the_loans_to_its_parent(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)
    with backend._connections.loans._lock:  # as another thread may have it
        child = os.fork()
        if not child:
            wanted = {"timeout": 5, "wants_output": True}
            said = outcome(backend, source, "child", **wanted)
            os._exit(0 if said == "child" else 1)
    assert answer(backend, source, "parent", timeout=5) == "parent"
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_gateway_that_forked_in_a_call_ends_it_all_the_same(place, backend):
    source = place.bundle(SOURCE)
    run(backend, source, 0)
    (worker,) = place.workers()
    with gateway(place, source, last="loop", forks=True):
        assert busy_worker(place) == worker
        time.sleep(0.3)
    assert eventually(lambda: not is_running(worker))


def test_loans_leave_no_descriptors_open(place, backend):
    source = place.bundle(SOURCE)
    lend(backend, source)

    def opened() -> list[int]:
        return [len(descriptors(pid)) for pid in ("self", place.pid())]

    before = opened()
    for n in range(20 * LOAN_CALLS):
        run(backend, source, n)
    for value in ("exit", "loop", "raise") * 3:
        lend(backend, source, timeout=0.5)
        outcome(backend, source, value, timeout=0.5)
    lend(backend, source)
    assert eventually(
        lambda: all(a <= b for a, b in zip(opened(), before, strict=True))
    )
