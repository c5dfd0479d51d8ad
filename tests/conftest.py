"""The known cast, and the rule for tools that are missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.key_text import keys_in
from accounts.models import Membership, User
from accounts.services import add_member, create_team, create_user
from tests.live_product import Product
from tests.settings import TEST_HOME

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Under REQUIRE_ALL=1 a skip is a failure that names what is missing."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("REQUIRE_ALL") == "1":
        reason = report.longrepr[-1] if report.longrepr else "no reason"
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1 allows no skip: {reason}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let Django empty the audit trail between tests that commit.

    Nothing else may: tests/unit/services/test_audit_triggers.py asks a database with
    all of its triggers. At the end no test has left a whole key in the database.
    """
    emptying = {
        "sqlite": "DROP TRIGGER IF EXISTS catalog_auditentry_no_delete",
        "postgresql": "DROP TRIGGER IF EXISTS catalog_auditentry_no_truncate "
        "ON catalog_auditentry",
    }
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(emptying[connection.vendor])
    yield
    for path in TEST_HOME.glob("test*.sqlite3*"):
        kept = next(keys_in(path.read_bytes()), None)
        assert kept is None, f"{path.name} holds the whole key {kept}"


def person(username: str, **more) -> User:
    return create_user(username=username, password="correct horse battery", **more)


@pytest.fixture
def ada(db) -> User:
    """Owner of personal listings."""
    return person("ada")


@pytest.fixture
def vision_lab(db):
    """A team: Grace maintains it, Linus is a member."""
    return create_team(slug="visionlab", name="Vision Lab")


@pytest.fixture
def grace(vision_lab) -> User:
    user = person("grace")
    add_member(team=vision_lab, user=user, role=Membership.Role.MAINTAINER)
    return user


@pytest.fixture
def linus(vision_lab) -> User:
    user = person("linus")
    add_member(team=vision_lab, user=user, role=Membership.Role.MEMBER)
    return user


@pytest.fixture
def charlie(db) -> User:
    """A stranger."""
    return person("charlie")


@pytest.fixture
def carol(db) -> User:
    """A curator."""
    return person("carol", is_staff=True)


@pytest.fixture
def anonymous() -> AnonymousUser:
    return AnonymousUser()


@pytest.fixture
def viewers(anonymous, charlie, ada, linus, grace) -> dict:
    """The five viewers of the privacy tests."""
    return {
        "anonymous": anonymous,
        "stranger": charlie,
        "owner": ada,
        "member": linus,
        "maintainer": grace,
    }


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    """The running product, shared by all live tests of a worker."""
    product = Product(tmp_path_factory.mktemp("product") / "home").start()
    yield product
    product.stop()


@pytest.fixture(scope="session")
def run_key(product) -> str:
    """A key of the person `ada` of the running product."""
    product.command("create_user", "ada")
    return product.command("create_key", "--user", "ada", "--scope", "read", "run")


@pytest.fixture(scope="session")
def write_key(product, run_key) -> str:
    """A key of ada's that publishes too."""
    scopes = ("read", "run", "write")
    return product.command("create_key", "--user", "ada", "--scope", *scopes)
