"""The review queue and the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from catalog.admin.base import AskingAction, OptionalReasonForm, ReadOnlyAdmin
from catalog.models import AuditEntry, Review
from catalog.services import reviews

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

    list_display = ["created_at", "actor", "action", "target", "reason"]
    list_filter = ["action", "target_type"]
    list_select_related = ["actor"]
    search_fields = ["target", "reason", "actor__username", "target_id"]
    date_hierarchy = "created_at"

    def has_delete_permission(
        self, _request: HttpRequest, _obj: Any | None = None
    ) -> bool:
        return False
