"""A durable run as JSON: what its caller reads, and what its webhook brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import orjson
from django.urls import reverse

from catalog.execution import RunResult
from catalog.models import WebhookDelivery
from catalog.services import call_format
from catalog.services.errors import RUN_STATUS

if TYPE_CHECKING:
    from catalog.execution.base import ContentType
    from catalog.models import DurableRun, Run

STATUS = {"not_found": 404, "forbidden": 403, "not_callable": 404, "unauthorized": 401}


def document_of(
    run: DurableRun, *, most_bytes: int | None = None, with_webhook: bool = True
) -> bytes:
    """Return the run as JSON, with its result or error once it has one.

    A result of more than `most_bytes` is left out, and `result_omitted` says so.
    """
    told = summary_of(run)
    if with_webhook and (webhook := webhook_of(run)):
        told["webhook"] = webhook
    if run.state == run.State.FAILED:
        return _dump({**told, "error": error_of(run)})
    if run.state != run.State.SUCCEEDED:
        return _dump(told)
    if most_bytes is not None and len(run.result) > most_bytes:
        return _dump({**told, "result_omitted": True})
    result = RunResult(
        bytes(run.result), cast("ContentType", run.result_type), run.duration
    )
    return b'%b,"result":%b,"metadata":%b}' % (
        _dump(told)[:-1],
        call_format.result_as_json(result),
        call_format.metadata_of(result),
    )


def summary_of(run: DurableRun) -> dict[str, Any]:
    """Return what a list shows of a run: all but its result and error."""
    return {
        "id": str(run.pk),
        "state": run.state,
        "algorithm": f"{run.owner_name}/{run.algorithm_name}",
        "version": run.number,
        "attempt": run.attempt,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "expires_at": run.expires_at,
        "links": links_of(run),
    }


def links_of(run: DurableRun) -> dict[str, str]:
    """Return the paths at which the run is read and watched."""
    return {
        "self": reverse("api:run", kwargs={"pk": run.pk}),
        "events": reverse("api:run_events", kwargs={"pk": run.pk}),
    }


def error_of(run: DurableRun) -> dict[str, Any]:
    """Return why a run failed, by the codes of the failure table."""
    told: dict[str, Any] = {
        "status": RUN_STATUS.get(run.error_code) or STATUS.get(run.error_code, 502),
        "code": run.error_code,
        "message": run.error_message,
    }
    for name in ("error_type", "stacktrace"):
        if getattr(run, name):
            told[name] = getattr(run, name)
    return told


def webhook_of(run: DurableRun) -> dict[str, Any] | None:
    """Return what became of the run's webhook, or None where it has none."""
    try:
        delivery = run.webhook
    except WebhookDelivery.DoesNotExist:
        return None
    return {
        "url": delivery.url,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_answer": delivery.last_answer,
        "delivered_at": delivery.delivered_at,
    }


def record_document(run: Run) -> dict[str, Any]:
    """Return the record of a run that was waited for: it has no result any more."""
    algorithm = run.version.algorithm
    told: dict[str, Any] = {
        "id": str(run.pk),
        "state": run.outcome,
        "algorithm": algorithm.full_name,
        "version": run.version.number,
        "finished_at": run.created_at,
        "metadata": {"duration": run.duration_ms / 1000},
        "links": {"self": reverse("api:run", kwargs={"pk": run.pk})},
    }
    if run.error_code:
        status = RUN_STATUS.get(run.error_code, 502)
        told["error"] = {"status": status, "code": run.error_code}
    return told


def _dump(told: dict[str, Any]) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)
