"""Administration of people, teams, owners and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import ApiKey, Epoch, Membership, Owner, Team, User

if TYPE_CHECKING:
    from django.http import HttpRequest

    Inline = admin.TabularInline[Membership, Team]
    KeyAdmin = admin.ModelAdmin[ApiKey]
    EpochBase = admin.ModelAdmin[Epoch]
    TeamBase = admin.ModelAdmin[Team]
    OwnerBase = admin.ModelAdmin[Owner]
    MembershipBase = admin.ModelAdmin[Membership]
else:
    Inline = admin.TabularInline
    KeyAdmin = EpochBase = TeamBase = OwnerBase = MembershipBase = admin.ModelAdmin

admin.site.site_header = admin.site.site_title = "Vitrine"
admin.site.register(User, UserAdmin)


class MembershipInline(Inline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Team)
class TeamAdmin(TeamBase):
    list_display = ["name", "owner", "created_at"]
    search_fields = ["name", "owner__slug"]
    inlines = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(MembershipBase):
    list_display = ["team", "user", "role", "created_at"]
    list_filter = ["role"]
    search_fields = ["team__name", "user__username"]
    autocomplete_fields = ["team", "user"]


@admin.register(Owner)
class OwnerAdmin(OwnerBase):
    list_display = ["slug", "user", "team"]
    search_fields = ["slug"]
    autocomplete_fields = ["user", "team"]


@admin.register(ApiKey)
class ApiKeyAdmin(KeyAdmin):
    """Keys are made on the keys page, where their secret can be shown once."""

    list_display = [
        "__str__",
        "user",
        "scopes",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ]
    search_fields = ["lookup", "name", "user__username"]
    readonly_fields = ["user", "name", "scopes", "lookup", "expires_at", "last_used_at"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False


@admin.register(Epoch)
class EpochAdmin(EpochBase):
    """The number is read only: bumping it by hand is `Save` on any other row."""

    list_display = ["__str__"]
    readonly_fields = ["id", "n"]

    def has_module_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(
        self, _request: HttpRequest, _obj: Epoch | None = None
    ) -> bool:
        return False
