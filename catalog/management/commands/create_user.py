"""`manage.py create_user`: a person, and a team with a role where asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import events, teams
from accounts.models import Membership, Owner, User
from accounts.services import create_user, generated_password

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        "Make what is missing of a person, a team and a membership; print the "
        "generated password alone (nothing for a person who was there)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--team", default="", help="owner name of a team")
        parser.add_argument(
            "--role", choices=Membership.Role.values, default=Membership.Role.MEMBER
        )
        parser.add_argument("--staff", action="store_true", help="may use /admin/")

    def handle(
        self,
        *_args: Any,
        username: str,
        team: str,
        role: str,
        staff: bool,
        **_options: Any,
    ) -> None:
        try:
            password = _make(username, team, role, staff=staff)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if password:
            self.stdout.write(password)


@transaction.atomic
def _make(username: str, team: str, role: str, *, staff: bool) -> str:
    password = ""
    person = User.objects.filter(username__iexact=username).first()
    if person is None:
        password = generated_password()
        person = create_user(username=username, password=password, is_staff=staff)
        told = "by the operator, as staff" if staff else "by the operator"
        events.tell(
            category="account", action="create account", target=person, reason=told
        )
    if team:
        owner = Owner.objects.filter(slug__iexact=team).first()
        group = owner.team if owner else teams.create(actor=None, slug=team, name=team)
        if group is None:
            raise ValidationError(f"{team!r} is a person, not a team.")
        teams.add(actor=None, team=group, user=person, role=role)
    return password
