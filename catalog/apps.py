"""Configuration of the catalog app: connects index upkeep and system checks."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.folded import fold
        from catalog import checks
        from catalog.models import Algorithm, AlgorithmAlias
        from catalog.services import (
            access_requests,
            audit,
            branding,
            indexing,
            key_calls,
            latest,
            stars,
            synonyms,
        )

        fold(Algorithm, "name")
        fold(AlgorithmAlias, "name")
        indexing.connect()
        audit.connect()
        key_calls.connect()
        latest.connect()
        access_requests.connect()
        stars.connect()
        branding.connect()
        synonyms.connect()
        checks.register()
