"""An executor in the foreground, as a supervisor runs it."""

from __future__ import annotations

import subprocess
import time

import pytest

from catalog.execution import (
    BackendUnavailable,
    executor_command,
    executor_environment,
)
from tests.contract.execution_contract import (
    Place,
    answer,
    busy_worker,
    eventually,
    in_background,
    is_running,
    run,
)

ECHO = "def apply(input):\n    return input\n"
LOOP = "def apply(input):\n    while input:\n        pass\n    return 'out'\n"
SLEEP = "import time\ndef apply(input):\n    time.sleep(input)\n    return 'slept'\n"


@pytest.fixture
def place():
    with Place("local", autostart=False) as place:
        yield place


@pytest.fixture
def start(place):
    started = []

    def start(**options):
        process = subprocess.Popen(
            executor_command(socket=place.socket, **options),
            env=executor_environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=10)


def is_up(place):
    return eventually(lambda: place.backend.health().ok)


def test_without_one_calls_are_refused_and_nothing_is_started(place):
    with pytest.raises(BackendUnavailable) as caught:
        run(place.backend, place.bundle(ECHO), 1)
    assert not caught.value.may_have_run
    assert not place.backend.health().ok
    assert place.backend.describe(place.bundle(ECHO)) == "cold"
    assert not place.socket.exists()


def test_sigterm_lets_a_running_call_finish(place, start):
    process = start()
    assert is_up(place)
    sleep = place.bundle(SLEEP)
    place.backend.deploy(sleep)
    outcomes, thread = in_background(place.backend, sleep, 0.4)
    time.sleep(0.1)
    workers = place.workers()
    process.terminate()
    time.sleep(0.1)
    with pytest.raises(BackendUnavailable) as caught:
        run(place.backend, sleep, 0)
    assert not caught.value.may_have_run
    thread.join()
    assert outcomes[0].body == b"slept"
    assert process.wait(5) == 0
    assert not place.socket.exists()
    assert eventually(lambda: not any(map(is_running, workers)))


def test_the_grace_is_limited(place, start):
    process = start(grace_seconds=0.2)
    assert is_up(place)
    outcomes, thread = in_background(place.backend, place.bundle(LOOP), 1)
    busy_worker(place)
    process.terminate()
    assert process.wait(3) == 0
    thread.join()
    assert isinstance(outcomes[0], BackendUnavailable)


def test_socket_and_directory_belong_to_the_user_alone(place, start):
    start()
    assert is_up(place)
    assert place.socket.stat().st_mode & 0o777 == 0o600
    assert place.socket.parent.stat().st_mode & 0o777 == 0o700


def test_a_second_one_leaves_the_first_alone(place, start):
    start()
    assert is_up(place)
    assert start().wait(5) == 3
    assert answer(place.backend, place.bundle(ECHO), 1) == 1


def test_the_socket_of_a_dead_one_is_taken_over(place, start):
    first = start()
    assert is_up(place)
    first.kill()
    first.wait()
    assert place.socket.exists()
    start()
    assert is_up(place)


def test_a_directory_that_others_can_enter_is_refused(place, start):
    place.socket.parent.mkdir(mode=0o755)
    process = start()
    assert process.wait(5) == 2
    assert "0700" in process.stderr.read()


def test_a_long_socket_name_is_refused_by_program_and_check(place, start):
    place.socket = place.home / ("x" * 120) / "x.sock"
    process = start()
    assert process.wait(5) == 2
    (problem,) = place.another().check()
    assert "VITRINE_HOME" in problem


def test_nobody_there_ends_it_when_it_was_asked_to(start):
    assert start(exit_idle=0.2).wait(5) == 0


def test_health_finds_a_restarted_one_at_once(place, start):
    first = start()
    assert is_up(place)
    first.kill()
    first.wait()
    assert not place.backend.health().ok
    start()
    assert eventually(lambda: place.another().health().ok)
    assert place.backend.health().ok
