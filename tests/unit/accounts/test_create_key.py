"""`manage.py create_key`: the key alone on stdout, for a person or a team."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.keys import find_key
from catalog.models import AuditEntry

pytestmark = pytest.mark.django_db


def made_by(capsys, *arguments):
    call_command("create_key", *arguments)
    printed = capsys.readouterr().out
    assert printed == printed.strip() + "\n"
    return find_key(printed.strip())


def test_a_persons_key(ada, capsys):
    key = made_by(capsys, "--user", "Ada")
    assert (key.user, key.scopes, key.rules) == (ada, ["read", "run"], [])
    assert AuditEntry.objects.get().action == "create key"


def test_a_teams_key_with_limits(vision_lab, capsys):
    key = made_by(
        capsys,
        *("--team", "VisionLab", "--scope", "run", "--days", "7", "--name", "ci"),
        *("--rule", "algo://visionlab/*", "algo://nlp/GetSentiment"),
        *("--calls-per-day", "100"),
    )
    assert (key.team, key.made_by, key.name) == (vision_lab, None, "ci")
    assert key.rules == ["algo://visionlab/*", "algo://nlp/GetSentiment"]
    assert key.calls_per_day == 100
    assert key.expires_at < timezone.now() + timedelta(days=7)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--user", "ada", "--team", "visionlab"],
        ["--user", "nobody"],
        ["--team", "nobody"],
        ["--team", "ada"],
        ["--user", "ada", "--days", "366"],
        ["--user", "ada", "--days", "0"],
        ["--user", "ada", "--scope", "root"],
        ["--user", "ada", "--rule", "visionlab/*"],
        ["--user", "ada", "--calls-per-day", "0"],
        ["--team", "visionlab", "--scope", "admin"],
    ],
)
def test_what_makes_no_key_says_why(ada, vision_lab, arguments):
    with pytest.raises(CommandError):
        call_command("create_key", *arguments)
