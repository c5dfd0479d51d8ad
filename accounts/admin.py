"""Administration of people, teams, owners and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import transaction

from accounts.models import (
    ApiKey,
    Epoch,
    Invitation,
    Membership,
    Notice,
    Owner,
    OwnerAlias,
    Session,
    Team,
    User,
)
from accounts.namespaces import check_free
from accounts.organization import Organization
from accounts.told_admin import ToldAdmin, tell

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    Inline = admin.TabularInline[Membership, Team]
    EpochBase = admin.ModelAdmin[Epoch]
    NoticeBase = admin.ModelAdmin[Notice]
    PersonBase = UserAdmin[User]
    NewPersonBase = AdminUserCreationForm[User]
else:
    NewPersonBase = AdminUserCreationForm
    Inline = admin.TabularInline
    EpochBase = NoticeBase = admin.ModelAdmin
    PersonBase = UserAdmin

FOUND = 302

admin.site.site_header = admin.site.site_title = "Vitrine"


class NewPersonForm(NewPersonBase):
    def clean_username(self) -> str:
        username = super().clean_username() or ""
        check_free(username)
        return username


@admin.register(User)
class PersonAdmin(ToldAdmin, PersonBase):
    """People, with their namespace; a password set here is told of, never told."""

    add_form = NewPersonForm

    def get_readonly_fields(
        self, request: HttpRequest, obj: User | None = None
    ) -> list[str]:
        """Keep a name that algorithms stand under."""
        own = [*super().get_readonly_fields(request, obj)]
        return [*own, "username"] if obj else own

    def save_model(
        self, request: HttpRequest, obj: User, form: Any, change: Any
    ) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            Owner.objects.create(slug=obj.username, user=obj)

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


@admin.register(Organization)
class OrganizationAdmin(ToldAdmin):
    """What the call API says of a team beside its name."""

    list_display = ["team", "contact_name", "email", "external_id"]
    search_fields = ["team__name", "team__owner__slug", "external_id"]
    autocomplete_fields = ["team"]


@admin.register(Membership)
class MembershipAdmin(ToldAdmin):
    list_display = ["team", "user", "role", "created_at"]
    list_filter = ["role"]
    search_fields = ["team__name", "user__username"]
    autocomplete_fields = ["team", "user"]


@admin.register(Owner)
class OwnerAdmin(ToldAdmin):
    """Namespaces, and whose source may run without a sandbox."""

    acts = {"is_trusted": "trust owner"}

    list_display = ["slug", "user", "team", "is_trusted"]
    list_filter = ["is_trusted"]
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


@admin.register(EmailAddress)
class EmailAddressAdmin(ToldAdmin):
    """Whether an address is verified is the mailbox's to say, or the operator's."""

    list_display = ["email", "user", "verified", "primary"]
    list_filter = ["verified"]
    search_fields = ["email", "user__username"]
    autocomplete_fields = ["user"]


@admin.register(Authenticator)
class AuthenticatorAdmin(_Unwritten, ToldAdmin):
    """Second factors: of who lost theirs they are deleted here."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    fields = ["user", "type", "created_at", "last_used_at"]
    search_fields = ["user__username"]


@admin.register(Session)
class SessionAdmin(_Unwritten, ToldAdmin):
    """Visits of people; deleting one ends it. What it holds is sealed."""

    list_display = ["user", "address", "agent", "started_at", "seen_at"]
    fields = ["user", "address", "agent", "started_at", "seen_at"]
    search_fields = ["user__username", "address"]

    def has_module_permission(self, _request: HttpRequest) -> bool:
        return False
