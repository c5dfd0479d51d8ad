"""What went wrong in a call, as it travels from the worker to the gateway."""

from __future__ import annotations

import contextlib
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

TIMEOUT_MESSAGE = (
    "Failed to run algorithm - may have timed-out or hit out-of-memory error"
)
#: the names of the published clients that an author may set; others become the last
AUTHOR_ERROR_TYPES = frozenset(
    {
        "InputError",
        "UnsupportedError",
        "InitializationError",
        "OutOfMemoryError",
        "OutOfGpuMemoryError",
        "LanguageError",
        "TooLargeError",
        "ParsingError",
        "EntityNotFoundError",
        "ThirdPartyCredentialError",
        "AlgorithmError",
    }
)
ERROR_TYPES = AUTHOR_ERROR_TYPES | {"LoadingError"}
#: all that a worker may say of itself; the executor finds out the rest
WORKER_CODES = frozenset(
    {
        "algorithm_error",
        "invalid_output",
        "load_error",
        "memory_limit",
    }
)
MESSAGE_LIMIT = 4_000
STACKTRACE_LIMIT = 12_000


class CallError(Exception):
    """A call without a result: code of the failure table, error type, text."""

    def __init__(
        self, code: str, message: str, error_type: str = "", stacktrace: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.error_type = error_type
        self.stacktrace = stacktrace
        self.duration = 0.0
        #: the end of what was printed: where the call wanted it, and of a crash
        self.output = ""
        #: the worker ended before it read the request, so that another may have it
        self.unread = False

    def as_header(self) -> dict[str, Any]:
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "error_type": self.error_type,
                "stacktrace": self.stacktrace,
            },
            "duration": self.duration,
            **({"output": self.output} if self.output else {}),
            **({"unread": True} if self.unread else {}),
        }


def from_header(error: object) -> CallError:
    """Rebuild a worker's failure; the worker is untrusted, so every field is."""
    fields = error if isinstance(error, dict) else {}
    code, error_type = str(fields.get("code")), str(fields.get("error_type"))
    return CallError(
        code if code in WORKER_CODES else "algorithm_error",
        _clean(str(fields.get("message", "")), None, MESSAGE_LIMIT),
        error_type if error_type in ERROR_TYPES else "AlgorithmError",
        _clean(str(fields.get("stacktrace", "")), None, STACKTRACE_LIMIT),
    )


def timed_out() -> CallError:
    return CallError("timeout", TIMEOUT_MESSAGE, "TimeoutError")


def queue_timeout() -> CallError:
    return CallError("queue_timeout", "No worker became free in time")


def closing() -> CallError:
    return CallError("closing", "The executor is shutting down")


def out_of_memory() -> CallError:
    return CallError(
        "memory_limit", "The algorithm ran out of memory", "OutOfMemoryError"
    )


def crashed(status: int | None, output: str = "") -> CallError:
    """Name the end of a process: exit code, negative signal number or unknown."""
    error = _crash(status)
    error.output = output
    return error


def _crash(status: int | None) -> CallError:
    if status is None or status == -signal.SIGKILL:
        # nobody but the kernel's out-of-memory killer is expected to send SIGKILL
        message = "The algorithm's process was killed, most likely for its memory use"
        return CallError("memory_limit", message, "OutOfMemoryError")
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        message = f"The algorithm's process was ended by {name}"
        return CallError("worker_crashed", message, "SystemError")
    message = f"The algorithm ended its process with exit code {status}"
    return CallError("worker_crashed", message, "SystemExit")


def exit_code(stop: SystemExit) -> int:
    """Return the exit code that `sys.exit` of the author asked for; prints a text."""
    if stop.code is None:
        return 0
    if isinstance(stop.code, int):
        return stop.code & 0xFF
    with contextlib.suppress(Exception):
        print(stop.code, file=sys.stderr)
    return 1


def algorithm_error(error: BaseException, bundle: Path) -> CallError:
    """Describe an exception of the author; shows frames and paths of the bundle."""
    named = _author_type(error)
    return CallError(
        "algorithm_error",
        _clean(_text(error), bundle, MESSAGE_LIMIT),
        named if named in AUTHOR_ERROR_TYPES else "AlgorithmError",
        stack_of(error, bundle),
    )


def load_error(error: BaseException, bundle: Path) -> CallError:
    message = f"{type(error).__name__}: {_text(error)}"
    return CallError(
        "load_error",
        _clean(message, bundle, MESSAGE_LIMIT),
        "LoadingError",
        stack_of(error, bundle),
    )


def stack_of(error: BaseException, bundle: Path) -> str:
    """Format a traceback with the frames of the bundle alone, paths relative."""
    summary = traceback.StackSummary.from_list(
        [
            frame
            for frame in _frames(error.__traceback__)
            if frame.filename.startswith(f"{bundle}/")
        ]
    )
    lines = summary.format()
    if lines:
        lines.insert(0, "Traceback (most recent call last):\n")
    if isinstance(error, SyntaxError):
        lines += traceback.format_exception_only(error)
    else:
        lines.append(f"{type(error).__name__}: {_text(error)}")
    return _clean("".join(lines).rstrip(), bundle, STACKTRACE_LIMIT)


def _frames(start: TracebackType | None) -> traceback.StackSummary:
    """Take the last frames only: runaway recursion leaves a thousand of them."""
    return traceback.extract_tb(start, limit=-40)


def _author_type(error: BaseException) -> str:
    try:
        return str(getattr(error, "error_type", ""))
    except BaseException:  # noqa: BLE001 - it may be a property that raises
        return ""


def _text(error: BaseException) -> str:
    try:
        return str(error) or type(error).__name__
    except BaseException:  # noqa: BLE001 - the author's __str__ may raise anything
        return type(error).__name__


def _clean(text: str, bundle: Path | None, limit: int) -> str:
    """Cut to size, drop where the bundle lies, make sure that it encodes."""
    text = text[: limit * 2]
    if bundle is not None:
        text = text.replace(f"{bundle}/", "")
    return text[:limit].encode("utf-8", "replace").decode()
