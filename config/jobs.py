"""Settings of what outlives a request: durable runs, their queue, their webhooks."""

from __future__ import annotations

from ipaddress import ip_address

from django.core.exceptions import ImproperlyConfigured

from config.env import env_bool, env_int, env_list

#: one queue of django-tasks; the worker of `serve` takes from it
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["runs"],
    }
}
VITRINE_ASYNC_WORKERS = env_int("VITRINE_ASYNC_WORKERS", 4, low=1, high=64)
#: how many may wait or run for one person or team
VITRINE_ASYNC_WAITING = env_int("VITRINE_ASYNC_WAITING", 1000, low=1)
VITRINE_ASYNC_KEPT_DAYS = env_int("VITRINE_ASYNC_KEPT_DAYS", 7, low=1, high=365)
VITRINE_ASYNC_ATTEMPTS = env_int("VITRINE_ASYNC_ATTEMPTS", 3, low=1, high=100)
VITRINE_ASYNC_LEASE_SECONDS = env_int(
    "VITRINE_ASYNC_LEASE_SECONDS", 20, low=2, high=600
)
#: event streams of one web process: a quarter of its threads (see `serve`)
VITRINE_ASYNC_STREAMS = env_int(
    "VITRINE_ASYNC_STREAMS",
    max(64 // env_int("VITRINE_WEB_WORKERS", 1, low=1), 16) // 4,
    low=1,
)
VITRINE_EGRESS_HTTP = env_bool("VITRINE_EGRESS_HTTP", default=False)
#: addresses of this machine or network that may be asked, each `ip:port`
VITRINE_EGRESS_ALLOWED = env_list("VITRINE_EGRESS_ALLOWED")
for _pair in VITRINE_EGRESS_ALLOWED:
    _host, _, _port = _pair.rpartition(":")
    try:
        ip_address(_host.strip("[]"))
        _is_read = 0 < int(_port) < 2**16
    except ValueError:
        _is_read = False
    if not _is_read:
        raise ImproperlyConfigured(
            f"VITRINE_EGRESS_ALLOWED: {_pair!r} is no address with a port, such as "
            "127.0.0.1:9000."
        )
