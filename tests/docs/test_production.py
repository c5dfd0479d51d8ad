"""The settings for production that the guide names, checked as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/guide/operating.md"


def documented() -> dict[str, str]:
    section = GUIDE.read_text().split("## In production\n")[1]
    block = re.search(r"```\n(.*?)```", section, re.DOTALL)[1]
    return dict(line.split("=", 1) for line in block.splitlines())


def check(home, settings):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**kept, **settings, "VITRINE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_deploy_check_has_nothing_to_say(tmp_path):
    done = check(tmp_path, documented())
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [("VITRINE_HTTPS", "security.W004"), ("VITRINE_BEHIND_PROXY", "security.W008")],
)
def test_the_check_tells_of_what_is_left_out(tmp_path, name, said):
    settings = {key: value for key, value in documented().items() if key != name}
    done = check(tmp_path, settings)
    assert done.returncode == 1
    assert said in done.stderr


def test_a_debugging_server_is_refused(tmp_path):
    done = check(tmp_path, {**documented(), "VITRINE_DEBUG": "true"})
    assert done.returncode == 1
    assert "security.W018" in done.stderr
