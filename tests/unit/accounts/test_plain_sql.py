"""The statements of every call: one shared connection on a file, errors as Django's."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, OperationalError
from django.db.backends.sqlite3.base import DatabaseWrapper

from accounts import plain_sql

#: it lets these tests use a database; theirs is a file of their own
pytestmark = pytest.mark.django_db

INSERT = "INSERT INTO note (n) VALUES (%s)"
COUNT = "SELECT count(*) FROM note"


class OfThreads:
    """Gives each thread a connection of its own, as Django does."""

    def __init__(self, make) -> None:
        self._make = make
        self._own = threading.local()
        self._made = []

    def __getitem__(self, _alias):
        if not hasattr(self._own, "database"):
            self._own.database = self._make()
            self._made.append(self._own.database)
        return self._own.database

    def close(self):
        for database in self._made:
            database.inc_thread_sharing()
            database.close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "notes.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE note (n integer primary key)")
    return path


@pytest.fixture
def database(file, monkeypatch, settings):
    """Take a file as the database of this thread, as a web process has it."""
    options = {**settings.DATABASES["default"], "NAME": str(file)}
    options |= {"OPTIONS": {"timeout": 1}}
    made = OfThreads(lambda: DatabaseWrapper(options, "default"))
    monkeypatch.setattr(plain_sql, "connections", made)
    yield made["default"]
    made.close()


def rows(file):
    with sqlite3.connect(file) as connection:
        return connection.execute(COUNT).fetchone()[0]


def test_what_was_written_is_committed_and_read(database, file):
    plain_sql.write(INSERT, [1])
    assert rows(file) == 1
    assert plain_sql.read(COUNT) == (1,)
    assert plain_sql.read("SELECT n FROM note WHERE n = 2") is None


def test_what_others_wrote_is_read(database, file):
    plain_sql.write(INSERT, [1])
    with sqlite3.connect(file) as other:
        other.execute("INSERT INTO note (n) VALUES (2)")
    assert plain_sql.read(COUNT) == (2,)


def test_many_threads_lose_no_row(database, file):
    def write(n):
        plain_sql.write(INSERT, [n])
        return plain_sql.read(COUNT)[0] > 0

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(write, range(400)))
    assert rows(file) == 400


def test_a_transaction_keeps_its_own_connection(database, file):
    database.ensure_connection()
    database.connection.execute("BEGIN")
    database.in_atomic_block = True
    plain_sql.write(INSERT, [1])
    assert plain_sql.read(COUNT) == (1,)
    assert rows(file) == 0
    database.in_atomic_block = False
    database.connection.execute("ROLLBACK")
    assert plain_sql.read(COUNT) == (0,)


def test_errors_are_those_of_django_and_the_next_statement_works(database, file):
    plain_sql.write(INSERT, [1])
    with pytest.raises(IntegrityError):
        plain_sql.write(INSERT, [1])
    with pytest.raises(OperationalError):
        plain_sql.read("SELECT n FROM nowhere")
    plain_sql.write(INSERT, [2])
    assert rows(file) == 2


def test_a_locked_file_is_an_error_for_a_write_and_none_for_a_read(database, file):
    plain_sql.write(INSERT, [1])
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            plain_sql.write(INSERT, [2])
        assert plain_sql.read(COUNT) == (1,)
        other.execute("ROLLBACK")
    plain_sql.write(INSERT, [2])


def test_who_waits_too_long_for_others_is_told_so(database, file, monkeypatch):
    monkeypatch.setattr(plain_sql, "PATIENCE", 0.01)
    writer = plain_sql._writer_to(database)
    assert writer.is_free()
    with pytest.raises(OperationalError, match="locked"):
        plain_sql.write(INSERT, [1])
    assert plain_sql.read(COUNT) == (0,)
    writer.let_go()
    plain_sql.write(INSERT, [1])


def test_a_fork_and_another_file_have_writers_of_their_own(database, monkeypatch):
    first = plain_sql._writer_to(database)
    assert plain_sql._writer_to(database) is first
    monkeypatch.setattr(plain_sql, "os", SimpleNamespace(getpid=lambda: -1))
    assert plain_sql._writer_to(database) is not first


def test_a_database_in_memory_is_not_shared(database):
    for name in (":memory:", "file:memorydb_default?mode=memory&cache=shared"):
        database.settings_dict["NAME"] = name
        assert plain_sql._writer_to(database) is None
