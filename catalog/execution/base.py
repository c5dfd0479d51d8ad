"""What every execution backend takes, gives and raises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from pathlib import Path

ContentType = Literal["json", "text", "binary"]


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a backend must know of a version to run it.

    `key` names the content (digest of bundle and limits): equal keys share workers.
    `bundle` is the directory that holds the source and its assets, read-only.
    """

    key: str
    bundle: Path
    entry: str = "algorithm.py"
    runtime: str = "python"
    preload: tuple[str, ...] = ()
    memory_mb: int = 512


@dataclass(frozen=True, slots=True)
class Ask:
    """What a running algorithm asks of the platform, checked in form alone.

    `kind` and the names in `fields` are those of docs/dev/execution.md; `seconds`
    are left of the call.
    """

    kind: str
    fields: dict[str, Any]
    body: bytes
    seconds: float


class AskRefused(Exception):
    """The platform will not do it; `error_type` is one that authors know."""

    def __init__(self, message: str, error_type: str = "AlgorithmError") -> None:
        super().__init__(message)
        self.error_type = error_type


class Host(Protocol):
    """Answers one call's algorithm, in the thread that waits for that call."""

    def answer(self, ask: Ask, /) -> tuple[dict[str, Any], bytes]:
        """Return small fields and at most `PART_BYTES` of data; raises AskRefused."""


# Named tuples, because every call makes both: a frozen dataclass takes thrice as long.
class RunRequest(NamedTuple):
    """One call. `body` travels undecoded; `timeout` covers queue, start and run (s).

    `wants_output` asks for what the algorithm printed; `host` answers what it asks.
    """

    deployment: Deployment
    body: bytes
    content_type: ContentType
    timeout: float
    max_result_bytes: int = 10 * 1024 * 1024
    wants_output: bool = False
    host: Host | None = None


class RunResult(NamedTuple):
    """What came back: JSON text, UTF-8 text or raw bytes, by `content_type`.

    `duration` and `queued` are seconds; `cold` tells that a worker was started.
    `output` is the end of what the algorithm printed, where the request wanted it.
    """

    body: bytes
    content_type: ContentType
    duration: float
    queued: float = 0.0
    cold: bool = False
    output: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """State of a backend. `sandbox` is the isolation level that runs get (0-3)."""

    ok: bool
    detail: str
    sandbox: int = 0
    workers: int = 0


class ExecutionError(Exception):
    """A call that gave no result. The class says who is at fault, `code` says what.

    Codes are those of the failure table in docs/dev/failures.md.
    """

    code: ClassVar[str] = "execution_error"

    def __init__(self, message: str, *, duration: float = 0.0) -> None:
        super().__init__(message)
        self.message = message
        self.duration = duration


class AlgorithmFailed(ExecutionError):
    """The algorithm, not the platform, failed.

    `code` is one of: algorithm_error, invalid_output, load_error, worker_crashed,
    timeout, memory_limit, output_too_large. `error_type` is the name that callers
    of the published clients know (AlgorithmError, TimeoutError, SystemExit, ...);
    `output` is the end of what it printed, where the request wanted it or its process
    ended.
    """

    def __init__(  # noqa: PLR0913 - each is a part of one failure
        self,
        message: str,
        *,
        code: str = "algorithm_error",
        error_type: str = "AlgorithmError",
        stacktrace: str = "",
        duration: float = 0.0,
        output: str = "",
    ) -> None:
        super().__init__(message, duration=duration)
        self.code = code  # type: ignore[misc] # one class, seven causes
        self.error_type = error_type
        self.stacktrace = stacktrace
        self.output = output


class BackendUnavailable(ExecutionError):
    """The backend cannot be reached, or broke off; the call was not repeated.

    `may_have_run` tells the second case, in which the algorithm may have run.
    """

    code = "backend_unavailable"

    def __init__(
        self, message: str, *, duration: float = 0.0, may_have_run: bool = False
    ) -> None:
        super().__init__(message, duration=duration)
        self.may_have_run = may_have_run


class QueueFull(ExecutionError):
    """Too many calls wait for this version already; nothing was executed."""

    code = "queue_full"


class QueueTimeout(ExecutionError):
    """The deadline passed before a worker was free; nothing was executed."""

    code = "queue_timeout"


class ExecutionBackend(ABC):
    """Runs deployed versions. One instance serves all threads of a process."""

    #: true where the code runs under our own sandbox level
    sandboxed: ClassVar[bool] = False

    @abstractmethod
    def deploy(self, deployment: Deployment) -> None:
        """Make a version ready; may be called again, raises AlgorithmFailed."""

    @abstractmethod
    def call(self, request: RunRequest) -> RunResult:
        """Run once; raises an ExecutionError. Never executes a call twice."""

    @abstractmethod
    def describe(self, deployment: Deployment) -> Literal["warm", "cold"]:
        """Tell whether the next call finds a worker that is up."""

    @abstractmethod
    def health(self) -> Health: ...

    def command(self) -> list[str] | None:
        """Return what a supervisor must run beside the web processes, if anything."""
        return None

    def close(self) -> None:  # noqa: B027 - most backends hold nothing
        """Let go of connections; the backend may be used again."""

    def check(self) -> list[str]:
        """Problems of the configuration, each a sentence for the operator."""
        return []
