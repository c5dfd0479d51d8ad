"""Runs: the record of each call, without its payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, models
from uuid_utils.compat import uuid7

from accounts.models import ApiKey
from accounts.plain_sql import execute
from catalog.models.version import Version

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class RunQuerySet(models.QuerySet["Run"]):
    """Questions about runs, and the one way to record one."""

    def record(self, *, id: UUID, created_at: datetime, **values: object) -> None:  # noqa: A002 - the column
        """Write one run by one plain INSERT; the ORM's way costs as much as a call.

        `values` are the other columns by their attribute names, all of them.
        """
        row: dict[str, Any] = {"id": _uuid(id), "created_at": created_at, **values}
        row["version_id"] = _uuid(values["version_id"])
        row["key_id"] = _uuid(values["key_id"])
        row["created_at"] = connection.ops.adapt_datetimefield_value(created_at)
        columns = ", ".join(row)
        places = ", ".join(["%s"] * len(row))
        sql = f"INSERT INTO catalog_run ({columns}) VALUES ({places})"  # noqa: S608 - names of our own columns
        execute(sql, list(row.values()))


def _uuid(value: object) -> object:
    if value is None or connection.features.has_native_uuid_field:
        return value
    return value.hex  # type: ignore[attr-defined] # a UUID


class Run(models.Model):
    """Who ran what, how it ended and how long it took (milliseconds, bytes).

    `error_code` is empty for a success, else a code of the failure table.
    """

    class Surface(models.TextChoices):
        PAGE = "page"
        WIRE = "v1"
        API = "api"

    class Outcome(models.TextChoices):
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(
        Version, models.CASCADE, related_name="runs", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    key = models.ForeignKey(
        ApiKey, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    surface = models.CharField(max_length=4, choices=Surface)
    outcome = models.CharField(max_length=9, choices=Outcome)
    error_code = models.CharField(max_length=40, blank=True)
    duration_ms = models.FloatField()
    total_ms = models.FloatField()
    was_cold = models.BooleanField(default=False)
    input_bytes = models.PositiveBigIntegerField()
    output_bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()

    objects = RunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("version", "created_at", name="run_version_time")]

    def __str__(self) -> str:
        return f"run {self.id} ({self.outcome})"
