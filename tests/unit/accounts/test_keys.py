"""API keys: shown once, hashed, scoped, and refused without asking the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import epoch, keys
from accounts.models import ApiKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(ada):
    return keys.create_key(user=ada, name="laptop", scopes=["run"])


def test_a_key_is_found_by_its_secret_alone(made, ada):
    assert keys.find_key(made.secret).user == ada
    stored = str(ApiKey.objects.values().get())
    assert made.secret not in stored
    assert made.secret[12:-6] not in stored


@pytest.mark.parametrize("spelling", ["{}", "Simple {}", "Bearer {}", "simple  {} "])
def test_three_spellings_of_the_header_give_the_key(made, spelling):
    assert keys.secret_in(spelling.format(made.secret)) == made.secret


def test_a_mistyped_key_asks_the_database_nothing(made, django_assert_num_queries):
    mistyped = made.secret[:20] + ("a" if made.secret[20] != "a" else "b")
    with django_assert_num_queries(0):
        assert keys.find_key(mistyped + made.secret[21:]) is None
        assert keys.find_key("") is None
        assert keys.find_key("vtr_") is None
        assert keys.find_key(made.secret + "é") is None


def test_a_well_formed_key_with_another_secret_is_refused(made):
    body = made.secret[: keys.LENGTH - keys.CHECK - 1]
    body += "0" if made.secret[len(body)] != "0" else "1"
    assert keys.find_key(body + keys._checksum(body)) is None


def test_a_revoked_key_is_refused(made):
    keys.revoke_key(key=made.row)
    assert keys.find_key(made.secret) is None


def test_an_expired_key_is_refused(made):
    made.row.expires_at = timezone.now() - timedelta(seconds=1)
    made.row.save()
    assert keys.find_key(made.secret) is None


def test_a_key_dies_with_its_owners_account(made, ada):
    ada.is_active = False
    ada.save()
    assert keys.find_key(made.secret) is None


@pytest.mark.parametrize(
    "wrong",
    [{"scopes": []}, {"scopes": ["root"]}, {"days": 0}, {"days": 366}, {"name": " "}],
)
def test_a_key_that_could_do_too_much_is_not_made(ada, wrong):
    asked = {"name": "k", "scopes": ["run"], "days": 90} | wrong
    with pytest.raises(ValidationError):
        keys.create_key(user=ada, **asked)


def test_making_and_revoking_a_key_moves_the_epoch(ada):
    before = epoch.current()
    made = keys.create_key(user=ada, name="k", scopes=["run"])
    between = epoch.current()
    keys.revoke_key(key=made.row)
    assert before < between < epoch.current()
