"""Administration of people, teams, owners and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.db import transaction

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
from accounts.told_admin import ToldAdmin, tell

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    Inline = admin.TabularInline[Membership, Team]
    EpochBase = admin.ModelAdmin[Epoch]
    NoticeBase = admin.ModelAdmin[Notice]
    PersonBase = UserAdmin[User]
else:
    Inline = admin.TabularInline
    EpochBase = NoticeBase = admin.ModelAdmin
    PersonBase = UserAdmin

FOUND = 302

admin.site.site_header = admin.site.site_title = "Vitrine"


@admin.register(User)
class PersonAdmin(ToldAdmin, PersonBase):
    """People; a password that is set here is told of, never told."""

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django's signature
        form_url: str = "",
    ) -> HttpResponse:
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            user = self.get_object(request, unquote(id))
            if request.method == "POST" and response.status_code == FOUND and user:
                tell(request, "set password", user, {})
        return response


class MembershipInline(Inline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Team)
class TeamAdmin(ToldAdmin):
    list_display = ["name", "owner", "created_at"]
    search_fields = ["name", "owner__slug"]
    inlines = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(ToldAdmin):
    list_display = ["team", "user", "role", "created_at"]
    list_filter = ["role"]
    search_fields = ["team__name", "user__username"]
    autocomplete_fields = ["team", "user"]


@admin.register(Owner)
class OwnerAdmin(ToldAdmin):
    list_display = ["slug", "user", "team"]
    search_fields = ["slug"]
    autocomplete_fields = ["user", "team"]


@admin.register(ApiKey)
class ApiKeyAdmin(ToldAdmin):
    """Keys are made on the keys page, where their secret can be shown once."""

    acts = {"revoked_at": "revoke key"}

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
class InvitationAdmin(_Unwritten, ToldAdmin):
    list_display = ["__str__", "email", "invited_by", "uses_left", "expires_at"]
    search_fields = ["email", "team__name"]


@admin.register(Notice)
class NoticeAdmin(_Unwritten, NoticeBase):
    list_display = ["user", "text", "created_at", "seen_at"]
    search_fields = ["user__username", "text"]

    def has_module_permission(self, _request: HttpRequest) -> bool:
        return False


@admin.register(OwnerAlias)
class OwnerAliasAdmin(_Unwritten, ToldAdmin):
    list_display = ["slug", "owner", "created_at"]
    search_fields = ["slug", "owner__slug"]

    def has_module_permission(self, _request: HttpRequest) -> bool:
        return False
