"""After a day of use no secret stands anywhere but with who was given it."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from urllib.parse import quote

import pytest
from secret_day import Day

from accounts.key_text import is_well_formed
from tests.live_product import Product
from tests.mail_sink import MailSink

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("secrets")]
#: what is there to hold a secret, for the operator alone
HOLDERS = {"secret_key", "admin_password"}


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    with MailSink() as mail:
        # SQLite also in `make test-postgres`: the database's file is searched too.
        product = Product(tmp_path_factory.mktemp("day") / "home", database={})
        product.settings = {
            "VITRINE_EMAIL_URL": mail.address,
            "VITRINE_EMAIL_FROM": "Vitrine <vitrine@example.org>",
            "VITRINE_BASE_URL": product.url,
            "VITRINE_LOG_LEVEL": "DEBUG",
        }
        product.start()
        try:
            yield Day(product, mail).live()
        finally:
            product.stop()


def hits(day, place, data: bytes):
    """What of the day's secrets stands in `data`; well-formed keys that nobody knew."""
    found = [
        f"{what} in {place}"
        for what, value in day.kept.held.items()
        if {value.encode(), quote(value, safe="").encode()} & set(_in(data, value))
    ]
    keys = re.findall(rb"vtr_[0-9A-Za-z]{46}", data)
    if any(is_well_formed(key.decode()) for key in keys):
        found.append(f"a key in {place}")
    return found


def _in(data, value):
    forms = (value.encode(), quote(value, safe="").encode())
    return [form for form in forms if form in data]


def test_the_day_had_secrets_of_every_kind(day):
    kinds = {what.rpartition(" ")[0].partition(" of ")[0] for what in day.kept.held}
    assert kinds >= {
        "password",
        "sessionid",
        "csrftoken",
        "key",
        "pasted key",
        "invitation",
        "seed",
        "recovery code",
        "feed",
    }
    assert any(kind.startswith("link mailed") for kind in kinds)
    assert len(day.bodies) > 60
    assert any("broken" in name for name in day.bodies)


def test_the_search_would_find_one(day):
    value = day.kept.held[next(iter(day.kept.held))]
    assert hits(day, "here", f"x{value}x".encode())
    assert hits(day, "here", day.keys[0].encode())


def test_no_file_holds_one(day):
    files = [path for path in day.product.home.rglob("*") if path.is_file()]
    names = {path.name for path in files}
    assert {"db.sqlite3", "output", *HOLDERS} <= names
    found = []
    for path in files:
        if path.name not in HOLDERS:
            found += hits(day, path.relative_to(day.product.home), path.read_bytes())
    assert found == []


def test_the_files_that_hold_one_are_the_operators_alone(day):
    for name in HOLDERS:
        assert (day.product.home / name).stat().st_mode & 0o077 == 0, name


def test_no_row_holds_one(day):
    """As text, since a page of the file may be written in another form."""
    found, tables = [], 0
    database = f"file:{day.product.home / 'db.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(database, uri=True, timeout=20)) as db:
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in names.fetchall():
            rows = db.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608 - its own tables
            tables += bool(rows)
            found += hits(day, name, repr(rows).encode())
    assert tables > 20
    assert found == []


def test_the_log_tells_what_failed_and_no_secret(day):
    log = day.product.output
    assert "no such table" in log, "the planted failures are in the log"
    assert hits(day, "the log", log.encode()) == []


def test_no_error_page_no_page_of_staff_and_no_export_shows_one(day):
    found = []
    for name, body in day.bodies.items():
        found += hits(day, name, body.encode())
    assert found == []


def test_a_refused_import_does_not_repeat_the_key(day):
    said = "\n".join(day.printed)
    assert "key" in said
    assert hits(day, "the command", said.encode()) == []


def test_no_mail_holds_what_is_not_meant_for_a_mailbox(day):
    assert len(day.mail.messages) >= 4
    text = "\n".join(message.as_string() for message in day.mail.messages)
    mailed = {
        what: value
        for what, value in day.kept.held.items()
        if not what.startswith("link mailed")
    }
    assert [what for what, value in mailed.items() if value in text] == []


def test_the_trail_has_told_the_day(day):
    rows = json.loads(day.bodies["/security/audit/export?format=json"])
    told = {row["action"] for row in rows}
    assert told >= {
        "sign up",
        "sign in",
        "sign out",
        "sign-in failed",
        "verify e-mail",
        "create key",
        "revoke leaked key",
        "use key first",
        "create team",
        "invite",
        "add member",
        "reset password",
        "change password",
        "turn on two-factor",
        "second factor failed",
    }
    failed = [row for row in rows if row["action"] == "sign-in failed"]
    assert {row["target"] for row in failed} <= {"nora", "", "operator", "olaf"}
    assert all(row["address"] == "127.0.0.1" for row in failed)
