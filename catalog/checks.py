"""System checks: every configured backend reports its own problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags
from django.core.checks import Warning as Advice
from django.core.checks import register as register_check
from django.core.exceptions import ImproperlyConfigured

from catalog.execution import execution_backends
from catalog.search import search_backends
from catalog.services import indexing

if TYPE_CHECKING:
    from catalog.backends import BackendRegistry
    from catalog.execution import ExecutionBackend
    from catalog.search import SearchBackend


def register() -> None:
    register_check(check_backends, Tags.compatibility)
    register_check(check_engine, Tags.compatibility)
    register_check(check_web_processes, Tags.compatibility)


def _chosen() -> list[tuple[BackendRegistry[Any], str]]:
    return [
        (search_backends, settings.VITRINE_SEARCH),
        (execution_backends, settings.VITRINE_EXECUTION),
    ]


def check_backends(**_kwargs: Any) -> list[CheckMessage]:
    """Build the chosen backends and hand on what each says of itself."""
    problems: list[CheckMessage] = []
    chosen: SearchBackend | ExecutionBackend
    for number, (registry, alias) in enumerate(_chosen(), start=1):
        try:
            chosen = registry[alias]
        except ImproperlyConfigured as error:
            problems.append(Error(str(error), id=f"vitrine.E00{number}"))
            continue
        problems.extend(
            Error(said, id=f"vitrine.E01{number}") for said in chosen.check()
        )
    return problems


def check_engine(**_kwargs: Any) -> list[CheckMessage]:
    """Say when the catalog has outgrown the search engine that serves it."""
    try:
        said = indexing.advice()
    except ImproperlyConfigured:
        return []  # check_backends tells of it
    return [Advice(said, id="vitrine.W001")] if said else []


def check_web_processes(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse several web processes that would each count limits for themselves."""
    if settings.VITRINE_WEB_WORKERS == 1 or settings.REDIS_URL:
        return []
    return [
        Error(
            f"VITRINE_WEB_WORKERS={settings.VITRINE_WEB_WORKERS} needs REDIS_URL: "
            "without Redis each web process counts rate limits and failed sign-ins by "
            "itself, so that every limit would be as many times as large.",
            hint="Set REDIS_URL=redis://127.0.0.1:6379/0, or VITRINE_WEB_WORKERS=1.",
            id="vitrine.E021",
        )
    ]
