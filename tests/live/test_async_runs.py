"""Durable runs on the running product: accepted, watched, told of, sent twice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.live_product import Product, free_port

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

SLEEP = "/api/v1/algorithms/testing/Sleep/runs"
ECHO = "/api/v1/algorithms/util/Echo/runs"
PATIENCE = 60


class Receiver:
    """A webhook's receiver on loopback; it answers what `statuses` say, then 204."""

    def __init__(self) -> None:
        self.port = free_port()
        self.got: queue.Queue = queue.Queue()
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.put((dict(self.headers), body))
                status = receiver.statuses.pop(0) if receiver.statuses else 204
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@pytest.fixture(scope="module")
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture(scope="module")
def product(tmp_path_factory, receiver):
    allowed = {"VITRINE_EGRESS_ALLOWED": f"127.0.0.1:{receiver.port}"}
    home = tmp_path_factory.mktemp("async") / "home"
    product = Product(home, settings=allowed).start()
    yield product
    product.stop()


@pytest.fixture(scope="module")
def keys(product):
    """Keys of two people by name."""
    for name in ("ada", "charlie"):
        product.command("create_user", name)
    scopes = ("--scope", "read", "run", "admin")
    return {
        name: product.command("create_key", "--user", name, *scopes)
        for name in ("ada", "charlie")
    }


@pytest.fixture
def ask(product, keys):
    def ask(method, path, value=None, *, who="ada", **headers):
        sent = {"Authorization": keys[who], "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): text for name, text in headers.items()}
        body = None if value is None else json.dumps(value).encode()
        return product.request(method, path, body=body, headers=sent)

    return ask


@pytest.fixture
def enqueue(ask):
    def enqueue(value, path=SLEEP, **headers):
        headers = {"Prefer": "respond-async", **headers}
        status, told, body = ask("POST", path, value, **headers)
        assert status == 202, body
        assert told["Location"] == json.loads(body)["links"]["self"]
        return told["Location"]

    return enqueue


def ended(ask, place):
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        run = json.loads(ask("GET", place)[2])
        if run["finished_at"]:
            return run
        time.sleep(0.05)
    raise AssertionError(f"{place} does not end")


def events_in(text) -> list[tuple[str, str, dict]]:
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.splitlines() if line[0] != ":"
        )
        if "data" in fields:
            told = json.loads(fields["data"])
            found.append((fields["event"], fields.get("id", ""), told))
    return found


def test_a_run_is_accepted_and_has_its_result_later(ask, enqueue):
    status, told, body = ask("POST", SLEEP, 0.2, Prefer="wait=1, respond-async;x")
    assert (status, told["Preference-Applied"]) == (202, "respond-async")
    assert json.loads(body)["state"] == "queued"
    run = ended(ask, told["Location"])
    assert (run["state"], run["result"]) == ("succeeded", {"slept": 0.2})
    assert run["metadata"]["content_type"] == "json"
    status, told, body = ask("GET", run["links"]["self"])
    again = ask("GET", run["links"]["self"], If_None_Match=told["ETag"])
    assert again[0] == 304
    listed = json.loads(ask("GET", "/api/v1/runs?state=succeeded&limit=1")[2])
    assert listed["results"][0]["id"] == run["id"]
    assert "result" not in listed["results"][0]


def test_one_that_fails_says_why(ask, product, enqueue):
    place = enqueue("x", path="/api/v1/algorithms/testing/RaiseException/runs")
    run = ended(ask, place)
    assert (run["state"], run["error"]["status"]) == ("failed", 400)
    assert run["error"]["code"] == "algorithm_error"


def test_nobody_else_learns_of_it(ask, enqueue):
    place = enqueue(0)
    nowhere = "/api/v1/runs/00000000-0000-7000-8000-000000000000"
    for method, end in (("GET", ""), ("GET", "/events"), ("DELETE", "")):
        answers = [ask(method, at + end, who="charlie") for at in (place, nowhere)]
        assert [status for status, _told, _body in answers] == [404, 404]
        bodies = [json.loads(body) for _status, _told, body in answers]
        for body in bodies:
            del body["instance"]
        assert bodies[0] == bodies[1]
    assert json.loads(ask("GET", "/api/v1/runs", who="charlie")[2])["results"] == []


