"""The published client's command line, `algo`, unchanged, against the running product.

`algo auth` takes keys of 28 characters for addresses of its maker's form alone, so the
profile is written as that command would write it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

PROFILE = """
[profiles.default]
api_key = "{key}"
api_server = "{address}"
ca_cert = ""
bearer_token = ""
"""


@pytest.fixture(scope="session")
def command_key(product, run_key):
    scopes = ("read", "run", "data")
    return product.command(
        "create_key", "--user", "ada", "--scope", *scopes, "--name", "algo command"
    )


@pytest.fixture
def algo(product, command_key, tmp_path):
    (tmp_path / ".algorithmia").mkdir()
    profile = PROFILE.format(key=command_key, address=product.url)
    (tmp_path / ".algorithmia/config").write_text(profile)

    def algo(*words):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "Algorithmia", *words],
            cwd=tmp_path,
            env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return algo


def test_it_runs_an_algorithm_with_data(algo):
    assert algo("run", "demo/Hello", "-d", "Ada") == "Hello Ada"


def test_it_runs_an_algorithm_with_text_by_its_own_request(product, command_key, algo):
    # This form builds its own request, to an address made of the profile's.
    assert algo("run", "util/Echo", "-t", "☎") == "☎"


def test_it_runs_an_algorithm_with_json(algo):
    assert algo("run", "util/Echo", "-j", '{"a":[1,2]}') == "{'a': [1, 2]}"


def test_it_writes_a_binary_result_to_a_file(algo, tmp_path):
    (tmp_path / "in.bin").write_bytes(bytes(range(256)))
    algo("run", "util/Echo", "-B", "in.bin", "-o", "out.bin", "--timeout", "10")
    assert (tmp_path / "out.bin").read_bytes() == bytes(range(256))


def test_it_keeps_files(algo, tmp_path):
    algo("mkdir", "data://.my/cli")
    # ASCII: of other bytes the client guesses what they are encoded in.
    (tmp_path / "a.txt").write_text("kept")
    algo("cp", "a.txt", "data://.my/cli/a.txt")
    assert algo("cat", "data://.my/cli/a.txt") == "kept"
    assert "ada/cli/a.txt" in algo("ls", "-l", "data://.my/cli/").replace(".my", "ada")
    algo("cp", "data://.my/cli/a.txt", "back.txt")
    assert Path(tmp_path / "back.txt").read_text() == "kept"
    algo("rmdir", "-f", "data://.my/cli")
    assert algo("ls").count("cli") == 0


def test_it_lists_what_languages_there_are(algo):
    listed = algo("languages").splitlines()
    assert listed[0].split() == ["Name", "Description"]
    assert any("python" in line for line in listed[1:])
