"""Collections and stars over the catalog API, on the live product."""

from __future__ import annotations

import json

import pytest

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

STAR = "/api/v1/algorithms/nlp/GetSentiment/star"


@pytest.fixture
def ask(product):
    def ask(method, path, key=""):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        status, answered, body = product.request(method, path, headers=headers)
        return status, answered, json.loads(body)

    return ask


@pytest.fixture(scope="module")
def star_key(product):
    """A key that may read and write, of somebody who stars nothing elsewhere."""
    product.command("create_user", "stella")
    scopes = ("--scope", "read", "write")
    return product.command("create_key", "--user", "stella", *scopes)


def test_the_first_start_made_collections(ask):
    status, headers, page = ask("GET", "/api/v1/collections")
    assert status == 200
    assert "private" in headers["Cache-Control"]
    assert page["total"] == len(page["results"]) >= 4
    (featured,) = [row for row in page["results"] if row["featured"]]
    assert (featured["title"], featured["count"]) == ("Five to start with", 5)


def test_a_collection_has_its_algorithms_in_order(ask):
    _status, _headers, one = ask("GET", "/api/v1/collections/numbers-over-time")
    names = [item["algorithm"]["name"] for item in one["items"]]
    assert names == ["DetectAnomalies", "ForecastSeries"]
    assert one["count"] == 2
    assert all(item["note"] for item in one["items"])


def test_a_collection_that_is_none_is_not_found(ask):
    status, _headers, problem = ask("GET", "/api/v1/collections/there-is-none")
    assert (status, problem["code"]) == (404, "not_found")


def test_a_star_is_put_read_listed_and_deleted(ask, star_key):
    ask("DELETE", STAR, star_key)
    assert ask("PUT", STAR, star_key)[2] == {"starred": True, "stars": 1}
    assert ask("PUT", STAR, star_key)[2] == {"starred": True, "stars": 1}
    assert ask("GET", STAR, star_key)[2] == {"starred": True, "stars": 1}
    _status, _headers, page = ask("GET", "/api/v1/starred", star_key)
    assert [row["name"] for row in page["results"]] == ["GetSentiment"]
    assert ask("DELETE", STAR, star_key)[2] == {"starred": False, "stars": 0}
    assert ask("GET", "/api/v1/starred", star_key)[2]["results"] == []


def test_a_star_needs_a_person_and_the_scope(ask, run_key):
    for path in (STAR, "/api/v1/algorithms/nobody/Nothing/star"):
        status, _headers, problem = ask("PUT", path)
        assert (status, problem["code"]) == (401, "unauthorized")
    status, _headers, problem = ask("PUT", STAR, run_key)
    assert (status, problem["code"]) == (403, "forbidden")
    assert "write" in problem["detail"]
    assert ask("GET", "/api/v1/starred")[0] == 401


def test_what_is_not_there_cannot_be_starred(ask, star_key):
    status, _headers, problem = ask(
        "PUT", "/api/v1/algorithms/nlp/Nothing/star", star_key
    )
    assert (status, problem["code"]) == (404, "not_found")
