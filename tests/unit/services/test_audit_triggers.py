"""The database itself keeps the audit trail: a fresh one, with all its triggers."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from tests import postgres

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
PERSON = """
    INSERT INTO accounts_user (password, is_superuser, username, first_name, last_name,
                               email, is_staff, is_active, date_joined)
    VALUES ('', false, 'carol', '', '', '', true, true, '2026-01-01 00:00:00+00')
    RETURNING id
"""
OLD_ENTRY = """
    INSERT INTO catalog_auditentry (id, action, target_type, target_id, target, reason,
                                    changes, created_at, actor_id)
    VALUES ('{id}', 'verify', 'algorithm', '1', 'a/B', '', '{{}}',
            '2026-01-01 00:00:00+00', {actor})
"""
ENTRY = """
    INTO catalog_auditentry (id, category, actor_name, address, action, target_type,
                             target_id, target, reason, changes, created_at)
    VALUES ('{id}', 'curation', 'carol', '', 'hide', 'algorithm', '1', 'a/B', '',
            '{{}}', '2026-01-01 00:00:00+00')
"""


@dataclass
class Fresh:
    """A database that the product's own migrations made, and a plain connection."""

    url: str
    home: Path
    connect: Callable[[], Any]

    def migrate(self, *words: str) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("VITRINE_")}
        environment = {
            **kept,
            "VITRINE_HOME": str(self.home),
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        connection = self.connect()
        try:
            cursor = connection.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
            connection.commit()
        finally:
            connection.close()
        return rows


@pytest.fixture(scope="module")
def server():
    if postgres.programs() is None:
        pytest.skip(postgres.MISSING)
    with postgres.cluster() as running:
        yield running


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fresh(request, tmp_path_factory):
    """A database in which carol verified something before names were kept."""
    home = tmp_path_factory.mktemp("fresh")
    if request.param == "sqlite":
        file = home / "db.sqlite3"
        made = Fresh(f"sqlite:///{file}", home, lambda: sqlite3.connect(file))
    else:
        url = request.getfixturevalue("server").url
        plain = url.replace("postgres://", "postgresql://")
        made = Fresh(url, home, lambda: psycopg.connect(plain))
    made.migrate("catalog", "0003")
    ((actor,),) = made.ask(PERSON)
    made.ask(OLD_ENTRY.format(id=uuid4().hex, actor=actor))
    made.migrate()
    return made


def count(fresh) -> int:
    return fresh.ask("SELECT count(*) FROM catalog_auditentry")[0][0]


def test_who_acted_before_names_were_kept_is_named(fresh):
    rows = fresh.ask(
        "SELECT actor_name FROM catalog_auditentry WHERE action = 'verify'"
    )
    assert rows == [("carol",)]


def test_entries_can_be_added(fresh):
    before = count(fresh)
    fresh.ask("INSERT " + ENTRY.format(id=uuid4().hex))
    assert count(fresh) == before + 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalog_auditentry SET action = 'nothing'",
        "UPDATE catalog_auditentry SET actor_id = NULL",
        "DELETE FROM catalog_auditentry",
        "DELETE FROM catalog_auditentry WHERE action = 'verify'",
    ],
)
def test_the_database_refuses_to_change_or_delete_one(fresh, statement):
    before = fresh.ask("SELECT * FROM catalog_auditentry ORDER BY id")
    with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="never"):
        fresh.ask(statement)
    assert fresh.ask("SELECT * FROM catalog_auditentry ORDER BY id") == before


def test_no_detour_of_an_engine_gets_past_it(fresh):
    ((known,),) = fresh.ask("SELECT id FROM catalog_auditentry LIMIT 1")
    detours = {
        "sqlite": ["INSERT OR REPLACE " + ENTRY, "REPLACE " + ENTRY],
        "postgres": [
            "TRUNCATE catalog_auditentry",
            "INSERT " + ENTRY + " ON CONFLICT (id) DO UPDATE SET action = 'nothing'",
        ],
    }
    before = count(fresh)
    for statement in detours[fresh.url.partition(":")[0]]:
        with pytest.raises(
            (sqlite3.DatabaseError, psycopg.DatabaseError), match="never"
        ):
            fresh.ask(statement.format(id=known))
    assert count(fresh) == before


def test_the_end_of_a_person_leaves_what_the_person_did(fresh):
    named = "SELECT actor_name FROM catalog_auditentry WHERE action = 'verify'"
    connection = fresh.connect()
    try:
        connection.execute("DELETE FROM accounts_user WHERE username = 'carol'")
        assert connection.execute(named).fetchall() == [("carol",)]
    finally:
        # The other tests, in whatever order, know carol.
        connection.rollback()
        connection.close()


def test_migrating_back_lets_go_and_forth_again_holds(fresh):
    fresh.migrate("catalog", "0003")
    fresh.ask("UPDATE catalog_auditentry SET reason = 'allowed meanwhile'")
    fresh.migrate()
    with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="never"):
        fresh.ask("DELETE FROM catalog_auditentry")
