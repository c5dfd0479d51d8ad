"""Four web processes count as one: exactly the quota out of twice as many requests."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.live_product import ROOT, Product, children_of
from tests.redis_server import running_redis

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("limits")]

PROCESSES = 4
QUOTA = 60


@pytest.fixture(scope="module")
def redis():
    with running_redis() as server:
        yield server


@pytest.fixture(scope="module")
def wide(tmp_path_factory, redis):
    """A product of four web processes."""
    limits = {
        "VITRINE_WEB_WORKERS": str(PROCESSES),
        "REDIS_URL": redis.url,
        "VITRINE_RATE_KEY": str(QUOTA),
        "VITRINE_RATE_ADDRESS": str(QUOTA),
    }
    home = tmp_path_factory.mktemp("wide") / "home"
    product = Product(home, settings=limits).start()
    product.command("create_user", "ada")
    yield product
    product.stop()


@pytest.fixture(autouse=True)
def fresh_counts(redis):
    """Whatever ran before has asked from the same address."""
    redis.forget()


def key_of(product) -> str:
    return product.command("create_key", "--user", "ada", "--scope", "read", "run")


def burst(product, requests, ask) -> list[int]:
    """Send all at once over connections of their own and return the statuses."""
    with ThreadPoolExecutor(32) as pool:
        return list(pool.map(lambda _: ask(product), range(requests)))


def web_processes(product) -> list[int]:
    return children_of(product.children()["web"])


def worked(pid: int) -> int:
    """Return the clock ticks that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_four_processes_serve(wide):
    deadline = time.monotonic() + 20
    while len(web_processes(wide)) < PROCESSES and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(web_processes(wide)) == PROCESSES


@pytest.mark.parametrize("edge", ["wire", "api", "anonymous"])
def test_a_burst_of_twice_the_quota_gets_exactly_the_quota(wide, edge):
    key = key_of(wide)
    before = {pid: worked(pid) for pid in web_processes(wide)}

    def ask(product):
        if edge == "wire":
            return product.call("util/Echo", 1, key)[0]
        given = {"Authorization": key} if edge == "api" else {}
        return product.get("/api/v1/algorithms?limit=1", **given)[0]

    statuses = burst(wide, 2 * QUOTA, ask)
    assert sorted(statuses) == [200] * QUOTA + [429] * QUOTA
    busy = [pid for pid, ticks in before.items() if worked(pid) > ticks]
    assert len(busy) >= 2, "the burst was spread over several processes"


def test_a_key_changed_in_one_process_is_changed_in_all(wide):
    key = key_of(wide)
    assert set(
        burst(wide, 20, lambda p: p.get("/api/v1/me", Authorization=key)[0])
    ) == {200}
    script = (
        "from accounts.models import ApiKey; from accounts.keys import revoke_key; "
    )
    script += "revoke_key(key=ApiKey.objects.order_by('created_at').last())"
    wide.command("shell", "-v0", "-c", script)
    assert set(
        burst(wide, 20, lambda p: p.get("/api/v1/me", Authorization=key)[0])
    ) == {401}


def test_while_redis_is_away_calls_are_answered_and_limits_stay(wide, redis):
    key = key_of(wide)
    redis.stop()
    try:
        statuses = burst(
            wide,
            2 * PROCESSES * QUOTA,
            lambda product: product.get("/api/v1/me", Authorization=key)[0],
        )
        assert set(statuses) == {200, 429}
        assert QUOTA <= statuses.count(200) <= PROCESSES * QUOTA
        ready = wide.get("/readyz")
        assert ready[0] == 200
        assert json.loads(ready[2])["redis"] == {"ok": False}
        assert "Redis is away" in wide.output
    finally:
        redis.start()
    deadline = time.monotonic() + 30
    while wide.output.count("Redis is back") < wide.output.count("Redis is away ("):
        assert time.monotonic() < deadline, "a process has not found Redis again"
        burst(wide, 8, lambda product: product.get("/api/v1/algorithms?limit=1")[0])
        time.sleep(0.5)
    assert json.loads(wide.get("/readyz")[2])["redis"] == {"ok": True}
    key = key_of(wide)
    statuses = burst(
        wide,
        2 * QUOTA,
        lambda product: product.get("/api/v1/me", Authorization=key)[0],
    )
    assert statuses.count(200) == QUOTA


def test_several_processes_without_redis_do_not_start(tmp_path):
    product = Product(tmp_path / "home", settings={"VITRINE_WEB_WORKERS": "2"})
    product.home.mkdir()
    refused = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=product.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refused.returncode == 1
    assert "vitrine.E021" in refused.stderr
    assert "REDIS_URL" in refused.stderr
