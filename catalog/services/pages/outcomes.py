"""What came back from a run, or was recorded, or went wrong, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from catalog.execution import AlgorithmFailed, ExecutionError
from catalog.services.errors import RUN_STATUS, InvalidInput, ServiceError
from catalog.services.pages.results import (
    Result,
    result_of_bytes,
    result_of_json,
    result_of_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.execution import RunResult
    from catalog.models import Example, Version
    from catalog.services.pages.images import Image

#: whose turn it is, and the next step
ADVICE = {
    "algorithm_error": "The algorithm itself said this. Change the input, or tell its "
    "owner with this report.",
    "input_error": "Your input was at fault, not the model.",
    "invalid_output": "The algorithm answered with what is no JSON. Its owner has to "
    "mend that.",
    "load_error": "The source does not load. Its owner has to mend that.",
    "worker_crashed": "The process ended in the middle of the run. Try once more; if "
    "it happens again, tell the owner.",
    "timeout": "It did not answer in its time. Send less at once.",
    "memory_limit": "It asked for more memory than it may have. Send less at once.",
    "output_too_large": "The result is over the limit. Ask for less.",
    "queue_full": "Too many runs wait for this algorithm. Nothing was run; try again "
    "in a moment.",
    "queue_timeout": "No worker was free in time. Nothing was run; try again in a "
    "moment.",
    "invalid_json": "Nothing was run. Mend the JSON and run again.",
    "payload_too_large": "Nothing was run. Send a smaller input.",
}
AWAY = {"backend_unavailable", "sandbox_unavailable"}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result; `name` is what callers of the clients know."""

    code: str
    name: str
    status: int
    message: str
    stacktrace: str = ""
    was_run: bool = False

    @property
    def advice(self) -> str:
        return ADVICE.get(self.code, "")

    @property
    def needs_sign_in(self) -> bool:
        return self.code == "unauthorized"

    @property
    def is_away(self) -> bool:
        return self.code in AWAY

    @property
    def is_misfit(self) -> bool:
        """The fields and the summary above them say what does not fit."""
        return self.code == InvalidInput.code


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with its duration in milliseconds, or a failure.

    Both while the backend is away: the recorded result stands below the failure.
    """

    result: Result | None = None
    duration_ms: float | None = None
    was_cold: bool = False
    is_recorded: bool = False
    failure: Failure | None = None

    @property
    def status(self) -> int:
        return self.failure.status if self.failure else 200


def recorded(
    example: Example | None, version: Version | None = None, view: str = ""
) -> Outcome | None:
    """Show an example's recorded output; None where it has none."""
    if example is None or not example.output_text:
        return None
    result = result_of_json(
        example.output_text,
        schema=version.output_schema if version else True,
        input_text=example.input_text,
        view=view,
        is_recorded=True,
    )
    return Outcome(result, is_recorded=True)


def succeeded(
    run: RunResult,
    version: Version,
    input_text: str,
    view: str = "",
    stored: Sequence[Image] = (),
) -> Outcome:
    """Show what a run gave: JSON in its views, text as it is, pictures as pictures.

    `stored` are the pictures that it names in the data store.
    """
    if run.content_type == "json":
        result = result_of_json(
            run.body.decode(),
            schema=version.output_schema,
            input_text=input_text,
            view=view,
            stored=stored,
        )
    elif run.content_type == "text":
        result = result_of_text(run.body.decode())
    else:
        result = result_of_bytes(run.body)
    return Outcome(result, duration_ms=run.duration * 1000, was_cold=run.cold)


def failed(
    error: ServiceError | ExecutionError,
    instead: Example | None = None,
    version: Version | None = None,
) -> Outcome:
    """Show a refusal or a failure; `instead` is shown while the backend is away."""
    failure = _failure_of(error)
    stand_in = recorded(instead, version) if failure.is_away else None
    if stand_in is not None:
        return replace(stand_in, failure=failure)
    duration = error.duration * 1000 if isinstance(error, ExecutionError) else 0
    return Outcome(duration_ms=duration or None, failure=failure)


def _failure_of(error: ServiceError | ExecutionError) -> Failure:
    if isinstance(error, AlgorithmFailed):
        is_input = error.code == "algorithm_error" and error.error_type == "InputError"
        return Failure(
            code="input_error" if is_input else error.code,
            name=error.error_type,
            status=RUN_STATUS.get(error.code, 502),
            message=error.message,
            stacktrace=error.stacktrace,
            was_run=True,
        )
    if isinstance(error, ExecutionError):
        status = RUN_STATUS.get(error.code, 502)
        return Failure(error.code, error.code, status, error.message)
    return Failure(error.code, error.code, error.status, error.message)
