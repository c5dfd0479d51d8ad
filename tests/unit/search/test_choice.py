from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from catalog.search.choice import choose

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def without_tantivy(monkeypatch):
    monkeypatch.setattr("catalog.search.choice.find_spec", lambda _name: None)


def test_auto_takes_tantivy_where_it_is_installed():
    assert choose("auto") == "tantivy"
    assert choose(" Auto ") == "tantivy"


def test_auto_takes_whoosh_elsewhere(without_tantivy):
    assert choose("auto") == "whoosh"


def test_an_engine_can_be_named(without_tantivy):
    assert choose("whoosh") == "whoosh"
    with pytest.raises(ValueError, match="not installed; install it, or use auto"):
        choose("tantivy")


@pytest.mark.parametrize("name", ["", "lucene", "postgres", "auto,whoosh"])
def test_nonsense_is_refused_with_the_allowed_values(name):
    with pytest.raises(ValueError, match="use one of: auto, tantivy, whoosh"):
        choose(name)


def test_settings_may_import_it_before_they_exist():
    program = (
        "from catalog.search.choice import choose; print(choose('whoosh'));"
        "from django.conf import settings; assert not settings.configured"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "whoosh\n"
