"""The call API as programs speak it, over real sockets."""

from __future__ import annotations

import base64
import json
import socket

import pytest

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

MIB = 1024 * 1024


@pytest.fixture
def post(product, run_key):
    def post(reference, body=b"", kind="application/json", **headers):
        headers = {"Authorization": run_key, "Content-Type": kind} | headers
        return product.request(
            "POST", f"/v1/algo/{reference}", body=body, headers=headers
        )

    return post


def raw_request(product, text, body=b"", *, half_close=False) -> tuple[int, bytes]:
    """Send bytes as they are and return status and body."""
    with socket.create_connection(("127.0.0.1", product.port), timeout=30) as line:
        line.sendall(text.replace(b"\n", b"\r\n") + b"\r\n" + body)
        if half_close:
            line.shutdown(socket.SHUT_WR)
        answer = b""
        while part := line.recv(65536):
            answer += part
    head, _, rest = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), rest


@pytest.mark.parametrize(
    ("body", "kind", "result", "content_type"),
    [
        (
            b'{"a":[1,null,"\xc3\xa9"]}',
            "application/json",
            {"a": [1, None, "é"]},
            "json",
        ),
        (b"7", "application/json", 7, "json"),
        (b"null", "application/json", None, "json"),
        (b'"x"', "application/json", "x", "text"),
        ("☎ hi".encode(), "text/plain", "☎ hi", "text"),
        (b"hi", "application/text", "hi", "text"),
        (b"hi", "text/plain; charset=UTF-8", "hi", "text"),
        (b"", "text/plain", "", "text"),
        (
            b"\x00\xff",
            "application/octet-stream",
            base64.b64encode(b"\x00\xff").decode(),
            "binary",
        ),
    ],
)
def test_the_answer_follows_the_type_that_comes_back(
    post, body, kind, result, content_type
):
    status, headers, answer = post("util/Echo", body, kind)
    assert status == 200
    parsed = json.loads(answer)
    assert parsed["result"] == result
    assert list(parsed["metadata"]) == ["content_type", "duration"]
    assert parsed["metadata"]["content_type"] == content_type
    assert parsed["metadata"]["duration"] > 0
    assert headers["Content-Length"] == str(len(answer))


def test_the_answer_is_compact(post):
    _status, _headers, answer = post("util/Echo", b'{ "a" : [ 1 , 2 ] }')
    assert answer.startswith(b'{"result":{"a":[1,2]},"metadata":{"content_type":"json"')


def test_long_numbers_keep_their_digits(post):
    number = b"123456789012345678901234567890"
    assert number in post("util/Echo", b"[%b]" % number)[2]


@pytest.mark.parametrize(
    "reference",
    [
        "util/Echo",
        "util/echo",
        "UTIL/ECHO/",
        "util/Echo/0.2.1",
        "util/Echo/0.2.*",
        "util/Echo/0.2.x",
        "util/Echo/0.2",
        "util/Echo/0",
        "util/Echo/latest",
        "algo://util/Echo/0.2.1",
        "algo:/util/Echo",
        "util/Echo?",
        "util/Echo?output=default&unknown=1&timeout=30",
    ],
)
def test_a_reference_may_be_spelled_as_clients_spell_it(post, reference):
    assert post(reference, b"1")[0] == 200


@pytest.mark.parametrize(
    "reference",
    [
        "util/Nothing",
        "nobody/Echo",
        "util/Echo/9.9.9",
        "util/Echo/abc",
        "util",
        "",
        "a/b/c/d",
        "util/Echo/99999999999999999999.0.0",
        "util/%00",
        "util/Echo/%F0%9F%98%80",
    ],
)
def test_what_is_not_there_is_a_404_that_names_it(post, reference):
    status, headers, body = post(reference, b"1")
    assert status == 404
    assert "not found" in json.loads(body)["error"]["message"]
    assert "not found" in headers["X-Error-Message"]


@pytest.mark.parametrize(
    "header", ["", "vtr_", "Simple nonsense", "Bearer é", "x" * 5000]
)
@pytest.mark.parametrize("reference", ["util/Echo", "nobody/Nothing"])
def test_a_bad_key_is_the_same_401_for_every_name(product, header, reference):
    status, _headers, body = product.request(
        "POST",
        f"/v1/algo/{reference}",
        body=b"1",
        headers={
            "Authorization": header.encode().decode("latin-1"),
            "Content-Type": "application/json",
        },
    )
    assert status == 401
    assert body == b'{"error":{"message":"authorization required"}}'


@pytest.mark.parametrize("spelling", ["{}", "Simple {}", "Bearer {}"])
def test_a_key_works_in_three_spellings(product, run_key, spelling):
    status, _headers, _body = product.request(
        "POST",
        "/v1/algo/util/Echo",
        body=b"1",
        headers={
            "Authorization": spelling.format(run_key),
            "Content-Type": "application/json",
        },
    )
    assert status == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"a":1,"a":2}', "application/json", 400),
        (b"NaN", "application/json", 400),
        (b'"\\ud800"', "application/json", 400),
        (b'"\xff"', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff\xfe", "text/plain", 400),
        (b"<x/>", "text/xml", 415),
        (b"1", "", 400),
        (b'"' + b"x" * (20 * MIB) + b'"', "application/json", 413),
    ],
)
def test_a_bad_body_is_a_clear_refusal_and_the_next_call_works(
    post, body, kind, status
):
    answer = post("util/Echo", body, kind)
    assert answer[0] == status
    assert json.loads(answer[2])["error"]["message"]
    assert post("util/Echo", b'"ok"')[0] == 200


