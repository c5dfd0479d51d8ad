"""One statement on the database driver itself, for the two that every call makes."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

#: how long a write waits for those before it in this process (s); SQLite waits alike
PATIENCE = 20.0


def read(sql: str) -> Any:
    """Run one query and return its first row, or None.

    Where nobody writes at the moment SQLite is asked on the connection that `write`
    uses, which has in memory what was written last.
    """
    database = connections[DEFAULT_DB_ALIAS]
    writer = _writer_to(database)
    if writer is None or not writer.is_free():
        return execute(database, sql).fetchone()
    try:
        return writer.run(database, sql, ()).fetchone()
    finally:
        writer.let_go()


def write(
    sql: str,
    parameters: Sequence[Any] = (),
    *,
    database: BaseDatabaseWrapper | None = None,
) -> None:
    """Run one INSERT, committed when this returns unless in a transaction.

    On SQLite all threads share one connection for it, in turn: a connection reads
    anew whatever another one has written, and a file has one writer at a time anyway.
    `database` is this thread's, of a caller who has it: each look-up takes 1 µs.
    """
    database = database or connections[DEFAULT_DB_ALIAS]
    writer = _writer_to(database)
    if writer is None:
        execute(database, sql, parameters)
        return
    if not writer.is_free(PATIENCE):
        raise OperationalError("database is locked")
    try:
        writer.run(database, _with_question_marks(sql), parameters)
    finally:
        writer.let_go()


def execute(
    database: BaseDatabaseWrapper, sql: str, parameters: Sequence[Any] = ()
) -> Any:
    """Run `sql` (places written %s) and return the driver's cursor.

    Django's cursor wrappers cost as much again as the statement (decision 0004);
    errors come as django.db.Error all the same. A connection that the server has
    closed, as when it was restarted, is made anew once.
    """
    if database.connection is None:
        database.connect()
    if database.vendor == "sqlite":
        sql = _with_question_marks(sql)
    try:
        return _run(database, database.connection, sql, parameters)
    except OperationalError:
        if database.in_atomic_block or database.is_usable():
            raise
        database.close()
        database.connect()
        return _run(database, database.connection, sql, parameters)


class _Writer:
    """A connection to one file of SQLite that serves one thread at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._connection: Any = None

    def is_free(self, seconds: float = 0.0) -> bool:
        """Take it, waiting so long for others; true where it must be let go."""
        return self._lock.acquire(timeout=seconds)

    def let_go(self) -> None:
        self._lock.release()

    def run(
        self, database: BaseDatabaseWrapper, sql: str, parameters: Sequence[Any]
    ) -> Any:
        try:
            if self._connection is None:
                self._connection = _opened(database)
            return _run(database, self._connection, sql, parameters)
        except BaseException:
            self._connection = None  # nobody knows what became of it
            raise


def _writer_to(database: BaseDatabaseWrapper) -> _Writer | None:
    """Return the shared connection; None where a statement needs the thread's own."""
    if database.vendor != "sqlite" or database.in_atomic_block:
        return None
    return _writer(str(database.settings_dict["NAME"]), os.getpid())


@cache
def _writer(name: str, _pid: int) -> _Writer | None:
    """Make one for each file and process.

    One of before a fork is kept: to close it would harm the parent. A database in
    memory, as tests have it, is each connection's own.
    """
    is_in_memory = ":memory:" in name or "mode=memory" in name
    return None if is_in_memory else _Writer()


def _opened(database: BaseDatabaseWrapper) -> Any:
    connection = database.get_new_connection(database.get_connection_params())
    connection.isolation_level = None  # each statement is committed
    return connection


def _run(
    database: BaseDatabaseWrapper, connection: Any, sql: str, parameters: Sequence[Any]
) -> Any:
    try:
        return connection.execute(sql, parameters)
    except Exception:
        # Entered for an error alone: it takes as long as the statement.
        with database.wrap_database_errors:
            raise


@lru_cache(maxsize=8)
def _with_question_marks(sql: str) -> str:
    return sql.replace("%s", "?")
