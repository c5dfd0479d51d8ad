"""Cards: the documentation of a version, rendered once per source."""

from __future__ import annotations

from django.db import models


class Card(models.Model):
    """A card's source with its rendering, shared by all who hold the same text.

    `digest` is the SHA-256 of the source; `renderer` the renderer's version that made
    `html` and `toc`, 0 while the card still waits to be rendered. `plain` is the text
    that search reads, `meta` the front matter as JSON with all its keys.
    """

    digest = models.CharField(max_length=64, primary_key=True, editable=False)
    source = models.TextField()
    meta = models.JSONField(default=dict, editable=False)
    html = models.TextField(blank=True, editable=False)
    toc = models.JSONField(default=list, editable=False)
    plain = models.TextField(editable=False)
    is_fallback = models.BooleanField(default=False, editable=False)
    renderer = models.PositiveIntegerField(default=0, editable=False, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"card {self.digest[:12]}"