def test_the_published_client_s_void_call_is_such_a_run(ask):
    path = "/v1/algo/testing/Sleep?output=void"
    status, _told, body = ask("POST", path, 0.01, Idempotency_Key="void-1")
    request_id = json.loads(body)["request_id"]
    assert (status, request_id[:4]) == (200, "req-")
    status, told, again = ask("POST", path, 0.01, Idempotency_Key="void-1")
    assert (again, told["Idempotent-Replayed"]) == (body, "true")
    place = f"/api/v1/runs/{request_id.removeprefix('req-')}"
    assert ended(ask, place)["result"] == {"slept": 0.01}


@pytest.mark.parametrize("path", [ECHO, "/v1/algo/util/Echo", "/v1/algo/testing/Sleep"])
def test_a_call_sent_twice_under_one_key_runs_once(ask, product, path):
    before = product.count("catalog_run")
    key = f"once-{path}"
    answers = [ask("POST", path, "7", Idempotency_Key=key) for _ in range(3)]
    assert len({(status, body) for status, _told, body in answers}) == 1
    replays = [told["Idempotent-Replayed"] for _status, told, _body in answers]
    if path.endswith("Sleep"):  # refused: nothing ran, so nothing is kept
        assert replays == [None, None, None]
        assert product.count("catalog_run") == before
        return
    assert replays == [None, "true", "true"]
    assert product.count("catalog_run") == before + 1
    status, _told, body = ask("POST", path, "8", Idempotency_Key=key)
    assert status == 422, body


def test_while_a_call_runs_its_key_is_taken(ask):
    slow = ("POST", SLEEP, 3)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(ask, *slow, Idempotency_Key="slow") for _ in range(2)]
    answers = sorted((one.result() for one in both), key=lambda answer: answer[0])
    (ran, _told, result), (refused, told, body) = answers
    assert (ran, refused) == (200, 409)
    assert json.loads(body)["code"] == "request_in_flight"
    assert told["Retry-After"] == "1"
    status, _told, body = ask(*slow, Idempotency_Key="slow")
    assert (status, body) == (200, result)


def test_events_tell_each_change_and_end_with_the_run(ask, enqueue):
    place = enqueue(2.5)
    status, told, body = ask("GET", place + "/events")
    assert (status, told["Content-Type"]) == (200, "text/event-stream")
    found = events_in(body.decode())
    states = [told["state"] for name, _pk, told in found if name == "state"]
    assert states[-1] == "succeeded"
    assert set(states) <= {"queued", "running", "succeeded"}
    assert any(name == "progress" for name, _pk, _told in found)
    numbers = [int(pk) for name, pk, _told in found if name == "state"]
    assert numbers == sorted(set(numbers))
    last = str(numbers[-1])
    assert ask("GET", place + "/events", Last_Event_ID=last)[0] == 204
    rest = events_in(ask("GET", place + "/events", Last_Event_ID="0")[2].decode())
    assert [told["state"] for _name, _pk, told in rest] == ["succeeded"]


def test_one_caller_holds_only_so_many_streams_and_gives_them_back(
    ask, product, keys, enqueue
):
    place = enqueue(8)
    streams = []
    try:
        for _stream in range(4):
            stream = http.client.HTTPConnection("127.0.0.1", product.port, timeout=30)
            stream.request(
                "GET", place + "/events", headers={"Authorization": keys["ada"]}
            )
            answer = stream.getresponse()
            assert (answer.status, answer.readline()) == (200, b"retry: 1000\n")
            streams.append(stream)
        status, told, body = ask("GET", place + "/events")
        assert (status, told["Retry-After"]) == (429, "5")
        assert json.loads(body)["code"] == "too_many_streams"
        # The run goes on, and so does everything else.
        assert ask("GET", place)[0] == 200
    finally:
        for stream in streams:
            stream.close()
    ended(ask, place)
    ends_at = time.monotonic() + PATIENCE
    while ask("GET", place + "/events")[0] != 200:
        assert time.monotonic() < ends_at, "the streams are not given back"
        time.sleep(0.2)


