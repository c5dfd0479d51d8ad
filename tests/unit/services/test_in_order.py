"""Threads whose results come in the order of what went in."""

from __future__ import annotations

import threading
from itertools import count

import pytest

from catalog.services.in_order import InOrder


def test_results_come_in_order_whoever_is_done_first():
    gates = [threading.Event() for _ in range(4)]

    def work(number):
        gates[number].wait(10)
        if number:
            gates[number - 1].set()  # the last one is done first
        return number * number

    gates[3].set()
    assert list(InOrder(iter(range(4)), work, threads=4, ahead=4)) == [0, 1, 4, 9]


@pytest.mark.parametrize("threads", [1, 3, 8])
def test_as_many_work_at_once_as_are_allowed(threads):
    now, most, lock = [0], [0], threading.Lock()
    together = threading.Barrier(threads, timeout=10)

    def work(number):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        if number < threads:
            together.wait()
        with lock:
            now[0] -= 1
        return number

    found = InOrder(iter(range(50)), work, threads=threads, ahead=2 * threads)
    assert list(found) == list(range(50))
    assert most[0] == threads


def test_nothing_piles_up_before_a_slow_reader():
    begun = []
    found = InOrder(count(), lambda n: begun.append(n) or n, threads=3, ahead=6)
    reader = iter(found)
    for wanted in range(40):
        assert next(reader) == wanted
        assert len(begun) <= wanted + 1 + 6
    reader.close()


def test_no_item_begins_after_the_end_and_every_thread_leaves():
    begun, left = [], threading.Semaphore(0)
    found = InOrder(
        count(), lambda n: begun.append(n) or n, threads=3, ahead=6, leave=left.release
    )
    reader = iter(found)
    next(reader)
    reader.close()
    for _thread in range(3):
        assert left.acquire(timeout=10)
    assert len(begun) <= 1 + 6


def test_an_end_before_the_beginning_begins_nothing():
    begun = []
    found = InOrder(count(), begun.append, threads=3, ahead=6)
    found.close()
    assert list(found) == []
    assert begun == []


def test_nothing_is_nothing():
    assert list(InOrder(iter([]), str, threads=2, ahead=2)) == []
