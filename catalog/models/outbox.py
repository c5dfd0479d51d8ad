"""The outbox: what the index has still to be told."""

from __future__ import annotations

from django.db import models


class IndexOutbox(models.Model):
    """A change of an algorithm, written in the change's own transaction.

    It holds an id, not a foreign key: the row of a deleted algorithm is gone. Where it
    `withdraws`, the index still has words that not all who see the algorithm may read.
    """

    id = models.BigAutoField(primary_key=True)
    algorithm_id = models.UUIDField()
    withdraws = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "index outbox"

    def __str__(self) -> str:
        return f"outbox {self.pk}: {self.algorithm_id}"
