"""Requests that are done once however often they are sent (`Idempotency-Key`).

After draft-ietf-httpapi-idempotency-key-header: the same key and request are answered
with what was answered first, another request under that key is refused, and one that
is still being worked on is told so. A key counts for the person or the team that sends
it, for 24 hours.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from catalog.execution import BackendUnavailable, QueueFull, QueueTimeout
from catalog.models import IdempotencyKey
from catalog.services.errors import (
    BadRequest,
    KeyReused,
    OutcomeUnknown,
    RequestInFlight,
    ServiceError,
)
from catalog.services.leases import Keeper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from catalog.services.callers import Caller

logger = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
MAX_CHARACTERS = 255
KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=20)
BEAT_SECONDS = 5.0
BATCH = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it is kept: also `headers`, but for what every answer has.

    `is_replay` tells that it was given before.
    """

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    is_replay: bool = False


def fingerprint_of(*parts: bytes | str) -> str:
    """Return what tells one request from another: where it goes and what it brings."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="surrogateescape") if isinstance(part, str) else part
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def once(
    *, caller: Caller, key: str, fingerprint: str, work: Callable[[UUID], Answer]
) -> Answer:
    """Return the answer of `work`, which is done once for this caller and key.

    `work` is given the id that a run of it must have, and returns an Answer for all
    that ran, failures too. What it raises before anything ran (a ServiceError, or an
    executor that took nothing) frees the key. Call it within a transaction where all
    of the work is writes: then key and work are kept together or not at all.

    Raises KeyReused, RequestInFlight, and OutcomeUnknown where the server broke off
    in the first request: it may have run, so it is not run again.
    """
    claim = _claim(caller, _digest_of(key), fingerprint)
    if not claim.is_mine:
        return _known(claim.row, fingerprint)
    pk = claim.row.pk
    with _keeper.holding(pk):
        try:
            answer = work(pk)
        except Exception as error:
            _let_go(pk, nothing_ran=_nothing_ran(error))
            raise
        _keep(pk, answer)
    return answer


def drop_old_keys() -> int:
    """Delete keys past their time; return how many."""
    old = IdempotencyKey.objects.filter(created_at__lte=timezone.now() - KEPT)
    dropped = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        dropped += IdempotencyKey.objects.filter(pk__in=batch).delete()[0]
    return dropped


@dataclass(frozen=True, slots=True)
class _Claim:
    row: IdempotencyKey
    is_mine: bool


def _digest_of(key: str) -> str:
    text = key.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]  # the draft writes a quoted string, most clients a bare one
    if not 1 <= len(text) <= MAX_CHARACTERS or not (
        text.isascii() and text.isprintable()
    ):
        raise BadRequest(
            f"{HEADER}: send 1 to {MAX_CHARACTERS} printable ASCII characters."
        )
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def _claim(caller: Caller, digest: str, fingerprint: str) -> _Claim:
    now = timezone.now()
    holder = caller.holder
    mine = IdempotencyKey(
        id=uuid7(),
        **holder,
        digest=digest,
        fingerprint=fingerprint,
        created_at=now,
        lease_until=now + LEASE,
    )
    same = IdempotencyKey.objects.filter(**holder, digest=digest)
    same.filter(created_at__lte=now - KEPT).delete()
    # The unique constraint decides between two at once; the later one waits for it.
    IdempotencyKey.objects.bulk_create([mine], ignore_conflicts=True)
    row = same.first()
    if row is None:  # whoever had it let it go in this moment
        raise _in_flight()
    return _Claim(row, row.pk == mine.pk)


def _known(row: IdempotencyKey, fingerprint: str) -> Answer:
    if row.fingerprint != fingerprint:
        raise KeyReused(
            f"This {HEADER} was sent with another request in the last 24 hours. Take "
            "a new key for a new request."
        )
    if row.status is not None:
        return Answer(
            row.status, row.content_type, bytes(row.body), row.headers, is_replay=True
        )
    if row.lease_until > timezone.now():
        raise _in_flight()
    raise OutcomeUnknown(
        "The server broke off in the first request with this key. It may have run, as "
        f"run {row.pk}, so it is not run again. Take a new key to run it anew."
    )


def _in_flight() -> RequestInFlight:
    return RequestInFlight(
        f"A request with this {HEADER} is being worked on. Ask again in a moment.",
        retry_after=1,
    )


def _nothing_ran(error: Exception) -> bool:
    if isinstance(error, BackendUnavailable):
        return not error.may_have_run
    return isinstance(error, ServiceError | QueueFull | QueueTimeout)


def _let_go(pk: UUID, *, nothing_ran: bool) -> None:
    held = IdempotencyKey.objects.filter(pk=pk)
    try:
        if nothing_ran:
            held.delete()
        else:
            held.update(lease_until=timezone.now())
    except DatabaseError:
        # Within a broken transaction, or without a database: the lease ends by itself.
        logger.warning("idempotency key %s is not let go", pk)


def _keep(pk: UUID, answer: Answer) -> None:
    try:
        with transaction.atomic():
            IdempotencyKey.objects.filter(pk=pk).update(
                status=answer.status,
                content_type=answer.content_type,
                headers=dict(answer.headers),
                body=answer.body,
            )
    except DatabaseError:
        if transaction.get_connection().in_atomic_block:
            raise  # key and work are kept together or not at all
        # The caller has waited for this answer; what cannot be kept is not lost to him.
        logger.exception("the answer of idempotency key %s is not kept", pk)


def _extend(pks: list[UUID]) -> None:
    IdempotencyKey.objects.filter(pk__in=pks, status=None).update(
        lease_until=timezone.now() + LEASE
    )


_keeper = Keeper(_extend, seconds=BEAT_SECONDS)
