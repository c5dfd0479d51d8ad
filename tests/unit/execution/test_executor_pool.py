"""The executor's pool: who gets a worker, for how long, and what it costs."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.execution import AlgorithmFailed
from tests.contract.execution_contract import Place, answer, children, eventually, run

ECHO = "def apply(input):\n    return input\n"
WHO = "import os\ndef apply(input):\n    return os.getpid()\n"
SLEEP = "import time\ndef apply(input):\n    time.sleep(input)\n    return 'slept'\n"
TALKING = """
import os, time

def apply(input):
    time.sleep(0.2)
    print(input, flush=True)
    if input == "last words":
        os._exit(1)
"""
CURIOUS = """
import os, sys

def importable(name):
    try:
        __import__(name)
    except ImportError:
        return False
    return True

def apply(input):
    return {
        "environment": dict(os.environ),
        "imports": [importable(n) for n in ("catalog", "config", "PIL")],
        "path": sys.path,
        "isolated": sys.flags.isolated,
        "stdin": sys.stdin.read(),
        "files": sorted(
            os.readlink(f"/proc/self/fd/{fd}").split(":")[0]
            for fd in os.listdir("/proc/self/fd")
            if os.path.islink(f"/proc/self/fd/{fd}")
        ),
        "leader": os.getpid() == os.getpgrp() == os.getsid(0),
    }
