"""Schemathesis over the whole description of /api: three people, every phase.

It makes requests of every operation, right ones and wrong ones, and follows links
from answer to answer. No answer may be 5xx, and none may be other than described:
status, media type, shape.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live_product import Product

pytestmark = [
    pytest.mark.live,
    pytest.mark.xdist_group("schemathesis"),
    pytest.mark.timeout(900),
]

HERE = Path(__file__).parent
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
PHASES = ("examples", "coverage", "fuzzing", "stateful")
SCOPES = ("read", "run", "write", "data", "admin")
ECHO = "/api/v1/algorithms/util/Echo"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A product of its own, which nothing that is deleted can be missed in."""
    plenty = dict.fromkeys(
        ("VITRINE_CALLS_PER_DAY", "VITRINE_RUNS_PER_HOUR"), "100000000"
    )
    home = tmp_path_factory.mktemp("fuzzed") / "home"
    product = Product(home, settings=plenty).start()
    product.command("create_user", "ada", "--team", "visionlab", "--role", "member")
    product.command(
        *("create_user", "carol", "--staff", "--team", "visionlab", "--role", "owner")
    )
    yield product
    product.stop()


class Person:
    """Somebody with a key of all scopes, and the names that Schemathesis shall use."""

    def __init__(self, product, name):
        self.product, self.secret, self.own_key = product, "", ""
        if name:
            words = ("create_key", "--user", name, "--scope", *SCOPES)
            self.secret = product.command(*words)
            self.own_key = self.made("GET", "/api/v1/keys")["results"][0]["id"]

    def made(self, method, path, **body):
        """Ask the API and return what it answered."""
        status, _headers, answer = self.product.request(
            method,
            path,
            body=json.dumps(body).encode() if body else None,
            headers={
                "Authorization": f"Bearer {self.secret}",
                "Content-Type": "application/json",
            },
        )
        assert status < 300, (method, path, answer)
        return json.loads(answer or b"null")

    def names(self):
        return {
            "pairs": [
                {"owner": "util", "name": "Echo", "number": "0.2.1"},
                {"owner": "NLP", "name": "getsentiment", "number": "latest"},
                {"owner": "demo", "name": "Hello", "number": "1.*"},
            ],
            "slug": ["visionlab"],
            "username": ["ada", "carol"],
            "target": ["curl", "python"],
            "paths": {
                "/api/v1/collections/{slug}": {"slug": self.collections()},
                **self.ids(),
            },
        }

    def collections(self):
        rows = json.loads(self.product.get("/api/v1/collections")[2])["results"]
        return [row["slug"] for row in rows] or ["none"]

    def ids(self):
        """Make rows to look at and to end, of each kind that this person may make."""
        if not self.secret:
            return {}
        keys = [
            self.made("POST", "/api/v1/keys", name="spare", scopes=["read"], days=7)[
                "id"
            ]
            for _ in range(20)
        ]
        run = self.made_run()
        return {
            "/api/v1/keys/{id}": {"id": keys},
            "/api/v1/runs/{id}": {"id": [run]},
            "/api/v1/runs/{id}/events": {"id": [run]},
        }

    def made_run(self):
        _status, headers, body = self.product.request(
            "POST",
            f"{ECHO}/runs",
            body=b"1",
            headers={
                "Authorization": f"Bearer {self.secret}",
                "Content-Type": "application/json",
                "Prefer": "respond-async",
            },
        )
        return json.loads(body)["id"]


@pytest.mark.parametrize(
    "name", ["", "ada", "carol"], ids=["nobody", "member", "staff"]
)
def test_every_answer_is_one_that_is_described(world, tmp_path, name):
    person = Person(world, name)
    header = ("--header", f"Authorization: Bearer {person.secret}") if name else ()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run"),
            f"{world.url}/openapi.json",
            *("--phases", ",".join(PHASES), "--checks", ",".join(CHECKS)),
            *("--max-examples", "20", "--seed", "11", "--generation-deterministic"),
            *("--generation-with-security-parameters", "false", *header),
            *("--continue-on-failure", "--no-color", "--request-timeout", "60"),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(HERE),
            "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
            "KNOWN_NAMES": json.dumps(person.names()),
            "OWN_KEY_ID": person.own_key,
        },
        capture_output=True,
        text=True,
    )
    told = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, told
    selected, tested = re.search(r"Selected: (\d+)/\d+\s+Tested: (\d+)", told).groups()
    assert int(selected) == int(tested) > 50, told
    generated = int(re.search(r"(\d+) generated", told)[1])
    assert generated > 1000, told
    assert "Traceback" not in world.output
