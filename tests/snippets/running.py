"""Run a snippet as its reader would: saved, with its packages beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from catalog import snippets

ROOT = Path(__file__).resolve().parents[2]
# The interpreter of the tests is the one that has the clients.
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
# Later versions of Go compile their library first: once, not in each case.
GO_CACHE = os.environ.get("GOCACHE", str(Path.home() / ".cache/go-build"))


@cache
def toolchain_of(target):
    """Return what runs the target, such as "curl 7.88.1", or skip by its name."""
    if shutil.which(target.tool, path=PATH) is None:
        pytest.skip(f"{target.tool} is not installed: {target.key} was not executed")
    asked = subprocess.run(
        ["sh", "-c", target.toolchain],
        cwd=ROOT,  # beside node_modules
        env={"PATH": PATH},
        capture_output=True,
        text=True,
        timeout=60,
    )
    if asked.returncode != 0:
        reason = asked.stderr.strip().rpartition("\n")[2]
        pytest.skip(f"{target.key} was not executed, its client is missing: {reason}")
    assert asked.stdout.strip(), f"{target.key}: toolchain prints nothing"
    return asked.stdout.strip()


def run(target, call, folder, *, key, code=""):
    """Return the ended process of `code`, or else of the target's code for `call`."""
    toolchain_of(target)
    snippet = snippets.render(target.key, call)
    (folder / target.file).write_text(code or snippet.code, encoding="utf-8")
    if snippet.body_file:
        (folder / snippet.body_file).write_text(call.body, encoding="utf-8")
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    settle(folder)
    return subprocess.run(
        ["sh", "-c", target.run],
        cwd=folder,
        env={
            "PATH": PATH,
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "GOCACHE": GO_CACHE,
            call.key_variable: key,
        },
        capture_output=True,
        timeout=120,
    )


def settle(home):
    """Keep HTTPie from asking its makers for the newest version."""
    folder = home / ".config" / "httpie"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"disable_update_warnings": true}')
