"""Runs a few lines of JavaScript with the published npm client, unchanged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "node_modules/algorithmia/package.json"
PUBLISHED = "0.3.10"
SECONDS = 60
# `said(value)` ends the program with a value; bytes travel as base64.
BEFORE = """
const algorithmia = require('algorithmia');
const client = algorithmia.client(process.env.KEY, process.env.ADDRESS);
const given = JSON.parse(process.env.GIVEN);
const said = (value) => {
  const kept = Buffer.isBuffer(value) ? {base64: value.toString('base64')} : value;
  process.stdout.write(JSON.stringify(kept === undefined ? null : kept), () => {
    process.exit(0);
  });
};
"""


def said_by_node(script: str, *, key: str, address: str, given: object = None) -> Any:
    """Return what `script` hands to `said`; `client` and `given` are at hand there."""
    if shutil.which("node") is None:
        pytest.skip("Node.js is missing: make system installs it")
    if not PACKAGE.exists():
        pytest.skip("the npm package algorithmia is missing: npm ci installs it")
    assert json.loads(PACKAGE.read_text())["version"] == PUBLISHED
    done = subprocess.run(
        ["node", "--no-deprecation", "-e", BEFORE + script],
        cwd=ROOT,  # beside node_modules
        env={
            "PATH": os.environ["PATH"],
            "KEY": key,
            "ADDRESS": address,
            "GIVEN": json.dumps(given),
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout, f"nothing was said: {done.stderr}"
    return json.loads(done.stdout)
