"""Signing in and out: by name or address, throttled, noted, ending what it must end."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.core import signing

from accounts.models import Session, User
from accounts.sessions import digest_of
from catalog.models import AuditEntry

PASSWORD = "correct horse battery"
ALLOWED = 10


def sign_in(client, login="ada", password=PASSWORD, **more):
    """Post the form of the page."""
    posted = {"login": login, "password": password, **more}
    return client.post("/settings/sign-in", posted)


def is_signed_in(client) -> bool:
    return "your account" in client.get("/").content.decode()


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


@pytest.fixture
def reachable(ada) -> User:
    """Ada, whose address is verified."""
    ada.email = "ada@example.org"
    ada.save()
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    return ada


@pytest.mark.parametrize("login", ["ada", "ADA", "ada@example.org", "Ada@Example.ORG"])
def test_name_and_address_open_in_any_letter_case(client, reachable, login):
    assert sign_in(client, login)["Location"] == "/"
    assert is_signed_in(client)


def test_the_page_opens_at_the_name_and_leads_back(client, ada):
    page = client.get("/settings/sign-in?next=/search").content.decode()
    assert 'name="next" value="/search"' in page
    assert sign_in(client, next="/search")["Location"] == "/search"


def test_who_is_signed_in_is_led_on(client, ada):
    client.force_login(ada)
    assert client.get("/settings/sign-in?next=/search")["Location"] == "/search"


def test_a_wrong_password_says_so_and_guessing_has_to_wait(client, ada):
    for _attempt in range(ALLOWED):
        answer = sign_in(client, password="guess")
        assert answer.status_code == 200
        assert "do not go together" in answer.content.decode()
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 15 * 60
    assert re.search(r"Try again in \d+ minutes", answer.content.decode())
    assert not is_signed_in(client)


def test_one_address_may_not_guess_at_many_names(client, db):
    answers = [sign_in(client, f"name{number}", "x") for number in range(51)]
    assert {answer.status_code for answer in answers[:50]} == {200}
    assert answers[50].status_code == 429


def test_the_right_password_counts_for_nothing(client, ada):
    for _time in range(ALLOWED + 2):
        assert sign_in(client)["Location"] == "/"
        client.logout()


def test_too_many_forms_get_a_page_of_ours_with_the_time(client, ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    for _time in range(2):
        sign_in(client, password="x")
    answer = sign_in(client, password="x")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    page = answer.content.decode()
    assert "Too many attempts" in page
    assert "in one minute" in page


def test_the_session_gets_another_key_at_sign_in(client, ada):
    client.get("/settings/sign-in?next=/x")
    client.session["kept"] = 1
    session = client.session
    session["kept"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    sign_in(client)
    after = client.cookies["sessionid"].value
    assert before != after
    assert not Session.objects.filter(pk=digest_of(before)).exists()


def test_what_the_database_keeps_of_a_session_opens_nothing(client, ada):
    sign_in(client)
    row = Session.objects.get(user=ada)
    assert row.pk != client.cookies["sessionid"].value
    with pytest.raises(signing.BadSignature):
        signing.loads(row.session_data, salt=client.session.key_salt)
    assert "_auth_user" not in row.session_data
    client.cookies["sessionid"] = row.pk
    assert not is_signed_in(client)


def test_signing_out_is_a_post_that_a_page_asks_for(client, ada):
    sign_in(client)
    page = client.get("/settings/sign-out")
    assert page.status_code == 200
    assert is_signed_in(client)
    assert client.post("/settings/sign-out")["Location"] == "/"
    assert not is_signed_in(client)
    assert not Session.objects.filter(user=ada).exists()


def test_sign_ins_are_noted_and_what_was_typed_is_not(client, ada):
    sign_in(client, password="my secret")
    sign_in(client, "hunter2-typed-into-the-name", "x")
    sign_in(client)
    client.post("/settings/sign-out")
    assert actions() == ["sign-in failed", "sign-in failed", "sign in", "sign out"]
    first, second, *_rest = AuditEntry.objects.order_by("pk")
    assert (first.target, first.actor, first.address) == ("ada", None, "127.0.0.1")
    assert (second.target, second.target_id) == ("", "0")
    kept = str(list(AuditEntry.objects.values()))
    assert "hunter2" not in kept
    assert "my secret" not in kept


def test_a_closed_account_says_so_to_who_knows_the_password_alone(client, ada):
    ada.is_active = False
    ada.save()
    assert sign_in(client)["Location"] == "/settings/closed"
    assert "This account is closed" in client.get("/settings/closed").content.decode()
    assert "do not go together" in sign_in(client, password="x").content.decode()
    assert not is_signed_in(client)


def change_password(client, **more):
    new = {"oldpassword": PASSWORD, "password1": "another long one", **more}
    return client.post("/settings/password", new)


def test_another_password_ends_the_sessions_elsewhere(client, client_elsewhere, ada):
    sign_in(client)
    sign_in(client_elsewhere)
    answer = change_password(client)
    assert answer.status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(client_elsewhere)
    assert Session.objects.filter(user=ada).count() == 1
    assert actions()[-1] == "change password"
    ada.refresh_from_db()
    assert ada.check_password("another long one")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("oldpassword", "wrong", "not your password"),
        ("password1", "short", "too short"),
        ("password1", "password1", "too common"),
    ],
)
def test_a_password_is_changed_by_who_knows_it_and_to_a_good_one(
    client, ada, field, value, said
):
    client.force_login(ada)
    answer = change_password(client, **{field: value})
    assert said in answer.content.decode()
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_passwords_of_others_are_not_guessed_on_the_password_page(client, ada):
    client.force_login(ada)
    answers = [change_password(client, oldpassword="x") for _time in range(11)]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 60


@pytest.mark.usefixtures("sends_mail")
def test_a_lost_password_is_set_anew_by_the_mailed_link(
    client, client_elsewhere, reachable, caplog
):
    sign_in(client_elsewhere)
    caplog.set_level("DEBUG")
    client.post("/settings/reset", {"email": "ada@example.org"})
    link = re.search(r"/settings/reset/\S+", outbox.outbox[0].body)[0]
    form = client.get(link, follow=True)
    assert form.redirect_chain[0][0].endswith("-set-password")
    where = form.redirect_chain[0][0]
    answer = client.post(where, {"password1": "another long one"})
    assert answer["Location"] == "/settings/reset/done"
    assert not is_signed_in(client_elsewhere)
    assert not Session.objects.filter(user=reachable).exists()
    assert sign_in(client, password="another long one")["Location"] == "/"
    assert "reset password" in actions()
    again = client_elsewhere.get(link, follow=True).content.decode()
    assert "does not work any more" in again
    token = link.rpartition("-")[2]
    assert token not in caplog.text


def test_without_mail_the_page_names_who_can_help(client, ada):
    page = client.get("/settings/reset").content.decode()
    assert "This server sends no mail" in page
    assert "manage.py reset_password" in page
    assert "<form" not in page.partition("<main")[2]
    client.post("/settings/reset", {"email": "ada@example.org"})
    assert outbox.outbox == []


def test_the_operator_sets_a_password_and_ends_the_sessions(client, ada, command):
    sign_in(client)
    password = command("reset_password", "ADA")
    assert not is_signed_in(client)
    assert sign_in(client, password=password)["Location"] == "/"
    assert "reset password" in actions()
    assert password not in str(list(AuditEntry.objects.values()))


def test_an_address_is_changed_once_it_is_verified(
    client, reachable, sends_mail, confirmed
):
    confirmed(client, reachable)
    client.post("/settings/email", {"email": "New@Example.org", "action_add": "1"})
    reachable.refresh_from_db()
    assert reachable.email == "ada@example.org"
    link = re.search(r"/settings/email/verify/\S+", outbox.outbox[-1].body)[0]
    client.post(link)
    reachable.refresh_from_db()
    assert reachable.email == "new@example.org"
    assert "change e-mail" in actions()
    told = [mail for mail in outbox.outbox if mail.to == ["ada@example.org"]]
    assert told, "the former address is told of the change"


def test_without_mail_an_address_is_taken_as_it_is(client, ada, confirmed):
    confirmed(client, ada)
    client.post("/settings/email", {"email": "New@Example.org", "action_add": "1"})
    ada.refresh_from_db()
    assert ada.email == "new@example.org"
    client.logout()
    assert sign_in(client, "new@example.org")["Location"] == "/"


def test_an_address_is_changed_by_who_knows_the_password(client, ada):
    client.force_login(ada)
    answer = client.post("/settings/email", {"email": "a@b.org", "action_add": "1"})
    assert answer["Location"].startswith("/settings/confirm?next=")
    ada.refresh_from_db()
    assert ada.email == ""


def test_a_person_without_an_address_signs_in_where_mail_is_sent(
    client, ada, sends_mail
):
    assert sign_in(client)["Location"] == "/"
    assert is_signed_in(client)


def test_the_administration_is_entered_by_our_sign_in(client, carol, ada):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/settings/sign-in?next=/admin/"
    sign_in(client, "carol")
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/password_change/")["Location"] == "/settings/password"
    client.force_login(ada)
    assert client.get("/admin/", follow=True).status_code == 403
