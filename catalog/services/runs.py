"""The one verb that runs a version, for every edge."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone
from uuid_utils.compat import uuid7

from catalog.content.json_text import JsonProblem, decode_json
from catalog.execution import (
    AlgorithmFailed,
    ExecutionError,
    RunRequest,
    RunResult,
    execution_backends,
)
from catalog.models.run import record_run
from catalog.services import admission, hosting
from catalog.services.errors import (
    BadRequest,
    Forbidden,
    InvalidInput,
    InvalidJson,
    PayloadTooLarge,
    SignInNeeded,
    SourceNotTrusted,
)
from catalog.services.resolving import Target, target_of

if TYPE_CHECKING:
    from uuid import UUID

    from catalog.execution.base import ContentType
    from catalog.services.callers import Caller

logger = logging.getLogger(__name__)

#: failures that may be the end of a process, of which only its prints are left
ENDED = frozenset({"worker_crashed", "memory_limit", "load_error"})


# Named tuples, because every call makes them: a frozen dataclass takes thrice as long.
class Call(NamedTuple):
    """One call as an edge took it: the body undecoded, the timeout in seconds.

    `wants_output` asks for what the algorithm printed, which its owners alone get.
    """

    owner: str
    name: str
    body: bytes
    content_type: ContentType
    surface: str
    version: str = ""
    timeout: float | None = None
    wants_output: bool = False


class Execution(NamedTuple):
    """A run that gave a result."""

    run_id: UUID
    target: Target
    result: RunResult


def execute(*, caller: Caller, call: Call) -> Execution:
    """Run a version once, record it and return what came back.

    Raises a ServiceError for what is refused before anything ran, an
    ExecutionError for a run that failed (recorded as well).
    """
    target = prepare(caller=caller, call=call)
    admission.admit_run(caller)
    return perform(caller=caller, call=call, target=target, run_id=uuid7())


def prepare(*, caller: Caller, call: Call) -> Target:
    """Return the version that `call` names, fit to be run: nothing ran yet.

    Raises a ServiceError for what is refused.
    """
    target = choose(
        caller=caller, owner=call.owner, name=call.name, version=call.version
    )
    _check_body(target, call)
    return target


def choose(*, caller: Caller, owner: str, name: str, version: str = "") -> Target:
    """Return the version that is named, which the caller may run.

    Raises a ServiceError for what is refused.
    """
    target = target_of(caller=caller, owner=owner, name=name, version=version)
    _permit(caller, target)
    return target


def perform(*, caller: Caller, call: Call, target: Target, run_id: UUID) -> Execution:
    """Run what was prepared and record it; raises an ExecutionError (recorded)."""
    begun = time.perf_counter()
    try:
        result = ask(caller=caller, call=call, target=target, run_id=run_id)
    except ExecutionError as error:
        _record(run_id, caller, call, target, begun, error=error)
        raise
    _record(run_id, caller, call, target, begun, result=result)
    return Execution(run_id, target, result)


def ask(*, caller: Caller, call: Call, target: Target, run_id: UUID) -> RunResult:
    """Run what was prepared once, unrecorded; raises an ExecutionError."""
    host = hosting.host_of(caller=caller, target=target, run_id=run_id)
    request = RunRequest(
        deployment=target.deployment,
        body=call.body,
        content_type=call.content_type,
        timeout=_timeout(target, call.timeout),
        max_result_bytes=settings.CALL_RESULT_BYTES,
        wants_output=call.wants_output and target.shows_output,
        host=host,
    )
    try:
        result = execution_backends[target.backend].call(request)
    except AlgorithmFailed as failed:
        _keep_from_strangers(failed, target)
        raise
    finally:
        host.close()
    _check_result(result)
    return result


def _keep_from_strangers(failed: AlgorithmFailed, target: Target) -> None:
    """Leave lines of a closed source, and what was printed, to its owner's people.

    To them it stands for the stack trace that a process which ended does not leave.
    """
    if not target.shows_source:
        failed.stacktrace = ""
    if not target.shows_output:
        failed.output = ""
    elif failed.code in ENDED and not failed.stacktrace:
        failed.stacktrace = failed.output


def _permit(caller: Caller, target: Target) -> None:
    if not caller.is_known:
        if not (settings.VITRINE_ANONYMOUS_RUNS and target.is_open):
            raise SignInNeeded("Sign in to run this algorithm.")
    else:
        caller.require("run")
        if not target.may_run:
            raise Forbidden(
                f"{target.full_name} is shared with you to read, not to run. Ask its "
                "owner for the right to run it."
            )
    if not target.is_trusted:
        raise SourceNotTrusted(
            "This source was published by neither the operator nor staff, and such "
            "source runs only in a sandbox, which this server does not have yet."
        )


def _check_body(target: Target, call: Call) -> None:
    if len(call.body) > settings.CALL_BODY_BYTES:
        raise PayloadTooLarge(
            f"The input is {len(call.body):,} bytes; the limit is "
            f"{settings.CALL_BODY_BYTES:,}."
        )
    if call.content_type == "binary":
        if not target.takes_bytes:
            raise InvalidInput(
                f"{target.full_name} takes JSON, not raw bytes. Send "
                "Content-Type: application/json.",
                [],
            )
        return
    value = _decoded(call)
    if target.schema is not None and not target.schema.is_valid(value):
        problems = target.schema.problems(value)
        where = problems[0].pointer or "the input"
        raise InvalidInput(f"{where}: {problems[0].detail}", problems)


def _decoded(call: Call) -> object:
    if call.content_type == "text":
        try:
            return call.body.decode()
        except UnicodeDecodeError as error:
            raise BadRequest(
                f"The text is not UTF-8: byte {error.start} cannot be read."
            ) from None
    try:
        return decode_json(call.body)
    except JsonProblem as problem:
        raise InvalidJson(str(problem)) from None


def _timeout(target: Target, wanted: float | None) -> float:
    if wanted is None:
        return target.timeout
    return min(wanted, target.timeout)


def _check_result(result: RunResult) -> None:
    """Hold an untrusted worker's JSON to its word before it is spliced."""
    if result.content_type == "binary":
        return
    try:
        if result.content_type == "json":
            decode_json(result.body)
        else:
            result.body.decode()
    except (JsonProblem, UnicodeDecodeError) as error:
        raise AlgorithmFailed(
            f"The algorithm answered with what is no JSON: {error}",
            code="invalid_output",
            duration=result.duration,
        ) from None


