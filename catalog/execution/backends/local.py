"""Runs calls on the executor of this host, in warm worker processes."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from catalog.execution.base import (
    AlgorithmFailed,
    BackendUnavailable,
    Deployment,
    ExecutionBackend,
    ExecutionError,
    Health,
    QueueFull,
    QueueTimeout,
    RunRequest,
    RunResult,
)
from catalog.execution.connections import Asked, Connections
from catalog.execution.executor import executor_command
from catalog.execution.runtime.frames import encode_header
from catalog.execution.runtime.listening import PATH_LIMIT

if TYPE_CHECKING:
    from catalog.execution.base import ContentType

#: an executor that no supervisor watches ends after this long without a client (s)
EXIT_IDLE = 900.0

#: the members of a header that ask for what was printed, or for a loan
_PRINTED, _LENT = '"out":true,', '"lend":true,'

_REFUSALS: dict[str, type[ExecutionError]] = {
    "queue_full": QueueFull,
    "queue_timeout": QueueTimeout,
    "unavailable": BackendUnavailable,
    "closing": BackendUnavailable,
}


class LocalBackend(ExecutionBackend):
    """The `local` backend. One instance serves all threads, also after a fork.

    `max_workers` (per version), `total_workers`, `queue_limit` (calls per version),
    `idle_seconds` and `max_calls` (a worker's life) are the executor's; they count
    when this process starts it (`autostart`). `start_seconds` bounds that start,
    `deploy_seconds` the first load of a version.
    """

    sandboxed = True

    def __init__(  # noqa: PLR0913 - each is an option in the settings
        self,
        *,
        socket: Path | str,
        autostart: bool = True,
        max_workers: int | None = None,
        total_workers: int | None = None,
        queue_limit: int | None = None,
        idle_seconds: float | None = None,
        max_calls: int | None = None,
        grace_seconds: float | None = None,
        start_seconds: float = 15.0,
        deploy_seconds: float = 60.0,
    ) -> None:
        self._socket = Path(socket)
        self._autostart = autostart
        self._deploy_seconds = deploy_seconds
        self._options: dict[str, Any] = {
            "socket": self._socket,
            "max_workers": max_workers,
            "total_workers": total_workers,
            "queue_limit": queue_limit,
            "idle_seconds": idle_seconds,
            "max_calls": max_calls,
            "grace_seconds": grace_seconds,
        }
        command = None
        if autostart:
            command = executor_command(
                **self._options, exit_idle=EXIT_IDLE, detach=True
            )
        self._connections = Connections(self._socket, command, start_seconds)

    def command(self) -> list[str]:
        """Return the command of the executor for a supervisor, with these options."""
        return executor_command(**self._options)

    def deploy(self, deployment: Deployment) -> None:
        """Start a worker, so that a source that does not load is found out here."""
        header = {
            "op": "deploy",
            "timeout": self._deploy_seconds,
            **_described(deployment),
        }
        answer, _ = self._connections.exchange(
            Asked(encode_header(header).encode(), b"", self._deploy_seconds)
        )
        _raise_error(answer)

    def call(self, request: RunRequest) -> RunResult:
        # What was printed is the executor's to collect.
        told = None if request.wants_output else self._connections.loans.run(request)
        answer, body = told or self._ask(request)
        _raise_error(answer)
        content_type: ContentType = answer["ct"]
        return RunResult(
            body,
            content_type,
            answer["duration"],
            answer["queued"],
            answer["cold"],
            answer.get("output", ""),
        )

    def _ask(self, request: RunRequest) -> tuple[dict[str, Any], bytes]:
        key = request.deployment.key
        with self._connections.loans.asking(key) as is_alone:
            lent = _LENT if is_alone else ""
            header = (
                f'{{"op":"call","ct":"{request.content_type}",'
                f'"timeout":{request.timeout!r},"max":{request.max_result_bytes},'
                f"{_PRINTED if request.wants_output else lent}"
                f"{_encoded(request.deployment)}"
            )
            return self._connections.exchange(
                Asked(header.encode(), request.body, request.timeout, request.host, key)
            )

    def describe(self, deployment: Deployment) -> Literal["warm", "cold"]:
        answer = self._connections.ask_if_up({"op": "describe", "key": deployment.key})
        return "warm" if answer is not None and answer.get("warm") else "cold"

    def health(self) -> Health:
        answer = self._connections.ask_if_up({"op": "health"})
        if answer is None:
            if self._autostart:
                return Health(ok=True, detail="The executor starts with the first call")
            return Health(ok=False, detail=f"No executor listens at {self._socket}")
        detail = (
            f"Executor {answer['pid']}: {answer['workers']} workers, "
            f"{answer['idle']} idle, {answer['waiting']} calls waiting"
        )
        return Health(
            ok=True,
            detail=detail,
            sandbox=answer["sandbox"],
            workers=answer["workers"],
        )

    def close(self) -> None:
        self._connections.close()

    def check(self) -> list[str]:
        problems = []
        if not self._socket.is_absolute():
            problems.append(
                f"The executor's socket {self._socket} is no absolute path."
            )
        if len(bytes(self._socket)) > PATH_LIMIT:
            problems.append(
                f"The executor's socket {self._socket} is longer than the {PATH_LIMIT} "
                "bytes that the system allows; choose a shorter VITRINE_HOME."
            )
        if sys.platform != "linux":
            problems.append(
                "Outside Linux a worker in an endless loop outlives a killed executor."
            )
        return problems


@lru_cache(maxsize=4096)
def _encoded(deployment: Deployment) -> str:
    """Return the members of a header that a deployment fills, with the end."""
    return encode_header(_described(deployment)).removeprefix("{")


def _described(deployment: Deployment) -> dict[str, Any]:
    return {
        "key": deployment.key,
        "bundle": str(deployment.bundle.absolute()),
        "entry": deployment.entry,
        "runtime": deployment.runtime,
        "preload": deployment.preload,
        "memory_mb": deployment.memory_mb,
    }


def _raise_error(answer: dict[str, Any]) -> None:
    error = answer.get("error")
    if error is None:
        return
    refusal = _REFUSALS.get(error["code"])
    if refusal is not None:
        raise refusal(error["message"], duration=answer["duration"])
    raise AlgorithmFailed(
        error["message"],
        code=error["code"],
        error_type=error["error_type"],
        stacktrace=error["stacktrace"],
        duration=answer["duration"],
        output=answer.get("output", ""),
    )
