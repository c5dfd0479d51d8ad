"""How the use of keys is noted: last use, the first one, and new addresses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone

from accounts import keys
from accounts.models import ApiKey
from catalog.models import AuditEntry
from catalog.services import callers, key_uses

pytestmark = pytest.mark.django_db

HOME, AWAY = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Seconds of the monotonic clock, which a test turns on by hand."""
    cache.clear()
    key_uses._due.clear()
    now = [1000.0]
    monkeypatch.setattr(key_uses.time, "monotonic", lambda: now[0])
    yield now
    cache.clear()
    key_uses._due.clear()


@pytest.fixture
def made(ada):
    return keys.create_key(user=ada, name="laptop", scopes=["run"])


def use(made, address=HOME):
    return callers.caller_by_key(f"Bearer {made.secret}", address=address)


def entries() -> list[tuple[str, str]]:
    told = AuditEntry.objects.filter(action__startswith="use key")
    return list(told.order_by("created_at", "id").values_list("action", "address"))


def a_minute_later(clock):
    """Also forget what is cached, as a process that was started again."""
    clock[0] += ApiKey.LAST_USED_STEP + 1
    cache.clear()


def test_the_first_use_is_told_with_its_address(made, ada):
    use(made)
    use(made)
    entry = AuditEntry.objects.get(action=key_uses.FIRST)
    assert (entry.category, entry.actor, entry.address) == ("key", ada, HOME)
    assert entry.key_id == made.row.pk
    made.row.refresh_from_db()
    assert timezone.now() - made.row.last_used_at < timedelta(minutes=1)


def test_a_teams_key_tells_its_team(vision_lab, grace):
    use(keys.create_key(team=vision_lab, made_by=grace, name="r", scopes=["run"]))
    entry = AuditEntry.objects.get(action=key_uses.FIRST)
    assert (entry.actor, entry.team) == (None, vision_lab)


def test_a_new_address_is_told_once(made, clock):
    use(made)
    use(made, AWAY)
    use(made, AWAY)
    use(made, HOME)
    assert entries() == [(key_uses.FIRST, HOME), (key_uses.NEW_ADDRESS, AWAY)]
    a_minute_later(clock)
    use(made, AWAY)
    use(made, HOME)
    assert len(entries()) == 2, "the trail knows both, though the cache forgot"


def test_the_network_of_a_home_is_one_address(made, clock):
    use(made, "2001:db8:1:2::1")
    a_minute_later(clock)
    use(made, "2001:db8:1:2:ffff::9")
    assert len(entries()) == 1
    use(made, "2001:db8:1:3::1")
    assert len(entries()) == 2


def test_who_changes_addresses_quickly_does_not_fill_the_trail(made, clock):
    use(made)
    for number in range(50):
        use(made, f"203.0.113.{number}")
    assert len(entries()) == 2
    a_minute_later(clock)
    use(made, "203.0.113.9")
    assert entries()[-1] == (key_uses.NEW_ADDRESS, "203.0.113.9")


def test_last_use_is_written_once_a_minute(made, clock, django_assert_num_queries):
    use(made)
    first = ApiKey.objects.get().last_used_at
    with django_assert_num_queries(0):
        # The epoch is read past the ORM and not counted.
        use(made)
    assert ApiKey.objects.get().last_used_at == first
    a_minute_later(clock)
    use(made)
    assert ApiKey.objects.get().last_used_at > first


def test_a_use_that_cannot_be_noted_stops_no_call(made, monkeypatch, caplog):
    def fail(*_args):
        raise DatabaseError("disk full")

    monkeypatch.setattr(key_uses, "_note", fail)
    assert use(made).key_id == made.row.pk
    assert "is not noted" in caplog.text
    assert made.secret not in caplog.text
