"""A key with a rule calls what the rule names; all else is missing for it."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]


def call(product, key, reference) -> tuple[int, bytes]:
    headers = {"Authorization": f"Simple {key}", "Content-Type": "application/json"}
    status, _headers, body = product.request(
        "POST", f"/v1/algo/{reference}", body=b'"x"', headers=headers
    )
    return status, body


@pytest.fixture(scope="module")
def keys(product, run_key):
    """Keys limited to one algorithm: of a person (who exists by now), and of a team."""
    assert run_key
    rule = ("--scope", "run", "--rule", "algo://UTIL/echo")
    product.command("create_user", "tess", "--team", "testers")
    return [
        product.command("create_key", *holder, *rule)
        for holder in (("--user", "ada"), ("--team", "testers"))
    ]


def test_a_limited_key_runs_its_algorithm_again_and_again(product, keys):
    for key in keys:
        for _warm in range(3):
            status, body = call(product, key, "util/Echo")
            assert (status, body[:13]) == (200, b'{"result":"x"')


def test_anything_else_is_missing_for_it(product, keys):
    for key in keys:
        status, body = call(product, key, "demo/Hello")
        missing = call(product, key, "demo/Nothing")
        assert status == missing[0] == 404
        assert body.replace(b"Hello", b"Nothing") == missing[1]
