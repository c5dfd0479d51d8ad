"""Durable runs, their webhooks and repeated requests, to look at: never what is in."""

from __future__ import annotations

from django.contrib import admin

from catalog.admin.base import MachineryAdmin, ReadOnlyAdmin
from catalog.models import DurableRun, IdempotencyKey, WebhookDelivery, WebhookSecret


@admin.register(DurableRun)
class DurableRunAdmin(ReadOnlyAdmin):
    list_display = ["id", "owner_name", "algorithm_name", "state", "attempt", "user"]
    list_filter = ["state", "error_code"]
    list_select_related = ["user"]
    search_fields = ["owner_name", "algorithm_name"]
    exclude = ["body", "result"]
    date_hierarchy = "created_at"


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = ["run", "state", "attempts", "next_at", "delivered_at"]
    list_filter = ["state"]
    search_fields = ["run__algorithm_name"]


@admin.register(WebhookSecret)
class WebhookSecretAdmin(MachineryAdmin):
    list_display = ["__str__", "user", "team", "created_at"]
    list_select_related = ["user", "team"]
    search_fields = ["user__username", "team__name"]
    exclude = ["sealed", "former"]


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(MachineryAdmin):
    list_display = ["id", "user", "team", "status", "created_at"]
    list_select_related = ["user", "team"]
    search_fields = ["user__username", "team__name"]
    exclude = ["headers", "body"]
