"""Durable runs as their callers ask for them: accepted, looked at, cancelled.

What is accepted is on disk, with its place in the queue, before anybody is told so.
A run is its caller's: the person's or the team's whose key asked for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from uuid_utils.compat import uuid7

from accounts.viewers import KeyViewer
from catalog.models import DurableRun, Run, WebhookDelivery
from catalog.services import admission, idempotency, runs, webhooks
from catalog.services.durable_outcomes import release_webhook
from catalog.services.durable_work import perform
from catalog.services.errors import (
    AlreadyOver,
    BadRequest,
    NotFound,
    TooManyWaiting,
)
from catalog.services.repeated_runs import fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from catalog.services.callers import Caller
    from catalog.services.idempotency import Answer
    from catalog.services.resolving import Target

State = DurableRun.State
WAITING = (State.QUEUED, State.RUNNING)
MOST_ROWS = 100
BATCH = 500
#: finished tasks of the queue are of no use; their run says what became of it
TASKS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a caller's runs, newest first; `total` counts all of them."""

    rows: list[DurableRun]
    total: int
    next_cursor: str


def enqueue(*, caller: Caller, call: runs.Call, webhook: str = "") -> DurableRun:
    """Accept a run: it will have an outcome, whatever ends in between.

    `webhook` is an address that is told of the end. Raises what `runs.prepare` and
    admission refuse, BadRequest for the webhook, and TooManyWaiting.
    """
    target = _checked(caller, call, webhook)
    return _accept(caller, call, target, webhook, uuid7())


def enqueue_once(
    *,
    caller: Caller,
    call: runs.Call,
    key: str,
    answer: Callable[[DurableRun], Answer],
    webhook: str = "",
) -> Answer:
    """Accept a run once for this Idempotency-Key; `answer` words that it was accepted.

    An empty key is none. Raises what `enqueue` and `idempotency.once` do.
    """
    target = _checked(caller, call, webhook)
    if not key:
        return answer(_accept(caller, call, target, webhook, uuid7()))
    with transaction.atomic():
        return idempotency.once(
            caller=caller,
            key=key,
            fingerprint=fingerprint_of(call, "async", webhook),
            work=lambda run_id: answer(_accept(caller, call, target, webhook, run_id)),
        )


def _checked(caller: Caller, call: runs.Call, webhook: str) -> Target:
    target = runs.prepare(caller=caller, call=call)
    if webhook:
        webhooks.check_webhook(caller=caller, url=webhook)
    return target


@transaction.atomic
def _accept(
    caller: Caller, call: runs.Call, target: Target, webhook: str, run_id: UUID
) -> DurableRun:
    _check_room(caller)
    admission.admit_run(caller)
    owner, _, name = target.full_name.partition("/")
    run = DurableRun.objects.create(
        id=run_id,
        **caller.holder,
        key_id=caller.key_id,
        is_by_key=caller.key_id is not None,
        version_id=target.version_id,
        owner_name=owner,
        algorithm_name=name,
        number=target.number,
        surface=call.surface,
        content_type=call.content_type,
        body=call.body,
        input_bytes=len(call.body),
        timeout=call.timeout,
        task_id=perform.enqueue(str(run_id)).id,
        created_at=timezone.now(),
    )
    if webhook:
        WebhookDelivery.objects.create(run=run, url=webhook)
    return run


def _check_room(caller: Caller) -> None:
    most = settings.VITRINE_ASYNC_WAITING
    waiting = DurableRun.objects.filter(**caller.holder, state__in=WAITING)
    if waiting.count() >= most:
        raise TooManyWaiting(
            f"{most:,} of your runs wait or run already. Wait until some have ended.",
            retry_after=5,
        )


def find_run(*, caller: Caller, pk: UUID, is_whole: bool = True) -> DurableRun:
    """Return one of the caller's runs, with its webhook; raises NotFound.

    One that is not whole has no result with it.
    """
    left_out = ("body",) if is_whole else ("body", "result")
    rows = _own(caller).select_related("webhook").defer(*left_out)
    run = rows.filter(pk=pk).first()
    if run is None:
        raise NotFound("no such run")
    return run


def find_record(*, caller: Caller, pk: UUID) -> Run:
    """Return the record of one of the caller's runs, which has no result.

    Raises NotFound.
    """
    rows = Run.objects.select_related("version__algorithm__owner")
    mine = Q(**caller.holder) if "user_id" in caller.holder else Q()
    if team := caller.holder.get("team_id"):
        mine = Q(key__team_id=team)
    found = rows.filter(mine, _of_key(caller), pk=pk).first()
    if found is None:
        raise NotFound("no such run")
    return found


def own_runs(
    *, caller: Caller, state: str = "", cursor: str = "", limit: int = 20
) -> Page:
    """Return one page of the caller's runs, newest first; raises BadRequest."""
    if not 1 <= limit <= MOST_ROWS:
        raise BadRequest(f"limit: write a number from 1 to {MOST_ROWS}.")
    rows = _own(caller)
    if state:
        if state not in State.values:
            raise BadRequest(f"state: write one of {', '.join(State.values)}.")
        rows = rows.filter(state=state)
    after = rows
    if cursor:
        try:
            after = rows.filter(pk__lt=UUID(cursor))
        except ValueError:
            raise BadRequest("cursor: it is not one of this list.") from None
    found = list(after.defer("body", "result").order_by("-pk")[: limit + 1])
    more = len(found) > limit
    del found[limit:]
    return Page(found, rows.count(), str(found[-1].pk) if more else "")


@transaction.atomic
def cancel(*, caller: Caller, pk: UUID) -> None:
    """End a run that still waits; twice is no error.

    Raises NotFound, and AlreadyOver for one that has begun or ended.
    """
    run = find_run(caller=caller, pk=pk, is_whole=False)
    now = timezone.now()
    cancelled = DurableRun.objects.filter(pk=pk, state=State.QUEUED).update(
        state=State.CANCELLED,
        body=b"",
        number_of_changes=F("number_of_changes") + 1,
        finished_at=now,
        expires_at=now + timedelta(days=settings.VITRINE_ASYNC_KEPT_DAYS),
    )
    if cancelled:
        release_webhook(run)
    elif run.state != State.CANCELLED:
        raise AlreadyOver("The run has begun or ended; cancel one that waits.")


def drop_ended() -> int:
    """Delete ended runs past their time, and old tasks; return how many runs."""
    now = timezone.now()
    old = DurableRun.objects.filter(expires_at__lte=now)
    dropped = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        WebhookDelivery.objects.filter(run__in=batch).delete()
        dropped += DurableRun.objects.filter(pk__in=batch).delete()[0]
    ready = TaskResultStatus.READY
    done = DBTaskResult.objects.exclude(status=ready)
    done = done.filter(started_at__lte=now - TASKS_KEPT).order_by()
    while tasks := list(done.values_list("pk", flat=True)[:BATCH]):
        DBTaskResult.objects.filter(pk__in=tasks).delete()
    return dropped


def _own(caller: Caller) -> QuerySet[DurableRun]:
    return DurableRun.objects.filter(_of_key(caller), **caller.holder)


def _of_key(caller: Caller) -> Q:
    """Return the condition that a key with rules sees only what it asked for."""
    viewer = caller.viewer
    if isinstance(viewer, KeyViewer) and viewer.rules:
        return Q(key_id=caller.key_id)
    return Q()
