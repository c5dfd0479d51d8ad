"""The renderer's process: one, limited, replaced when dead, and never an orphan."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest

from catalog.content.renderer.process import RendererFailed, RenderProcess, process

ROOT = Path(__file__).resolve().parents[3]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc of Linux")


@pytest.fixture
def renderer():
    made = RenderProcess()
    yield made
    made.kill()
    made._starter.shutdown()


def is_alive(pid):
    """Tell whether a process runs; a killed one may stay as a zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def gone(pid, within=5.0):
    until = time.monotonic() + within
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not is_alive(pid)


def test_one_process_serves_many_threads(renderer):
    answers = {}

    def work(number):
        answers[number] = renderer.render(f"# Number {number}")["toc"][0][2]

    threads = [threading.Thread(target=work, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: f"Number {n}" for n in range(8)}


def test_a_process_that_died_while_idle_is_replaced(renderer):
    renderer.render("x")
    first = renderer._child.pid
    os.kill(first, signal.SIGKILL)
    assert renderer.render("# y")["html"]
    assert renderer._child.pid != first


def test_a_late_process_is_killed_and_replaced(renderer):
    renderer.render("x")
    first = renderer._child.pid
    with pytest.raises(RendererFailed, match=r"longer than 0\.2 s"):
        renderer.render("[" * 5000, deadline=0.2)
    assert gone(first)
    assert renderer.render("# y")["html"]


def test_a_process_that_used_its_time_up_is_ended_by_the_kernel(renderer):
    with pytest.raises(RendererFailed, match="longer than 2 s"):
        renderer.render("[" * 40_000, deadline=60)
    assert renderer.render("# y")["html"]


@on_linux
def test_the_process_steps_back_behind_all_others(renderer):
    renderer.render("x")
    stat = Path(f"/proc/{renderer._child.pid}/stat").read_text(encoding="utf-8")
    assert int(stat.rpartition(")")[2].split()[16]) == os.nice(0) + 10


def test_a_process_that_does_not_listen_is_late_too(renderer):
    renderer.render("x")
    os.kill(renderer._child.pid, signal.SIGSTOP)
    with pytest.raises(RendererFailed, match="longer than"):
        renderer.render("word " * 50_000, deadline=0.2)
    assert renderer.render("# y")["html"]


def test_a_renderer_that_cannot_start_is_a_sentence(renderer, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(ROOT / "no-such-python"))
    with pytest.raises(RendererFailed, match="could not be started"):
        renderer.render("x")


@on_linux
def test_the_process_has_limits_and_none_of_our_environment(renderer, monkeypatch):
    monkeypatch.setenv("VITRINE_SECRET_KEY", "hunter2")
    renderer.render("x")
    proc = Path(f"/proc/{renderer._child.pid}")
    limits = (proc / "limits").read_text(encoding="utf-8")
    assert f"Max address space         {256 * 1024 * 1024}" in limits
    assert "Max file size             0" in limits
    assert b"hunter2" not in (proc / "environ").read_bytes()


@on_linux
def test_the_process_outlives_the_thread_that_asked_first(renderer):
    thread = threading.Thread(target=renderer.render, args=["x"])
    thread.start()
    thread.join()
    first = renderer._child.pid
    time.sleep(0.1)
    assert renderer.render("y")["html"]
    assert renderer._child.pid == first


@on_linux
def test_the_process_ends_with_a_killed_parent():
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from catalog.content.renderer.process import process\n"
        "process().render('x'); print(process()._child.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
    assert gone(child)


@on_linux
def test_a_forked_process_gets_a_renderer_of_its_own():
    process().render("x")
    ours = process()._child.pid
    reading, writing = socket.socketpair()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns of threads
        pid = os.fork()
    if not pid:  # the child tells what it sees and leaves without any cleaning up
        try:
            process().render("y")
            writing.sendall(str(process()._child.pid).encode())
            process().kill()
        finally:
            os._exit(0)
    with reading, writing:
        reading.settimeout(20)
        theirs = int(reading.recv(100))
    os.waitpid(pid, 0)
    assert theirs != ours
    assert process().render("z")["html"]
    assert process()._child.pid == ours
