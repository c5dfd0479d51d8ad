"""Versions: immutable published states of an algorithm, and their examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from uuid_utils.compat import uuid7

from catalog.models.algorithm import Algorithm, Visibility
from catalog.models.card import Card
from catalog.visibility import visible_versions

if TYPE_CHECKING:
    from catalog.visibility import Viewer


class VersionQuerySet(models.QuerySet["Version"]):
    """Questions about versions; each starts from visible_to()."""

    def visible_to(self, viewer: Viewer) -> VersionQuerySet:
        return self.filter(visible_versions(viewer))

    def newest_first(self) -> VersionQuerySet:
        return self.order_by("-major", "-minor", "-patch")


class Version(models.Model):
    """MAJOR.MINOR.PATCH of an algorithm: source, schemas, card and examples.

    `digest` names the content (files, run settings and permissions); `bundle` the
    stored files. `is_trusted` says that the operator or staff published the source;
    no other source runs until the sandbox exists.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    algorithm = models.ForeignKey(Algorithm, models.CASCADE, related_name="versions")
    major = models.PositiveIntegerField()
    minor = models.PositiveIntegerField()
    patch = models.PositiveIntegerField()
    visibility = models.CharField(
        max_length=7, choices=Visibility, default=Visibility.PRIVATE
    )
    digest = models.CharField(max_length=64, editable=False)
    bundle = models.CharField(max_length=64, editable=False)
    manifest = models.TextField(editable=False)
    card = models.ForeignKey(Card, models.PROTECT, related_name="+", editable=False)
    input_schema = models.JSONField(default=dict)
    output_schema = models.JSONField(default=dict)
    backend = models.CharField(max_length=40, default="local")
    runtime = models.CharField(max_length=20, default="python")
    entry = models.CharField(max_length=200, default="algorithm.py")
    timeout_seconds = models.PositiveIntegerField(default=30)
    memory_mb = models.PositiveIntegerField(default=512)
    preload = models.JSONField(default=list, blank=True)
    permissions = models.JSONField(default=dict, blank=True)
    notes = models.TextField(blank=True)
    is_trusted = models.BooleanField(default=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True
    )
    published_at = models.DateTimeField(auto_now_add=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "algorithm", "major", "minor", "patch", name="version_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values),
                name="version_visibility_known",
            ),
            models.CheckConstraint(
                condition=models.Q(timeout_seconds__gte=1, timeout_seconds__lte=3000),
                name="version_timeout_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.algorithm.full_name}/{self.number}"

    def get_absolute_url(self) -> str:
        algorithm = self.algorithm
        return reverse(
            "catalog:version", args=[algorithm.owner.slug, algorithm.name, self.number]
        )

    @property
    def number(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def is_source_closed(self) -> bool:
        """Whether those who belong to the owner alone read the source."""
        return bool(self.permissions.get("source") == "closed")

    @property
    def key(self) -> tuple[int, int, int]:
        return self.major, self.minor, self.patch


class Example(models.Model):
    """A titled sample input with its recorded output, both as JSON text.

    The texts are kept, not the values: numbers keep their digits.
    """

    version = models.ForeignKey(Version, models.CASCADE, related_name="examples")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    input_text = models.TextField()
    output_text = models.TextField(blank=True)

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint("version", "position", name="example_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.title}"
