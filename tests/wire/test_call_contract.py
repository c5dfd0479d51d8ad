"""The tables of the call contract, row by row: what is answered, to the byte."""

from __future__ import annotations

import base64
import json
import re

import pytest

pytestmark = [
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
    pytest.mark.usefixtures("listings"),
]

JSON, TEXT, BYTES = "application/json", "text/plain", "application/octet-stream"
SECONDS = re.compile(rb'("(?:duration|running|total)":)([0-9.e-]+)')
RUN_ID = re.compile(rb"req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def settled(body: bytes) -> bytes:
    """Put 1 for every number of seconds, all of which are above 0, and for an id."""
    assert all(float(found[2]) > 0 for found in SECONDS.finditer(body)), body
    return RUN_ID.sub(b"req-1", SECONDS.sub(rb"\g<1>1", body))


@pytest.fixture
def post(product, run_key):
    def post(path, body=b'"hi"', kind=JSON, key=run_key, edge="algo", **headers):
        headers = {"Authorization": key, "Content-Type": kind} | headers
        return product.request("POST", f"/v1/{edge}/{path}", body=body, headers=headers)

    return post


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b'"hi"', JSON, b'{"result":"hi","metadata":{"content_type":"text",%b}}'),
        (b"7", JSON, b'{"result":7,"metadata":{"content_type":"json",%b}}'),
        (b"null", JSON, b'{"result":null,"metadata":{"content_type":"json",%b}}'),
        (
            b'{ "b": [1, null], "a": "\xc3\xa9" }',
            JSON,
            (
                b'{"result":{"b":[1,null],"a":"\xc3\xa9"},'
                b'"metadata":{"content_type":"json",%b}}'
            ),
        ),
        (
            "☎".encode(),
            TEXT,
            '{"result":"☎","metadata":{"content_type":"text",%b}}'.encode(),
        ),
        (
            b"hi",
            "application/text",
            b'{"result":"hi","metadata":{"content_type":"text",%b}}',
        ),
        (
            b"hi",
            f"{TEXT}; charset=UTF-8",
            b'{"result":"hi","metadata":{"content_type":"text",%b}}',
        ),
        (b"1", f"{JSON},{JSON}", b'{"result":1,"metadata":{"content_type":"json",%b}}'),
        (
            b"1",
            f"{JSON};v=1, {JSON}",
            b'{"result":1,"metadata":{"content_type":"json",%b}}',
        ),
        (
            b"1",
            "Application/JSON",
            b'{"result":1,"metadata":{"content_type":"json",%b}}',
        ),
        (
            b"\x00\xff",
            BYTES,
            b'{"result":"AP8=","metadata":{"content_type":"binary",%b}}',
        ),
    ],
)
def test_a_success_has_two_keys_of_metadata_by_the_type_that_came_back(
    post, body, kind, expected
):
    status, headers, answer = post("demo/Echo", body, kind)
    assert status == 200
    assert settled(answer) == expected % b'"duration":1'
    assert headers["Content-Type"] == JSON
    assert headers["Content-Length"] == str(len(answer))
    assert "X-Error-Message" not in headers


@pytest.mark.parametrize(
    ("reference", "body", "kind", "result", "content_type"),
    [
        ("demo/Hello", b"Ada", TEXT, "Hello Ada", "text"),
        ("demo/hello/0.1.0", b'"Ada"', JSON, "Hello Ada", "text"),
        ("demo/Hello/0.1.1", b"null", JSON, "Hello null", "text"),
        ("demo/Hello", b"1", JSON, "Hello 1", "text"),
        ("util/Echo", b"x", TEXT, "x", "text"),
        ("util/echo/0.2.1", b"[1]", JSON, [1], "json"),
        ("util/Echo", b"\x01", BYTES, "AQ==", "binary"),
        ("docs/JavaAddOne", b"41", JSON, 42, "json"),
    ],
)
def test_the_conformance_algorithms_answer_as_they_are_described(
    post, reference, body, kind, result, content_type
):
    answer = json.loads(post(reference, body, kind)[2])
    assert answer["result"] == result
    assert answer["metadata"]["content_type"] == content_type


@pytest.mark.parametrize(
    ("body", "kind", "bare", "answered"),
    [
        (b"hi", TEXT, b"hi", "text/plain; charset=utf-8"),
        (b'"hi"', JSON, b"hi", "text/plain; charset=utf-8"),
        (b'{ "a" : 1 }', JSON, b'{"a":1}', JSON),
        (b"null", JSON, b"null", JSON),
        (b"\x00\xff", BYTES, b"\x00\xff", BYTES),
    ],
)
@pytest.mark.parametrize("said", ["raw", "RAW"])
def test_raw_is_the_bare_result(post, body, kind, bare, answered, said):
    status, headers, answer = post(f"demo/Echo?output={said}", body, kind)
    assert (status, answer, headers["Content-Type"]) == (200, bare, answered)
    assert headers["Content-Length"] == str(len(bare))


