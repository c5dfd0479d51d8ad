"""Rows of the catalog."""

from __future__ import annotations

from catalog.models.algorithm import Algorithm, Tag, Visibility
from catalog.models.card import Card
from catalog.models.outbox import IndexOutbox
from catalog.models.run import Run
from catalog.models.version import Example, Version

__all__ = [
    "Algorithm",
    "Card",
    "Example",
    "IndexOutbox",
    "Run",
    "Tag",
    "Version",
    "Visibility",
]
