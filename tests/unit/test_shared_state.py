"""Redis as the cache, and the settings that name databases and Redis."""

from __future__ import annotations

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import cache as config_cache
from config.cache import SharedCache
from config.databases import cache, database
from config.env import env_url
from tests.live_product import free_port
from tests.redis_server import running_redis

SCHEMES = {"redis", "rediss", "unix"}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(config_cache, "_again_at", 0.0)


def use(kept: SharedCache) -> list:
    """Ask a cache everything once."""
    kept.clear()
    return [
        kept.get("a", "nothing"),
        kept.set("a", {"b": [1]}, 60),
        kept.get("a"),
        kept.add("a", 2, 60),
        kept.add("n", 1, 60),
        kept.incr("n"),
        kept.has_key("n"),
        kept.get_many(["a", "n", "x"]),
        kept.touch("n", 60),
        kept.set_many({"m": 1}),
        kept.delete("m"),
        kept.delete_many(["a", "n"]),
        kept.get("n"),
    ]


def test_it_answers_the_same_with_redis_and_while_redis_is_away(caplog):
    away = SharedCache(f"redis://127.0.0.1:{free_port()}/0", {})
    with caplog.at_level(logging.WARNING, "config.cache"):
        without = use(away)
    assert len(caplog.records) == 1, "the log says it once a pause"
    config_cache._again_at = 0.0
    with running_redis() as server:
        assert use(SharedCache(server.url, {})) == without
    assert without[2:6] == [{"b": [1]}, False, True, 2]


def test_processes_share_what_is_in_redis():
    with running_redis() as server:
        one, other = (SharedCache(server.url, {}) for _ in range(2))
        one.set("logo", b"picture", 60)
        assert other.get("logo") == b"picture"


def test_without_redis_each_process_keeps_for_itself():
    assert cache("")["BACKEND"].endswith("LocMemCache")
    assert cache("redis://h")["BACKEND"] == "config.cache.SharedCache"


def test_a_url_of_another_kind_is_refused_without_repeating_it(monkeypatch):
    monkeypatch.setenv("REDIS_URL", "http://user:secret@host")
    with pytest.raises(ImproperlyConfigured, match=r"REDIS_URL: write one of") as said:
        env_url("REDIS_URL", schemes=SCHEMES)
    assert "secret" not in str(said.value)
    monkeypatch.setenv("REDIS_URL", "")
    assert env_url("REDIS_URL", schemes=SCHEMES) == ""


def test_postgresql_is_met_with_limits_and_checks():
    found = database("postgres://u:p%40w@h/name?sslmode=require", statement_seconds=5)
    assert (found["NAME"], found["PASSWORD"], found["CONN_MAX_AGE"]) == (
        "name",
        "p@w",
        None,
    )
    assert found["CONN_HEALTH_CHECKS"] is True
    assert found["OPTIONS"]["sslmode"] == "require"
    assert "statement_timeout=5s" in found["OPTIONS"]["options"]
    assert "lock_timeout=2s" in found["OPTIONS"]["options"]


def test_sqlite_keeps_its_settings():
    found = database("sqlite:////somewhere/db.sqlite3", statement_seconds=5)
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
