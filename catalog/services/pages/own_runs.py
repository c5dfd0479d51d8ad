"""The reader's own runs of an algorithm, from their records alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.models import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.models import Version
    from catalog.services.callers import Caller

SHOWN = 20
SURFACES = {
    Run.Surface.PAGE: "this page",
    Run.Surface.WIRE: "/v1",
    Run.Surface.API: "/api",
}

#: why a run failed, by its code (docs/dev/failures.md)
REASONS = {
    "algorithm_error": "by the algorithm itself",
    "invalid_output": "the result is no JSON",
    "load_error": "the source does not load",
    "worker_crashed": "the process ended",
    "timeout": "out of time",
    "memory_limit": "out of memory",
    "output_too_large": "the result is too large",
    "queue_full": "too many runs waited",
    "queue_timeout": "no worker was free",
    "backend_unavailable": "it does not answer",
}


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run and the number of its version."""

    run: Run
    number: str

    @property
    def succeeded(self) -> bool:
        return self.run.outcome == Run.Outcome.SUCCEEDED

    @property
    def reason(self) -> str:
        return REASONS.get(self.run.error_code, "")

    @property
    def surface(self) -> str:
        return SURFACES[Run.Surface(self.run.surface)]


def own_runs(caller: Caller, versions: Sequence[Version]) -> list[PastRun] | None:
    """Return the caller's newest runs of versions that they see; None for anonymous."""
    if caller.user_id is None:
        return None
    numbers = {version.pk: version.number for version in versions}
    runs = Run.objects.filter(user=caller.user_id, version__in=numbers)
    newest = runs.order_by("-created_at")[:SHOWN]
    return [PastRun(run, numbers[run.version_id]) for run in newest]