def test_an_algorithms_error_is_200_with_strings_alone_and_its_message_in_a_header(
    post,
):
    status, headers, answer = post("demo/boom")
    said = json.loads(answer)
    assert status == 200
    assert list(said) == ["error", "metadata"]
    assert list(said["error"]) == ["message", "error_type", "stacktrace", "stack_trace"]
    assert said["error"]["message"] == headers["X-Error-Message"] == "kaput"
    assert said["error"]["error_type"] == "AlgorithmError"
    assert said["error"]["stacktrace"] == said["error"]["stack_trace"]
    assert said["error"]["stacktrace"].endswith("ValueError: kaput")
    assert list(said["metadata"]) == ["duration"]
    assert answer == json.dumps(said, separators=(",", ":")).encode()


def test_an_algorithms_error_under_raw_is_400_with_the_same_body(post):
    plain, bare = post("demo/boom"), post("demo/boom?output=raw")
    assert bare[0] == 400
    assert settled(bare[2]) == settled(plain[2])
    assert bare[1]["X-Error-Message"] == "kaput"


@pytest.mark.parametrize("output", ["", "?output=raw"])
def test_a_timeout_has_the_words_of_the_real_service(post, output):
    more = f"{output}&timeout=1" if output else "?timeout=1"
    status, headers, answer = post(f"testing/Sleep{more}", b"20")
    message = "Failed to run algorithm - may have timed-out or hit out-of-memory error"
    expected = {"message": message, "error_type": "TimeoutError"}
    assert status == (400 if output else 200)
    assert json.loads(answer)["error"] == expected
    assert headers["X-Error-Message"] == message
    assert 0.9 < json.loads(answer)["metadata"]["duration"] < 5


@pytest.mark.parametrize(
    "named",
    [
        "InputError",
        "UnsupportedError",
        "InitializationError",
        "OutOfMemoryError",
        "OutOfGpuMemoryError",
        "LanguageError",
        "TooLargeError",
        "ParsingError",
        "EntityNotFoundError",
        "ThirdPartyCredentialError",
        "AlgorithmError",
    ],
)
def test_an_error_type_is_one_of_the_contracts_names(post, named):
    body = json.dumps({"error_type": named, "message": "said"}).encode()
    said = json.loads(post("testing/RaiseException", body)[2])["error"]
    assert (said["message"], said["error_type"]) == ("said", named)


def test_an_error_type_that_nobody_knows_is_an_algorithm_error(post):
    said = json.loads(post("talkers/Chatty", b'"odd"')[2])["error"]
    assert (said["message"], said["error_type"]) == ("odd", "AlgorithmError")


MISSING = b'{"error":{"message":"algorithm algo://%b not found"}}'


@pytest.mark.parametrize(
    ("sent", "status", "expected"),
    [
        ({"key": ""}, 401, b'{"error":{"message":"authorization required"}}'),
        ({"key": "simNONE"}, 401, b'{"error":{"message":"authorization required"}}'),
        ({"path": "demo/nf"}, 404, MISSING % b"demo/nf"),
        ({"path": "demo/nf/1.0.0"}, 404, MISSING % b"demo/nf"),
        ({"path": "Demo/Echo/9.9.9"}, 404, MISSING % b"demo/Echo/9.9.9"),
        ({"path": "talkers/Whisper"}, 404, MISSING % b"talkers/Whisper"),
        ({"path": "algo://demo/nf"}, 404, MISSING % b"demo/nf"),
        ({"path": "demo"}, 404, MISSING % b"demo"),
        ({"kind": ""}, 400, b'{"error":{"message":"missing Content-Type"}}'),
        (
            {"kind": "text/xml"},
            415,
            (
                b'{"error":{"message":"unsupported Content-Type \'text/xml\'; send '
                b'application/json, text/plain or application/octet-stream"}}'
            ),
        ),
        (
            {"path": "demo/Echo?timeout=3001"},
            400,
            b'{"error":{"message":"timeout=3001 is not in 0 to 3000 seconds"}}',
        ),
        (
            {"path": "demo/Echo?output=loud"},
            400,
            b'{"error":{"message":"output=\'loud\': write one of default, raw, void"}}',
        ),
    ],
)
def test_a_refusal_is_an_object_with_its_message_in_a_header_too(
    post, sent, status, expected
):
    answer = post(**{"path": "demo/Echo", **sent})
    assert (answer[0], answer[2]) == (status, expected)
    assert answer[1]["X-Error-Message"] == json.loads(expected)["error"]["message"]
    assert answer[1]["Content-Type"] == JSON
    assert answer[1]["Content-Length"] == str(len(expected))


