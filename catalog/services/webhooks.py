"""Words to callers' own addresses that a durable run has ended, signed and repeated.

After Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over id, time and body, by
a secret that only the receiver and this server know. At least once: a receiver tells
repetitions by `webhook-id`, which is the run's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from catalog.egress import (
    EgressFailed,
    EgressRefused,
    EgressRules,
    EgressSession,
    check_url,
    rules_from,
)
from catalog.models import WebhookDelivery
from catalog.services import webhook_secrets
from catalog.services.durable_documents import document_of
from catalog.services.errors import BadRequest

if TYPE_CHECKING:
    from datetime import datetime

    from catalog.services.callers import Caller

State = WebhookDelivery.State
MOST_RESULT_BYTES = 256 * 1024
SECONDS = 15.0
MOST_ANSWER_BYTES = 64 * 1024
#: an attempt that nobody ended is made again after this
LEASE = timedelta(seconds=60)
#: pauses after each attempt but the last (s)
PAUSES = (5, 30, 120, 600, 1800, 7200, 21600)
GONE = 410


def rules() -> EgressRules:
    """Return what this deployment lets requests out to."""
    return rules_from(
        settings.VITRINE_EGRESS_ALLOWED, allows_http=settings.VITRINE_EGRESS_HTTP
    )


def check_webhook(*, caller: Caller, url: str) -> None:
    """Raise BadRequest for an address that is not told, or where nothing would sign."""
    try:
        check_url(url, rules())
    except EgressRefused as refused:
        raise BadRequest(f"webhook: {refused}") from None
    if not webhook_secrets.has_secret(caller.holder):
        raise BadRequest(
            "webhook: nothing would sign it. Make a secret first: POST "
            "/api/v1/webhook-secret."
        )


def deliver_next() -> bool:
    """Make the attempt that is due first; tell whether one was."""
    delivery = _take()
    if delivery is None:
        return False
    said, is_done = _send(delivery)
    now = timezone.now()
    held = WebhookDelivery.objects.filter(
        pk=delivery.pk, attempts=delivery.attempts, state=State.WAITING
    )
    if is_done:
        held.update(
            state=State.DELIVERED, last_answer=said, delivered_at=now, next_at=None
        )
    elif delivery.attempts > len(PAUSES) or said == f"HTTP {GONE}":
        held.update(state=State.FAILED, last_answer=said, next_at=None)
    else:
        pause = timedelta(seconds=PAUSES[delivery.attempts - 1])
        held.update(last_answer=said, next_at=now + pause)
    return True


def _take() -> WebhookDelivery | None:
    """Return a delivery whose attempt is this caller's to make, or None.

    New ones come first: an address that never answers keeps none of them waiting.
    """
    now = timezone.now()
    due = WebhookDelivery.objects.filter(state=State.WAITING, next_at__lte=now)
    found = due.order_by("attempts", "next_at").first()
    if found is None:
        return None
    mine = WebhookDelivery.objects.filter(
        pk=found.pk, state=State.WAITING, attempts=found.attempts, next_at=found.next_at
    ).update(attempts=F("attempts") + 1, next_at=now + LEASE)
    if not mine:
        return None
    return WebhookDelivery.objects.select_related("run").get(pk=found.pk)


def _send(delivery: WebhookDelivery) -> tuple[str, bool]:
    """Return what came of one attempt, and whether the receiver took it."""
    run = delivery.run
    keys = webhook_secrets.signing_keys(run.holder)
    if not keys:
        return "not sent: there is no secret to sign it", False
    body = document_of(run, with_webhook=False, most_bytes=MOST_RESULT_BYTES)
    headers = signed(body, message_id=str(run.pk), when=timezone.now(), keys=keys)
    try:
        answer = EgressSession(rules()).request(
            "POST",
            delivery.url,
            body=body,
            headers={"Content-Type": "application/json", **headers},
            seconds=SECONDS,
            most_bytes=MOST_ANSWER_BYTES,
        )
    except EgressRefused as refused:
        return f"not sent: {refused}"[:200], False
    except EgressFailed as failed:
        return str(failed)[:200], False
    return f"HTTP {answer.status}", 200 <= answer.status < 300  # noqa: PLR2004 - what HTTP calls success


def signed(
    body: bytes, *, message_id: str, when: datetime, keys: list[bytes]
) -> dict[str, str]:
    """Return the headers that say who sent a body: one signature for each key."""
    moment = str(int(when.timestamp()))
    content = b"%b.%b.%b" % (message_id.encode(), moment.encode(), body)
    signatures = (hmac.new(key, content, hashlib.sha256).digest() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(
            f"v1,{base64.b64encode(signature).decode()}" for signature in signatures
        ),
    }