def test_json_errors_say_where(post):
    message = json.loads(post("util/Echo", b'{"a": 1,\n "b": }')[2])["error"]["message"]
    assert "line 2" in message


def test_an_input_that_does_not_fit_names_the_place(post):
    status, _headers, body = post("nlp/GetSentiment", b'{"text": 7}')
    error = json.loads(body)["error"]
    assert status == 200
    assert error["error_type"] == "InputError"
    assert "/text" in error["message"]


def test_an_algorithms_own_failure_is_200_with_error(post):
    status, _headers, body = post("testing/RaiseException", b'"kaput"')
    parsed = json.loads(body)
    assert status == 200
    assert parsed["error"]["error_type"] == "AlgorithmError"
    assert "algorithm.py" in parsed["error"]["stacktrace"]
    assert all(isinstance(value, str) for value in parsed["error"].values())
    assert parsed["metadata"]["duration"] > 0


def test_a_timeout_is_200_with_error_in_time(post):
    status, _headers, body = post("testing/Sleep?timeout=1", b"20")
    error = json.loads(body)["error"]
    assert (status, error["error_type"]) == (200, "TimeoutError")
    assert "timed-out" in error["message"]


@pytest.mark.parametrize("timeout", ["x", "-1", "0", "nan", "inf", "3001"])
def test_a_nonsense_timeout_is_refused(post, timeout):
    assert post(f"util/Echo?timeout={timeout}", b"1")[0] == 400


def test_too_many_parameters_are_refused(post):
    status, _headers, body = post("util/Echo?" + "&".join(["a=1"] * 1001), b"1")
    assert (status, list(json.loads(body)["error"])) == (400, ["message"])


@pytest.mark.parametrize(
    ("body", "kind", "bare", "answered"),
    [
        (b"hi", "text/plain", b"hi", "text/plain; charset=utf-8"),
        (b'{"a": 1}', "application/json", b'{"a":1}', "application/json"),
        (
            b"\x00\xff",
            "application/octet-stream",
            b"\x00\xff",
            "application/octet-stream",
        ),
    ],
)
def test_output_raw_is_the_bare_result(post, body, kind, bare, answered):
    status, headers, answer = post("util/Echo?output=raw", body, kind)
    assert (status, answer, headers["Content-Type"]) == (200, bare, answered)
    assert post("testing/RaiseException?output=raw", b'"x"')[0] == 400


def test_a_base64_body_is_decoded(post):
    status, _headers, body = post(
        "util/Echo?output=raw",
        base64.b64encode(b"\x01\x02"),
        "application/octet-stream",
        **{"Content-Encoding": "base64"},
    )
    assert (status, body) == (200, b"\x01\x02")


HEAD = b"POST /v1/algo/util/Echo HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n"


def chunked(product, run_key, body):
    head = (
        HEAD
        + (
            f"Authorization: Simple {run_key}\nContent-Type: text/plain\n"
            "Transfer-Encoding: chunked\n"
        ).encode()
    )
    return raw_request(product, head, body)


def test_a_chunked_body_arrives_whole(product, run_key):
    status, body = chunked(product, run_key, b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")
    assert status == 200
    assert json.loads(body)["result"] == "hello"


def test_a_malformed_chunk_is_a_400(product, run_key):
    status, body = chunked(product, run_key, b"zz\r\nhe\r\n0\r\n\r\n")
    assert status == 400
    assert chunked(product, run_key, b"1\r\nx\r\n0\r\n\r\n")[0] == 200


def test_a_chunked_body_over_the_limit_is_a_413(product, run_key):
    chunk = b"%x\r\n%b\r\n" % (MIB, b"x" * MIB)
    assert chunked(product, run_key, chunk * 11 + b"0\r\n\r\n")[0] == 413


def test_a_body_that_ends_early_runs_nothing(product, run_key):
    head = (
        HEAD
        + (
            f"Authorization: {run_key}\nContent-Type: text/plain\nContent-Length: 100\n"
        ).encode()
    )
    before = runs(product)
    status, body = raw_request(product, head, b"pay 10", half_close=True)
    assert status == 400
    assert b"ended after 6 of 100 bytes" in body
    assert runs(product) == before


def test_two_content_type_headers_count_once(product, run_key):
    head = (
        HEAD
        + (
            f"Authorization: {run_key}\nContent-Type: application/json\n"
            "Content-Type: application/json\nContent-Length: 1\n"
        ).encode()
    )
    status, body = raw_request(product, head, b"7")
    assert (status, json.loads(body)["result"]) == (200, 7)


def test_an_upgrade_header_is_ignored(product, run_key):
    head = (
        HEAD.replace(b"close", b"close, Upgrade, HTTP2-Settings")
        + (
            f"Upgrade: h2c\nHTTP2-Settings: AAMAAABkAAQ\nAuthorization: {run_key}\n"
            "Content-Type: application/json\nContent-Length: 1\n"
        ).encode()
    )
    assert raw_request(product, head, b"7")[0] == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post_calls(product, method):
    status, headers, _body = product.request(method, "/v1/algo/util/Echo")
    assert (status, headers["Allow"]) == (405, "POST")


def test_an_unknown_path_under_v1_is_json(product):
    status, _headers, body = product.get("/v1/nothing")
    assert (status, body) == (404, b'{"error":{"message":"not found"}}')


def test_each_call_leaves_one_record(product, post):
    before = runs(product)
    post("util/Echo", b"1")
    post("testing/RaiseException", b'"x"')
    post("util/Nothing", b"1")
    assert runs(product) - before == 2


def runs(product) -> int:
    return product.count("catalog_run")
