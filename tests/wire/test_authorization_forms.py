"""How a program may send its key, and what a wrong one costs: on /v1 and on /api."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts import epoch, key_text, keys, plain_sql
from accounts.models import ApiKey
from catalog.services import key_uses
from catalog.wire.gateway import WireGateway

pytestmark = pytest.mark.django_db

FORMS = [
    "{}",
    " {} ",
    "Simple {}",
    "simple {}",
    "SIMPLE   {}",
    "Simple\t{}",
    "\tSimple \t {} \t",
    "Bearer {}",
    "bearer {}",
    "BEARER {}",
    "bEaReR  {}  ",
]
WRONG_FORMS = [
    "",
    "Simple",
    "Bearer ",
    "Basic {}",
    "Token {}",
    "Simple{}",
    "Bearer: {}",
    "Simple {} {}",
    "{}, {}",
    "Simple Bearer {}",
    "{}\u00e9",
    '"{}"',
    "key={}",
]


def wire(header, *, query="", method="POST") -> tuple[int, dict]:
    """Ask the gateway of /v1 as the server does; what is not there is 404."""
    answered = {}

    def start(status, headers):
        answered["status"], answered["headers"] = int(status.split()[0]), dict(headers)

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/v1/algo/nobody/Nothing",
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "192.0.2.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": "2",
        "wsgi.input": io.BytesIO(b"{}"),
        "wsgi.url_scheme": "http",
    }
    if header is not None:
        environ["HTTP_AUTHORIZATION"] = header
    body = b"".join(WireGateway(None)(environ, start))
    assert json.loads(body)["error"]["message"]
    return answered["status"], answered["headers"]


@pytest.fixture
def api(client):
    def api(header, path="/api/v1/me") -> int:
        headers = {} if header is None else {"HTTP_AUTHORIZATION": header}
        return client.get(path, **headers).status_code

    return api


@pytest.fixture
def made(ada):
    return keys.create_key(user=ada, name="laptop", scopes=["read", "run"])


@pytest.fixture
def untouched(monkeypatch):
    """Let every question to the database fail, also those past the ORM."""

    def fail(*_args, **_options):
        raise AssertionError("the database was asked")

    monkeypatch.setattr(epoch, "read", fail)
    monkeypatch.setattr(plain_sql, "execute", fail)
    monkeypatch.setattr(keys, "known_key", fail)


@pytest.mark.parametrize("form", FORMS)
def test_raw_simple_and_bearer_are_understood_in_any_case_and_spacing(made, api, form):
    header = form.format(made.secret)
    assert wire(header)[0] == 404
    assert api(header) == 200


@pytest.mark.parametrize("form", [None, *WRONG_FORMS])
def test_other_forms_are_no_key(made, api, form):
    header = None if form is None else form.replace("{}", made.secret)
    status, headers = wire(header)
    assert status == 401
    assert headers["WWW-Authenticate"] == "Simple"
    assert api(header) == 401


def test_a_wrong_checksum_asks_the_database_nothing(
    made, client, untouched, django_assert_num_queries
):
    last = "0" if made.secret[-1] != "0" else "1"
    for wrong in (made.secret[:-1] + last, "vtr_" + "a" * 46, "x", made.secret + "a"):
        with django_assert_num_queries(0):
            assert wire(f"Bearer {wrong}")[0] == 401
        with django_assert_num_queries(0):
            answer = client.get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer {wrong}")
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"


def test_a_right_checksum_does_ask(untouched):
    """So that the test above would notice a question."""
    assert wire(f"Bearer {key_text.new_secret()}")[0] == 500


@pytest.mark.parametrize("name", ["key", "api_key", "apiKey", "Authorization", "token"])
def test_a_key_in_the_address_is_none(made, client, name):
    assert wire(None, query=f"{name}={made.secret}")[0] == 401
    assert client.get(f"/api/v1/me?{name}={made.secret}").status_code == 401
    made.row.refresh_from_db()
    assert made.row.last_used_at is None


def test_a_key_in_the_body_or_a_cookie_is_none(made, client):
    client.cookies["Authorization"] = f"Bearer {made.secret}"
    client.cookies["key"] = made.secret
    assert client.get("/api/v1/me").status_code == 401
    body = json.dumps({"key": made.secret})
    path = "/api/v1/algorithms/nobody/Nothing/runs"
    answer = client.post(path, body, content_type="application/json")
    assert answer.status_code in {401, 403}
    made.row.refresh_from_db()
    assert made.row.last_used_at is None


def revoked(key):
    keys.revoke_key(key=key)


def closed(key):
    key.user.is_active = False
    key.user.save()


def expired(key):
    key.expires_at = timezone.now() - timedelta(seconds=1)
    key.save()


@pytest.mark.parametrize("end", [revoked, closed, expired, ApiKey.delete])
def test_an_ended_key_is_refused_in_the_very_next_call(made, api, end):
    for _warm in range(3):
        assert wire(made.secret)[0] == 404
        assert api(made.secret) == 200
    end(made.row)
    assert wire(made.secret)[0] == 401
    assert api(made.secret) == 401


def test_the_end_of_a_teams_key_needs_no_write_to_the_key(vision_lab, grace, api):
    made = keys.create_key(team=vision_lab, made_by=grace, name="r", scopes=["read"])
    assert (wire(made.secret)[0], api(made.secret)) == (404, 200)
    vision_lab.delete()
    assert (wire(made.secret)[0], api(made.secret)) == (401, 401)


def test_a_key_that_runs_out_between_two_calls_is_refused(made, api, monkeypatch):
    """No write says so: the moment is compared at each call."""
    assert (wire(made.secret)[0], api(made.secret)) == (404, 200)
    later = made.row.expires_at + timedelta(seconds=1)
    monkeypatch.setattr("catalog.services.callers.timezone.now", lambda: later)
    assert (wire(made.secret)[0], api(made.secret)) == (401, 401)


def test_a_warm_call_asks_no_more_than_before(made, django_assert_num_queries):
    cache.clear()
    key_uses._due.clear()
    wire(made.secret)
    with django_assert_num_queries(0):
        # The epoch is read past the ORM; what is not there is looked up anew.
        from catalog.services.callers import caller_by_key  # noqa: PLC0415 - warm path

        caller_by_key(made.secret, address="192.0.2.1")
