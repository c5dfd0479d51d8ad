"""`manage.py serve`: web, executor and indexer as one product, one Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from catalog.execution import execution_backends, executor_environment
from catalog.management import first_start
from catalog.management.supervisor import Child, Supervisor

if TYPE_CHECKING:
    from argparse import ArgumentParser

#: of all web processes together: each may hold a connection to the database
BLOCKING_THREADS = 64
FEWEST_THREADS = 16
START_SECONDS = 60


class Command(BaseCommand):
    help = (
        "Serve Vitrine: bring the database and index up to date, import the bundled "
        "catalog at the first start, then run web, executor and worker until Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--host", default=settings.HOST, help="address to listen on (HOST)"
        )
        parser.add_argument(
            "--port", type=int, default=settings.PORT, help="port to listen on (PORT)"
        )

    def handle(self, *_args: Any, host: str, port: int, **_options: Any) -> None:
        home = Path(settings.VITRINE_HOME)
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        address = f"http://{host}:{port}"
        with _only_one(home, address):
            _refuse_taken_port(host, port)
            call_command("migrate", verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
            password_file = first_start.prepare(say=self._say)
            supervisor = Supervisor(_children(host, port), self._say)
            supervisor.start()
            _wait_until_up(host, port, supervisor)
            self._say(f"Vitrine serves {address}")
            if password_file:
                self._say(
                    f"Sign in as {first_start.ADMIN}; the password is in "
                    f"{password_file} (readable by you alone)"
                )
            supervisor.run()
        self._say("Vitrine has stopped")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _only_one(home: Path, address: str) -> IO[str]:
    """Hold the lock of this state; raises CommandError where another serve has it."""
    lock = (home / "serve.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        raise CommandError(
            f"Vitrine already runs on this state: {holder}. Stop it first, or set "
            "VITRINE_HOME to another directory."
        ) from None
    lock.truncate(0)
    lock.write(f"process {os.getpid()}, {address}")
    lock.flush()
    return lock


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host}:{port}: {error.strerror}. "
                "Set PORT to another one."
            ) from None


def _children(host: str, port: int) -> list[Child]:
    base = Path(settings.BASE_DIR)
    here = {**os.environ, "VITRINE_SERVER_PID": str(os.getpid())}
    workers = settings.VITRINE_WEB_WORKERS
    threads = max(BLOCKING_THREADS // workers, FEWEST_THREADS)
    web = [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--backlog", "1024", "--backpressure", str(2 * threads)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "10", "--no-ws"),
        # One thread reads all sockets: a call changes threads once less.
        *("--runtime-mode", "st", "--http", "1"),
        *("--log-level", "error", "--working-dir", str(base)),
        "config.wsgi:application",
    ]
    worker = [sys.executable, str(base / "manage.py"), "worker"]
    children = [
        Child("worker", worker, here),
        Child("web", web, {**here, "VITRINE_EXECUTOR_AUTOSTART": "false"}),
    ]
    executor = execution_backends[settings.VITRINE_EXECUTION].command()
    if executor is not None:
        children.insert(0, Child("executor", executor, executor_environment()))
    return children


def _wait_until_up(host: str, port: int, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not supervisor.stopping:
        supervisor.tick()
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
