"""Curation: requests to make public, the look of the site."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from catalog.models.algorithm import Algorithm


class Review(models.Model):
    """An owner's request to make an algorithm public, and a curator's answer."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    algorithm = models.ForeignKey(Algorithm, models.CASCADE, related_name="reviews")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    note = models.CharField(max_length=500, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "algorithm",
                condition=models.Q(state="waiting"),
                name="review_one_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["waiting", "accepted", "declined", "withdrawn"]
                ),
                name="review_state_known",
            ),
        ]
        ordering = ["requested_at"]

    def __str__(self) -> str:
        return f"make {self.algorithm} public: {self.state}"


class Branding(models.Model):
    """How this catalog presents itself: one row, edited by curators.

    `logo` holds the bytes of a checked picture, `accent` a color as #rrggbb. The
    banner is shown on every page until `banner_until`.
    """

    class Kind(models.TextChoices):
        NOTE = "note"
        WARN = "warn"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=40, default="Vitrine")
    headline = models.CharField(max_length=80, blank=True)
    tagline = models.CharField(max_length=200, blank=True)
    logo = models.BinaryField(null=True, blank=True, editable=True)
    logo_type = models.CharField(max_length=20, blank=True, editable=False)
    accent = models.CharField(max_length=7, blank=True)
    support = models.CharField(max_length=200, blank=True)
    banner = models.CharField(max_length=300, blank=True)
    banner_kind = models.CharField(max_length=4, choices=Kind, default=Kind.NOTE)
    banner_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="branding_is_one_row")
        ]
        verbose_name_plural = "branding"

    def __str__(self) -> str:
        return self.name
