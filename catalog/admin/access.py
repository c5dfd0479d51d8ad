"""Who may see what: grants, requests and former addresses, to look at."""

from __future__ import annotations

from django.contrib import admin

from catalog.admin.base import MachineryAdmin, ReadOnlyAdmin
from catalog.models import AccessRequest, AlgorithmAlias, Grant


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    list_display = ["algorithm", "team", "user", "right", "granted_by", "created_at"]
    list_filter = ["right"]
    list_select_related = ["algorithm__owner", "team", "user", "granted_by"]
    search_fields = ["algorithm__name", "algorithm__owner__slug", "team__name"]


@admin.register(AccessRequest)
class AccessRequestAdmin(ReadOnlyAdmin):
    list_display = ["algorithm", "user", "state", "created_at", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["algorithm__owner", "user", "decided_by"]
    search_fields = ["algorithm__name", "algorithm__owner__slug", "user__username"]


@admin.register(AlgorithmAlias)
class AlgorithmAliasAdmin(MachineryAdmin):
    list_display = ["owner", "name", "algorithm", "created_at"]
    list_select_related = ["owner", "algorithm__owner"]
    search_fields = ["name", "owner__slug"]
