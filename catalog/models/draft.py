"""Drafts and builds: the unpublished state of an algorithm, and its trials."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from accounts.models import User
from catalog.models.algorithm import Algorithm
from catalog.models.version import Version

#: of a source that was checked, and is not run before there is a sandbox
SANDBOX_UNAVAILABLE = "sandbox_unavailable"


class Draft(models.Model):
    """The one unpublished, editable state of an algorithm.

    `bundle` names its source files in the bundle store, `entry` the file that is run;
    both are empty before a source came. `label`, `tagline` and `summary` (Markdown) are
    what its next version brings to the listing. `settings` are those of the wire
    contract. `sample_input` and `sample_output` are JSON texts. `source_by` wrote the
    source, which decides whether it may run.
    """

    algorithm = models.OneToOneField(
        Algorithm, models.CASCADE, primary_key=True, related_name="draft"
    )
    label = models.CharField(max_length=120)
    tagline = models.CharField(max_length=300, blank=True)
    summary = models.TextField(blank=True)
    settings = models.JSONField(default=dict, blank=True)
    bundle = models.CharField(max_length=64, blank=True, editable=False)
    entry = models.CharField(max_length=200, blank=True, editable=False)
    sample_input = models.TextField(blank=True)
    sample_output = models.TextField(blank=True)
    source_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"draft of {self.algorithm}"


class Build(models.Model):
    """One trial of a source: does it load, do its examples run and fit the schemas.

    `digest` names what was tried (files and run settings), `commit` is its first 40
    digits, which stand in the place of a git hash. `manifest` is the whole
    algorithm.toml that it ran by. `error_code` is empty for a success, else a code of
    the failure table. `version` was published from it.
    """

    class State(models.TextChoices):
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        IN_PROGRESS = "in-progress"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    algorithm = models.ForeignKey(
        Algorithm, models.CASCADE, related_name="builds", db_index=False
    )
    state = models.CharField(
        max_length=11, choices=State, default=State.IN_PROGRESS, editable=False
    )
    digest = models.CharField(max_length=64, editable=False)
    commit = models.CharField(max_length=40, editable=False)
    bundle = models.CharField(max_length=64, editable=False)
    entry = models.CharField(max_length=200, editable=False)
    manifest = models.TextField(editable=False)
    is_trusted = models.BooleanField(default=False, editable=False)
    error_code = models.CharField(max_length=40, blank=True, editable=False)
    log = models.TextField(blank=True, editable=False)
    version = models.OneToOneField(
        Version, models.SET_NULL, null=True, related_name="build", editable=False
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["succeeded", "failed", "in-progress"]),
                name="build_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="in-progress", finished_at__isnull=True)
                | models.Q(~models.Q(state="in-progress"), finished_at__isnull=False),
                name="build_finished_or_not",
            ),
            models.UniqueConstraint(
                "algorithm",
                "commit",
                condition=~models.Q(state="failed"),
                name="build_once",
            ),
        ]
        indexes = [
            models.Index(fields=["algorithm", "-started_at"], name="build_newest"),
            models.Index(fields=["algorithm", "commit"], name="build_commit"),
        ]

    def __str__(self) -> str:
        return f"build {self.commit[:12]} of {self.algorithm} ({self.state})"

    @property
    def is_callable(self) -> bool:
        """Whether it may be called or published: it is sound, as far as was tried."""
        is_unrun = self.error_code == SANDBOX_UNAVAILABLE
        return self.state == self.State.SUCCEEDED or is_unrun
