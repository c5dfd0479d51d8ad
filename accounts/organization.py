"""What the call API's organizations say of a team beside its name."""

from __future__ import annotations

from django.db import models


class Organization(models.Model):
    """How a team is reached, and what it is called elsewhere (one row a team).

    `external_id` is whatever another system calls it; two teams may have the same.
    `kind` is one of the contract's three types; nothing here depends on it.
    """

    class Kind(models.TextChoices):
        BASIC = "basic"
        LEGACY = "legacy"
        PRO = "pro"

    team = models.OneToOneField(
        "accounts.Team", models.CASCADE, related_name="organization"
    )
    contact_name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BASIC)

    class Meta:
        app_label = "accounts"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["basic", "legacy", "pro"]),
                name="organization_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"contact of {self.team}"