def test_a_webhook_is_signed_and_sent_until_it_is_taken(ask, enqueue, receiver):
    status, _told, body = ask("POST", "/api/v1/webhook-secret", {})
    assert status == 201
    former = json.loads(body)["secret"]
    secret = json.loads(ask("POST", "/api/v1/webhook-secret", {})[2])["secret"]
    receiver.statuses.append(500)
    place = enqueue({"a": "\u2713"}, path=f"{ECHO}?webhook={receiver.url}")
    told = [receiver.got.get(timeout=PATIENCE) for _attempt in range(2)]
    assert told[0][1] == told[1][1]
    headers, body = told[1]
    headers = {name.lower(): text for name, text in headers.items()}
    run = json.loads(body)
    assert (run["state"], run["result"]) == ("succeeded", {"a": "\u2713"})
    assert headers["webhook-id"] == run["id"] == place.rsplit("/", 1)[1]
    content = f"{run['id']}.{headers['webhook-timestamp']}.".encode() + body
    signatures = headers["webhook-signature"].split()
    for one, signature in zip((secret, former), signatures, strict=True):
        key = base64.b64decode(one.removeprefix("whsec_"))
        digest = hmac.new(key, content, hashlib.sha256).digest()
        assert signature == f"v1,{base64.b64encode(digest).decode()}"
    ends_at = time.monotonic() + PATIENCE
    while (kept := json.loads(ask("GET", place)[2])["webhook"])["state"] != "delivered":
        assert time.monotonic() < ends_at, kept
        time.sleep(0.1)
    assert (kept["attempts"], kept["last_answer"]) == (2, "HTTP 204")


@pytest.mark.parametrize(
    ("who", "url", "said"),
    [
        ("ada", "http://169.254.169.254/", "https://"),
        ("ada", "https://127.0.0.1/", "public Internet"),
        ("ada", "https://0x7f.1/", "public Internet"),
        ("ada", "https://u:p@example.org/", "Leave user and password"),
        ("charlie", "https://example.org/", "Make a secret first"),
    ],
)
def test_an_address_that_is_not_told_is_refused_at_once(ask, who, url, said):
    ask("POST", "/api/v1/webhook-secret", {}, who="ada")
    path = f"{ECHO}?webhook={url}"
    status, _told, body = ask("POST", path, 1, who=who, Prefer="respond-async")
    assert status == 400
    assert said in json.loads(body)["detail"]


def test_a_run_that_waits_is_cancelled(ask, enqueue):
    busy = [enqueue(1) for _run in range(8)]
    place = enqueue(0)
    status, _told, _body = ask("DELETE", place)
    assert status in {204, 409}
    run = ended(ask, place)
    assert run["state"] == ("cancelled" if status == 204 else "succeeded")
    for other in busy:
        assert ended(ask, other)["state"] == "succeeded"


@pytest.mark.parametrize(
    "headers",
    [
        {"Idempotency_Key": "x" * 256},
        {"Idempotency_Key": '""'},
    ],
    ids=["long", "empty"],
)
@pytest.mark.parametrize("path", [ECHO, "/v1/algo/util/Echo"])
def test_what_is_no_key_is_refused(ask, path, headers):
    assert ask("POST", path, 1, **headers)[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/runs?limit=0",
        "/api/v1/runs?limit=101",
        "/api/v1/runs?limit=x",
        "/api/v1/runs?cursor=x",
        "/api/v1/runs?state=odd",
        "/api/v1/runs?cursor=%00",
    ],
)
def test_what_a_list_cannot_read_is_refused(ask, path):
    assert ask("GET", path)[0] == 400
