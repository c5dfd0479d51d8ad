"""Durable runs at work: taken, run, recorded once, and taken again from the dead.

The row is the truth and the task of django-tasks only the call to look at it: a task
that was lost, or comes twice, changes nothing. Whoever takes a run gets a token, and
only that token writes the outcome (docs/decisions/0019).
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from accounts import epoch, keys
from accounts.models import ApiKey
from catalog.execution import (
    AlgorithmFailed,
    BackendUnavailable,
    ExecutionError,
    QueueFull,
    QueueTimeout,
)
from catalog.models import DurableRun
from catalog.services import durable_outcomes, runs
from catalog.services.callers import Caller
from catalog.services.errors import Forbidden, NotFound, ServiceError
from catalog.services.leases import Keeper

if TYPE_CHECKING:
    from catalog.execution import RunResult
    from catalog.execution.base import ContentType

logger = logging.getLogger(__name__)

State = DurableRun.State
#: a run that found no room in all this time fails
MOST_WAITING = timedelta(hours=24)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=0.5), timedelta(seconds=30)
#: how often a lease is moved on before it would end
BEATS = 5
QUEUE = "runs"
INTERRUPTED = "interrupted"


@task(queue_name=QUEUE)
def perform(run_id: str) -> None:
    """Run what waits under this id; nothing where it does not wait (any more)."""
    run = take(run_id=UUID(run_id))
    if run is None:
        return
    with keeper().holding(_token(run)):
        _perform(run)


def take(*, run_id: UUID) -> DurableRun | None:
    """Return the run, which is now this caller's to perform, or None."""
    now = timezone.now()
    token = uuid4()
    taken = DurableRun.objects.filter(pk=run_id, state=State.QUEUED).update(
        state=State.RUNNING,
        token=token,
        lease_until=now + lease(),
        started_at=now,
        attempt=F("attempt") + 1,
        number_of_changes=F("number_of_changes") + 1,
    )
    if not taken:
        return None
    run = DurableRun.objects.select_related("user", "key__user", "key__team__owner")
    return run.get(pk=run_id, token=token)


def lease() -> timedelta:
    """Return how long a worker that says nothing counts as alive."""
    return timedelta(seconds=settings.VITRINE_ASYNC_LEASE_SECONDS)


def keeper() -> Keeper:
    """Return what keeps this process's leases."""
    global _keeper  # noqa: PLW0603 - one per process, made with the settings
    if _keeper is None:
        seconds = settings.VITRINE_ASYNC_LEASE_SECONDS / BEATS
        _keeper = Keeper(_extend, seconds=seconds)
    return _keeper


def let_go() -> None:
    """End the leases that this process holds: it is about to end."""
    held = DurableRun.objects.filter(token__in=keeper().held)
    held.update(lease_until=timezone.now())


_keeper: Keeper | None = None


def _extend(tokens: list[UUID]) -> None:
    held = DurableRun.objects.filter(token__in=tokens, state=State.RUNNING)
    held.update(lease_until=timezone.now() + lease())


def _token(run: DurableRun) -> UUID:
    if run.token is None:
        raise ValueError(f"{run} is nobody's")
    return run.token


def _perform(run: DurableRun) -> None:
    try:
        result = _ask(run)
    except ServiceError as refused:
        durable_outcomes.refuse(run=run, code=refused.code, message=refused.message)
    except (QueueFull, QueueTimeout) as error:
        _wait(run, error)
    except BackendUnavailable as error:
        if error.may_have_run:
            end_attempt(run=run)
        else:
            _wait(run, error)
    except ExecutionError as error:
        durable_outcomes.finish(run=run, outcome=error)
    else:
        durable_outcomes.finish(run=run, outcome=result)


def _ask(run: DurableRun) -> RunResult:
    call = runs.Call(
        owner=run.owner_name,
        name=run.algorithm_name,
        version=run.number,
        body=bytes(run.body),
        content_type=cast("ContentType", run.content_type),
        surface=run.surface,
        timeout=run.timeout,
    )
    caller = caller_of(run)
    target = runs.prepare(caller=caller, call=call)
    if target.version_id != run.version_id:
        raise NotFound(f"algorithm algo://{target.full_name}/{run.number} not found")
    return runs.ask(caller=caller, call=call, target=target, run_id=run.pk)


def caller_of(run: DurableRun) -> Caller:
    """Return who asked for the run, with the rights of now; raises Forbidden."""
    now = epoch.current()
    if not run.is_by_key:
        if run.user is None or not run.user.is_active:
            raise Forbidden("The account that asked for this run is closed.")
        return Caller(run.user, now, scopes=frozenset(ApiKey.Scope.values))
    key = run.key
    is_good = key is not None and key.is_live(timezone.now())
    if key is None or not is_good or (key.user and not key.user.is_active):
        raise Forbidden("The key that asked for this run is not valid any more.")
    return Caller(keys.viewer_of(key), now, key_id=key.pk, scopes=frozenset(key.scopes))


def end_attempt(*, run: DurableRun) -> None:
    """Put a run back whose attempt broke off without an outcome; the last one fails.

    It may have run; that nothing was recorded is why it runs again.
    """
    if run.attempt < settings.VITRINE_ASYNC_ATTEMPTS:
        durable_outcomes.put_back(run=run, after=SHORTEST_PAUSE, task=perform)
        return
    message = f"The run broke off {run.attempt} times before it had an outcome."
    error = AlgorithmFailed(message, code=INTERRUPTED, error_type="SystemError")
    durable_outcomes.finish(run=run, outcome=error)


def _wait(run: DurableRun, error: ExecutionError) -> None:
    """Put a run back that found no room: no attempt is counted, nothing ran."""
    age = timezone.now() - run.created_at
    if age > MOST_WAITING:
        durable_outcomes.finish(run=run, outcome=error)
        return
    pause = min(max(age / 4, SHORTEST_PAUSE), LONGEST_PAUSE)
    durable_outcomes.put_back(run=run, after=pause, task=perform, is_counted=False)
