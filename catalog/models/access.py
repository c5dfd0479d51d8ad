"""Who may see a private listing besides its owner, and who asked to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from accounts.models import Owner, Team
from catalog.models.algorithm import Algorithm


class Grant(models.Model):
    """An owner's word that a team or a person may read, or run, one algorithm.

    `run` includes `read`; both reach the algorithm's private versions.
    """

    class Right(models.TextChoices):
        READ = "read"
        RUN = "run"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    algorithm = models.ForeignKey(Algorithm, models.CASCADE, related_name="grants")
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    right = models.CharField(max_length=4, choices=Right, default=Right.READ)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint("algorithm", "team", name="grant_once_a_team"),
            models.UniqueConstraint("algorithm", "user", name="grant_once_a_person"),
            models.CheckConstraint(
                condition=models.Q(team__isnull=False, user__isnull=True)
                | models.Q(team__isnull=True, user__isnull=False),
                name="grant_to_a_team_or_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(right__in=["read", "run"]),
                name="grant_right_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team or self.user} may {self.right} {self.algorithm}"


class AccessRequest(models.Model):
    """A person's wish to see a discoverable listing, and its maintainers' answer."""

    class State(models.TextChoices):
        WAITING = "waiting"
        GRANTED = "granted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    algorithm = models.ForeignKey(
        Algorithm, models.CASCADE, related_name="access_requests"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_requests"
    )
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                "algorithm",
                "user",
                condition=models.Q(state="waiting"),
                name="access_request_one_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["waiting", "granted", "declined", "withdrawn"]
                ),
                name="access_request_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} asks for {self.algorithm}: {self.state}"


class AlgorithmAlias(models.Model):
    """An address that an algorithm had before it was renamed or changed hands.

    A new algorithm under that owner and name takes the address over.
    """

    owner = models.ForeignKey(Owner, models.CASCADE, related_name="+")
    name = models.CharField(max_length=99)
    algorithm = models.ForeignKey(Algorithm, models.CASCADE, related_name="aliases")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "owner", models.functions.Lower("name"), name="algorithm_alias_any_case"
            )
        ]
        verbose_name_plural = "algorithm aliases"

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"
