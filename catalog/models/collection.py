"""Collections: curated, ordered lists of algorithms; and stars."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from catalog.models.algorithm import Algorithm


class Collection(models.Model):
    """A curated, ordered list of algorithms with a page of its own.

    `position` orders the collections, lowest first; a `featured` one is on the home
    page. What is in it is shown to a viewer as far as the viewer sees it.
    """

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=80)
    summary = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_featured = models.BooleanField(default=False)
    is_published = models.BooleanField(default=True)
    algorithms = models.ManyToManyField(
        Algorithm, through="CollectionItem", related_name="collections"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalog:collection", args=[self.slug])


class CollectionItem(models.Model):
    """An algorithm's place in a collection; `note` says why it is there."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items")
    algorithm = models.ForeignKey(Algorithm, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "collection", "algorithm", name="collection_item_once"
            )
        ]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.algorithm} in {self.collection}"


class Star(models.Model):
    """A person's mark on an algorithm that they want to find again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="stars"
    )
    algorithm = models.ForeignKey(Algorithm, models.CASCADE, related_name="stars")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "algorithm", name="star_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} stars {self.algorithm}"
