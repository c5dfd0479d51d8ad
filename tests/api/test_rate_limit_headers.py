"""Every answer of /api says what is left; the one too many is a problem."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from accounts import acting, keys
from accounts.models import ApiKey
from catalog.models import Algorithm, Visibility
from catalog.services import admission, resolving

pytestmark = pytest.mark.django_db

PARTS = re.compile(r'"([a-z-]+)";([qr])=(\d+);([wt])=(\d+)')


def fields(response) -> dict:
    """Read both headers into name -> (quota, window, left, seconds)."""
    limits = PARTS.findall(response["RateLimit-Policy"])
    left = PARTS.findall(response["RateLimit"])
    assert [name for name, *_ in limits] == [name for name, *_ in left]
    return {
        name: (int(quota), int(window), int(remaining), int(seconds))
        for (name, _q, quota, _w, window), (_n, _r, remaining, _t, seconds) in zip(
            limits, left, strict=True
        )
    }


@pytest.fixture(autouse=True)
def fresh_counts(settings):
    settings.VITRINE_RATE_KEY = 5
    settings.VITRINE_RATE_PERSON = 4
    settings.VITRINE_RATE_ADDRESS = 3
    admission.counting().forget()


@pytest.fixture
def secret(ada) -> str:
    return keys.create_key(user=ada, name="laptop", scopes=["read"]).secret


def bearer(secret) -> dict:
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/me", 200),
        ("GET", "/api/v1/algorithms/nobody/Nothing", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/algorithms?limit=x", 400),
        ("DELETE", "/api/v1/me", 405),
        ("POST", "/api/v1/algorithms/nobody/Nothing/runs", 403),
    ],
)
def test_every_answer_has_the_headers(client, secret, method, path, status):
    response = client.generic(method, path, **bearer(secret))
    assert response.status_code == status
    assert fields(response) == {"key": (5, 60, 4, 60)}


def test_a_missing_and_a_bad_key_are_counted_by_address(client, ada):
    anonymous = client.get("/api/v1/me")
    assert anonymous.status_code == 401
    assert fields(anonymous) == {"address": (3, 60, 2, 60)}
    refused = client.get("/api/v1/algorithms", **bearer("nonsense"))
    assert refused.status_code == 401
    assert fields(refused) == {"refused-key": (3, 60, 2, 60)}
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["WWW-Authenticate"] == "Bearer"


def test_a_person_on_the_page_is_counted_as_a_person(client, ada):
    client.force_login(ada)
    assert fields(client.get("/api/v1/me")) == {"person": (4, 60, 3, 60)}


def test_the_same_answer_again_still_says_what_is_left(client, secret):
    first = client.get("/api/v1/me", **bearer(secret))
    again = client.get("/api/v1/me", HTTP_IF_NONE_MATCH=first["ETag"], **bearer(secret))
    assert again.status_code == 304
    assert fields(again)["key"][2] == 3


def test_one_request_too_many_is_a_problem_with_the_time_to_wait(client, secret):
    statuses = [
        client.get("/api/v1/me", **bearer(secret)).status_code for _ in range(5)
    ]
    assert statuses == [200] * 5
    refused = client.get("/api/v1/me", **bearer(secret))
    said = json.loads(refused.content)
    assert refused.status_code == said["status"] == 429
    assert (said["code"], said["retryable"]) == ("rate_limited", True)
    assert fields(refused)["key"][2] == 0
    assert refused["Retry-After"] == str(fields(refused)["key"][3])
    assert refused["Content-Type"] == "application/problem+json"
    assert "Authorization" in refused["Vary"]


def test_one_address_used_up_stops_neither_keys_nor_other_addresses(client, secret):
    for _ in range(4):
        last = client.get("/api/v1/algorithms")
    assert last.status_code == 429
    assert client.get("/api/v1/me", **bearer(secret)).status_code == 200
    assert client.get("/api/v1/algorithms", REMOTE_ADDR="192.0.2.9").status_code == 200


def test_behind_a_proxy_its_word_is_the_address(client, settings):
    settings.TRUSTED_PROXIES = 1
    for _ in range(4):
        first = client.get("/api/v1/algorithms", HTTP_X_FORWARDED_FOR="1.1.1.1")
    assert first.status_code == 429
    lying = client.get("/api/v1/algorithms", HTTP_X_FORWARDED_FOR="9.9.9.9, 1.1.1.1")
    assert lying.status_code == 429
    other = client.get("/api/v1/algorithms", HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2")
    assert other.status_code == 200


def test_pages_are_not_counted(client):
    for _ in range(10):
        response = client.get("/search?q=x")
    assert response.status_code == 200
    assert "RateLimit" not in response


def test_a_private_listing_and_none_leave_the_same_headers(secret, vision_lab):
    Algorithm.objects.create(
        owner=vision_lab.owner,
        name="Secret",
        title="Secret",
        summary="s",
        visibility=Visibility.PRIVATE,
    )
    found = []
    for name in ("Secret", "Nothing"):
        admission.counting().forget()
        response = Client().get(
            f"/api/v1/algorithms/visionlab/{name}", **bearer(secret)
        )
        headers = dict(response.items())
        found.append((response.status_code, headers["RateLimit"], sorted(headers)))
    assert found[0] == found[1]


def test_every_operation_may_answer_429(client):
    described = json.loads(client.get("/openapi.json").content)
    operations = [
        operation
        for methods in described["paths"].values()
        for operation in methods.values()
    ]
    assert len(operations) > 20
    for operation in operations:
        refused = operation["responses"]["429"]
        assert set(refused["headers"]) == {
            "RateLimit-Policy",
            "RateLimit",
            "Retry-After",
        }
        shape = refused["content"]["application/problem+json"]["schema"]
        assert shape["$ref"].endswith("/ProblemShape")


def test_requests_act_with_their_address_and_key(client, secret, monkeypatch):
    seen = []
    find = resolving.find_algorithm

    def noticing(**asked):
        seen.append(acting.means())
        return find(**asked)

    monkeypatch.setattr(resolving, "find_algorithm", noticing)
    path = "/api/v1/algorithms/nobody/Nothing"
    client.get(path, REMOTE_ADDR="192.0.2.9")
    client.get(path, REMOTE_ADDR="192.0.2.9", **bearer(secret))
    key_id = ApiKey.objects.get().pk
    assert seen == [acting.Means("192.0.2.9"), acting.Means("192.0.2.9", key_id)]
    assert acting.means() == acting.NO_MEANS
