"""Who holds a key is told once that it ends, a week before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import epoch, keys
from accounts.key_endings import tell_of_endings
from accounts.models import ApiKey, Notice
from catalog.services import upkeep

pytestmark = pytest.mark.django_db


def key_that_ends(days: float, *, lived: float = 80, **holder) -> ApiKey:
    made = keys.create_key(name="nightly", scopes=["run"], **holder).row
    now = timezone.now()
    ApiKey.objects.filter(pk=made.pk).update(
        created_at=now - timedelta(days=lived), expires_at=now + timedelta(days=days)
    )
    made.refresh_from_db()
    return made


def test_a_person_is_told_once_and_by_mail(
    ada, settings, django_capture_on_commit_callbacks
):
    settings.SENDS_MAIL = True
    ada.email = "ada@example.com"
    ada.save()
    key = key_that_ends(6.5, user=ada)
    with django_capture_on_commit_callbacks(execute=True):
        assert tell_of_endings() == 1
        assert tell_of_endings() == 0
    notice = Notice.objects.get()
    assert (notice.user, notice.address) == (ada, "/settings/keys")
    assert f"{key.expires_at:%-d %B %Y}" in notice.text
    assert "“nightly”" in notice.text
    assert len(mail.outbox) == 1


def test_a_teams_maintainers_and_owners_are_told(vision_lab, grace, linus, charlie):
    vision_lab.memberships.create(user=charlie, role="owner")
    key_that_ends(1, team=vision_lab, made_by=grace)
    assert tell_of_endings() == 1
    told = Notice.objects.filter(address="/teams/visionlab/keys")
    assert {notice.user.username for notice in told} == {"grace", "charlie"}


def test_what_ends_later_or_has_ended_or_was_short_is_not_told_of(ada):
    key_that_ends(7.5, user=ada)
    key_that_ends(-0.1, user=ada)
    key_that_ends(6, lived=1, user=ada)
    keys.revoke_key(key=key_that_ends(3, user=ada))
    assert tell_of_endings() == 0
    assert not Notice.objects.exists()


def test_telling_makes_no_process_forget_what_it_knows(ada):
    key_that_ends(3, user=ada)
    before = epoch.current()
    tell_of_endings()
    assert epoch.current() == before


def test_the_worker_does_it(ada):
    key_that_ends(3, user=ada)
    upkeep.Upkeep().run_due()
    assert Notice.objects.filter(user=ada).count() == 1
