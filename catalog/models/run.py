"""Runs: the record of each call, without its payload."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models
from uuid_utils.compat import uuid7

from accounts.models import ApiKey
from accounts.plain_sql import write
from catalog.models.version import Version

COLUMNS = (
    "id",
    "version_id",
    "user_id",
    "key_id",
    "surface",
    "outcome",
    "error_code",
    "duration_ms",
    "total_ms",
    "was_cold",
    "input_bytes",
    "output_bytes",
    "created_at",
)
_PLACES = ", ".join(["%s"] * len(COLUMNS))
INSERT = f"INSERT INTO catalog_run ({', '.join(COLUMNS)}) VALUES ({_PLACES})"  # noqa: S608 - names of our own columns


def record_run(**values: Any) -> None:
    """Write one run by one plain INSERT; `values` are all COLUMNS.

    Saving a model costs as much as a whole call (docs/decisions/0004).
    """
    database = connections[DEFAULT_DB_ALIAS]
    if not database.features.has_native_uuid_field:
        for name in ("id", "version_id", "key_id"):
            values[name] = values[name] and values[name].hex
    adapted = database.ops.adapt_datetimefield_value(values["created_at"])
    values["created_at"] = adapted
    write(INSERT, [values[name] for name in COLUMNS], database=database)


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

    class Meta:
        indexes = [
            models.Index("created_at", name="run_time"),
            models.Index("user", "version", name="run_user_version"),
            models.Index(
                "key",
                "created_at",
                name="run_key_time",
                condition=models.Q(key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.id} ({self.outcome})"


class RunHour(models.Model):
    """The runs of one version in one hour (UTC), kept when the runs are gone.

    `errors` counts failures by error code. `durations` counts the runs that
    succeeded by duration: bucket number as text -> count, see
    `catalog.services.rollups` for the limits of the buckets.
    """

    version = models.ForeignKey(Version, models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    calls = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=dict)
    durations = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint("version", "hour", name="run_hour_once"),
        ]
        indexes = [models.Index("hour", name="run_hour_hour")]

    def __str__(self) -> str:
        return f"{self.calls} runs of {self.version_id} at {self.hour}"
