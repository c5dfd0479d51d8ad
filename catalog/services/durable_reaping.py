"""Runs whose worker or task is gone, put back; and the loop that takes what waits."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from catalog.models import DurableRun
from catalog.services import durable_work, webhooks
from catalog.services.durable_work import QUEUE, perform

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

State = DurableRun.State
POLL_SECONDS = 0.2
REAP_SECONDS = 1.0
FAILURE_SECONDS = 2.0
WEBHOOK_THREADS = 2
BATCH = 200
#: in the table of settings: TASKS
BACKEND = "default"


def reap() -> int:
    """Put back what nobody works on any more; return how many runs."""
    return _end_dead_attempts() + _call_again()


def _end_dead_attempts() -> int:
    """End attempts whose lease is over: their worker is taken for dead."""
    over = Q(state=State.RUNNING, lease_until__lte=timezone.now())
    dead = list(DurableRun.objects.filter(over).defer("body", "result")[:BATCH])
    for run in dead:
        durable_work.end_attempt(run=run)
    return len(dead)


def _call_again() -> int:
    """Enqueue anew what waits without a task that will come, as after a kill -9.

    A task that was just taken is about to take its run.
    """
    now = timezone.now()
    just_taken = Q(
        status=TaskResultStatus.RUNNING, started_at__gt=now - durable_work.lease()
    )
    coming = DBTaskResult.objects.filter(
        Q(status=TaskResultStatus.READY) | just_taken, pk=OuterRef("task_id")
    ).order_by()
    lost = DurableRun.objects.filter(~Exists(coming), state=State.QUEUED)
    found = list(lost.values_list("pk", "task_id")[:BATCH])
    for pk, task_id in found:
        with transaction.atomic():
            DurableRun.objects.filter(
                pk=pk, state=State.QUEUED, task_id=task_id
            ).update(task_id=perform.enqueue(str(pk)).id)
    return len(found)


class Jobs:
    """The threads of the worker that perform durable runs, reap, and send webhooks."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._workers: list[Worker] = []
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for number in range(settings.VITRINE_ASYNC_WORKERS):
            worker = Worker(
                queue_names=[QUEUE],
                interval=0.0,
                batch=True,
                backend_name=BACKEND,
                startup_delay=False,
                max_tasks=None,
                worker_id=f"runs-{number}",
                excluded_queue_names=[],
            )
            self._workers.append(worker)
            self._begin(f"runs-{number}", POLL_SECONDS, _taking(worker))
        for number in range(WEBHOOK_THREADS):
            self._begin(f"webhooks-{number}", POLL_SECONDS, webhooks.deliver_next)
        self._begin("reaper", REAP_SECONDS, reap)

    def stop(self, *, seconds: float) -> None:
        """Take nothing more, wait for what runs, and give back what does not end."""
        self._stop.set()
        for worker in self._workers:
            worker.running = False
        ends_at = timezone.now() + timedelta(seconds=seconds)
        for thread in self._threads:
            left = (ends_at - timezone.now()).total_seconds()
            thread.join(max(0.0, left))
        durable_work.let_go()

    def _begin(self, name: str, pause: float, work: Callable[[], Any]) -> None:
        thread = threading.Thread(
            target=self._repeat, args=(pause, work), name=name, daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def _repeat(self, pause: float, work: Callable[[], Any]) -> None:
        while not self._stop.is_set():
            try:
                busy = work()
            except DatabaseError:
                logger.exception("goes on in %s s", FAILURE_SECONDS)
                close_old_connections()
                self._stop.wait(FAILURE_SECONDS)
            except Exception:
                logger.exception("goes on in %s s", FAILURE_SECONDS)
                self._stop.wait(FAILURE_SECONDS)
            else:
                self._stop.wait(0.0 if busy else pause)
        connection.close()


def _taking(worker: Worker) -> Callable[[], bool]:
    """Return what takes all that is ready; a look at an empty queue locks nothing."""

    def take() -> bool:
        ready = DBTaskResult.objects.ready().filter(
            backend_name=BACKEND, queue_name=QUEUE
        )
        if not ready.exists():
            return False
        worker.run()
        return True

    return take
