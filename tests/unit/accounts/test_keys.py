"""API keys: shown once, hashed, scoped, limited, and refused without a question."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import epoch, key_text, keys
from accounts.models import ApiKey, Membership
from accounts.roles import RoleNeeded
from accounts.services import add_member
from accounts.viewers import KeyViewer
from catalog.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(ada):
    return keys.create_key(user=ada, name="laptop", scopes=["run"])


@pytest.fixture
def team_key(vision_lab, grace):
    return keys.create_key(
        team=vision_lab, made_by=grace, name="robot", scopes=["read", "run"]
    )


def test_a_key_is_found_by_its_secret_alone(made, ada):
    assert keys.find_key(made.secret).user == ada
    stored = str(ApiKey.objects.values().get())
    assert made.secret not in stored
    assert made.secret[12:-6] not in stored


def test_a_secret_has_190_bits_of_chance_and_a_checksum(made):
    assert re.fullmatch(r"vtr_[0-9A-Za-z]{8}[0-9A-Za-z]{32}[0-9A-Za-z]{6}", made.secret)
    assert len(key_text.ALPHABET) ** key_text.SECRET >= 2**178
    assert key_text.is_well_formed(made.secret)
    for place in range(len(made.secret)):
        other = "0" if made.secret[place] != "0" else "1"
        wrong = made.secret[:place] + other + made.secret[place + 1 :]
        assert not key_text.is_well_formed(wrong)


@pytest.mark.parametrize(
    "spelling",
    [
        "{}",
        "Simple {}",
        "Bearer {}",
        "simple  {} ",
        "  BEARER\t{}\t",
        "\tsImPlE \t {}",
        " {} ",
    ],
)
def test_three_spellings_of_the_header_give_the_key(made, spelling):
    assert key_text.secret_in(spelling.format(made.secret)) == made.secret


@pytest.mark.parametrize(
    "spelling",
    ["Basic {}", "Token {}", "Bearer{}", "Bearer Simple {}", "{},{}", "{} x"],
)
def test_other_spellings_are_no_key(made, spelling):
    header = spelling.replace("{}", made.secret)
    assert not key_text.is_well_formed(key_text.secret_in(header))


def test_a_mistyped_key_asks_the_database_nothing(made, django_assert_num_queries):
    mistyped = made.secret[:20] + ("a" if made.secret[20] != "a" else "b")
    with django_assert_num_queries(0):
        assert keys.find_key(mistyped + made.secret[21:]) is None
        assert keys.find_key("") is None
        assert keys.find_key("vtr_") is None
        assert keys.find_key(made.secret + "é") is None


def test_a_well_formed_key_with_another_secret_is_refused(made):
    body = made.secret[: key_text.LENGTH - key_text.CHECK - 1]
    body += "0" if made.secret[len(body)] != "0" else "1"
    assert keys.find_key(body + key_text.checksum(body)) is None


def test_a_revoked_key_is_refused(made):
    assert keys.revoke_key(key=made.row)
    assert keys.find_key(made.secret) is None
    assert not keys.revoke_key(key=made.row)
    assert AuditEntry.objects.filter(action="revoke key").count() == 1


def test_an_expired_key_is_refused(made):
    made.row.expires_at = timezone.now() - timedelta(seconds=1)
    made.row.save()
    assert keys.find_key(made.secret) is None


def test_a_key_dies_with_its_owners_account(made, ada):
    ada.is_active = False
    ada.save()
    assert keys.find_key(made.secret) is None


def test_a_key_lives_90_days_unless_it_is_told_otherwise(made, ada):
    days = (made.row.expires_at - timezone.now()) / timedelta(days=1)
    assert 89.9 < days < 90.1
    longest = keys.create_key(user=ada, name="k", scopes=["run"], days=365)
    assert longest.row.expires_at > timezone.now() + timedelta(days=364)


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["root"]},
        {"days": 0},
        {"days": 366},
        {"name": " "},
        {"name": "a\u202eb"},
        {"name": "x" * 81},
        {"rules": ["visionlab/*"]},
        {"rules": ["algo://visionlab"]},
        {"rules": ["algo://*/*"]},
        {"rules": [f"algo://ada/A{n}" for n in range(21)]},
        {"calls_per_day": 0},
        {"calls_per_day": 2**31},
    ],
)
def test_a_key_that_could_do_too_much_is_not_made(ada, wrong):
    asked = {"name": "k", "scopes": ["run"], "days": 90} | wrong
    with pytest.raises(ValidationError):
        keys.create_key(user=ada, **asked)
    assert not ApiKey.objects.exists()


def test_a_key_in_the_name_of_a_key_is_refused(ada, made):
    with pytest.raises(ValidationError, match="holds a key"):
        keys.create_key(user=ada, name=made.secret, scopes=["run"])


def test_rules_are_kept_once_whatever_their_case(ada):
    rules = ["algo://VisionLab/*", " algo://visionlab/* ", "algo://ada/Name"]
    made = keys.create_key(user=ada, name="k", scopes=["read"], rules=rules)
    assert made.row.rules == ["algo://visionlab/*", "algo://ada/Name"]
    viewer = keys.viewer_of(made.row)
    assert isinstance(viewer, KeyViewer)
    assert viewer.user_id == ada.pk


def test_making_and_revoking_a_key_moves_the_epoch(ada):
    before = epoch.current()
    made = keys.create_key(user=ada, name="k", scopes=["run"])
    between = epoch.current()
    keys.revoke_key(key=made.row)
    assert before < between < epoch.current()


def test_a_teams_key_stands_for_the_team(team_key, vision_lab, grace):
    viewer = keys.viewer_of(team_key.row)
    assert isinstance(viewer, KeyViewer)
    assert (viewer.team_id, viewer.user_id) == (vision_lab.pk, None)
    assert team_key.row.made_by == grace
    assert team_key.row.user is None


def test_a_teams_key_outlives_its_makers_membership_and_account(
    team_key, vision_lab, grace
):
    grace.memberships.all().delete()
    assert keys.find_key(team_key.secret).team == vision_lab
    grace.is_active = False
    grace.save()
    assert keys.find_key(team_key.secret).team == vision_lab
    grace.delete()
    assert keys.find_key(team_key.secret).made_by is None


def test_a_deleted_team_takes_its_keys_along(team_key, vision_lab):
    before = epoch.current()
    vision_lab.delete()
    assert keys.find_key(team_key.secret) is None
    assert epoch.current() > before


@pytest.mark.parametrize("role", ["", "member", "maintainer", "owner"])
def test_maintainers_and_owners_make_and_end_a_teams_keys(
    team_key, vision_lab, ada, role
):
    if role:
        add_member(team=vision_lab, user=ada, role=role)
    asked = {"team": vision_lab, "made_by": ada, "name": "k", "scopes": ["run"]}
    if role in {Membership.Role.MAINTAINER, Membership.Role.OWNER}:
        assert keys.create_key(**asked).row.team == vision_lab
        assert keys.revoke_key(key=team_key.row, actor=ada)
        return
    with pytest.raises(RoleNeeded):
        keys.create_key(**asked)
    with pytest.raises(RoleNeeded):
        keys.revoke_key(key=team_key.row, actor=ada)
    assert keys.find_key(team_key.secret) is not None


def test_a_teams_key_never_has_the_scope_admin(vision_lab, grace):
    with pytest.raises(ValidationError, match="scope admin"):
        keys.create_key(
            team=vision_lab, made_by=grace, name="k", scopes=["read", "admin"]
        )


def test_making_and_ending_leave_one_entry_each_without_the_secret(
    team_key, vision_lab, grace
):
    keys.revoke_key(key=team_key.row, actor=grace)
    entries = AuditEntry.objects.filter(category="key").order_by("created_at", "id")
    assert [entry.action for entry in entries] == ["create key", "revoke key"]
    for entry in entries:
        assert (entry.actor, entry.team) == (grace, vision_lab)
        said = f"{entry.target} {entry.changes} {entry.reason}"
        assert team_key.secret[12:] not in said
        assert team_key.row.digest not in said
    assert entries[0].changes["scopes"] == [None, "read, run"]
