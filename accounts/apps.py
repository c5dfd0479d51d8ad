"""Configuration of the accounts app."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import epoch, signals

        epoch.connect()
        signals.connect()


class AdministrationConfig(AdminConfig):
    default_site = "accounts.gate.Administration"
