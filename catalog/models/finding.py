"""What is kept of searching: synonyms, saved searches, searches without a result."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7


class Synonym(models.Model):
    """Words and phrases that mean the same to a search, separated by commas."""

    words = models.CharField(max_length=500, unique=True)
    note = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words


class SavedSearch(models.Model):
    """A search that a person keeps: its address without the path, and a feed.

    `query` is the canonical query string. `feed_number` is part of what the feed's
    address signs: counting it up makes the old address worthless.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000)
    feed_number = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "query", name="saved_search_once"),
        ]
        ordering = ["name", "pk"]
        verbose_name_plural = "saved searches"

    def __str__(self) -> str:
        return self.name


class SearchMiss(models.Model):
    """A text that found nothing, with how often and when; never who asked."""

    text = models.CharField(max_length=200, unique=True)
    count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(auto_now=True, db_index=True)
    is_done = models.BooleanField(default=False)

    class Meta:
        ordering = ["-count", "text"]
        verbose_name_plural = "search misses"

    def __str__(self) -> str:
        return self.text
