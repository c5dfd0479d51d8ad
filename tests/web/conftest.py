"""Bundled samples as published versions, and an executor of the tests' own."""

from __future__ import annotations

import subprocess
import time
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rows import listing, published

from catalog.execution import execution_backends
from catalog.execution.backends.local import LocalBackend
from catalog.models import Algorithm, Run, Visibility
from catalog.services import admission, resolving, synonyms
from catalog.services.cards import card_for
from catalog.services.lookups import Lookups
from catalog.services.rollups import count_calls, roll_up
from config.sign_in import allauth_settings

if TYPE_CHECKING:
    from pathlib import Path

START_SECONDS = 20


@pytest.fixture
def sentiment(db) -> Algorithm:
    return published("nlp/GetSentiment")


@pytest.fixture
def colors(db) -> Algorithm:
    return published("media/DominantColors")


@pytest.fixture
def adas_private(ada) -> Algorithm:
    return listing(ada.owner, "AdasSecret")


@pytest.fixture
def team_private(vision_lab) -> Algorithm:
    return listing(vision_lab.owner, "LabSecret")


@pytest.fixture
def documented(vision_lab) -> Algorithm:
    """A public entry with a card and no version."""
    source = "# Words\n\nOnly documentation."
    return Algorithm.objects.create(
        owner=vision_lab.owner,
        name="OnlyWords",
        title="Only words",
        summary="Documentation only.",
        visibility=Visibility.PUBLIC,
        card=card_for(source=source),
    )


@pytest.fixture
def runs():
    """Record runs of an algorithm's newest version, and roll them up."""

    def record(algorithm: Algorithm, *durations_ms: float) -> None:
        Run.objects.bulk_create(
            Run(
                version=algorithm.latest,
                surface=Run.Surface.API,
                outcome=Run.Outcome.SUCCEEDED,
                duration_ms=duration,
                total_ms=duration + 1,
                input_bytes=2,
                output_bytes=2,
                created_at=timezone.now(),
            )
            for duration in durations_ms
        )
        count_calls(versions=roll_up().versions)

    return record


@pytest.fixture(scope="session")
def executor_socket(tmp_path_factory) -> Path:
    """An executor for this session alone, which ends with it."""
    socket = tmp_path_factory.mktemp("executor") / "x.sock"
    backend = LocalBackend(socket=socket, autostart=False)
    process = subprocess.Popen(backend.command())
    deadline = time.monotonic() + START_SECONDS
    while not backend.health().ok and time.monotonic() < deadline:
        time.sleep(0.05)
    yield socket
    backend.close()
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def executor(settings, executor_socket):
    """Runs really run."""
    settings.EXECUTION_BACKENDS = {
        "local": {
            "BACKEND": "catalog.execution.backends.local.LocalBackend",
            "OPTIONS": {"socket": executor_socket, "autostart": False},
        }
    }
    yield
    execution_backends["local"].close()


@pytest.fixture
def no_executor(settings, tmp_path):
    """Nobody listens, and nobody starts one."""
    settings.EXECUTION_BACKENDS = {
        "local": {
            "BACKEND": "catalog.execution.backends.local.LocalBackend",
            "OPTIONS": {"socket": tmp_path / "away.sock", "autostart": False},
        }
    }


@pytest.fixture(autouse=True)
def own_state(settings, tmp_path, monkeypatch):
    """Each test has its own counters, look-ups and index.

    The epoch that dates look-ups is rolled back with a test's rows.
    """
    cache.clear()
    admission.counting().forget()
    monkeypatch.setattr(resolving, "_targets", Lookups())
    monkeypatch.setattr(synonyms, "_held", Lookups(limit=1))
    settings.SEARCH_BACKENDS = {
        alias: {**backend, "OPTIONS": {"path": tmp_path / "index" / alias}}
        for alias, backend in settings.SEARCH_BACKENDS.items()
    }


@pytest.fixture
def client_elsewhere() -> Client:
    """A second browser."""
    return Client()


@pytest.fixture
def sends_mail(settings) -> None:
    """The operator named a mail server; what is sent is kept in memory."""
    own = allauth_settings(sends_mail=True, providers=[])
    for name, value in own.items():
        setattr(settings, name, value)
    settings.SENDS_MAIL = True
    settings.DEFAULT_FROM_EMAIL = "catalog@example.org"


@pytest.fixture
def confirmed():
    """Sign somebody in, with the password asked for a moment ago."""

    def sign_in_and_confirm(client, user) -> None:
        client.force_login(user)
        posted = {"password": "correct horse battery"}
        answer = client.post("/settings/confirm?next=/", posted)
        assert answer.status_code == 302, answer.content.decode()

    return sign_in_and_confirm


@pytest.fixture
def command():
    """Run a command of manage.py and return what it prints."""

    def run(*words: str) -> str:
        printed = StringIO()
        call_command(*words, stdout=printed)
        return printed.getvalue().strip()

    return run
