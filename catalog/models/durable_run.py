"""Runs that outlive the request: kept until they have ended, and a while after."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from accounts.models import ApiKey, Team
from catalog.models.idempotency import OWN_ONE
from catalog.models.run import Run
from catalog.models.version import Version


class DurableRun(models.Model):
    """A run that was accepted, and what became of it.

    Its `id` is that of the Run which is recorded with the outcome. `token` is the
    attempt's: only who holds it writes the outcome. A running one is that until
    `lease_until`; after that its worker is taken for dead. `number_of_changes` grows
    with every change of state. `timeout` and `duration` are seconds.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+")
    #: whether a key asked for it, which must still be good when it runs
    is_by_key = models.BooleanField()
    version = models.ForeignKey(Version, models.SET_NULL, null=True, related_name="+")
    #: the names under which it was asked for
    owner_name = models.CharField(max_length=39)
    algorithm_name = models.CharField(max_length=99)
    number = models.CharField(max_length=32)
    surface = models.CharField(max_length=4, choices=Run.Surface)

    content_type = models.CharField(max_length=6)
    body = models.BinaryField(default=bytes)
    input_bytes = models.PositiveBigIntegerField()
    timeout = models.FloatField(null=True)

    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    number_of_changes = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    task_id = models.UUIDField(null=True)

    result_type = models.CharField(max_length=6, blank=True)
    result = models.BinaryField(default=bytes)
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)
    error_type = models.CharField(max_length=200, blank=True)
    stacktrace = models.TextField(blank=True)
    duration = models.FloatField(default=0.0)

    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=OWN_ONE, name="durable_run_of_one"),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["queued", "running", "succeeded", "failed", "cancelled"]
                ),
                name="durable_run_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state="running", token__isnull=False, lease_until__isnull=False
                )
                | (~models.Q(state="running") & models.Q(token__isnull=True)),
                name="durable_run_running_has_lease",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["queued", "running"], finished_at__isnull=True
                )
                | models.Q(
                    state__in=["succeeded", "failed", "cancelled"],
                    finished_at__isnull=False,
                    expires_at__isnull=False,
                ),
                name="durable_run_ended_has_times",
            ),
        ]
        indexes = [
            models.Index("user", "id", name="durable_run_user"),
            models.Index("team", "id", name="durable_run_team"),
            models.Index(
                "user",
                "team",
                name="durable_run_waiting",
                condition=models.Q(state__in=["queued", "running"]),
            ),
            models.Index(
                "lease_until",
                name="durable_run_lease",
                condition=models.Q(state="running"),
            ),
            models.Index(
                "created_at",
                name="durable_run_queue",
                condition=models.Q(state="queued"),
            ),
            models.Index("expires_at", name="durable_run_end"),
        ]

    def __str__(self) -> str:
        return f"durable run {self.pk} ({self.state})"

    @property
    def holder(self) -> dict[str, int]:
        """Whose it is: `user_id` or `team_id`, as columns of a row."""
        if self.team_id is not None:
            return {"team_id": self.team_id}
        return {} if self.user_id is None else {"user_id": self.user_id}

    @property
    def is_over(self) -> bool:
        return self.state not in {self.State.QUEUED, self.State.RUNNING}


class WebhookSecret(models.Model):
    """What signs the webhooks of a person or team; sealed, for it is needed again.

    The `former` one signs too for a while, so that a receiver can change over.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    team = models.OneToOneField(Team, models.CASCADE, null=True, related_name="+")
    sealed = models.TextField()
    former = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=OWN_ONE, name="webhook_secret_of_one")
        ]

    def __str__(self) -> str:
        return f"webhook secret {self.pk}"


class WebhookDelivery(models.Model):
    """The word to a caller's address that a durable run has ended.

    Waiting ones are due at `next_at`; one at work is due again when its time is over.
    `last_answer` says what came of the last attempt: a status, or why there is none.
    """

    class State(models.TextChoices):
        HELD = "held"
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    run = models.OneToOneField(
        DurableRun, models.CASCADE, primary_key=True, related_name="webhook"
    )
    url = models.CharField(max_length=2000)
    state = models.CharField(max_length=9, choices=State, default=State.HELD)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    last_answer = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["held", "waiting", "delivered", "failed"]
                ),
                name="webhook_state_known",
            )
        ]
        indexes = [
            models.Index(
                "next_at", name="webhook_due", condition=models.Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return f"webhook of {self.pk} ({self.state})"
