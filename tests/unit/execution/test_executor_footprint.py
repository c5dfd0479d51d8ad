"""What the executor and its workers cost: memory, descriptors, time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.execution.runtime.workers import resident_bytes
from tests.contract.execution_contract import Place, eventually, run

MIB = 1024 * 1024
ECHO = "def apply(input):\n    return input\n"


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


def test_executor_and_idle_workers_stay_small(make):
    place = make(max_workers=2)
    echo, large = place.bundle(ECHO), place.bundle(ECHO)
    body = "x" * 1_000_000
    with ThreadPoolExecutor(50) as threads:
        list(threads.map(lambda n: run(place.backend, echo, n), range(500)))
        for _ in range(100):
            threads.submit(run, place.backend, large, body)
    assert resident_bytes(place.pid()) <= 30 * MIB
    for worker in place.workers():
        rollup = Path(f"/proc/{worker}/smaps_rollup").read_text()
        private = sum(
            int(line.split()[1]) * 1024
            for line in rollup.splitlines()
            if line.startswith("Private_")
        )
        assert private <= 15 * MIB


def test_a_cold_start_is_short(make):
    place = make()
    run(place.backend, place.bundle(ECHO), 1)
    took = []
    for _ in range(10):
        started = time.monotonic()
        run(place.backend, place.bundle(ECHO), 1)
        took.append(time.monotonic() - started)
    assert sorted(took)[5] <= 0.06


def test_no_descriptor_is_lost_over_many_workers(make):
    place = make(max_calls=1)
    echo = place.bundle(ECHO)

    def descriptors():
        return len(list(Path(f"/proc/{place.pid()}/fd").iterdir()))

    run(place.backend, echo, 1)
    assert eventually(lambda: not place.workers())
    before = descriptors()
    for n in range(30):
        run(place.backend, echo, n)
    assert eventually(lambda: not place.workers())
    assert eventually(lambda: descriptors() == before)
