"""Rows of the catalog."""

from __future__ import annotations

from catalog.models.access import AccessRequest, AlgorithmAlias, Grant
from catalog.models.algorithm import Algorithm, Tag, Visibility
from catalog.models.audit import AuditEntry
from catalog.models.card import Card
from catalog.models.collection import Collection, CollectionItem, Star
from catalog.models.curation import Branding, Review
from catalog.models.data import Blob, DataDirectory, DataFile, DataUsage
from catalog.models.draft import Build, Draft
from catalog.models.durable_run import DurableRun, WebhookDelivery, WebhookSecret
from catalog.models.finding import SavedSearch, SearchMiss, Synonym
from catalog.models.idempotency import IdempotencyKey
from catalog.models.outbox import IndexOutbox
from catalog.models.run import Run, RunHour
from catalog.models.version import Example, Version

__all__ = [
    "AccessRequest",
    "Algorithm",
    "AlgorithmAlias",
    "AuditEntry",
    "Blob",
    "Branding",
    "Build",
    "Card",
    "Collection",
    "CollectionItem",
    "DataDirectory",
    "DataFile",
    "DataUsage",
    "Draft",
    "DurableRun",
    "Example",
    "Grant",
    "IdempotencyKey",
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
    "WebhookDelivery",
    "WebhookSecret",
]
