"""What came back from a run, or was recorded, or went wrong, as a page shows it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from catalog.content.images import sniff
from catalog.execution import AlgorithmFailed, ExecutionError
from catalog.services.errors import RUN_STATUS, InvalidInput, ServiceError
from catalog.services.pages.images import Image, images_in, measured, size_of
from catalog.services.pages.shown import Shown, json_shown, text_shown

if TYPE_CHECKING:
    from catalog.execution import RunResult
    from catalog.models import Example

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
    "invalid_input": "Nothing was run. Mend what is marked and run again.",
    "invalid_json": "Nothing was run. Mend the JSON and run again.",
    "payload_too_large": "Nothing was run. Send a smaller input.",
}
AWAY = {"backend_unavailable", "sandbox_unavailable"}
MEDIA_TYPES = {
    "json": "application/json",
    "text": "text/plain",
    "binary": "application/octet-stream",
}
HEX_BYTES = 256


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with its figures (milliseconds, bytes), or a failure.

    Both while the backend is away: the recorded result stands below the failure.
    """

    media_type: str = ""
    size: int = 0
    duration_ms: float | None = None
    was_cold: bool = False
    is_recorded: bool = False
    shown: Shown | None = None
    images: list[Image] = field(default_factory=list)
    failure: Failure | None = None

    @property
    def status(self) -> int:
        return self.failure.status if self.failure else 200


def recorded(example: Example | None) -> Outcome | None:
    """Show an example's recorded output; None where it has none."""
    if example is None or not example.output_text:
        return None
    return replace(_of_json(example.output_text), is_recorded=True)


def _of_json(text: str) -> Outcome:
    return Outcome(
        media_type=MEDIA_TYPES["json"],
        size=len(text.encode()),
        shown=json_shown(text),
        images=[measured(image) for image in images_in(text)],
    )


def succeeded(result: RunResult) -> Outcome:
    """Show what a run gave: JSON laid out, text as it is, pictures as pictures."""
    if result.content_type == "json":
        shown = _of_json(result.body.decode())
    elif result.content_type == "text":
        text = text_shown(result.body.decode())
        shown = Outcome(MEDIA_TYPES["text"], len(result.body), shown=text)
    else:
        shown = _of_bytes(result.body)
    return replace(shown, duration_ms=result.duration * 1000, was_cold=result.cold)


def _of_bytes(body: bytes) -> Outcome:
    media_type = sniff(body)
    if media_type is None:
        shown = Shown(body[:HEX_BYTES].hex(" "), len(body) > HEX_BYTES)
        return Outcome(MEDIA_TYPES["binary"], len(body), shown=shown)
    uri = f"data:{media_type};base64,{base64.b64encode(body).decode()}"
    image = Image("", media_type, uri, *size_of(body))
    return Outcome(media_type, len(body), images=[image])


def failed(
    error: ServiceError | ExecutionError, instead: Example | None = None
) -> Outcome:
    """Show a refusal or a failure; `instead` is shown while the backend is away."""
    failure = _failure_of(error)
    stand_in = recorded(instead) if failure.is_away else None
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
    name = "InputError" if isinstance(error, InvalidInput) else error.code
    return Failure(error.code, name, error.status, error.message)
