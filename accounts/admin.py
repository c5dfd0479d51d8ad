"""Administration of people, teams, owners and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import (
    ApiKey,
    Epoch,
    Invitation,
    Membership,
    Notice,
    Owner,
    OwnerAlias,
    Team,
    User,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

    Inline = admin.TabularInline[Membership, Team]
    KeyAdmin = admin.ModelAdmin[ApiKey]
    EpochBase = admin.ModelAdmin[Epoch]
    InvitationBase = admin.ModelAdmin[Invitation]
    NoticeBase = admin.ModelAdmin[Notice]
    AliasBase = admin.ModelAdmin[OwnerAlias]
    TeamBase = admin.ModelAdmin[Team]
    OwnerBase = admin.ModelAdmin[Owner]
    MembershipBase = admin.ModelAdmin[Membership]
else:
    Inline = admin.TabularInline
    KeyAdmin = EpochBase = TeamBase = OwnerBase = MembershipBase = admin.ModelAdmin
    InvitationBase = NoticeBase = AliasBase = admin.ModelAdmin

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
        "team",
        "scopes",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ]
    search_fields = ["lookup", "name", "user__username"]
    readonly_fields = [
        *("user", "team", "made_by", "name", "scopes", "rules", "lookup"),
        *("expires_at", "last_used_at"),
    ]

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


class _Unwritten:
    """Rows that are made where their secret or their text comes from."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(Invitation)
class InvitationAdmin(_Unwritten, InvitationBase):
    list_display = ["__str__", "email", "invited_by", "uses_left", "expires_at"]
    search_fields = ["email", "team__name"]


@admin.register(Notice)
class NoticeAdmin(_Unwritten, NoticeBase):
    list_display = ["user", "text", "created_at", "seen_at"]
    search_fields = ["user__username", "text"]

    def has_module_permission(self, _request: HttpRequest) -> bool:
        return False


@admin.register(OwnerAlias)
class OwnerAliasAdmin(_Unwritten, AliasBase):
    list_display = ["slug", "owner", "created_at"]
    search_fields = ["slug", "owner__slug"]

    def has_module_permission(self, _request: HttpRequest) -> bool:
        return False
