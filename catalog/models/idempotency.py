"""Keys that callers send so that a request repeated is a request done once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from accounts.models import Team

OWN_ONE = models.Q(team__isnull=False, user__isnull=True) | models.Q(
    team__isnull=True, user__isnull=False
)


class IdempotencyKey(models.Model):
    """One request that a person or team sent with an `Idempotency-Key`.

    `digest` is the SHA-256 of what they sent as key, `fingerprint` that of the request:
    it tells another payload under the same key. Both are hexadecimal.
    Without an answer it is in flight until `lease_until`, which the process at work
    moves on; after that nobody knows whether it was done.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    #: HTTP status of the answer; null while there is none
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "digest", name="idempotency_once_a_person"),
            models.UniqueConstraint("team", "digest", name="idempotency_once_a_team"),
            models.CheckConstraint(condition=OWN_ONE, name="idempotency_of_one"),
        ]
        indexes = [models.Index("created_at", name="idempotency_time")]

    def __str__(self) -> str:
        return f"{self.digest[:8]} ({self.status or 'in flight'})"
