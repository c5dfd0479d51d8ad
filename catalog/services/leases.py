"""Leases that a process holds for what it works on: a dead process moves none on."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    Extend = Callable[[list[UUID]], object]

logger = logging.getLogger(__name__)


class Keeper:
    """Calls `extend` with the tokens that are held, every `seconds`.

    A thread does it, and lives only while something is held.
    """

    def __init__(self, extend: Extend, *, seconds: float) -> None:
        self._extend = extend
        self._seconds = seconds
        self._changed = threading.Condition()
        self._held: set[UUID] = set()
        self._thread: threading.Thread | None = None

    @contextmanager
    def holding(self, token: UUID) -> Iterator[None]:
        """Keep the lease of `token` alive for the block."""
        with self._changed:
            self._held.add(token)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._beat, name="leases", daemon=True
                )
                self._thread.start()
        try:
            yield
        finally:
            with self._changed:
                self._held.discard(token)
                self._changed.notify_all()

    @property
    def held(self) -> list[UUID]:
        """The tokens held now."""
        with self._changed:
            return list(self._held)

    def _beat(self) -> None:
        try:
            while tokens := self._waited():
                try:
                    self._extend(tokens)
                except DatabaseError:
                    logger.exception("%s leases were not moved on", len(tokens))
                    close_old_connections()
        finally:
            connection.close()

    def _waited(self) -> list[UUID]:
        """Return what is still held after one pause; nothing ends the thread."""
        with self._changed:
            self._changed.wait_for(lambda: not self._held, timeout=self._seconds)
            if not self._held:
                self._thread = None
            return list(self._held)
