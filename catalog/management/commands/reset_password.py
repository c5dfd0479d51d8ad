"""`manage.py reset_password`: a new password for who lost theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.services import reset_password

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Set a generated password, end the person's sessions, print the password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--two-factor",
            action="store_true",
            help="also turn off the second factor, of who lost app and codes",
        )

    def handle(
        self, *_args: Any, username: str, two_factor: bool, **_options: Any
    ) -> None:
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            raise CommandError(f"There is nobody named {username!r}.")
        self.stdout.write(reset_password(user=user, and_second_factor=two_factor))
