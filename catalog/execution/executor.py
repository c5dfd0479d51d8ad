"""How the executor is started: command line, environment, detached start."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.execution.runtime.listening import EXIT_ALREADY_RUNNING

if TYPE_CHECKING:
    from collections.abc import Callable

RETRY_SECONDS = 0.05
_PROGRAM = Path(__file__).with_name("runtime") / "__main__.py"


def executor_command(  # noqa: PLR0913 - each is an option of the executor
    *,
    socket: Path | str,
    max_workers: int | None = None,
    total_workers: int | None = None,
    queue_limit: int | None = None,
    idle_seconds: float | None = None,
    max_calls: int | None = None,
    grace_seconds: float | None = None,
    exit_idle: float | None = None,
    detach: bool = False,
) -> list[str]:
    """Return the command that runs an executor on `socket`, in the foreground.

    It drains and exits 0 on SIGTERM; exit status 2 means that the socket's place is
    not fit for it, 3 that another executor listens there. None leaves a default.
    """
    options = {
        "--max-workers": max_workers,
        "--total-workers": total_workers,
        "--queue-limit": queue_limit,
        "--idle-seconds": idle_seconds,
        "--max-calls": max_calls,
        "--grace-seconds": grace_seconds,
        "--exit-idle": exit_idle,
    }
    command = [sys.executable, "-I", str(_PROGRAM), "--socket", str(socket)]
    for name, value in options.items():
        if value is not None:
            command += [name, str(value)]
    return [*command, "--detach"] if detach else command


def executor_environment() -> dict[str, str]:
    """Return the whole environment of an executor: no secrets, small heaps."""
    return {
        "LANG": "C.UTF-8",
        # many threads that relay large bodies for a moment: give the memory back
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "131072",
        "MALLOC_TRIM_THRESHOLD_": "131072",
    }


def start_detached(
    command: list[str], socket: Path, timeout: float, is_up: Callable[[], bool]
) -> str:
    """Start an executor that outlives this process; returns when it listens.

    One at a time per socket, over all processes; `is_up` is asked under the lock, so
    that the others find what the first one started. An executor that still drains
    is waited for. Returns what went wrong within `timeout` (s), or nothing.
    """
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock_path = socket.with_name(f"{socket.name}.start")
    lock = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    give_up = time.monotonic() + timeout
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        while not is_up():
            problem, final = _start(command, socket, timeout)
            if final or time.monotonic() > give_up:
                return problem
            time.sleep(RETRY_SECONDS)
    finally:
        os.close(lock)
    return ""


def _start(command: list[str], socket: Path, timeout: float) -> tuple[str, bool]:
    """Return the problem, and whether trying again is of no use."""
    log_path = socket.with_name(f"{socket.name}.log")
    with log_path.open("ab") as log:
        try:
            status = subprocess.run(  # noqa: S603 - our own program and options
                command,
                env=executor_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                timeout=timeout,
                check=False,
            ).returncode
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"the executor did not start: {error}", True
    if status == 0:
        return "", True
    problem = f"the executor ended with status {status}, see {log_path}"
    return problem, status != EXIT_ALREADY_RUNNING
