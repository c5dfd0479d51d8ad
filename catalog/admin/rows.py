"""Rows that the product writes, to look at; of a version, who sees and runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from catalog.admin.base import AnyInline, AuditedAdmin, MachineryAdmin, ReadOnlyAdmin
from catalog.models import Card, Example, IndexOutbox, Run, RunHour, Version

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest


class ExampleInline(AnyInline):
    model = Example
    extra = 0
    can_delete = False
    readonly_fields = ["position", "title", "input_text", "output_text"]

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(Version)
class VersionAdmin(AuditedAdmin):
    """A version is immutable; who may see and run it is not."""

    list_display = ["__str__", "visibility", "is_trusted", "published_at"]
    list_filter = ["visibility", "is_trusted", "runtime"]
    list_select_related = ["algorithm__owner"]
    search_fields = ["algorithm__name", "algorithm__owner__slug", "digest"]
    inlines = [ExampleInline]

    def get_readonly_fields(
        self,
        _request: HttpRequest,
        _obj: Model | None = None,
    ) -> list[str]:
        open_fields = {"id", "visibility", "is_trusted"}
        return [
            field.name
            for field in self.opts.concrete_fields
            if field.name not in open_fields
        ]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False


@admin.register(Example)
class ExampleAdmin(MachineryAdmin):
    list_display = ["version", "position", "title"]
    list_select_related = ["version__algorithm__owner"]
    search_fields = ["title", "version__algorithm__name"]


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = [
        "id",
        "version",
        "user",
        "surface",
        "outcome",
        "error_code",
        "duration_ms",
        "created_at",
    ]
    list_filter = ["outcome", "surface", "error_code"]
    list_select_related = ["version__algorithm__owner", "user"]
    date_hierarchy = "created_at"


@admin.register(Card)
class CardAdmin(ReadOnlyAdmin):
    list_display = ["digest", "renderer", "is_fallback", "created_at"]
    list_filter = ["renderer", "is_fallback"]
    search_fields = ["digest"]


@admin.register(IndexOutbox)
class IndexOutboxAdmin(MachineryAdmin):
    list_display = ["id", "algorithm_id", "created_at"]


@admin.register(RunHour)
class RunHourAdmin(MachineryAdmin):
    list_display = ["hour", "version", "calls", "errors"]
    list_select_related = ["version__algorithm__owner"]
    search_fields = ["version__algorithm__name"]
    date_hierarchy = "hour"
