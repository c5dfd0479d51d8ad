"""Runs that are waited for under an `Idempotency-Key`, and what tells calls apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.execution import AlgorithmFailed
from catalog.services import admission, idempotency, runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from catalog.services.callers import Caller


def execute_once(
    *,
    caller: Caller,
    call: runs.Call,
    key: str,
    answer: Callable[[runs.Execution | AlgorithmFailed], idempotency.Answer],
    form: str = "",
) -> idempotency.Answer:
    """Run as `runs.execute` does, once for this key; `answer` words the end.

    `form` names what else the request said of the answer. Who may not run it is not
    told what it answered before. Raises what `runs.prepare` and `idempotency.once` do,
    and an ExecutionError that is the platform's.
    """
    target = runs.prepare(caller=caller, call=call)

    def work(run_id: UUID) -> idempotency.Answer:
        admission.admit_run(caller)
        try:
            return answer(
                runs.perform(caller=caller, call=call, target=target, run_id=run_id)
            )
        except AlgorithmFailed as failed:
            return answer(failed)

    fingerprint = fingerprint_of(call, "sync", form)
    return idempotency.once(caller=caller, key=key, fingerprint=fingerprint, work=work)


def fingerprint_of(call: runs.Call, *more: str) -> str:
    """Return what tells this call from any other under one Idempotency-Key."""
    named = f"{call.owner}/{call.name}".lower()
    told = (named, call.version, call.content_type, str(call.timeout), *more)
    return idempotency.fingerprint_of(*told, call.body)
