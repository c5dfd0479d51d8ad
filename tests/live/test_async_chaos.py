"""kill -9 of web, worker and executor at random: no accepted run is lost or run twice.

Clients enqueue runs all the while, each under an Idempotency-Key that they send again
until they are answered; some hang up without waiting for the answer.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import threading
import time

import pytest

from tests.live_product import Product

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

KILLS = 20
CLIENTS = 4
#: how long anything may take to come back, many kills after each other
PATIENCE = 90
SLEEP = "/api/v1/algorithms/testing/Sleep/runs"
ECHO = "/api/v1/algorithms/util/Echo/runs"
AGAIN = {429, 502, 503, 504}


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    settings = {
        "VITRINE_ASYNC_LEASE_SECONDS": "3",
        "VITRINE_ASYNC_ATTEMPTS": "100",
        "VITRINE_ASYNC_WAITING": "100000",
    }
    product = Product(tmp_path_factory.mktemp("chaos") / "home", settings=settings)
    product.start()
    yield product
    product.stop()


class Client:
    """One program that sends each request until it is answered, under one key."""

    def __init__(self, product, key, number) -> None:
        self.product = product
        self.key = key
        self.number = number
        self.random = random.Random(number)  # noqa: S311 - chances, no secret
        #: Idempotency-Key -> value sent, id of the run that was acknowledged
        self.accepted: dict[str, tuple[float, str]] = {}
        #: Idempotency-Key -> every answer that came for the run that was waited for
        self.waited: dict[str, list[tuple[int, bytes]]] = {}
        self.faults: list[str] = []

    def work(self, stop) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            name = f"client-{self.number}-{turn}"
            if self.random.random() < 0.2:
                self.wait_for(name)
            else:
                self.enqueue(name, turn)
            time.sleep(self.random.uniform(0, 0.1))

    def headers(self, name, **more) -> dict[str, str]:
        return {
            "Authorization": self.key,
            "Content-Type": "application/json",
            "Idempotency-Key": name,
            **more,
        }

    def enqueue(self, name, turn) -> None:
        value = round(0.02 + self.number / 1e3 + turn / 1e6, 6)
        headers = self.headers(name, Prefer="respond-async")
        body = json.dumps(value).encode()
        if self.random.random() < 0.2:
            self.hang_up(SLEEP, body, headers)
        answers = 1 + (self.random.random() < 0.2)
        for _again in range(answers):
            status, answer = self.until_answered(SLEEP, body, headers)
            if status != 202:
                self.faults.append(f"{name}: {status} {answer!r}")
                return
            found = json.loads(answer)["id"]
            if self.accepted.setdefault(name, (value, found))[1] != found:
                self.faults.append(f"{name} made two runs")

    def wait_for(self, name) -> None:
        answers = self.waited.setdefault(name, [])
        for _again in range(2):
            answers.append(
                self.until_answered(ECHO, json.dumps(name).encode(), self.headers(name))
            )

    def hang_up(self, path, body, headers) -> None:
        """Send a whole request and go away."""
        lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{self.product.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        address = ("127.0.0.1", self.product.port)
        with contextlib.suppress(OSError), socket.create_connection(address, 5) as sock:
            sock.sendall("\r\n".join(lines).encode() + body)

    def until_answered(self, path, body, headers) -> tuple[int, bytes]:
        ends_at = time.monotonic() + PATIENCE
        while time.monotonic() < ends_at:
            try:
                status, told, answer = self.product.request(
                    "POST", path, body=body, headers=headers
                )
            except OSError:
                time.sleep(0.05)
                continue
            is_busy = status == 409 and told["Retry-After"]
            if not is_busy and status not in AGAIN:
                return status, answer
            time.sleep(0.2)
        return 0, b"no answer"


def kill_at_random(product) -> list[str]:
    """Kill one process after another, none of them gently; return which."""
    chance = random.Random(20)  # noqa: S311 - chances, no secret
    killed = []
    for _kill in range(KILLS):
        name = chance.choice(["web", "worker", "executor"])
        time.sleep(chance.uniform(0.3, 1.5))
        ends_at = time.monotonic() + PATIENCE
        while (pid := product.children().get(name)) is None:
            assert time.monotonic() < ends_at, f"{name} does not come back"
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        killed.append(name)
    return killed


def until_all_have_ended(product) -> None:
    ends_at = time.monotonic() + PATIENCE
    waiting = "catalog_durablerun WHERE state IN ('queued', 'running')"
    while time.monotonic() < ends_at:
        if product.count(waiting) == 0:
            return
        time.sleep(0.2)
    raise AssertionError(f"{product.count(waiting)} runs have not ended")


@pytest.fixture(scope="module")
def after(product):
    """What clients know when it is over, and all runs have ended."""
    product.command("create_user", "ada")
    key = product.command("create_key", "--user", "ada", "--scope", "read", "run")
    clients = [Client(product, key, number) for number in range(CLIENTS)]
    stop = threading.Event()
    threads = [threading.Thread(target=one.work, args=[stop]) for one in clients]
    for thread in threads:
        thread.start()
    try:
        killed = kill_at_random(product)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert {"web", "worker", "executor"} == set(killed)
    product.wait_until_ready()
    until_all_have_ended(product)
    return clients, key


def runs_of(product, name) -> int:
    return product.count(
        "catalog_run JOIN catalog_version ON catalog_version.id = version_id "
        "JOIN catalog_algorithm ON catalog_algorithm.id = algorithm_id "
        f"WHERE catalog_algorithm.name = '{name}'"
    )


def test_no_accepted_run_is_lost_and_each_gives_its_own_result(product, after):
    clients, key = after
    assert not [fault for client in clients for fault in client.faults]
    accepted = [one for client in clients for one in client.accepted.values()]
    assert len(accepted) >= KILLS
    for value, pk in accepted:
        status, _headers, body = product.get(f"/api/v1/runs/{pk}", Authorization=key)
        told = json.loads(body)
        assert (status, told["state"]) == (200, "succeeded"), told
        assert told["result"] == {"slept": value}


def test_each_accepted_run_has_one_recorded_outcome(product, after):
    clients, _key = after
    accepted = {pk for client in clients for _v, pk in client.accepted.values()}
    assert len(accepted) == sum(len(client.accepted) for client in clients)
    assert product.count("catalog_durablerun") == len(accepted)
    assert runs_of(product, "Sleep") == len(accepted)


def test_one_key_never_made_two_runs_of_those_that_were_waited_for(product, after):
    clients, _key = after
    waited = {k: v for client in clients for k, v in client.waited.items()}
    assert waited
    for name, answers in waited.items():
        given = {body for status, body in answers if status == 200}
        assert len(given) <= 1, name
        for status, body in answers:
            told = json.loads(body)
            if status == 200:
                assert told["result"] == name
            else:
                assert (status, told["code"]) == (409, "outcome_unknown")
    assert runs_of(product, "Echo") <= len(waited)
