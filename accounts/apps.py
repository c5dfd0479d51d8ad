"""Configuration of the accounts app."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import epoch, signals
        from accounts.folded import fold
        from accounts.models import Owner, OwnerAlias, User

        fold(User, "username")
        fold(Owner, "slug")
        fold(OwnerAlias, "slug")
        epoch.connect()
        signals.connect()


class AdministrationConfig(AdminConfig):
    default_site = "accounts.gate.Administration"
