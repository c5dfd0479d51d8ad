"""Keeps the product's processes alive, and ends them together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 15.0
#: a child that lived this long did not fail at start
STEADY_SECONDS = 10.0
MAX_PAUSE_SECONDS = 10.0
TICK_SECONDS = 0.1

_libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None


def _die_with_parent() -> None:
    """Run in the child before exec: kill -9 of the supervisor ends it too."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass(slots=True)
class Child:
    """One supervised program: command, whole environment, and what became of it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    next_start_at: float = 0.0
    pause: float = 0.0

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then
        # sends each child one signal. A second one would cut a drain short.
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - the supervisor has one thread
        )
        self.started_at = time.monotonic()

    def is_gone(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def plan_restart(self) -> float:
        """Return the pause in seconds before the next start; it doubles."""
        now = time.monotonic()
        lived = now - self.started_at
        self.pause = 0.0 if lived > STEADY_SECONDS else self.pause * 2 or 0.25
        self.pause = min(self.pause, MAX_PAUSE_SECONDS)
        self.next_start_at = now + self.pause
        return self.pause

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)


class Supervisor:
    """Starts children, restarts those that end, and stops all on one signal."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self.children = list(children)
        self.say = say
        self.stopping = False

    def start(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        for child in self.children:
            child.start()

    def run(self) -> None:
        """Watch until a signal comes, then stop the children."""
        try:
            while not self.stopping:
                self.tick()
                time.sleep(TICK_SECONDS)
        finally:
            self.stop()

    def tick(self) -> None:
        """Note who ended and start who is due."""
        for child in self.children:
            if child.process is not None and child.is_gone():
                code = child.process.returncode
                child.process = None
                pause = child.plan_restart()
                self.say(
                    f"{child.name} ended ({code}); starting it again in {pause:g} s"
                )
            if child.process is None and time.monotonic() >= child.next_start_at:
                child.start()

    def stop(self) -> None:
        """Send one SIGTERM to each child, wait, and kill what is left."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline:
            if all(child.is_gone() for child in self.children):
                return
            time.sleep(0.05)
        for child in self.children:
            child.signal(signal.SIGKILL)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True
