"""No text breaks an answer of /api, whatever the database thinks of it.

PostgreSQL takes neither NUL nor lone surrogates nor numbers beyond its columns, and
SQLite takes all of them: this runs on both (`make test-postgres`).
"""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction

from accounts import keys
from accounts.models import ApiKey
from catalog.models import Algorithm, Visibility

pytestmark = pytest.mark.django_db

HOSTILE = {
    "nul": "a\0b",
    "surrogate": "%ED%A0%80",
    "long": "x" * 5000,
    "number": "9" * 30,
    "negative": "-1",
    "quotes": "'\"\\;--",
    "wildcards": "%_",
    "accents": "é\u0130\u212a\U0001f600",
    "regex": "(a+)+$[",
}


def operations(client) -> list[tuple[str, str, list[str]]]:
    """Read method, path and query parameters of every operation."""
    described = json.loads(client.get("/openapi.json").content)
    found = []
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, dict) and "responses" in operation:
                named = [
                    parameter["name"]
                    for parameter in operation.get("parameters", [])
                    if parameter["in"] == "query"
                ]
                found.append((method.upper(), path, named))
    return found


@pytest.fixture
def asking(ada, vision_lab, client):
    """Ask with a key that may do everything; a listing of its own is there."""
    Algorithm.objects.create(
        owner=ada.owner,
        name="Mine",
        title="Mine",
        summary="s",
        visibility=Visibility.PUBLIC,
    )
    secret = keys.create_key(
        user=ada, name="all", scopes=list(ApiKey.Scope.values)
    ).secret

    def ask(method, path, query="", body=b"") -> int:
        address = f"{path}?{query}" if query else path
        # An error of the database must not be the next one's.
        with transaction.atomic():
            return client.generic(
                method,
                address,
                body,
                content_type="application/json",
                HTTP_AUTHORIZATION=secret,
            ).status_code

    return ask


def spelled(text: str) -> str:
    return text if text.startswith("%ED") else quote(text, safe="")


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_place_in_a_path_breaks_the_answer(asking, client, kind):
    failed = []
    for method, path, _named in operations(client):
        parts = [
            spelled(HOSTILE[kind]) if part.startswith("{") else part
            for part in path.split("/")
        ]
        status = asking(method, "/".join(parts))
        if status >= 500:
            failed.append((method, path, status))
    assert failed == []


@pytest.mark.parametrize("address", ["/api/v1/teams/a%00b", "/api/v1/suggest?q=a%00b"])
def test_nul_in_an_address_is_refused_in_words(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "NUL" in answer.json()["detail"]
    assert "RateLimit" in answer


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_parameter_breaks_the_answer(asking, client, kind):
    failed = []
    known = {"{owner}": "ada", "{name}": "Mine"}
    for method, path, named in operations(client):
        here = "/".join(known.get(part, part) for part in path.split("/"))
        for name in named:
            if kind == "surrogate":
                query = f"{name}={HOSTILE[kind]}"
            else:
                query = urlencode({name: HOSTILE[kind]})
            status = asking(method, here, query)
            if status >= 500:
                failed.append((method, path, name, status))
    assert failed == []


BODIES = {
    "nul": b'"a\\u0000b"',
    "surrogate": b'"\\ud800"',
    "number": b"99999999999999999999999999",
    "infinity": b"1e999",
    "deep": b"[" * 5000 + b"]" * 5000,
    "null": b"null",
    "list": b'["a\\u0000"]',
}


@pytest.mark.parametrize("kind", BODIES)
def test_no_field_of_a_body_breaks_the_answer(asking, client, kind):
    described = json.loads(client.get("/openapi.json").content)
    known = {"{owner}": "ada", "{name}": "Mine", "{slug}": "visionlab"}
    failed = []
    for method, path, _named in operations(client):
        if method not in {"POST", "PUT", "PATCH", "DELETE"}:
            continue
        here = "/".join(known.get(part, part) for part in path.split("/"))
        fields = fields_of(described, path, method)
        bodies = [BODIES[kind]]
        bodies += [b'{"%b":%b}' % (name.encode(), BODIES[kind]) for name in fields]
        if fields:
            everything = (b'"%b":%b' % (name.encode(), BODIES[kind]) for name in fields)
            bodies.append(b"{" + b",".join(everything) + b"}")
        for body in bodies:
            status = asking(method, here, body=body)
            if status >= 500 and status != 503:
                failed.append((method, path, body[:80], status))
    assert failed == []


def fields_of(described, path, method) -> list[str]:
    operation = described["paths"][path][method.lower()]
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return list(schema.get("properties", {}))
