"""What settings make of the local and the dummy backend."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from catalog.execution import execution_backends, executor_command
from catalog.execution.backends.dummy import DummyBackend
from catalog.execution.backends.local import LocalBackend
from tests.contract.execution_contract import Place, answer


def test_settings_choose_backend_and_options(settings, tmp_path):
    settings.EXECUTION_BACKENDS = {
        "local": {
            "BACKEND": "catalog.execution.backends.local.LocalBackend",
            "OPTIONS": {"socket": tmp_path / "x.sock", "max_workers": 3},
        },
        "dummy": {"BACKEND": "catalog.execution.backends.dummy.DummyBackend"},
        "wrong": {
            "BACKEND": "catalog.execution.backends.local.LocalBackend",
            "OPTIONS": {"sockett": ""},
        },
    }
    assert isinstance(execution_backends["local"], LocalBackend)
    assert isinstance(execution_backends["dummy"], DummyBackend)
    with pytest.raises(ImproperlyConfigured, match="sockett"):
        execution_backends["wrong"]


def test_the_supervisors_command_carries_the_options_and_stays_in_front(tmp_path):
    socket = tmp_path / "x.sock"
    command = LocalBackend(socket=socket, max_workers=3, idle_seconds=7).command()
    assert command == executor_command(socket=socket, max_workers=3, idle_seconds=7)
    assert command[:2] == [sys.executable, "-I"]
    assert command[3:] == [
        *("--socket", str(socket)),
        *("--max-workers", "3", "--idle-seconds", "7"),
    ]


def test_asking_after_a_backend_starts_nothing(tmp_path):
    backend = LocalBackend(socket=tmp_path / "run" / "x.sock")
    health = backend.health()
    assert health.ok
    assert "first call" in health.detail
    assert not (tmp_path / "run").exists()


def test_a_relative_socket_is_a_problem_that_check_names():
    problems = LocalBackend(socket=Path("x.sock")).check()
    assert any("no absolute path" in problem for problem in problems)


def test_the_dummy_leaves_the_published_client_module_alone(monkeypatch):
    published = object()
    monkeypatch.setitem(sys.modules, "Algorithmia", published)
    source = "import Algorithmia\ndef apply(input):\n    return Algorithmia.__name__\n"
    with Place("dummy") as place:
        assert answer(place.backend, place.bundle(source)) == "Algorithmia"
    assert sys.modules["Algorithmia"] is published


def test_the_dummy_lets_nothing_wait_behind_a_stuck_call():
    source = """
        import time

        def apply(input):
            time.sleep(input)
            return "done"
        """
    with Place("dummy") as place:
        slow = place.bundle(source)
        with pytest.raises(Exception, match="timed-out"):
            answer(place.backend, slow, 1, timeout=0.05)
        assert answer(place.backend, slow, 0, timeout=0.5) == "done"
