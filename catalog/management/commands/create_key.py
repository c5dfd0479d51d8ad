"""`manage.py create_key`: an API key, alone on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.keys import DEFAULT_DAYS, create_key
from accounts.models import ApiKey, User

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Make an API key for a person and print it; it cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True)
        parser.add_argument(
            "--scope",
            nargs="+",
            choices=ApiKey.Scope.values,
            default=["read", "run"],
            help="what the key may do (default: read run)",
        )
        parser.add_argument("--name", default="made by create_key")
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS)

    def handle(
        self,
        *_args: Any,
        user: str,
        scope: list[str],
        name: str,
        days: int,
        **_options: Any,
    ) -> None:
        person = User.objects.filter(username__iexact=user).first()
        if person is None:
            raise CommandError(f"There is no user {user!r}.")
        try:
            made = create_key(user=person, name=name, scopes=scope, days=days)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(made.secret)
