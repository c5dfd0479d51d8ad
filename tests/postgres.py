"""A throw-away PostgreSQL of its own: `python tests/postgres.py COMMAND ...`.

The command runs with VITRINE_TEST_DATABASE_URL, and its exit status is the answer. The
server listens on a socket in a temporary directory alone, sorts as people do (ICU, not
bytes), and is a child that is waited for: where process 1 reaps nobody, a daemon that
was killed would stay a zombie and keep the next one from starting.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = "PostgreSQL's server programs are missing: make system installs them"
START_SECONDS = 30
STOP_SECONDS = 20
#: nothing has to outlive a test, so nothing waits for the disk
IN_HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ROLE = "vitrine"


def programs() -> Path | None:
    """Return the directory of initdb and postgres, of the newest that is installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    known = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(known, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


def _account() -> pwd.struct_passwd | None:
    """Return whom the server runs as; None for ourselves: it refuses to be root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise SystemExit("PostgreSQL does not run as root, and nobody else is there")


def _end_with_parent() -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


class Cluster:
    """A running server; `url` names a database of a role that may make others."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.place = Path(tempfile.mkdtemp(prefix="vitrine-pg-"))
        self.as_whom: dict[str, object] = {}
        if account := _account():
            os.chown(self.place, account.pw_uid, account.pw_gid)
            self.as_whom = {
                "user": account.pw_uid,
                "group": account.pw_gid,
                "extra_groups": [],
            }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}@{quote(str(self.place), safe='')}/{ROLE}"

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.place), user="boss", dbname="postgres", autocommit=True
        )

    def start(self) -> None:
        data = self.place / "data"
        subprocess.run(
            [
                str(self.programs / "initdb"),
                *("-D", str(data), "-U", "boss", "-A", "trust", "-E", "UTF8", "-N"),
                *("--locale-provider=icu", "--icu-locale=en-US", "--locale=C"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.place,
            **self.as_whom,
        )
        self.launch()
        with self._connect() as connection:
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            connection.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")

    def launch(self) -> None:
        """Start the server on its data, as after a crash of the machine."""
        settings = (*IN_HASTE, "listen_addresses=", "max_connections=200")
        with (self.place / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    str(self.programs / "postgres"),
                    *("-D", str(self.place / "data"), "-k", str(self.place)),
                    *(word for setting in settings for word in ("-c", setting)),
                ],
                stdout=log,
                stderr=log,
                cwd=self.place,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - before any thread
                start_new_session=True,
                **self.as_whom,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                self._connect().close()
                return
            time.sleep(0.05)
        log = (self.place / "log").read_text(errors="replace")
        raise RuntimeError(f"PostgreSQL did not start:\n{log}")

    def halt(self) -> None:
        """Stop the server: connections are cut, the data stays."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(STOP_SECONDS)

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self.place, ignore_errors=True)


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """Give a running server that ends with the block."""
    found = programs()
    if found is None:
        raise LookupError(MISSING)
    running = Cluster(found)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def main(command: list[str]) -> int:
    if programs() is None:
        print(f"skipped: {MISSING}", file=sys.stderr)  # noqa: T201 - a program
        return 1 if os.environ.get("REQUIRE_ALL") == "1" else 0
    # A stopped run has to take its server along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with cluster() as running:
        environment = {**os.environ, "VITRINE_TEST_DATABASE_URL": running.url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