def test_a_key_without_the_scope_is_403(product, post):
    key = product.command("create_key", "--user", "ada", "--scope", "read")
    status, headers, answer = post("demo/Echo", key=key)
    assert (status, answer) == (
        403,
        b'{"error":{"message":"This key lacks the scope \'run\'."}}',
    )
    assert "scope" in headers["X-Error-Message"]


def test_a_body_over_ten_mebibytes_is_413_in_the_same_shape(post):
    limit = 10 * 1024 * 1024
    assert post("demo/Echo?output=raw", b"x" * limit, TEXT)[2] == b"x" * limit
    status, headers, answer = post("demo/Echo", b"x" * (limit + 1), TEXT)
    message = "The input is over the limit of 10,485,760 bytes."
    assert (status, json.loads(answer)) == (413, {"error": {"message": message}})
    assert headers["X-Error-Message"] == message


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "?output=default",
        "?output=",
        "?timeout=300&stdout=FALSE&output=default",
        "?timeout=300&stdout=False",
        "?unknown=1&timing=0&stdout=maybe",
        "?stdout=true",
        "?stdout=True",
        "?stdout=TRUE",
        "?stdout=1",
    ],
)
def test_no_query_of_a_stranger_adds_to_the_metadata(post, query):
    answer = post(f"talkers/Chatty{query}")[2]
    expected = b'{"result":"hi","metadata":{"content_type":"text","duration":1}}'
    assert settled(answer) == expected


@pytest.mark.parametrize("yes", ["true", "True", "TRUE", "1"])
def test_a_member_of_the_owning_team_is_told_what_was_printed(post, member_key, yes):
    for name in ("Chatty", "Whisper/latestPrivate"):
        path = f"talkers/{name}?stdout={yes}"
        if name == "Chatty" or yes == "1":
            answer = post(path, key=member_key)[2]
            printed = json.loads(answer)["metadata"]["stdout"]
            assert sorted(printed.splitlines()) == ["called with hi", "☎"]
            assert list(json.loads(answer)["metadata"]) == [
                "content_type",
                "duration",
                "stdout",
            ]


@pytest.mark.parametrize("query", ["", "?stdout=false", "?stdout=False", "?stdout="])
def test_a_member_who_does_not_ask_is_not_told(post, member_key, query):
    answer = post(f"talkers/Chatty{query}", key=member_key)[2]
    expected = b'{"result":"hi","metadata":{"content_type":"text","duration":1}}'
    assert settled(answer) == expected


def test_stdout_and_timing_stand_behind_the_two_in_this_order(post, member_key):
    path = "talkers/Chatty?timing=1&stdout=true"
    answer = json.loads(post(path, key=member_key)[2])
    assert list(answer["metadata"]) == ["content_type", "duration", "stdout", "timing"]
    strangers = settled(post("talkers/Chatty?timing=1&stdout=true")[2])
    assert strangers == (
        b'{"result":"hi","metadata":{"content_type":"text","duration":1,'
        b'"timing":{"running":1,"total":1}}}'
    )


def test_timing_counts_the_run_and_the_run_with_its_queue(post):
    metadata = json.loads(post("testing/Sleep?timing=1", b"0.2")[2])["metadata"]
    assert metadata["timing"]["running"] == metadata["duration"]
    assert 0.2 <= metadata["timing"]["running"] <= metadata["timing"]["total"]


@pytest.mark.parametrize("given", ["fail", "exit"])
def test_what_a_failing_call_printed_is_for_its_team_alone(post, member_key, given):
    body, path = json.dumps(given).encode(), "talkers/Chatty?stdout=true"
    for key, sees in ((member_key, True), (None, False)):
        answer = post(path, body, **({"key": key} if key else {}))
        metadata = json.loads(answer[2])["metadata"]
        assert ("stdout" in metadata) == sees
        assert (b"called with" in answer[2]) == sees
        assert next(iter(metadata)) == "duration"


def test_what_an_ended_process_left_is_its_teams_stack_trace_unasked(post, member_key):
    mine = json.loads(post("talkers/Chatty", b'"exit"', key=member_key)[2])
    assert "called with exit" in mine["error"]["stacktrace"]
    assert "stdout" not in mine["metadata"]
    theirs = json.loads(post("talkers/Chatty", b'"exit"')[2])
    assert list(theirs["error"]) == ["message", "error_type"]
    assert theirs["error"]["error_type"] == "SystemExit"


