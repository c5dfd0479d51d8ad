"""One statement on the database driver itself, for the two that every call makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

if TYPE_CHECKING:
    from collections.abc import Sequence


def execute(sql: str, parameters: Sequence[Any] = ()) -> Any:
    """Run `sql` (places written %s) and return the driver's cursor.

    Django's cursor wrappers cost as much again as the statement (decision 0004);
    errors come as django.db.Error all the same. A connection that the server has
    closed, as when it was restarted, is made anew once.
    """
    # Looked up once: each attribute of the usual proxy is a search of its own.
    database = connections[DEFAULT_DB_ALIAS]
    if database.connection is None:
        database.connect()
    if database.vendor == "sqlite":
        sql = sql.replace("%s", "?")
    try:
        with database.wrap_database_errors:
            return database.connection.execute(sql, parameters)
    except OperationalError:
        if database.in_atomic_block or database.is_usable():
            raise
        database.close()
        database.connect()
        with database.wrap_database_errors:
            return database.connection.execute(sql, parameters)