"""


@pytest.fixture
def make():
    """Make a place with the options of a test."""
    places = []

    def make(**options):
        places.append(Place("local", **options))
        return places[-1]

    yield make
    for place in places:
        place.__exit__()


def test_calls_of_equal_keys_share_a_worker(make):
    place = make()
    first = place.bundle(WHO, key="same")
    second = place.bundle(WHO, key="same")
    assert answer(place.backend, first) == answer(place.backend, second)


def test_a_version_gets_no_more_workers_than_its_maximum(make):
    place = make(max_workers=2)
    sleep = place.bundle(SLEEP)
    with ThreadPoolExecutor(8) as threads:
        for _ in range(8):
            threads.submit(run, place.backend, sleep, 0.05)
    assert len(place.workers()) == 2


def test_at_the_cap_the_worker_idle_longest_makes_room(make):
    place = make(total_workers=2)
    first, second, third = (place.bundle(WHO) for _ in range(3))
    for deployment in (first, second, third):
        run(place.backend, deployment)
    states = [place.backend.describe(each) for each in (first, second, third)]
    assert states == ["cold", "warm", "warm"]


def test_a_version_without_a_worker_gets_its_turn_under_load(make):
    place = make(max_workers=1, total_workers=1)
    greedy, modest = place.bundle(SLEEP), place.bundle(ECHO)
    run(place.backend, greedy, 0)
    stop = threading.Event()

    def press():
        while not stop.is_set():
            run(place.backend, greedy, 0.01)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        started = time.monotonic()
        assert answer(place.backend, modest, "me too") == "me too"
        assert time.monotonic() - started < 1
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_idle_workers_end_after_a_while(make):
    place = make(idle_seconds=0.3)
    echo = place.bundle(ECHO)
    run(place.backend, echo, 1)
    assert place.backend.describe(echo) == "warm"
    assert eventually(lambda: not place.workers())
    assert place.backend.describe(echo) == "cold"


def test_a_worker_is_renewed_after_its_number_of_calls(make):
    place = make(max_calls=3)
    who = place.bundle(WHO)
    seen = [answer(place.backend, who) for _ in range(6)]
    assert seen[:3] == [seen[0]] * 3
    assert seen[3:] == [seen[3]] * 3
    assert seen[0] != seen[3]


def test_a_worker_whose_memory_grew_is_renewed(make):
    place = make()
    leaking = place.bundle(
        """
        import os
        kept = []

        def apply(input):
            kept.append(os.urandom(input * 1024 ** 2))
            return os.getpid()
        """,
        memory_mb=100,
    )
    first = answer(place.backend, leaking, 1)
    time.sleep(1.1)  # memory is looked at once a second
    assert answer(place.backend, leaking, 80) == first
    assert answer(place.backend, leaking, 1) != first


def test_a_source_that_does_not_load_is_tried_once_in_a_while(make):
    place = make()
    broken = place.bundle("""
        with open("../loads", "a") as file:
            file.write("x")
        raise ValueError("no weights")
        """)
    for _ in range(5):
        with pytest.raises(AlgorithmFailed, match="no weights"):
            run(place.backend, broken)
    assert (place.home / "loads").read_text() == "x"
    with pytest.raises(AlgorithmFailed, match="no weights"):
        place.backend.deploy(broken)
    assert (place.home / "loads").read_text() == "xx", "deploying tries anew"


def test_a_source_that_ends_its_process_does_not_load(make):
    place = make()
    with pytest.raises(AlgorithmFailed, match="exit code 5") as caught:
        run(place.backend, place.bundle("import os\nos._exit(5)\n"))
    assert caught.value.code == "load_error"


def test_a_slow_load_counts_against_the_deadline(make):
    place = make()
    slow = place.bundle("import time\ntime.sleep(5)\n" + ECHO)
    started = time.monotonic()
    with pytest.raises(AlgorithmFailed) as caught:
        run(place.backend, slow, 1, timeout=0.3)
    assert caught.value.code == "timeout"
    assert time.monotonic() - started < 1


def test_what_crashed_shows_what_it_printed_in_that_call_alone(make):
    place = make()
    talking = place.bundle(TALKING)
    run(place.backend, talking, "of somebody else")
    with pytest.raises(AlgorithmFailed) as caught:
        run(place.backend, talking, "last words")
    assert caught.value.output == "last words\n"


def test_a_preloaded_package_is_there_before_the_source(make):
    place = make()
    source = "import sys\nSEEN = 'decimal' in sys.modules\n"
    source += "def apply(input):\n    return SEEN\n"
    assert answer(place.backend, place.bundle(source)) is False
    preloading = place.bundle(source, preload=("decimal",))
    assert answer(place.backend, preloading) is True


def test_a_package_that_cannot_be_preloaded_is_a_load_error(make):
    place = make()
    with pytest.raises(AlgorithmFailed, match="no_such_package") as caught:
        run(place.backend, place.bundle(ECHO, preload=("no_such_package",)))
    assert caught.value.code == "load_error"
    assert answer(place.backend, place.bundle(ECHO), 1) == 1


def test_an_unused_zygote_ends_and_comes_back(make):
    place = make(idle_seconds=0.3)
    preloading = place.bundle(ECHO, preload=("decimal",))
    run(place.backend, preloading, 1)
    assert len(children(place.pid())) == 2
    assert eventually(lambda: len(children(place.pid())) == 1)
    assert answer(place.backend, preloading, 2) == 2


def test_an_unknown_runtime_is_a_load_error(make):
    place = make()
    with pytest.raises(AlgorithmFailed, match="'cobol' is not available"):
        run(place.backend, place.bundle(ECHO, runtime="cobol"))


def test_a_worker_sees_neither_the_project_nor_the_environment(make, monkeypatch):
    monkeypatch.setenv("VITRINE_SECRET_KEY", "must not leak")
    place = make()
    curious = place.bundle(CURIOUS)
    seen = answer(place.backend, curious)
    assert set(seen["environment"]) <= {
        "LANG",
        "LC_CTYPE",
        "MALLOC_ARENA_MAX",
        "MKL_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    }
    assert seen["imports"] == [False, False, True]
    assert str(Path(__file__).resolve().parents[3]) not in seen["path"]
    assert seen["path"][0] == str(curious.bundle)
    assert seen["isolated"] == 1
    assert seen["stdin"] == ""
    assert seen["files"] == ["/dev/null", "pipe", "pipe", "socket"]
    assert seen["leader"]
    environment = Path(f"/proc/{place.pid()}/environ").read_bytes()
    assert b"must not leak" not in environment


def test_prints_of_a_call_stay_out_of_the_next_one_in_the_queue(make):
    place = make(max_workers=1)
    talking = place.bundle(TALKING)
    place.backend.deploy(talking)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(run, place.backend, talking, "theirs")
        time.sleep(0.05)
        second = threads.submit(run, place.backend, talking, "last words")
        first.result()
        with pytest.raises(AlgorithmFailed) as caught:
            second.result()
    assert caught.value.output == "last words\n"
