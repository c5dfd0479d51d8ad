"""The product as a person starts it: real processes on a state of their own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg

if TYPE_CHECKING:
    from email.message import Message

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90
#: live tests share one key and one address; those of limits set their own
UNHURRIED = dict.fromkeys(
    ("VITRINE_RATE_KEY", "VITRINE_RATE_PERSON", "VITRINE_RATE_ADDRESS"), "1000000"
)


def own_database() -> dict[str, str]:
    """Name a new database of `make test-postgres`'s server; nothing without one."""
    server = os.environ.get("VITRINE_TEST_DATABASE_URL", "")
    if not server:
        return {}
    name = f"product_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return {"DATABASE_URL": f"{server.rpartition('/')[0]}/{name}"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Product:
    """One `manage.py serve` with its address, state and output."""

    home: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    database: dict[str, str] = field(default_factory=own_database)
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return (self.home / "output").read_text()

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("VITRINE_", "DJANGO_", "COV", "PYTEST", "REDIS_"))
        }
        return {
            **kept,
            **UNHURRIED,
            **self.database,
            "VITRINE_HOME": str(self.home),
            "PORT": str(self.port),
            **self.settings,
        }

    def count(self, table: str) -> int:
        """Count a table's rows in the product's database."""
        if url := self.environment().get("DATABASE_URL"):
            database = psycopg.connect(url)
        else:
            database = sqlite3.connect(self.home / "db.sqlite3")
        with contextlib.closing(database):
            counted = database.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a test's word
            return counted.fetchone()[0]

    def command(self, *words: str) -> str:
        """Run a manage.py command on this state and return what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self) -> Product:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.environment(),
                stdout=output,
                stderr=output,
            )
        self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"the product is not ready:\n{self.output}")

    def stop(self) -> int:
        """Send Ctrl-C and return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)

    def get(self, path: str, **headers: str) -> tuple[int, Message, bytes]:
        return self.request("GET", path, headers=headers)

    def request(self, method, path, *, body=None, headers=None):
        """Return status, headers and body, also of an error."""
        request = urllib.request.Request(
            self.url + path, data=body, method=method, headers=headers or {}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def call(self, reference, value, key, **query):
        """Call an algorithm with a JSON value; return status and parsed answer."""
        words = "&".join(f"{name}={word}" for name, word in query.items())
        status, _headers, body = self.request(
            "POST",
            f"/v1/algo/{reference}" + (f"?{words}" if words else ""),
            body=json.dumps(value).encode(),
            headers={"Authorization": key, "Content-Type": "application/json"},
        )
        return status, json.loads(body)

    def children(self) -> dict[str, int]:
        """Process ids of web, executor and worker by what they run."""
        found = {}
        for pid in children_of(self.process.pid):
            line = command_of(pid)
            for name, mark in (
                ("web", "granian"),
                ("worker", "manage.py\0worker"),
                ("executor", "execution/runtime"),
            ):
                if mark in line:
                    found[name] = pid
        return found


def command_of(pid: int) -> str:
    """Return a process's command line; nothing for one that is just gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def children_of(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.name))
    return found


def descendants_of(pid: int) -> list[int]:
    found = []
    for child in children_of(pid):
        found += [child, *descendants_of(child)]
    return found


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
