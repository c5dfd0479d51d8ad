"""The review queue and the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from catalog.admin.base import AskingAction, OptionalReasonForm, ReadOnlyAdmin
from catalog.models import AuditEntry, Review
from catalog.services import reviews
from catalog.services.pages.audit import did

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from accounts.models import User


def _accept(curator: User, rows: Sequence[Review], values: dict[str, Any]) -> int:
    for review in rows:
        reviews.accept(curator=curator, review=review, reason=values["reason"])
    return len(rows)


def _decline(curator: User, rows: Sequence[Review], values: dict[str, Any]) -> int:
    for review in rows:
        reviews.decline(curator=curator, review=review, reason=values["reason"])
    return len(rows)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Requests to make an algorithm public; the oldest that wait come first."""

    list_display = ["algorithm", "state", "requested_by", "requested_at", "note"]
    list_filter = ["state"]
    list_select_related = ["algorithm__owner", "requested_by"]
    search_fields = ["algorithm__name", "algorithm__owner__slug", "note"]
    ordering = ["-state", "requested_at"]
    actions = [
        AskingAction("accept", "Accept: make public", _accept, OptionalReasonForm),
        AskingAction("decline", "Decline", _decline),
    ]

    def has_change_permission(
        self, request: HttpRequest, obj: Any | None = None
    ) -> bool:
        """Leave decisions to the actions of the list."""
        return obj is None and self.has_view_permission(request)

    def has_delete_permission(
        self, _request: HttpRequest, _obj: Any | None = None
    ) -> bool:
        """Keep what was asked and answered."""
        return False

    def view_on_site(self, review: Review) -> str:
        return review.algorithm.get_absolute_url()


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, when and why; nobody changes or deletes an entry."""

    list_display = ["created_at", "actor_name", "sentence", "reason", "address", "key"]
    list_filter = [
        "category",
        ("created_at", admin.DateFieldListFilter),
        "action",
        "target_type",
    ]
    search_fields = [
        *("target", "reason", "actor_name", "action"),
        *("=target_id", "=address", "=key_id"),
    ]
    # Who acted, and in which team, may be gone: the names that are kept are shown.
    fields = [
        *("created_at", "category", "action", "actor_name", "target_type"),
        *("target_id", "target", "team_id", "reason", "changes", "address", "key_id"),
    ]
    readonly_fields = ["team_id"]
    show_full_result_count = False
    date_hierarchy = "created_at"

    @admin.display(description="what happened")
    def sentence(self, entry: AuditEntry) -> str:
        return did(entry)

    @admin.display(description="key")
    def key(self, entry: AuditEntry) -> str:
        return str(entry.key_id or "")

    def has_delete_permission(
        self, _request: HttpRequest, _obj: Any | None = None
    ) -> bool:
        return False
