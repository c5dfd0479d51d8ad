"""The data store, drafts and builds, to look at: names and sizes, not contents."""

from __future__ import annotations

from django.contrib import admin

from catalog.admin.base import MachineryAdmin, ReadOnlyAdmin
from catalog.models import (
    Blob,
    Build,
    DataDirectory,
    DataFile,
    DataUsage,
    Draft,
)


@admin.register(DataDirectory)
class DataDirectoryAdmin(ReadOnlyAdmin):
    list_display = ["owner", "name", "read", "created_at"]
    list_filter = ["read"]
    list_select_related = ["owner"]
    search_fields = ["owner__slug", "name"]


@admin.register(DataFile)
class DataFileAdmin(ReadOnlyAdmin):
    list_display = ["directory", "name", "size", "content_type", "modified_at"]
    list_select_related = ["directory__owner"]
    search_fields = ["directory__owner__slug", "directory__name", "name"]


@admin.register(DataUsage)
class DataUsageAdmin(ReadOnlyAdmin):
    list_display = ["owner", "used"]
    list_select_related = ["owner"]
    search_fields = ["owner__slug"]


@admin.register(Blob)
class BlobAdmin(MachineryAdmin):
    list_display = ["digest", "size", "touched_at", "doomed_at"]
    search_fields = ["digest"]


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    list_display = ["algorithm", "label", "source_by", "updated_at"]
    list_select_related = ["algorithm__owner", "source_by"]
    search_fields = ["algorithm__name", "algorithm__owner__slug"]
    exclude = ["sample_input", "sample_output"]


@admin.register(Build)
class BuildAdmin(ReadOnlyAdmin):
    list_display = ["algorithm", "commit", "state", "error_code", "started_at"]
    list_filter = ["state", "error_code"]
    list_select_related = ["algorithm__owner"]
    search_fields = ["algorithm__name", "algorithm__owner__slug", "commit"]
