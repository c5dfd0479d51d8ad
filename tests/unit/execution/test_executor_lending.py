"""A worker on loan fails, ends and waits its turn as one of the executor's."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from catalog.execution import AlgorithmFailed, BackendUnavailable
from catalog.execution.loan import LendingChannel
from catalog.execution.runtime.lending import LOAN_CALLS, LOAN_SECONDS
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

ROOT = Path(__file__).resolve().parents[3]
SOURCE = """
import Algorithmia
import os
import signal
import struct
import sys
import threading
import time

def ask_for_ever():
    client = Algorithmia.client()
    while True:
        client.file("a").getString()

def close_everything():
    os.closerange(3, 50)
    time.sleep(20)

def forge():
    # an answer that is nobody's yet, after this call's own
    (fd,) = filter(_is_sock, range(3, 50))
    frame = struct.pack("!II", 13, 6) + b'{"ct":"json"}' + b"forged"
    threading.Timer(0.1, os.write, (fd, frame)).start()

DO = {
    "forge": forge,
    "raise": lambda: 1 / 0,
    "exit": lambda: sys.exit(3),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "crash": lambda: os.abort(),
    "loop": lambda: max(iter(int, 1)),
    "much": lambda: "x" * 3_000_000,
    "no json": lambda: {1j},
    "memory": lambda: bytearray(10**12),
    "hang up": close_everything,
    "ask for ever": ask_for_ever,
    "garbage": lambda: [os.write(fd, b"!" * 99) for fd in range(3, 20) if _is_sock(fd)],
    "file": lambda: Algorithmia.client().file("a").getString(),
    "print": lambda: print("line\\n" * 100_000),
    "pid": os.getpid,
}

def _is_sock(fd):
    try:
        return os.readlink(f"/proc/self/fd/{fd}").startswith("socket")
    except OSError:
        return False

def apply(input):
    if isinstance(input, float):
        time.sleep(input)
    if isinstance(input, str) and input.startswith("print and "):
        print("before the end", flush=True)
        input = input.removeprefix("print and ")
    return DO[input]() if isinstance(input, str) and input in DO else input
"""
GATEWAY = """
import os, sys, pathlib, threading, time
sys.path.insert(0, {root!r})
from catalog.execution import Deployment
from tests.contract.execution_contract import run
from catalog.execution.backends.local import LocalBackend

backend = LocalBackend(socket=pathlib.Path({socket!r}), autostart=False)
deployment = Deployment({key!r}, pathlib.Path({bundle!r}))
for _ in range(5):
    run(backend, deployment, 0, timeout={timeout})
print("lent", flush=True)
if {forks}:
    threading.Timer(0.2, lambda: os.fork() or time.sleep(20) or os._exit(0)).start()
if {last!r}:
    run(backend, deployment, {last!r}, timeout={timeout})
sys.stdin.read()
"""


@pytest.fixture
def place():
    with Place("local", max_workers=1) as place:
        yield place


@pytest.fixture
def backend(place):
    return place.backend


def loans(backend) -> int:
    return len(backend._connections.loans._resting)


def descriptors(pid) -> list[int]:
    return [int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir()]


def lend(backend, deployment, **more):
    """Call until the worker is on loan to this process."""
    for _ in range(100):
        run(backend, deployment, 0, **more)
        if loans(backend):
            return
    raise AssertionError("nothing was lent")


def outcome(backend, deployment, value, **more):
    """Return what callers see of a call, which may fail."""
    try:
        return answer(backend, deployment, value, **more)
    except AlgorithmFailed as failed:
        return failed.code, failed.error_type, failed.message, failed.stacktrace


@contextlib.contextmanager
def gateway(place, deployment, last="", timeout=10.0, *, forks=False):
    """Give a process that has a worker on loan, and then may call with `last`."""
    script = GATEWAY.format(
        root=str(ROOT),
        socket=str(place.socket),
        key=deployment.key,
        bundle=str(deployment.bundle),
        last=last,
        timeout=timeout,
        forks=forks,
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=-1, stdout=-1) as process:
        try:
            assert process.stdout.readline() == b"lent\n"
            yield process
        finally:
            process.kill()


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


# --- Ends ------------------------------------------------------------------------


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
