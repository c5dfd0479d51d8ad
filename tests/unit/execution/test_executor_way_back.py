"""Either end of a call may go while an algorithm waits for an answer; nothing stays."""

from __future__ import annotations

import os
import signal
import socket
import threading

import pytest

from catalog.execution import BackendUnavailable
from catalog.execution.runtime.frames import Channel, decode_header, encode_header
from tests.contract.execution_contract import (
    Place,
    Shelf,
    answer,
    eventually,
    in_background,
    is_running,
    run,
)

READ = """
import Algorithmia

def apply(input):
    return input or Algorithmia.client().file("a").getString()
"""


@pytest.fixture
def place():
    with Place("local", max_workers=1) as place:
        yield place


@pytest.fixture
def backend(place):
    return place.backend


class Gated(Shelf):
    """Answers when it is let."""

    def __init__(self, **files):
        super().__init__(**files)
        self.asked, self.gate = threading.Event(), threading.Event()

    def answer(self, ask):
        self.asked.set()
        assert self.gate.wait(20)
        return super().answer(ask)


def call_by_hand(place, deployment, *, timeout=20.0):
    """Connect as a gateway does and send a call; return the channel."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.settimeout(20)
    sock.connect(str(place.socket))
    channel = Channel(sock)
    channel.receive()
    header = {
        "op": "call",
        "ct": "json",
        "timeout": timeout,
        "max": 1000,
        "key": deployment.key,
        "bundle": str(deployment.bundle),
        "entry": deployment.entry,
        "runtime": "python",
        "preload": [],
        "memory_mb": 64,
    }
    channel.send(encode_header(header).encode(), b"null")
    return channel


def test_a_gateway_that_hangs_up_instead_of_answering_frees_the_worker(place, backend):
    reading = place.bundle(READ)
    run(backend, reading, "warm")
    (worker,) = place.workers()
    channel = call_by_hand(place, reading)
    asked, _ = channel.receive()
    assert decode_header(asked) == {"ask": "file.read", "path": "a", "offset": 0}
    channel.close()
    assert eventually(lambda: not is_running(worker))
    assert answer(backend, reading, "next", timeout=5) == "next"


def test_a_gateway_that_answers_with_half_a_frame_frees_the_worker(place, backend):
    reading = place.bundle(READ)
    run(backend, reading, "warm")
    (worker,) = place.workers()
    channel = call_by_hand(place, reading)
    channel.receive()
    channel.sock.sendall(b"\0\0")
    channel.close()
    assert eventually(lambda: not is_running(worker))
    assert answer(backend, reading, "next", timeout=5) == "next"


def test_a_gateway_that_never_answers_holds_no_worker_past_the_deadline(place, backend):
    reading = place.bundle(READ)
    run(backend, reading, "warm")
    (worker,) = place.workers()
    channel = call_by_hand(place, reading, timeout=0.3)
    channel.receive()
    assert eventually(lambda: not is_running(worker), 3)
    assert answer(backend, reading, "next", timeout=5) == "next"
    channel.send(encode_header({"answer": {"size": 0}}).encode())
    outcome = decode_header(channel.receive()[0])
    assert outcome["error"]["code"] == "timeout"
    channel.close()


def test_an_executor_that_is_killed_while_the_host_answers_is_told_as_such(
    place, backend
):
    reading = place.bundle(READ)
    shelf = Gated(a=b"x")
    outcomes, thread = in_background(backend, reading, None, host=shelf)
    assert shelf.asked.wait(10)
    os.kill(place.pid(), signal.SIGKILL)
    shelf.gate.set()
    thread.join(20)
    assert isinstance(outcomes[0], BackendUnavailable)
    assert outcomes[0].may_have_run
    assert shelf.kinds == ["file.read"], "it was not run again"
    assert answer(backend, reading, "next") == "next"


def test_a_stopping_executor_lets_a_call_that_asks_finish(place, backend):
    reading = place.bundle(READ)
    shelf = Gated(a=b"x")
    outcomes, thread = in_background(backend, reading, None, host=shelf)
    assert shelf.asked.wait(10)
    pid = place.pid()
    os.kill(pid, signal.SIGTERM)
    shelf.gate.set()
    thread.join(20)
    assert outcomes[0].body == b"x"
    assert eventually(lambda: not is_running(pid), 15)


class Stopped(Shelf):
    """Breaks the waiting thread off, as a server that is shut down may."""

    def answer(self, _ask):
        raise KeyboardInterrupt


def test_a_thread_that_is_broken_off_leaves_no_connection_that_owes(place, backend):
    reading = place.bundle(READ)
    with pytest.raises(KeyboardInterrupt):
        run(backend, reading, host=Stopped(a=b"x"))
    said = [answer(backend, reading, n) for n in ("a", "b")]
    assert said == ["a", "b"]


def test_many_calls_that_ask_share_few_workers(place, backend):
    reading = place.bundle(READ)
    shelves = [Shelf(a=b"%d" % n) for n in range(40)]
    started = [in_background(backend, reading, None, host=shelf) for shelf in shelves]
    for _outcomes, thread in started:
        thread.join(20)
    said = [outcomes[0].body for outcomes, _thread in started]
    assert said == [b"%d" % n for n in range(40)]
