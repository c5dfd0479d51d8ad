"""Algorithms: the listed, callable things `owner/Name`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from uuid_utils.compat import uuid7

from accounts.models import Owner, OwnerAlias
from catalog.visibility import visible_to

if TYPE_CHECKING:
    from catalog.visibility import Viewer

ALGORITHM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,98}")
DATA_ENDINGS = (".json", ".md")


def validate_algorithm_name(value: str) -> None:
    """Refuse what is no algorithm name (DESIGN section 18.1)."""
    if not ALGORITHM_NAME.fullmatch(value) or value.lower().endswith(DATA_ENDINGS):
        raise ValidationError(
            "Use 1 to 99 letters, digits, -, _ or . of ASCII, start with a letter or "
            "a digit, and do not end in .json or .md.",
            code="invalid",
        )


class Visibility(models.TextChoices):
    """Who may see a row: everybody, or the owner only (a person or a team)."""

    PUBLIC = "public"
    PRIVATE = "private"


class Tag(models.Model):
    """A word that groups algorithms."""

    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AlgorithmQuerySet(models.QuerySet["Algorithm"]):
    """Questions about algorithms; each starts from visible_to()."""

    def visible_to(self, viewer: Viewer) -> AlgorithmQuerySet:
        return self.filter(visible_to(viewer))

    def named(self, owner: str, name: str) -> AlgorithmQuerySet:
        """Match without regard to case, as names are unique without it."""
        return self.filter(owner__slug__iexact=owner, name__iexact=name)

    def formerly(self, owner: str, name: str) -> AlgorithmQuerySet:
        """Match an address that an algorithm had, by its own or its owner's change.

        What stands at an address now comes first: ask named() before.
        """
        # By subqueries: joins of every alias would make each 404 slow.
        owners = OwnerAlias.objects.filter(slug__iexact=owner).values("owner_id")
        given = models.Q(owner__slug__iexact=owner) | models.Q(owner__in=owners)
        aliases = apps.get_model("catalog", "AlgorithmAlias").objects.filter(
            given, name__iexact=name
        )
        renamed = models.Q(owner__in=owners, name__iexact=name)
        return self.filter(renamed | models.Q(pk__in=aliases.values("algorithm_id")))

    def with_parts(self) -> AlgorithmQuerySet:
        return self.select_related("owner", "latest", "card").prefetch_related("tags")


class Algorithm(models.Model):
    """A model, a utility or a pipeline, with its newest card and version.

    `revision` counts the row's changes; the index refuses older ones. What a curator
    says of it are `verified_at`, `featured_at`, `deprecated_at` and `hidden_at`, each
    with the reason given. `takes` and `gives` are the type words of the newest
    version; `call_count` (all time) and `median_ms` (30 days) come from rolled-up
    runs, `star_count` from the stars. `is_discoverable` shows name, summary and owner
    of a private listing to people who are signed in, who may ask for access.
    `source_id` names the entry elsewhere that a documentation-only entry was listed
    from.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(Owner, models.PROTECT, related_name="algorithms")
    name = models.CharField(max_length=99, validators=[validate_algorithm_name])
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300)
    task = models.CharField(max_length=60, blank=True, db_index=True)
    tags = models.ManyToManyField(Tag, related_name="algorithms", blank=True)
    framework = models.CharField(max_length=60, blank=True)
    language = models.JSONField(default=list, blank=True)
    license = models.CharField(max_length=60, blank=True)
    visibility = models.CharField(
        max_length=7, choices=Visibility, default=Visibility.PRIVATE
    )
    is_discoverable = models.BooleanField(default=False)
    card = models.ForeignKey(
        "catalog.Card", models.PROTECT, null=True, related_name="+", editable=False
    )
    latest = models.ForeignKey(
        "catalog.Version",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    takes = models.CharField(max_length=40, blank=True, editable=False)
    gives = models.CharField(max_length=40, blank=True, editable=False)
    source_id = models.CharField(max_length=200, blank=True, editable=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_reason = models.CharField(max_length=300, blank=True)
    featured_at = models.DateTimeField(null=True, blank=True)
    deprecated_at = models.DateTimeField(null=True, blank=True)
    deprecated_reason = models.CharField(max_length=300, blank=True)
    successor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=300, blank=True)
    call_count = models.PositiveBigIntegerField(default=0, editable=False)
    median_ms = models.FloatField(null=True, editable=False)
    star_count = models.PositiveIntegerField(default=0, editable=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AlgorithmQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="algorithm_any_case"),
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values),
                name="algorithm_visibility_known",
            ),
        ]
        indexes = [
            models.Index("source_id", name="algorithm_source_id"),
            models.Index(fields=["-created_at"], name="algorithm_newest"),
            models.Index("takes", name="algorithm_takes"),
            models.Index("gives", name="algorithm_gives"),
        ]
        ordering = ["owner__slug", "name"]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("catalog:algorithm", args=[self.owner.slug, self.name])

    @property
    def full_name(self) -> str:
        return f"{self.owner.slug}/{self.name}"

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it: public, and not hidden by a curator."""
        return self.visibility == Visibility.PUBLIC and self.hidden_at is None
