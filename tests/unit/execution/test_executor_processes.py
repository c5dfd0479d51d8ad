"""The executor's processes: killed, replaced, drained, never left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.execution import (
    AlgorithmFailed,
    BackendUnavailable,
    executor_command,
)
from tests.contract.execution_contract import (
    Place,
    answer,
    busy_worker,
    children,
    eventually,
    in_background,
    is_running,
    run,
)

ECHO = "def apply(input):\n    return input\n"
WHO = "import os\ndef apply(input):\n    return os.getpid()\n"
LOOP = "def apply(input):\n    while input:\n        pass\n    return 'out'\n"


@pytest.fixture
def place():
    with Place("local", max_workers=2) as place:
        yield place


@pytest.fixture
def backend(place):
    return place.backend


def test_a_worker_killed_while_idle_is_replaced_for_the_next_call(place, backend):
    who = place.bundle(WHO)
    first = answer(backend, who)
    os.kill(first, signal.SIGKILL)
    second = answer(backend, who)
    assert second != first
    assert eventually(lambda: first not in place.workers()), "the zombie was reaped"


def test_a_worker_killed_in_a_call_is_named_and_replaced(place, backend):
    loop = place.bundle(LOOP)
    run(backend, loop, 0)
    outcomes, thread = in_background(backend, loop, 1)
    os.kill(busy_worker(place), signal.SIGKILL)
    thread.join()
    assert isinstance(outcomes[0], AlgorithmFailed)
    assert outcomes[0].code == "memory_limit", "as by the out-of-memory killer"
    assert answer(backend, loop, 0) == "out"


def test_a_killed_executor_breaks_the_call_off_and_the_next_one_works(place, backend):
    loop = place.bundle(LOOP)
    assert answer(backend, loop, 0) == "out"
    outcomes, thread = in_background(backend, loop, 1)
    busy_worker(place)
    os.kill(place.pid(), signal.SIGKILL)
    thread.join()
    assert isinstance(outcomes[0], BackendUnavailable)
    assert outcomes[0].may_have_run
    assert answer(backend, loop, 0) == "out"


def test_no_worker_outlives_a_killed_executor_not_even_in_a_loop(place, backend):
    loop = place.bundle(LOOP)
    backend.deploy(place.bundle(ECHO))
    _, thread = in_background(backend, loop, 1)
    looping = busy_worker(place)
    workers, executor = place.workers(), place.pid()
    zygotes = children(executor)
    assert looping in workers
    assert len(workers) == 2
    os.kill(executor, signal.SIGKILL)
    thread.join()
    assert eventually(lambda: not any(map(is_running, workers + zygotes)))


def test_idle_connections_to_a_killed_executor_do_not_matter(place, backend):
    echo = place.bundle(ECHO)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: run(backend, echo, n), range(50)))
    os.kill(place.pid(), signal.SIGKILL)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: answer(backend, echo, n), range(50)))
    assert answers == list(range(50))


def test_a_killed_zygote_is_replaced_with_its_workers(place, backend):
    who = place.bundle(WHO)
    first = answer(backend, who)
    (zygote,) = children(place.pid())
    os.kill(zygote, signal.SIGKILL)
    assert eventually(lambda: not is_running(first))
    assert answer(backend, who) != first


def test_many_threads_start_one_executor(place, backend):
    echo = place.bundle(ECHO)
    with ThreadPoolExecutor(64) as threads:
        answers = list(threads.map(lambda n: answer(backend, echo, n), range(64)))
    assert answers == list(range(64))
    assert "status" not in place.socket.with_name("x.sock.log").read_text()


def test_the_deadline_ends_what_the_algorithm_started(place, backend):
    spawning = place.bundle("""
        import subprocess, time

        def apply(input):
            with open(input, "w") as file:
                file.write(str(subprocess.Popen(["/bin/sleep", "60"]).pid))
            time.sleep(60)
        """)
    note = place.home / "pid"
    with pytest.raises(AlgorithmFailed):
        run(backend, spawning, str(note), timeout=1)
    assert eventually(lambda: not is_running(int(note.read_text())))


def test_a_forked_process_opens_connections_of_its_own(place, backend):
    echo = place.bundle(ECHO)
    run(backend, echo, 1)
    program = f"""
import os, sys
from pathlib import Path
from catalog.execution import Deployment, RunRequest
from catalog.execution.backends.local import LocalBackend
backend = LocalBackend(socket={str(place.socket)!r})
echo = Deployment({echo.key!r}, Path({str(echo.bundle)!r}))
def call(text):
    answer = backend.call(RunRequest(echo, text.encode(), "text", 5)).body.decode()
    assert answer == text, (answer, text)
call("before")
child = os.fork()
for n in range(300):
    call(f"{{os.getpid()}} {{n}}")
if not child:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
    root = Path(__file__).resolve().parents[3]
    subprocess.run([os.sys.executable, "-c", program], cwd=root, check=True, timeout=30)


def test_an_executor_of_another_release_is_replaced(place, backend):
    here = Path(executor_command(socket=place.socket)[2]).parent
    other = place.home / "runtime"
    shutil.copytree(here, other, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "release.py").open("a") as file:
        file.write("# one line more\n")
    command = executor_command(socket=place.socket, detach=True)
    command[2] = str(other / "__main__.py")
    subprocess.run(command, check=True)
    old = place.pid()
    assert answer(backend, place.bundle(ECHO), 1) == 1
    assert place.pid() != old
    assert eventually(lambda: not is_running(old))
