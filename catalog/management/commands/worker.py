"""`manage.py worker`: keeps index, cards and figures current, performs durable runs."""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from catalog.search import SearchUnavailable
from catalog.services import indexing
from catalog.services.cards import keep_rendering
from catalog.services.durable_reaping import Jobs
from catalog.services.upkeep import Upkeep

if TYPE_CHECKING:
    from types import FrameType

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
FAILURE_SECONDS = 2.0
LAST_CARD_SECONDS = 3.0
#: for the durable runs at work; one that takes longer runs again after the start
LAST_RUN_SECONDS = 5.0


class Command(BaseCommand):
    help = (
        "Write what changes into the search index within a second, render the cards "
        "that wait, perform durable runs and tell of their end, roll runs up into "
        "figures every few seconds and drop what is past its time. `serve` starts it; "
        "exactly one runs."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        # A thread of its own: a card may take seconds, and the index must not wait.
        rendering = threading.Thread(
            target=keep_rendering, kwargs={"stop": self.stop}, name="cards", daemon=True
        )
        rendering.start()
        jobs = Jobs()
        jobs.start()
        upkeep = Upkeep()
        while not self.stop.is_set():
            pause = POLL_SECONDS
            try:
                busy = index_once()
                upkeep.run_due()
                pause = 0 if busy else POLL_SECONDS
            except (DatabaseError, SearchUnavailable, OSError):
                logger.exception("the worker goes on in %s s", FAILURE_SECONDS)
                close_old_connections()
                pause = FAILURE_SECONDS
            self.stop.wait(pause)
        jobs.stop(seconds=LAST_RUN_SECONDS)
        rendering.join(timeout=LAST_CARD_SECONDS)
        connection.close()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop.set()


def index_once() -> int:
    """Write one batch; an index that is missing or broken is built anew."""
    if not indexing.backend().health().ok:
        logger.warning("the search index is missing or broken; building it anew")
        return indexing.rebuild_index()
    return indexing.drain_outbox()
