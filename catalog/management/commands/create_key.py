"""`manage.py create_key`: an API key, alone on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.keys import DEFAULT_DAYS, create_key
from accounts.models import ApiKey, Team, User

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        "Make an API key for a person or a team and print it; it cannot be shown again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        holder = parser.add_mutually_exclusive_group(required=True)
        holder.add_argument("--user", default="", help="the person it stands for")
        holder.add_argument("--team", default="", help="the team it stands for")
        parser.add_argument(
            "--scope",
            nargs="+",
            choices=ApiKey.Scope.values,
            default=["read", "run"],
            help="what the key may do (default: read run)",
        )
        parser.add_argument(
            "--rule",
            nargs="+",
            default=[],
            metavar="RULE",
            help="what it reaches, algo://owner/* or algo://owner/Name (default: all)",
        )
        parser.add_argument("--name", default="made by create_key")
        parser.add_argument(
            "--days",
            type=int,
            default=DEFAULT_DAYS,
            help="how long it lives, 1 to 365 (default: 90)",
        )
        parser.add_argument(
            "--calls-per-day", type=int, help="its quota (default: the server's)"
        )

    def handle(
        self,
        *_args: Any,
        user: str,
        team: str,
        scope: list[str],
        rule: list[str],
        **options: Any,
    ) -> None:
        try:
            made = create_key(
                user=_person(user) if user else None,
                team=_team(team) if team else None,
                name=options["name"],
                scopes=scope,
                rules=rule,
                days=options["days"],
                calls_per_day=options["calls_per_day"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(made.secret)


def _person(name: str) -> User:
    found = User.objects.filter(username__iexact=name).first()
    if found is None:
        raise CommandError(f"There is no user {name!r}.")
    return found


def _team(slug: str) -> Team:
    found = Team.objects.filter(owner__slug__iexact=slug).first()
    if found is None:
        raise CommandError(f"There is no team {slug!r}.")
    return found
