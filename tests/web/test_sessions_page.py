"""The page of sessions: what is listed, ending one, ending all others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Session
from accounts.sessions import STEP, digest_of
from catalog.models import AuditEntry
from catalog.services.upkeep import Upkeep

PASSWORD = "correct horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


def browser(agent, address="127.0.0.1", login="ada") -> Client:
    """A browser in which somebody signed in."""
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    client.post("/settings/sign-in", {"login": login, "password": PASSWORD})
    return client


@pytest.fixture
def desk(ada) -> Client:
    return browser(FIREFOX)


@pytest.fixture
def phone(ada) -> Client:
    return browser(PHONE, "2001:db8::7")


def digest(client) -> str:
    return digest_of(client.cookies["sessionid"].value)


def is_signed_in(client) -> bool:
    return "your account" in client.get("/").content.decode()


def test_each_session_says_with_what_and_from_where(desk, phone):
    page = desk.get("/settings/sessions").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert "2001:db8::7" in page
    mine, other = page.index("this one"), page.index("Safari on iPhone")
    assert mine < other, "the session that asks stands first"
    assert desk.cookies["sessionid"].value not in page
    assert phone.cookies["sessionid"].value not in page


def test_one_session_is_ended(desk, phone):
    answer = desk.post(f"/settings/sessions/{digest(phone)}/end", follow=True)
    assert "That session is ended" in answer.content.decode()
    assert not is_signed_in(phone)
    assert is_signed_in(desk)
    assert AuditEntry.objects.filter(action="end session", actor_name="ada").exists()


def test_all_others_are_ended(desk, phone, ada):
    third = browser("curl/8.0")
    desk.post("/settings/sessions/others/end")
    assert is_signed_in(desk)
    assert not is_signed_in(phone)
    assert not is_signed_in(third)
    entry = AuditEntry.objects.get(action="end other sessions")
    assert entry.changes == {"sessions": [3, 1]}


def test_ending_none_notes_nothing(desk):
    desk.post("/settings/sessions/others/end")
    assert not AuditEntry.objects.filter(action="end other sessions").exists()


def test_nobody_ends_anothers_session(desk, charlie):
    stranger = browser("curl/8.0", login="charlie")
    for client in (stranger, Client()):
        answer = client.post(f"/settings/sessions/{digest(desk)}/end")
        assert answer.status_code in {404, 302}
    stranger.post("/settings/sessions/others/end")
    assert is_signed_in(desk)
    assert "Firefox" not in stranger.get("/settings/sessions").content.decode()


def test_it_takes_a_post_and_an_account(desk, client, db):
    assert desk.get("/settings/sessions/others/end").status_code == 405
    answer = client.get("/settings/sessions")
    assert answer["Location"] == "/settings/sign-in?next=/settings/sessions"
    assert "no-store" in desk.get("/settings/sessions")["Cache-Control"]


def test_what_is_over_is_not_listed(desk, phone):
    rows = Session.objects.filter(pk=digest(phone))
    rows.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert "iPhone" not in desk.get("/settings/sessions").content.decode()


def test_the_last_use_is_written_seldom(desk, django_assert_num_queries):
    rows = Session.objects.filter(pk=digest(desk))
    desk.get("/settings/sessions")
    first = rows.get().seen_at
    desk.get("/")
    assert rows.get().seen_at == first
    rows.update(seen_at=first - 2 * STEP)
    desk.get("/", REMOTE_ADDR="192.0.2.9")
    row = rows.get()
    assert row.seen_at > first
    assert row.address == "192.0.2.9"


def test_the_time_of_the_sign_in_stays(desk):
    started = Session.objects.get(pk=digest(desk)).started_at
    session = desk.session
    session["more"] = 1
    session.save()
    assert Session.objects.get(pk=digest(desk)).started_at == started


def test_a_strange_agent_is_text(ada):
    client = browser("<script>alert(1)</script>" + "x" * 500)
    page = client.get("/settings/sessions").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_visitor_without_an_account_has_no_row(client, db):
    client.get("/")
    client.get("/settings/sign-in")
    assert not Session.objects.exists()


def test_a_session_ends_with_its_person(desk, ada):
    ada.is_active = False
    ada.save()
    assert not is_signed_in(desk)


def test_the_worker_drops_sessions_that_have_ended(desk, phone):
    Session.objects.filter(pk=digest(phone)).update(
        expire_date=timezone.now() - timedelta(minutes=1)
    )
    Upkeep().run_due()
    assert set(Session.objects.values_list("pk", flat=True)) == {digest(desk)}
