"""The call API under limits: exact counts, headers on every answer, its own errors."""

from __future__ import annotations

import json
import re

import pytest

from tests.live_product import Product

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("limits")]

PART = re.compile(r'"([a-z-]+)";r=(\d+);t=(\d+)')


@pytest.fixture(scope="module")
def hurried(tmp_path_factory):
    """A product with small limits."""
    limits = {
        "VITRINE_RATE_KEY": "6",
        "VITRINE_RATE_ADDRESS": "4",
        "VITRINE_CALLS_PER_DAY": "2",
        "VITRINE_BEHIND_PROXY": "true",
    }
    home = tmp_path_factory.mktemp("hurried") / "home"
    product = Product(home, settings=limits).start()
    product.command("create_user", "ada")
    yield product
    product.stop()


@pytest.fixture
def key(hurried) -> str:
    return hurried.command("create_key", "--user", "ada", "--scope", "read", "run")


def ask(product, *, key="", path="algo/util/Echo", method="POST", address="192.0.2.1"):
    headers = {"Content-Type": "application/json", "X-Forwarded-For": address}
    if key:
        headers["Authorization"] = key
    return product.request(method, f"/v1/{path}", body=b"1", headers=headers)


def left(headers) -> dict:
    return {
        name: int(rest) for name, rest, _seconds in PART.findall(headers["RateLimit"])
    }


def test_a_key_gets_its_calls_of_the_day_and_then_the_wires_own_error(hurried, key):
    first = ask(hurried, key=key)
    assert first[0] == 200
    assert first[1]["RateLimit-Policy"] == '"key";q=6;w=60, "calls";q=2;w=86400'
    assert left(first[1]) == {"key": 5, "calls": 1}
    assert ask(hurried, key=key)[0] == 200
    status, headers, body = ask(hurried, key=key)
    message = json.loads(body)["error"]["message"]
    assert status == 429
    assert list(json.loads(body)) == ["error"]
    assert "2 calls" in message
    assert headers["X-Error-Message"] == message
    assert 0 < int(headers["Retry-After"]) <= 86400
    assert left(headers) == {"key": 3, "calls": 0}


def test_what_is_refused_costs_a_request_but_no_call(hurried, key):
    statuses = [
        ask(hurried, key=key, path=f"algo/{path}")[0]
        for path in ("util/No", "a", "x/y/z/w")
    ]
    assert statuses == [404] * 3
    answer = ask(hurried, key=key)
    assert (answer[0], left(answer[1])) == (200, {"key": 2, "calls": 1})


def test_a_key_gets_exactly_its_requests_of_a_minute(hurried, key):
    statuses = [ask(hurried, key=key, path="algo/util/No")[0] for _ in range(9)]
    assert statuses == [404] * 6 + [429] * 3
    status, headers, body = ask(hurried, key=key)
    assert (status, left(headers)) == (429, {"key": 0})
    assert "6 a minute" in json.loads(body)["error"]["message"]
    assert 0 < int(headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("asked", "status", "name"),
    [
        ({"method": "GET"}, 405, "address"),
        ({"path": "nothing"}, 404, "address"),
        ({}, 401, "refused-key"),
        ({"key": "Simple nonsense"}, 401, "refused-key"),
    ],
)
def test_an_address_without_a_key_has_limits_too(hurried, asked, status, name):
    address = f"198.51.100.{status % 100 + len(asked) * 7}"
    statuses = []
    for _ in range(5):
        answer = ask(hurried, address=address, **asked)
        statuses.append(answer[0])
        assert list(left(answer[1])) == [name]
    assert statuses == [status] * 4 + [429]
    assert "error" in json.loads(answer[2])


def test_a_page_says_whose_turn_it_is(hurried):
    assert "RateLimit" not in hurried.get("/")[1]
