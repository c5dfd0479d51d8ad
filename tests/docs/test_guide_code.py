"""The code of the guide does what the guide says, against the running product."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {"python": [sys.executable, "-W", "error", "-c"], "sh": ["bash", "-euc"]}

#: its one block is an algorithm, which tests/unit/samples/test_guide.py publishes
ELSEWHERE = {"algorithm-folders.md"}

BLOCKS = [
    pytest.param(language, code, id=f"{path.stem}-{number}")
    for path in sorted(GUIDE.glob("*.md"))
    if path.name not in ELSEWHERE
    for number, (language, code) in enumerate(BLOCK.findall(path.read_text()))
]


@pytest.fixture(scope="session")
def guide_key(product, run_key) -> str:
    """A key of ada's with the scopes that the guide's chapters name."""
    scopes = ("read", "run", "write", "data")
    return product.command("create_key", "--user", "ada", "--scope", *scopes)


@pytest.mark.live
@pytest.mark.xdist_group("live")
@pytest.mark.parametrize(("language", "code"), BLOCKS)
def test_the_code_of_the_guide_runs(language, code, product, guide_key):
    if "curl " in code and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    code = code.replace("http://127.0.0.1:8000", product.url)
    code = code.replace("vtr_...", guide_key)
    done = subprocess.run(
        [*PROGRAMS[language], code],
        env={**os.environ, "VITRINE_API_KEY": guide_key},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout or "export" in code


def test_the_guide_has_code_to_run():
    assert len(BLOCKS) > 3