def test_a_closed_source_shows_its_lines_to_its_team_alone(post, member_key):
    mine = json.loads(post("talkers/Closed", b'"fail"', key=member_key)[2])["error"]
    assert 'File "algorithm.py"' in mine["stacktrace"]
    theirs = json.loads(post("talkers/Closed", b'"fail"')[2])["error"]
    assert theirs == {"message": "kaput", "error_type": "AlgorithmError"}


def test_void_answers_at_once_with_two_keys_and_the_run_is_done(product, post, run_key):
    status, _headers, answer = post("demo/Echo?output=void", b'"later"')
    assert (status, settled(answer)) == (200, b'{"async":"void","request_id":"req-1"}')
    run = json.loads(answer)["request_id"].removeprefix("req-")
    # The run's own address waits for the end with this header.
    state = ""
    for _ in range(100):
        found = product.get(f"/api/v1/runs/{run}", Authorization=f"Bearer {run_key}")
        state = json.loads(found[2])["state"]
        if state == "succeeded":
            break
        product.call("testing/Sleep", 0.1, run_key)
    assert state == "succeeded"


@pytest.mark.parametrize(
    ("sent", "status", "part"),
    [
        ({"path": "demo/nf?output=void"}, 404, b"demo/nf not found"),
        ({"path": "demo/Echo?output=void", "key": ""}, 401, b"authorization required"),
        ({"path": "demo/Echo?output=void", "body": b"{"}, 400, b"line 1"),
        ({"path": "demo/Echo?output=void", "kind": "a/b"}, 415, b"unsupported"),
        (
            {"path": "nlp/GetSentiment?output=void", "body": b"7"},
            200,
            b'"error_type":"InputError"',
        ),
    ],
)
def test_what_void_refuses_it_refuses_at_once(post, sent, status, part):
    answer = post(**sent)
    assert answer[0] == status
    assert part in answer[2]
    assert b"async" not in answer[2]


def test_the_id_of_an_algorithm_stands_for_its_name(product, post, run_key):
    found = product.get("/v1/algorithms/demo/Echo", Authorization=run_key)
    key = json.loads(found[2])["id"]
    for path in (key, key.upper(), f"{key}/", f"{key}/1.0.3", f"{key}/0.1.*"):
        assert post(path)[0] == 200, path
    status, _headers, answer = post(f"{key}/9.9.9")
    assert (status, answer) == (404, MISSING % b"demo/Echo/9.9.9")
    nobodys = "0190a0a0-0000-7000-8000-000000000001"
    assert post(nobodys)[2] == MISSING % nobodys.encode()


@pytest.mark.parametrize(
    "path",
    [
        "algo://demo/Echo/0.1.1",
        "algo:/demo/Echo",
        "algo%3A%2F%2Fdemo%2FEcho",
        "DEMO/echo/",
        "demo%2FEcho%2F1.0.3",
        "d%65mo/Ech%6F",
        "demo/Echo/LATEST?",
        "/demo/Echo",
    ],
)
def test_an_address_may_be_written_as_clients_and_proxies_write_it(post, path):
    assert post(path)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "demo//Echo",
        "demo/Echo//1.0.3",
        "demo/Echo/1.0.3/x",
        "algo://x://demo/Echo",
        "demo/Ech%00o",
        "demo/%ff",
        "demo/Echo/%2e%2e",
        "../algo/demo/nf",
        "x" * 3000 + "/Echo",
        "demo/Echo/" + "9" * 400,
        "%E2%98%8E/%E2%98%8E",
        "demo/a%0Ab",
    ],
)
def test_anything_else_is_a_404_that_is_json(post, path):
    status, headers, answer = post(path)
    assert (status, headers["Content-Type"]) == (404, JSON)
    assert json.loads(answer)["error"]["message"]


@pytest.mark.parametrize("coding", ["base64", "Base64", " base64 "])
def test_base64_is_decoded_for_bytes_alone(post, coding):
    sent = base64.b64encode(b"\x01\x02")
    named = {"Content-Encoding": coding}
    assert post("demo/Echo?output=raw", sent, BYTES, **named)[2] == b"\x01\x02"
    assert post("demo/Echo?output=raw", sent, TEXT, **named)[2] == sent
    assert post("demo/Echo?output=raw", b"*", BYTES, **named)[0] == 400


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_post_calls_an_algorithm(product, method):
    status, headers, body = product.request(method, "/v1/algo/demo/Echo")
    assert (status, headers["Allow"]) == (405, "POST")
    assert headers["X-Error-Message"] == "use POST here"
    if method != "HEAD":
        assert body == b'{"error":{"message":"use POST here"}}'
