"""Batches against the running product: order, errors, keys, an end before the end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.live_product import Product, descendants_of

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

LINES = "application/x-ndjson"
EDGES = ["/v1/algo/{}/batch", "/api/v1/algorithms/{}/batch"]


def ndjson(values) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


class Caller:
    """Sends batches to one product with one key."""

    def __init__(self, product, key):
        self.product, self.key = product, key

    def stream(self, reference, body, *, kind=LINES, edge=EDGES[0], query=""):
        line = http.client.HTTPConnection("127.0.0.1", self.product.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
        line.request("POST", edge.format(reference) + query, body, headers)
        return line, line.getresponse()

    def __call__(self, reference, body, **more):
        line, answer = self.stream(reference, body, **more)
        with closing(line):
            text = answer.read()
        if answer.status != 200:
            return answer.status, json.loads(text)
        assert answer.headers["Content-Type"] == LINES
        assert text.endswith(b"\n") or not text
        return 200, [json.loads(part) for part in text.splitlines()]


@pytest.fixture
def batch(product, run_key):
    return Caller(product, run_key)


def runs_of(product) -> int:
    return product.count("catalog_run")


@pytest.mark.parametrize("edge", EDGES)
def test_lines_come_in_the_order_of_the_inputs(batch, edge):
    seconds = [0.4, 0, 0.2, 0.1, 0, 0.3, 0]
    status, lines = batch("testing/Sleep", ndjson(seconds), edge=edge)
    assert status == 200
    assert [line["index"] for line in lines] == list(range(7))
    assert [line["result"] for line in lines] == [{"slept": n} for n in seconds]
    assert [list(line) for line in lines] == [["index", "result", "metadata"]] * 7
    assert lines[0]["metadata"]["content_type"] == "json"
    assert lines[0]["metadata"]["duration"] > 0.3


@pytest.mark.parametrize("edge", EDGES)
def test_a_line_comes_as_soon_as_it_is_its_turn(batch, product, edge):
    before = runs_of(product)
    line, answer = batch.stream("testing/Sleep", ndjson([0, 3, 0]), edge=edge)
    with closing(line):
        assert json.loads(answer.readline())["index"] == 0
        # The second one sleeps on: the third is done, and waits for its turn.
        assert runs_of(product) <= before + 2
        assert len(answer.read().splitlines()) == 2
    assert runs_of(product) == before + 3


def test_an_array_is_a_batch_and_a_version_can_be_named(batch):
    status, lines = batch(
        "util/Echo/0.2.1", b'[{"a": [1]}, "x", null]', kind="application/json"
    )
    assert status == 200
    assert [line["result"] for line in lines] == [{"a": [1]}, "x", None]
    assert batch("util/Echo", b"[]", kind="application/json") == (200, [])
    assert batch("util/Echo", b"\n \n") == (200, [])


def test_a_version_is_named_in_the_address_of_the_api(batch):
    edge = "/api/v1/algorithms/{}/versions/0.2.1/batch"
    assert len(batch("util/Echo", b"1\n2\n", edge=edge)[1]) == 2
    edge = "/api/v1/algorithms/{}/versions/9.9.9/batch"
    assert batch("util/Echo", b"1\n2\n", edge=edge)[0] == 404


def test_numbers_keep_their_digits(batch, product, run_key):
    line, answer = batch.stream("util/Echo", b"123456789012345678901234567890\n1.10\n")
    with closing(line):
        first, second = answer.read().splitlines()
    assert b'"result":123456789012345678901234567890,' in first
    assert b'"result":1.1' in second


def test_a_bad_item_does_not_end_the_batch(batch):
    body = b"\n".join(
        [
            b'{"text": "What a lovely day"}',
            b"",
            b"{not json",
            b'{"text": 7}',
            b'{"text": "\xff"}',
            b'{"text": "\\ud800"}',
            b"[" * 3000,
            b'{"text": "Terrible"}',
        ]
    )
    status, lines = batch("nlp/GetSentiment", body)
    assert status == 200
    assert [line.get("error", {}).get("code") for line in lines] == [
        None,
        "invalid_json",
        "invalid_input",
        "invalid_json",
        "invalid_json",
        "invalid_json",
        None,
    ]
    assert [line["error"].get("line") for line in lines[1:6]] == list("34567")
    assert lines[1]["error"]["error_type"] == "InputError"
    assert "/text" in lines[2]["error"]["message"]
    assert lines[6]["result"]["label"] == "negative"


def test_what_the_algorithm_raises_is_said_of_its_item_alone(batch):
    body = ndjson([{"message": "bad", "error_type": "ParsingError"}] * 2)
    status, lines = batch("testing/RaiseException", body)
    assert status == 200
    for line in lines:
        assert line["error"]["message"] == "bad"
        assert line["error"]["error_type"] == "ParsingError"
        assert line["error"]["code"] == "algorithm_error"
        assert line["metadata"]["duration"] > 0
    status, lines = batch("testing/Sleep", b"20\n0\n", query="?timeout=1")
    assert lines[0]["error"]["error_type"] == "TimeoutError"
    assert lines[1]["result"] == {"slept": 0}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize(
    ("reference", "body", "more", "status"),
    [
        ("nobody/Nothing", b"1", {}, 404),
        ("util/Echo", b"1", {"kind": "text/plain"}, 415),
        ("util/Echo", b"1", {"kind": ""}, 415),
        ("util/Echo", b"[1, 2", {"kind": "application/json"}, 400),
        ("util/Echo", b'{"a": 1}', {"kind": "application/json"}, 400),
        ("util/Echo", b"1\n" * 10_001, {}, 413),
        ("util/Echo", b"1" * (10 * 1024 * 1024 + 1), {}, 413),
        ("util/Echo", b"1", {"query": "?keys=perhaps"}, 400),
        ("util/Echo", b"1", {"query": "?concurrency=0"}, 400),
        ("util/Echo", b"1", {"query": "?concurrency=5"}, 400),
        ("util/Echo", b"1", {"query": "?concurrency=%C2%B2"}, 400),
        ("util/Echo", b"1", {"query": "?timeout=soon"}, 400),
    ],
)
def test_what_is_wrong_as_a_whole_is_refused_before_anything_runs(
    batch, product, edge, reference, body, more, status
):
    before = runs_of(product)
    assert batch(reference, body, edge=edge, **more)[0] == status
    assert runs_of(product) == before


@pytest.mark.parametrize("edge", EDGES)
def test_a_key_that_may_not_run_refuses_the_whole(product, run_key, batch, edge):
    reader = product.command("create_key", "--user", "ada", "--scope", "read")
    assert Caller(product, reader)("util/Echo", b"1\n", edge=edge)[0] == 403
    assert Caller(product, "vtr_nothing")("util/Echo", b"1\n", edge=edge)[0] == 401


def test_items_with_keys_are_run_once_and_then_known(batch, product):
    body = ndjson({"key": f"row-{n}", "input": n} for n in range(6))
    first = batch("util/Echo", body, query="?keys=true")
    assert [line["key"] for line in first[1]] == [f"row-{n}" for n in range(6)]
    assert [list(line)[:2] for line in first[1]] == [["index", "key"]] * 6
    before = runs_of(product)
    assert batch("util/Echo", body, query="?keys=true") == first
    assert runs_of(product) == before
    more = body + ndjson([{"key": "row-6", "input": 6}, {"key": "row-0", "input": 7}])
    status, lines = batch("util/Echo", more, query="?keys=true")
    assert lines[:6] == first[1]
    assert lines[6]["result"] == 6
    assert lines[7]["error"]["code"] == "idempotency_key_reused"
    assert runs_of(product) == before + 1


def test_keys_count_for_one_algorithm_and_failures_are_known_too(batch, product):
    body = ndjson([{"key": "row-1", "input": {"message": "bad"}}])
    first = batch("testing/RaiseException", body, query="?keys=true")
    assert first[1][0]["error"]["message"] == "bad"
    before = runs_of(product)
    assert batch("testing/RaiseException", body, query="?keys=true") == first
    assert runs_of(product) == before


def test_an_item_that_stands_twice_runs_once(batch, product):
    before = runs_of(product)
    body = ndjson([{"key": "twice", "input": 0.5}] * 4)
    status, lines = batch("testing/Sleep", body, query="?keys=1")
    assert {json.dumps(line | {"index": 0}) for line in lines} == {json.dumps(lines[0])}
    assert runs_of(product) == before + 1


def test_items_without_their_key_are_said_to_lack_it(batch):
    body = b'{"key": "a1", "input": 1}\n7\n{"key": "", "input": 1}\n'
    status, lines = batch("util/Echo", body, query="?keys=TRUE")
    assert lines[0]["result"] == 1
    assert [line["error"]["code"] for line in lines[1:]] == ["invalid_json"] * 2
    assert "key" not in lines[1]


def test_items_after_the_quota_are_told_so(product, run_key):
    key = product.command(
        *("create_key", "--user", "ada", "--scope", "run", "--calls-per-day", "5")
    )
    before = runs_of(product)
    status, lines = Caller(product, key)(
        "util/Echo", ndjson(range(12)), query="?concurrency=1"
    )
    assert status == 200
    assert [line.get("result") for line in lines[:5]] == list(range(5))
    assert {line["error"]["code"] for line in lines[5:]} == {"quota_exhausted"}
    assert len(lines) == 12
    assert runs_of(product) == before + 5


def test_a_key_revoked_meanwhile_runs_nothing_more(product):
    product.command("create_user", "eve")
    key = product.command("create_key", "--user", "eve", "--scope", "run", "admin")
    caller = Caller(product, key)
    listed = product.get("/api/v1/keys", Authorization=f"Bearer {key}")
    (row,) = json.loads(listed[2])["results"]
    body = ndjson([0.3] * 20)
    line, answer = caller.stream("testing/Sleep", body, query="?concurrency=1")
    with closing(line):
        answer.readline()
        status, _headers, _body = product.request(
            "DELETE",
            f"/api/v1/keys/{row['id']}",
            headers={"Authorization": f"Bearer {key}"},
        )
        assert status == 204
        rest = [json.loads(part) for part in answer.read().splitlines()]
    assert len(rest) == 19
    assert rest[-1]["error"]["code"] == "unauthorized"


def test_who_leaves_stops_what_has_not_begun(batch, product):
    before = runs_of(product)
    line, answer = batch.stream(
        "testing/Sleep", ndjson([0.1] * 300), query="?concurrency=2"
    )
    answer.readline()
    line.close()
    answer.close()
    seen = -1
    while seen != (seen := runs_of(product)):
        time.sleep(1)
    assert seen - before < 40
    # The place is free again: two more batches may run.
    for _time in range(3):
        assert batch("util/Echo", b"1\n")[0] == 200


def test_no_more_batches_at_once_than_are_allowed(batch):
    open_ones = [batch.stream("testing/Sleep", ndjson([0] + [1] * 9)) for _ in "12"]
    try:
        for _line, answer in open_ones:
            assert answer.status == 200
        status, refused = batch("util/Echo", b"1\n")
        assert status == 429
        assert "batches at once" in refused["error"]["message"]
    finally:
        for line, answer in open_ones:
            answer.read()
            line.close()
    assert batch("util/Echo", b"1\n")[0] == 200


def test_a_large_batch_is_answered_whole_to_a_slow_reader(batch, product):
    """10 MiB in, 10 MiB out, read with pauses; the process stays small."""
    web = product.children()["web"]
    texts = [f"{n:05}" + "x" * 1030 for n in range(9_900)]
    body = ndjson(texts)
    assert 10_000_000 < len(body) < 10 * 1024 * 1024
    batch("util/Echo", ndjson(texts[:100]))
    before = resident(web)
    line, answer = batch.stream("util/Echo", body)
    most, count = 0, 0
    with closing(line):
        while part := answer.readline():
            if count % 1000 == 0:
                time.sleep(0.2)
                most = max(most, resident(web))
            assert json.loads(part)["result"] == texts[count]
            count += 1
    assert count == 9_900
    assert most - before < 64


def resident(master: int) -> float:
    """Return what the processes of a server keep in memory, in MiB."""
    pages = 0
    for pid in (master, *descendants_of(master)):
        pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def test_a_batch_goes_on_after_kill_9_of_the_web(tmp_path):
    """Nothing that was answered, and nothing that ran, runs again."""
    product = Product(tmp_path / "home").start()
    try:
        product.command("create_user", "ada")
        key = product.command("create_key", "--user", "ada", "--scope", "run")
        caller = Caller(product, key)
        body = ndjson({"key": f"r{n}", "input": n / 1000 + 0.2} for n in range(30))
        line, answer = caller.stream("testing/Sleep", body, query="?keys=true")
        with closing(line):
            told = [answer.readline() for _ in range(5)]
            kill_web(product)
        product.wait_until_ready()
        line, answer = caller.stream("testing/Sleep", body, query="?keys=true")
        with closing(line):
            again = answer.read().splitlines(keepends=True)
        assert again[:5] == told
        lines = [json.loads(part) for part in again]
        assert [each["index"] for each in lines] == list(range(30))
        lost = [each for each in lines if "error" in each]
        assert {each["error"]["code"] for each in lost} <= {"outcome_unknown"}
        assert len(lost) <= 4
        assert runs_of(product) <= 30
        assert runs_of(product) >= 30 - len(lost)
    finally:
        product.stop()


def kill_web(product) -> None:
    master = product.children()["web"]
    for pid in descendants_of(master):
        os.kill(pid, signal.SIGKILL)
