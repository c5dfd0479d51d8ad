"""What becomes of an attempt at a durable run: its one outcome, or back into the queue.

All of it happens only where the attempt's token still holds the run.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, transaction
from django.db.models import F
from django.utils import timezone

from catalog.execution import AlgorithmFailed, ExecutionError
from catalog.models import DurableRun, Version, WebhookDelivery
from catalog.services import runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_tasks.base import Task

    from catalog.execution import RunResult

logger = logging.getLogger(__name__)

State = DurableRun.State
#: pauses before a write is tried again that the database refused (s)
PAUSES = (0.1, 0.5, 2.0, 5.0)


def finish(*, run: DurableRun, outcome: RunResult | ExecutionError) -> bool:
    """Write down how a run ended, and record it, in one transaction.

    Tell whether it was this attempt's to write.
    """
    if isinstance(outcome, ExecutionError):
        state, told = State.FAILED, _failure(outcome)
    else:
        state = State.SUCCEEDED
        told = {
            "result": outcome.body,
            "result_type": outcome.content_type,
            "duration": outcome.duration,
        }

    @transaction.atomic
    def write() -> bool:
        if not _end(run, state, told):
            return False
        # Deleted meanwhile: there is nothing left that a record could be of.
        if run.version_id and Version.objects.filter(pk=run.version_id).exists():
            _record(run, outcome)
        return True

    return _persistently(write)


def refuse(*, run: DurableRun, code: str, message: str) -> bool:
    """Write down why a run could not even begin; what never ran has no record."""
    told = {"error_code": code, "error_message": message}
    return _persistently(lambda: _end(run, State.FAILED, told))


def put_back(
    *, run: DurableRun, after: timedelta, task: Task[Any, Any], is_counted: bool = True
) -> bool:
    """Let a run wait again, for at least `after`; one that is not counted never was."""

    @transaction.atomic
    def write() -> bool:
        later = task.using(run_after=timezone.now() + after)
        return bool(
            _held(run).update(
                state=State.QUEUED,
                token=None,
                lease_until=None,
                attempt=F("attempt") if is_counted else F("attempt") - 1,
                number_of_changes=F("number_of_changes") + 1,
                task_id=later.enqueue(str(run.pk)).id,
            )
        )

    return _persistently(write)


def _held(run: DurableRun) -> Any:
    return DurableRun.objects.filter(
        pk=run.pk, token=run.token, state=DurableRun.State.RUNNING
    )


@transaction.atomic
def _end(run: DurableRun, state: DurableRun.State, told: dict[str, Any]) -> bool:
    now = timezone.now()
    ended = _held(run).update(
        state=state,
        token=None,
        lease_until=None,
        body=b"",
        number_of_changes=F("number_of_changes") + 1,
        finished_at=now,
        expires_at=now + timedelta(days=settings.VITRINE_ASYNC_KEPT_DAYS),
        **told,
    )
    if ended:
        release_webhook(run)
    return bool(ended)


def release_webhook(run: DurableRun) -> None:
    """Let the word of the run's end go out, where one was asked for."""
    held = WebhookDelivery.objects.filter(run=run, state=WebhookDelivery.State.HELD)
    held.update(state=WebhookDelivery.State.WAITING, next_at=timezone.now())


def _failure(error: ExecutionError) -> dict[str, Any]:
    told = {
        "error_code": error.code,
        "error_message": _keepable(error.message),
        "duration": error.duration,
    }
    if isinstance(error, AlgorithmFailed):
        told["error_type"] = _keepable(error.error_type)[:200]
        told["stacktrace"] = _keepable(error.stacktrace)
    return told


def _keepable(text: str) -> str:
    """Replace what not every database keeps: NUL, and halves of characters."""
    return text.replace("\0", "�").encode(errors="replace").decode()


def _record(run: DurableRun, outcome: RunResult | ExecutionError) -> None:
    begun = run.started_at or run.created_at
    if run.version_id is None:
        return
    runs.record(
        run_id=run.pk,
        version_id=run.version_id,
        user_id=run.user_id,
        key_id=run.key_id,
        surface=run.surface,
        input_bytes=run.input_bytes,
        total=max((timezone.now() - begun).total_seconds(), 0.0),
        outcome=outcome,
    )


def _persistently(write: Callable[[], bool]) -> bool:
    """Try again what the database refused; what stays unwritten runs again later."""
    for pause in PAUSES:
        try:
            return write()
        except DatabaseError:
            logger.warning("an outcome is not written yet", exc_info=True)
            time.sleep(pause)
            close_old_connections()
    return write()
