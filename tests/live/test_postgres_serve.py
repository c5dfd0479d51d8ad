"""The product on PostgreSQL: it serves, and outlives a restart of the database."""

from __future__ import annotations

import http.cookiejar
import json
import re
import time
import urllib.parse
import urllib.request

import psycopg
import pytest

from catalog.management.first_start import ADMIN
from tests import postgres
from tests.live_product import Product

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("postgres")]


@pytest.fixture(scope="module")
def cluster():
    if postgres.programs() is None:
        pytest.skip(postgres.MISSING)
    with postgres.cluster() as running:
        yield running


@pytest.fixture(scope="module")
def served(tmp_path_factory, cluster):
    home = tmp_path_factory.mktemp("postgres") / "home"
    product = Product(home, database={"DATABASE_URL": cluster.url}).start()
    yield product
    product.stop()


@pytest.fixture(scope="module")
def key(served) -> str:
    served.command("create_user", "ada")
    return served.command("create_key", "--user", "ada", "--scope", "read", "run")


class Browser:
    """A person's browser without script: cookies, forms, redirects."""

    def __init__(self, product: Product) -> None:
        self.product = product
        kept = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(kept)

    def get(self, path: str) -> str:
        with self.opener.open(self.product.url + path, timeout=30) as answer:
            return answer.read().decode()

    def send(self, path: str, action: str, **fields: str) -> str:
        """Send a form of the page at `path` to `action`."""
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', self.get(path))[1]
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields})
        request = urllib.request.Request(
            self.product.url + action,
            body.encode(),
            headers={"Referer": self.product.url + path},
        )
        with self.opener.open(request, timeout=30) as answer:
            return answer.read().decode()


def test_the_rows_are_in_postgresql(served, cluster):
    with psycopg.connect(cluster.url) as database:
        count = database.execute("SELECT count(*) FROM catalog_algorithm").fetchone()
    assert count[0] >= 15
    assert not (served.home / "db.sqlite3").exists()


def test_a_program_calls_and_each_call_is_recorded(served, key):
    before = served.count("catalog_run")
    assert served.call("util/Echo", {"é": [1, None]}, key)[1]["result"] == {
        "é": [1, None]
    }
    assert served.call("UTIL/echo", 1, key)[0] == 200
    assert served.call("testing/RaiseException", "x", key)[0] == 200
    assert served.count("catalog_run") - before == 3


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=sentiment",
        "/search?q=%C3%A9%25_'",
        "/util/Echo",
        "/util/echo",
        "/nlp/GetSentiment/usage",
        "/nlp/GetSentiment.json",
        "/guide/",
        "/sitemap.xml",
        "/feeds/new.atom",
        "/api/v1/algorithms?q=sentiment&facets=task",
        "/healthz",
        "/readyz",
    ],
)
def test_pages_answer(served, path):
    status, _headers, body = served.get(path)
    assert status == 200
    assert body


def test_a_person_signs_in_searches_and_runs(served):
    password = (served.home / "admin_password").read_text().strip()
    browser = Browser(served)
    sign_in = urllib.parse.urlsplit(
        browser.opener.open(served.url + "/settings/keys").geturl()
    ).path
    browser.send(sign_in, sign_in, login=ADMIN, password=password)
    assert "<h1>API keys</h1>" in browser.get("/settings/keys")
    assert "GetSentiment" in browser.get("/search?q=sentiment")
    before = served.count("catalog_run")
    page = browser.send(
        "/util/Echo/try", "/util/Echo/run", mode="json", json='"from the page"'
    )
    assert "from the page" in page
    assert served.count("catalog_run") == before + 1


def test_web_statements_have_a_time_limit_and_commands_none(served, cluster):
    shown = (
        "from django.db import connection; c = connection.cursor(); "
        "c.execute('SHOW statement_timeout'); print(c.fetchone()[0])"
    )
    assert served.command("shell", "-v0", "-c", shown) == "0"
    with psycopg.connect(cluster.url) as database:
        named = (
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'vitrine'"
        )
        assert database.execute(named).fetchone()[0] > 0


def test_after_a_restart_of_the_database_the_next_request_is_answered(
    served, cluster, key
):
    assert served.call("util/Echo", 1, key)[0] == 200
    assert served.get("/util/Echo")[0] == 200
    cluster.halt()
    begun = time.monotonic()
    status, _headers, body = served.get("/readyz")
    assert (status, json.loads(body)["database"]["ok"]) == (503, False)
    assert served.call("util/Echo", 1, key)[0] == 500
    assert time.monotonic() - begun < 15
    cluster.launch()
    assert served.get("/readyz")[0] == 200
    assert [served.call("util/Echo", 1, key)[0] for _ in range(20)] == [200] * 20
    assert [served.get("/util/Echo")[0] for _ in range(5)] == [200] * 5
    assert served.process.poll() is None


def test_a_call_meets_a_restart_between_two_calls_unharmed(served, cluster, key):
    """Also the connection of a thread that was asleep while the server restarted."""
    assert {served.call("util/Echo", 1, key)[0] for _ in range(10)} == {200}
    cluster.halt()
    cluster.launch()
    assert [served.call("util/Echo", 1, key)[0] for _ in range(20)] == [200] * 20
