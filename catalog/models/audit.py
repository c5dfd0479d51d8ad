"""The audit trail: what was done by whom, to what, from where. Rows never change."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from accounts.models import Team


class Immutable(Exception):
    """An audit entry was to be changed or deleted."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Questions about entries; they can be added and read, nothing else."""

    def update(self, **_values: Any) -> NoReturn:
        raise Immutable("Audit entries are never changed.")

    def bulk_update(self, *_args: Any, **_options: Any) -> NoReturn:
        raise Immutable("Audit entries are never changed.")

    def delete(self) -> NoReturn:
        raise Immutable("Audit entries are never deleted.")


class AuditEntry(models.Model):
    """One act: who did what to what, why, and what changed.

    `category` groups actions for readers; `action` is a verb such as verify; `target`
    the target's name at that time; `changes` maps a field to its value before and
    after. `actor_name` stays when the person is gone; `key_id` names the API key that
    acted, `address` where from. `team` is the team whose owners may read the entry.
    People and teams are named without a constraint, so that their end changes nothing
    here; the database itself refuses UPDATE and DELETE.
    """

    class Category(models.TextChoices):
        SIGN_IN = "sign-in"
        KEY = "key"
        MEMBERSHIP = "membership"
        VISIBILITY = "visibility"
        CURATION = "curation"
        ACCOUNT = "account"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    category = models.CharField(
        max_length=10, choices=Category, default=Category.CURATION
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
    )
    actor_name = models.CharField(max_length=150, blank=True)
    key_id = models.UUIDField(null=True, blank=True)
    address = models.CharField(max_length=45, blank=True)
    team = models.ForeignKey(
        Team,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    action = models.CharField(max_length=40)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    target = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)
    changes = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("target_type", "target_id", name="audit_target"),
            models.Index(fields=["category", "-created_at"], name="audit_category"),
            models.Index(fields=["team", "-created_at"], name="audit_team"),
        ]
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.action} {self.target}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise Immutable("Audit entries are never changed.")
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise Immutable("Audit entries are never deleted.")
