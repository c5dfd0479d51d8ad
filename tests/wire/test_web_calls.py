"""Calls of scripts in pages: /v1/web/algo, which answers any origin."""

from __future__ import annotations

import json

import pytest

from tests.live_product import Product

pytestmark = [
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
    pytest.mark.usefixtures("listings"),
]
ORIGIN = {"Origin": "https://a-page.example"}
PREFLIGHT = {
    **ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type,accept",
}


def is_readable(headers) -> bool:
    """Tell whether a page of another origin may read an answer: Fetch, CORS check."""
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Set-Cookie" not in headers
    shown = headers["Access-Control-Expose-Headers"]
    assert "X-Error-Message" in shown
    return (
        headers["Access-Control-Allow-Origin"] == "*"
        and headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    )


@pytest.fixture
def post(product, run_key):
    def post(path, body=b'"hi"', key=run_key, **headers):
        named = {"Content-Type": "application/json", "Accept": "application/json"}
        sent = {"Authorization": f"Simple {key}", **named, **ORIGIN, **headers}
        return product.request("POST", f"/v1/web/algo/{path}", body=body, headers=sent)

    return post


@pytest.mark.parametrize("path", ["demo/Echo", "demo/Echo/1.0.3", "nobody/Nothing", ""])
def test_a_preflight_is_allowed_the_same_for_every_name(product, path):
    address = f"/v1/web/algo/{path}"
    status, headers, body = product.request("OPTIONS", address, headers=PREFLIGHT)
    assert (status, body) == (204, b"")
    assert is_readable(headers)
    assert headers["Access-Control-Allow-Methods"] == "POST"
    allowed = headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert allowed == ["authorization", "content-type", "accept"]
    assert int(headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize("path", ["demo/Echo", "demo/echo/1.0.3/", "algo://demo/Echo"])
def test_a_script_is_answered_as_a_program_is(product, post, run_key, path):
    status, headers, body = post(path)
    assert (status, json.loads(body)["result"]) == (200, "hi")
    assert is_readable(headers)
    plain = product.request(
        "POST",
        "/v1/algo/demo/Echo",
        body=b'"hi"',
        headers={"Authorization": run_key, "Content-Type": "application/json"},
    )
    assert list(json.loads(plain[2])["metadata"]) == list(json.loads(body)["metadata"])


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"path": "demo/boom"}, 200),
        ({"path": "demo/boom?output=raw"}, 400),
        ({"path": "demo/Echo", "key": "none"}, 401),
        ({"path": "demo/nf"}, 404),
        ({"path": "talkers/Whisper"}, 404),
        ({"path": "demo/Echo", "body": b"{"}, 400),
        ({"path": "demo/Echo", "Content-Type": "text/xml"}, 415),
        ({"path": "demo/Echo", "body": b"1" * (10 * 1024 * 1024 + 1)}, 413),
        ({"path": "demo/Echo?" + "a=1&" * 1100}, 400),
    ],
)
def test_a_script_can_read_every_error(post, sent, status):
    answer = post(**sent)
    assert answer[0] == status
    assert is_readable(answer[1])
    said = json.loads(answer[2])["error"]["message"]
    assert answer[1]["X-Error-Message"] == said


def test_a_body_without_a_content_type_is_json(product, run_key):
    status, headers, body = product.request(
        "POST",
        "/v1/web/algo/demo/Echo",
        body=b"[1]",
        headers={"Authorization": run_key, "Content-Type": "", **ORIGIN},
    )
    assert (status, json.loads(body)["result"]) == (200, [1])
    assert is_readable(headers)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_refused_readably(product, method):
    status, headers, _body = product.request(method, "/v1/web/algo/demo/Echo")
    assert (status, headers["Allow"]) == (405, "POST")
    assert is_readable(headers)


def test_an_unknown_place_below_web_is_a_readable_404(product):
    status, headers, body = product.get("/v1/web/nothing", **ORIGIN)
    assert (status, body) == (404, b'{"error":{"message":"not found"}}')
    assert is_readable(headers)


@pytest.mark.parametrize(
    "path",
    ["/v1/algo/demo/Echo", "/v1/algorithms/demo/Echo", "/", "/api/v1/algorithms"],
)
@pytest.mark.parametrize("method", ["OPTIONS", "GET"])
def test_no_other_address_allows_other_origins(product, path, method):
    _status, headers, _body = product.request(method, path, headers=PREFLIGHT)
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_script_that_asks_too_often_can_read_how_long_to_wait(tmp_path):
    hurried = Product(tmp_path / "home", settings={"VITRINE_RATE_ADDRESS": "3"}).start()
    try:
        for _ in range(4):
            answer = hurried.request("GET", "/v1/web/algo/a/b", headers=ORIGIN)
    finally:
        hurried.stop()
    assert answer[0] == 429
    assert is_readable(answer[1])
    assert "Retry-After" in answer[1]["Access-Control-Expose-Headers"]
    assert int(answer[1]["Retry-After"]) > 0