def _record(  # noqa: PLR0913 - one row, its parts
    run_id: UUID,
    caller: Caller,
    call: Call,
    target: Target,
    begun: float,
    *,
    result: RunResult | None = None,
    error: ExecutionError | None = None,
) -> None:
    if target.version_id is None:
        return  # a build: trials of what is unpublished are not counted
    try:
        record(
            run_id=run_id,
            version_id=target.version_id,
            user_id=caller.user_id,
            key_id=caller.key_id,
            surface=call.surface,
            input_bytes=len(call.body),
            total=time.perf_counter() - begun,
            outcome=result or error,
        )
    except DatabaseError:
        # The caller has waited for this result; a record that cannot be written
        # must not take it away.
        logger.exception("run %s of %s is not recorded", run_id, target.full_name)


def record(  # noqa: PLR0913 - one row, its parts
    *,
    run_id: UUID,
    version_id: UUID,
    user_id: int | None,
    key_id: UUID | None,
    surface: str,
    input_bytes: int,
    total: float,
    outcome: RunResult | ExecutionError | None,
) -> None:
    """Write down how a run ended that took `total` seconds; raises DatabaseError."""
    result = outcome if isinstance(outcome, RunResult) else None
    record_run(
        id=run_id,
        version_id=version_id,
        user_id=user_id,
        key_id=key_id,
        surface=surface,
        outcome="succeeded" if result else "failed",
        error_code=outcome.code if isinstance(outcome, ExecutionError) else "",
        duration_ms=outcome.duration * 1000 if outcome else 0.0,
        total_ms=total * 1000,
        was_cold=result.cold if result else False,
        input_bytes=input_bytes,
        output_bytes=len(result.body) if result else 0,
        created_at=timezone.now(),
    )
