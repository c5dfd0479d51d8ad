"""`serve`: three processes that come, recover and go together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.live_product import ROOT, Product, descendants_of, is_alive

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("serve")]


@pytest.fixture
def own(tmp_path):
    product = Product(tmp_path / "home").start()
    yield product
    if product.process.poll() is None:
        product.stop()


@pytest.fixture
def key(own):
    own.command("create_user", "ada")
    return own.command("create_key", "--user", "ada")


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def answers(own, key):
    try:
        return own.call("util/Echo", 1, key)[0] == 200
    except OSError:
        return False


def test_ctrl_c_ends_every_process(own, key):
    assert own.call("util/Echo", {"a": 1}, key)[0] == 200
    started = descendants_of(own.process.pid)
    assert {"web", "worker", "executor"} <= set(own.children())
    assert own.stop() == 0
    assert until(lambda: not any(is_alive(pid) for pid in started))
    assert "Vitrine has stopped" in own.output


@pytest.mark.parametrize("name", ["web", "worker", "executor"])
def test_a_killed_process_is_started_again(own, key, name):
    killed = own.children()[name]
    os.kill(killed, signal.SIGKILL)
    assert until(lambda: own.children().get(name) not in (None, killed))
    assert until(lambda: answers(own, key))


def test_kill_9_of_serve_leaves_no_process_behind(own, key):
    assert answers(own, key)
    started = descendants_of(own.process.pid)
    own.process.kill()
    own.process.wait()
    assert until(lambda: not any(is_alive(pid) for pid in started))
    own.start()
    assert own.call("util/Echo", "again", key) == (
        200,
        {
            "result": "again",
            "metadata": own.call("util/Echo", "again", key)[1]["metadata"]
            | {"duration": pytest.approx(0, abs=1)},
        },
    )


def test_a_second_serve_on_the_same_state_refuses_clearly(own):
    second = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=own.environment() | {"PORT": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 1
    assert "already runs on this state" in second.stderr
    assert str(own.process.pid) in second.stderr


def test_a_taken_port_is_named(own, tmp_path):
    other = Product(tmp_path / "other", port=own.port)
    other.home.mkdir()
    refused = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=other.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refused.returncode == 1
    assert f"127.0.0.1:{own.port}" in refused.stderr


def test_a_call_cut_by_the_executors_death_is_a_clear_answer(own, key):
    said = []
    caller = threading.Thread(
        target=lambda: said.append(own.call("testing/Sleep", 20, key))
    )
    caller.start()
    time.sleep(1.5)
    os.kill(own.children()["executor"], signal.SIGKILL)
    caller.join(timeout=30)
    status, answer = said[0]
    assert status == 503
    assert answer["error"]["message"]
    assert "/" not in answer["error"]["message"]
    assert answers(own, key), "the next call waits for the executor to come back"


def test_the_generated_password_is_kept_for_its_owner_alone(own):
    kept = own.home / "admin_password"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert (own.home / "secret_key").stat().st_mode & 0o777 == 0o600
    assert kept.read_text().strip() not in own.output
