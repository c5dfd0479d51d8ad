"""The lines that a batch is answered with: the envelopes of single calls of /v1.

Each begins with `index` (from 0) and, where the item has one, `key`. All values in
`error` are strings.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from catalog.execution import AlgorithmFailed
from catalog.services import call_format
from catalog.services.errors import (
    BadRequest,
    InvalidInput,
    InvalidJson,
    PayloadTooLarge,
)
from catalog.services.idempotency import Answer

if TYPE_CHECKING:
    from catalog.execution import ExecutionError, RunResult
    from catalog.services.errors import ServiceError
    from catalog.services.runs import Execution

#: what is wrong with the input, which published clients know as InputError
OF_INPUT = (InvalidInput, InvalidJson, BadRequest, PayloadTooLarge)


def line(index: int, key: str, said: bytes) -> bytes:
    """Return one line; `said` is an envelope of one of the functions below."""
    name = b',"key":' + json.dumps(key).encode() if key else b""
    return b'{"index":%d%b,%b\n' % (index, name, said[1:])


def succeeded(result: RunResult) -> bytes:
    """Return the envelope of a result."""
    body = call_format.result_as_json(result)
    if b"\n" in body or b"\r" in body:
        # Between tokens alone: within a string JSON has them escaped.
        body = body.replace(b"\n", b" ").replace(b"\r", b" ")
    return b'{"result":%b,"metadata":%b}' % (body, call_format.metadata_of(result))


def failed(error: AlgorithmFailed) -> bytes:
    """Return the envelope of what the algorithm raised."""
    said = {
        "message": error.message,
        "error_type": error.error_type,
        "code": error.code,
    }
    if error.stacktrace:
        said["stacktrace"] = error.stacktrace
    return _error(said, duration=error.duration)


def not_run(error: ExecutionError) -> bytes:
    """Return the envelope of what the platform could not run."""
    return _error({"message": error.message, "code": error.code})


def refused(error: ServiceError, number: int) -> bytes:
    """Return the envelope of an item that was refused; `number` is its line, from 1."""
    said = {"message": error.message, "code": error.code}
    if isinstance(error, OF_INPUT):
        said["error_type"] = "InputError"
        said["line"] = str(number)
    return _error(said)


def broken() -> bytes:
    """Return the envelope of a fault of ours, which the log knows more of."""
    return _error({"message": "internal error", "code": "internal_error"})


def kept(outcome: Execution | AlgorithmFailed) -> Answer:
    """Return an item's outcome as it is kept under its key."""
    if isinstance(outcome, AlgorithmFailed):
        return Answer(200, "application/json", failed(outcome))
    return Answer(200, "application/json", succeeded(outcome.result))


def _error(said: dict[str, str], *, duration: float = 0.0) -> bytes:
    value: dict[str, object] = {"error": said}
    if duration:
        value["metadata"] = {"duration": max(duration, 1e-6)}
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace")
