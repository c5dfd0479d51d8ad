"""Configuration of the catalog app: connects index upkeep and system checks."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from catalog import checks
        from catalog.services import audit, branding, indexing, latest, stars, synonyms

        indexing.connect()
        audit.connect()
        latest.connect()
        stars.connect()
        branding.connect()
        synonyms.connect()
        checks.register()
