"""Rows of the catalog."""

from __future__ import annotations

from catalog.models.access import AccessRequest, AlgorithmAlias, Grant
from catalog.models.algorithm import Algorithm, Tag, Visibility
from catalog.models.audit import AuditEntry
from catalog.models.card import Card
from catalog.models.collection import Collection, CollectionItem, Star
from catalog.models.curation import Branding, Review
from catalog.models.finding import SavedSearch, SearchMiss, Synonym
from catalog.models.outbox import IndexOutbox
from catalog.models.run import Run, RunHour
from catalog.models.version import Example, Version

__all__ = [
    "AccessRequest",
    "Algorithm",
    "AlgorithmAlias",
    "AuditEntry",
    "Branding",
    "Card",
    "Collection",
    "CollectionItem",
    "Example",
    "Grant",
    "IndexOutbox",
    "Review",
    "Run",
    "RunHour",
    "SavedSearch",
    "SearchMiss",
    "Star",
    "Synonym",
    "Tag",
    "Version",
    "Visibility",
]
