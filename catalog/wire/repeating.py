"""Calls under an `Idempotency-Key`, and those that are accepted and run later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.services import durable_runs, idempotency, repeated_runs, runs
from catalog.wire import answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from catalog.execution import AlgorithmFailed
    from catalog.services.callers import Caller
    from catalog.wire.parsing import Options

    End = runs.Execution | AlgorithmFailed


def accept(
    caller: Caller, wanted: runs.Call, options: Options, key: str
) -> HttpResponse:
    """Accept a call that nobody waits for; under a key, once."""
    accepted = durable_runs.enqueue_once(
        caller=caller,
        call=wanted,
        key=key,
        webhook=options.webhook,
        answer=lambda run: _kept(answers.accepted(run.pk)),
    )
    return _answered(accepted)


def run_once(
    caller: Caller,
    wanted: runs.Call,
    options: Options,
    key: str,
    worded: Callable[[End], HttpResponse],
) -> HttpResponse:
    """Run a call once for its key, and answer with what it was answered first."""
    done = repeated_runs.execute_once(
        caller=caller,
        call=wanted,
        key=key,
        form=repr(options),
        answer=lambda end: _kept(worded(end)),
    )
    return _answered(done)


def _kept(response: HttpResponse) -> idempotency.Answer:
    return idempotency.Answer(
        response.status_code, response["Content-Type"], response.content
    )


def _answered(answer: idempotency.Answer) -> HttpResponse:
    response = answers.kept(answer.body, answer.status, answer.content_type)
    if answer.is_replay:
        response[idempotency.REPLAYED] = "true"
    return response
