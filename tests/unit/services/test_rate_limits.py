"""Limits count exactly, in one process and in Redis, and survive Redis."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as installed
from django.contrib.auth.models import AnonymousUser

from accounts import keys
from catalog import checks
from catalog.limiting import Counting, Policy, Standing, as_headers, here
from catalog.limiting import counting as counting_module
from catalog.limiting.here import ProcessWindows
from catalog.services import admission
from catalog.services.callers import Caller, caller_by_key, caller_on_page
from catalog.services.errors import (
    QuotaSpent,
    SignInNeeded,
    TooManyRequests,
    TooManyRuns,
)
from catalog.services.pages.readiness import readiness
from tests.live_product import free_port
from tests.redis_server import running_redis

if TYPE_CHECKING:
    from accounts.models import ApiKey

MINUTE = Policy("key", 10, 60)


@pytest.fixture
def redis():
    with running_redis() as server:
        yield server


@pytest.fixture(params=["process", "redis"])
def counting(request):
    """Counts in this process, and the same in Redis."""
    if request.param == "process":
        yield Counting()
        return
    with running_redis() as server:
        yield Counting(server.url)


@pytest.fixture(autouse=True)
def fresh_counts():
    admission.counting().forget()


# --- Counting ------------------------------------------------------------------


def test_a_quota_is_used_up_one_by_one(counting):
    found = [counting.count(MINUTE, "a") for _ in range(12)]
    assert [one.left for one in found] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0]
    assert [one.is_over for one in found] == [False] * 10 + [True] * 2
    assert all(59 <= one.ends_in <= 60 for one in found)


def test_a_look_does_not_count(counting):
    assert counting.look(MINUTE, "a") == Standing(MINUTE, 0, 60)
    counting.count(MINUTE, "a")
    assert [counting.look(MINUTE, "a").used for _ in range(3)] == [1, 1, 1]


def test_callers_and_policies_are_counted_apart(counting):
    counting.count(MINUTE, "a")
    assert counting.count(MINUTE, "b").used == 1
    assert counting.count(MINUTE._replace(name="person"), "a").used == 1
    assert counting.count(MINUTE, "a").used == 2


def test_a_window_begins_with_its_first_request_and_then_anew(counting):
    second = Policy("key", 2, 1)
    assert [counting.count(second, "a").is_over for _ in range(3)] == [False] * 2 + [
        True
    ]
    until = threading.Event()
    for _ in range(40):
        until.wait(0.05)
        if not counting.look(second, "a").used:
            break
    assert counting.count(second, "a") == Standing(second, 1, 1)


def test_threads_get_exactly_the_quota(counting):
    quota = Policy("key", 500, 60)
    admitted = []

    def ask():
        found = [counting.count(quota, "a") for _ in range(125)]
        admitted.extend(one for one in found if not one.is_over)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == 500


def test_two_processes_worth_of_counting_share_redis(redis):
    one, other = Counting(redis.url), Counting(redis.url)
    found = [asked.count(MINUTE, "a") for _ in range(6) for asked in (one, other)]
    assert [standing.used for standing in found] == list(range(1, 13))
    assert {standing.ends_in for standing in found} <= {59, 60}


def test_many_names_cost_bounded_memory(monkeypatch):
    windows = ProcessWindows(kept=100)
    for number in range(1000):
        windows.add(f"address:{number}", 60)
    assert len(windows._windows) <= 100
    assert windows.read("address:999", 60)[0] == 1
    clock = 1e9
    monkeypatch.setattr(here.time, "monotonic", lambda: clock)
    for number in range(200):
        windows.add(f"later:{number}", 60)
    assert windows.read("later:199", 60) == (1, 60)


# --- Redis away ----------------------------------------------------------------


def test_without_redis_the_limit_stays_and_the_log_says_so_once(caplog):
    counting = Counting(f"redis://127.0.0.1:{free_port()}/0")
    with caplog.at_level(logging.WARNING, "catalog.limiting"):
        found = [counting.count(MINUTE, "a").is_over for _ in range(12)]
    assert found == [False] * 10 + [True] * 2
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "Redis is away" in caplog.text
    assert "refused" in counting.problem()


def test_redis_is_used_again_when_it_is_back(redis, caplog, monkeypatch):
    monkeypatch.setattr(counting_module, "PAUSE", 0.0)
    counting = Counting(redis.url)
    with caplog.at_level(logging.WARNING, "catalog.limiting"):
        assert counting.count(MINUTE, "a").used == 1
        redis.stop()
        # The process has counted nothing yet.
        assert [counting.count(MINUTE, "a").used for _ in range(2)] == [1, 2]
        redis.start()
        assert counting.count(MINUTE, "a").used == 1, "Redis kept nothing"
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert counting.problem() == ""


# --- Headers -------------------------------------------------------------------


def test_both_headers_are_structured_fields():
    key = Standing(Policy("key", 600, 60), 1, 60)
    calls = Standing(Policy("calls", 1000, 86400), 1001, 5)
    assert as_headers([key, calls]) == (
        ("RateLimit-Policy", '"key";q=600;w=60, "calls";q=1000;w=86400'),
        ("RateLimit", '"key";r=599;t=60, "calls";r=0;t=5'),
    )
    assert as_headers([]) == ()


# --- Admission -----------------------------------------------------------------


def key_of(ada, **more) -> tuple[ApiKey, str]:
    made = keys.create_key(user=ada, name="laptop", scopes=["run"], **more)
    return made.row, made.secret


def test_each_key_has_requests_of_its_own(ada, settings):
    settings.VITRINE_RATE_KEY = 2
    callers = [caller_by_key(key_of(ada)[1]) for _ in range(2)]
    for caller in callers:
        admission.admit_key(caller)
        admission.admit_key(caller)
        with pytest.raises(TooManyRequests) as refused:
            admission.admit_key(caller)
        assert refused.value.status == 429
        assert 0 < refused.value.retry_after <= 60


def test_a_key_has_the_servers_calls_a_day(ada, settings):
    settings.VITRINE_CALLS_PER_DAY = 2
    caller = caller_by_key(key_of(ada)[1])
    admission.admit_run(caller)
    admission.admit_run(caller)
    with pytest.raises(QuotaSpent, match="2 calls of 24 hours"):
        admission.admit_run(caller)


def test_a_keys_own_quota_goes_before_the_servers(ada, settings):
    settings.VITRINE_CALLS_PER_DAY = 1
    row, secret = key_of(ada)
    row.calls_per_day = 3
    row.save(update_fields=["calls_per_day"])
    for _ in range(3):
        admission.admit_run(caller_by_key(secret))
    with pytest.raises(QuotaSpent):
        admission.admit_run(caller_by_key(secret))


def test_runs_of_an_hour_are_a_persons_or_an_addresss(ada, settings):
    settings.VITRINE_RUNS_PER_HOUR = 2
    person = caller_on_page(ada, "192.0.2.1")
    nobody = caller_on_page(AnonymousUser(), "192.0.2.1")
    for caller in (person, nobody):
        assert admission.runs_left(caller) == 2
        admission.admit_run(caller)
        admission.admit_run(caller)
        assert admission.runs_left(caller) == 0
        with pytest.raises(TooManyRuns):
            admission.admit_run(caller)
    admission.admit_run(caller_on_page(AnonymousUser(), "192.0.2.2"))


def test_ipv6_addresses_of_one_network_share_a_count(settings):
    settings.VITRINE_RATE_ADDRESS = 2
    admission.admit_address("2001:db8::1")
    admission.admit_address("2001:db8::ffff:2")
    with pytest.raises(TooManyRequests):
        admission.admit_address("2001:db8:0:0:1::3")
    admission.admit_address("2001:db8:0:1::1")


def test_guessing_keys_ends_before_the_database_is_asked(
    ada, settings, django_assert_num_queries
):
    settings.VITRINE_RATE_ADDRESS = 3
    _row, good = key_of(ada)
    assert caller_by_key(good, address="192.0.2.1").user_id == ada.pk
    guess = key_of(ada)
    guess[0].delete()
    caller_by_key(good, address="192.0.2.1")
    for _ in range(3):
        with pytest.raises(SignInNeeded):
            caller_by_key(guess[1], address="192.0.2.1")
    for header in (guess[1], "nonsense", "Bearer vtr_"):
        # The epoch is read on the driver itself and not counted here.
        with django_assert_num_queries(0), pytest.raises(TooManyRequests):
            caller_by_key(header, address="192.0.2.1")
    assert caller_by_key(good, address="192.0.2.1").user_id == ada.pk
    with pytest.raises(SignInNeeded):
        caller_by_key(guess[1], address="192.0.2.2")


def test_only_a_counted_request_notes_where_it_stands(ada):
    caller = caller_by_key(key_of(ada)[1])
    admission.admit_key(caller)
    with admission.noting() as standings:
        admission.admit_key(caller)
        admission.admit_run(caller)
    assert [(found.policy.name, found.used) for found in standings] == [
        ("key", 2),
        ("calls", 1),
    ]


def test_a_caller_without_a_key_has_no_quota_of_calls():
    assert Caller(AnonymousUser(), 1).calls_per_day is None


# --- Operating -----------------------------------------------------------------


def test_several_web_processes_need_redis(settings):
    assert checks.check_web_processes() == []
    settings.VITRINE_WEB_WORKERS = 4
    (problem,) = checks.check_web_processes()
    assert (problem.id, problem.level >= 40) == ("vitrine.E021", True)
    assert "REDIS_URL" in problem.msg
    settings.REDIS_URL = "redis://127.0.0.1:6379/0"
    assert checks.check_web_processes() == []


def test_readiness_names_redis_where_there_is_one(db, redis, settings):
    assert "redis" not in readiness(with_details=True).parts
    settings.REDIS_URL = redis.url
    assert readiness(with_details=False).parts["redis"] == {"ok": True}
    redis.stop()
    found = readiness(with_details=True)
    assert found.parts["redis"]["ok"] is False
    assert "refused" in found.parts["redis"]["detail"]
    assert readiness(with_details=False).parts["redis"] == {"ok": False}


def test_the_tests_themselves_run_unhurried():
    assert installed.VITRINE_RATE_KEY >= 100_000
