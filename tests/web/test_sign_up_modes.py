"""Who may make an account: everybody, who was invited, nobody, or some mailboxes."""

from __future__ import annotations

import re

import pytest
from django.core import mail as outbox

from accounts import invitations, joining
from accounts.models import Owner, OwnerAlias, User
from accounts.services import create_team
from catalog.models import AuditEntry

PASSWORD = "correct horse battery"


def sign_up(client, username="nora", password=PASSWORD, email="", **more):
    """Post the form of the page."""
    posted = {"username": username, "password1": password, "email": email, **more}
    return client.post("/settings/sign-up", posted)


def is_signed_in(client) -> bool:
    return "your account" in client.get("/").content.decode()


def open_mailed_link(client):
    """Press the button of the page that the newest mail leads to."""
    link = re.search(r"/settings/email/verify/\S+", outbox.outbox[-1].body)[0]
    assert "This is my address" in client.get(link).content.decode()
    return client.post(link)


def closed(client) -> bool:
    page = client.get("/settings/sign-up").content.decode()
    refused = sign_up(client).content.decode()
    return "No new account" in page and "No new account" in refused


def test_a_newcomer_signs_up_and_is_signed_in(client, db):
    assert sign_up(client, next="/search")["Location"] == "/search"
    assert Owner.objects.filter(slug="nora", user__username="nora").exists()
    assert is_signed_in(client)
    noted = AuditEntry.objects.get(action="sign up")
    assert (noted.target, noted.category) == ("nora", "account")


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("admin", PASSWORD, "reserved"),
        ("Ada", PASSWORD, "taken"),
        ("VisionLab", PASSWORD, "taken"),
        ("formerly", PASSWORD, "taken"),
        ("no spaces", PASSWORD, "Use 1 to 39 letters"),
        ("nora@example.org", PASSWORD, "Use 1 to 39 letters"),
        ("x" * 40, PASSWORD, "at most 39 characters"),
        ("nora", "password", "too common"),
        ("nora", "x", "too short"),
        ("nora-long-name", "nora-long-name", "too similar"),
        ("\x00", PASSWORD, "Null characters"),
    ],
)
def test_a_bad_name_or_password_is_refused_with_the_rule(
    client, ada, vision_lab, name, password, said
):
    OwnerAlias.objects.create(slug="Formerly", owner=vision_lab.owner)
    response = sign_up(client, name, password)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert User.objects.count() == 1


def test_the_page_opens_at_the_first_field_that_is_wrong(client, db):
    page = client.get("/settings/sign-up").content.decode()
    assert "autofocus" in tag(page, "username")
    page = sign_up(client, password="x").content.decode()
    assert "autofocus" not in tag(page, "username")
    assert "autofocus" in tag(page, "password1")


def tag(page, name):
    """The tag of the control with this name."""
    return page.split(f'name="{name}"', 1)[1].split(">", 1)[0]


def test_a_name_that_is_taken_meanwhile_is_an_answer_not_a_fault(
    client, db, monkeypatch
):
    create_team(slug="nora", name="Nora's")
    monkeypatch.setattr(joining, "check_name", lambda _name: None)
    response = sign_up(client)
    assert response.status_code == 200
    assert "This name is taken" in response.content.decode()
    assert not User.objects.exists()


def test_sign_up_can_be_closed(client, db, settings):
    settings.VITRINE_SIGN_UP = "closed"
    assert closed(client)
    assert not User.objects.exists()
    assert "made by the operator" in client.get("/settings/sign-in").content.decode()


@pytest.fixture
def by_invitation(settings):
    settings.VITRINE_SIGN_UP = "invitation"


@pytest.fixture
def invited(carol, by_invitation):
    """Make an invitation into the catalog and return the path of its page."""

    def make(**more) -> str:
        return invitations.invite(actor=carol, **more).path

    return make


def test_an_invitation_opens_the_door_once(client, client_elsewhere, invited):
    assert closed(client)
    link = invited()
    client.get(link)
    client_elsewhere.get(link)
    assert sign_up(client).status_code == 302
    assert is_signed_in(client)
    client.logout()
    assert closed(client), "the session keeps no second way in"
    assert closed(client_elsewhere), "the invitation is used up"
    assert list(User.objects.values_list("username", flat=True)) == ["carol", "nora"]


def test_a_revoked_invitation_opens_nothing(client, invited, carol):
    new = invitations.invite(actor=carol)
    client.get(new.path)
    assert not closed(client)
    client.logout()
    client.get(new.path)
    invitations.revoke(actor=carol, invitation=new.row)
    assert closed(client)


def test_an_invitation_into_a_team_makes_a_member(
    client, grace, vision_lab, by_invitation
):
    client.get(invitations.invite(actor=grace, team=vision_lab).path)
    sign_up(client)
    nora = User.objects.get(username="nora")
    assert vision_lab.memberships.get(user=nora).role == "member"


@pytest.mark.usefixtures("sends_mail")
def test_a_mailed_invitation_is_for_its_mailbox(
    client, carol, by_invitation, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        row = invitations.invite(actor=carol, email="nora@example.org").row
    client.get(re.search(r"/\S*invitations/\S+", outbox.outbox[0].body)[0])
    refused = sign_up(client, email="mallory@example.org").content.decode()
    assert "for another address" in refused
    assert sign_up(client, email="Nora@Example.org").status_code == 302
    open_mailed_link(client)
    row.refresh_from_db()
    assert row.uses_left == 0
    assert is_signed_in(client)


@pytest.fixture
def by_domain(settings, sends_mail):
    settings.VITRINE_SIGN_UP = "domains"
    settings.VITRINE_SIGN_UP_DOMAINS = ["example.org"]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nora@example.com",
        "nora@evilexample.org",
        "nora@example.org.evil.net",
        "nora@sub.example.org",
        '"nora@example.org"@evil.net',
        "nora@example.org@evil.net",
        "nora@evil.net,nora@example.org",
        "nora@evil.net\nnora@example.org",
        "nora@exаmple.org",  # noqa: RUF001 - a Cyrillic letter
    ],
)
def test_other_domains_get_no_account(client, db, by_domain, email):
    response = sign_up(client, email=email)
    assert response.status_code == 200
    assert not User.objects.exists()


def test_a_mailbox_of_the_domain_is_verified_before_the_first_sign_in(
    client, client_elsewhere, db, by_domain
):
    answer = sign_up(client, email="Nora@Example.ORG")
    assert answer["Location"] == "/settings/email/sent"
    assert not is_signed_in(client)
    tried = client_elsewhere.post(
        "/settings/sign-in", {"login": "nora", "password": PASSWORD}
    )
    assert tried["Location"] == "/settings/email/sent"
    assert not is_signed_in(client_elsewhere)
    open_mailed_link(client)
    assert is_signed_in(client), "the browser of the sign-up goes on"


def test_nobody_moves_to_another_domain_afterwards(client, db, by_domain, confirmed):
    sign_up(client, email="nora@example.org")
    open_mailed_link(client)
    nora = User.objects.get()
    confirmed(client, nora)
    refused = client.post(
        "/settings/email", {"email": "nora@evil.net", "action_add": "1"}
    )
    assert "are for addresses at example.org" in refused.content.decode()
    client.post("/settings/email", {"email": "nora@example.org", "action_remove": "1"})
    nora.refresh_from_db()
    assert nora.email == "nora@example.org"
    assert nora.emailaddress_set.count() == 1


@pytest.mark.usefixtures("sends_mail")
def test_mail_is_sent_from_the_address_of_the_operator_and_names_our_own(
    client, db, settings
):
    settings.BASE_URL = "https://catalog.example.org"
    sign_up(client, email="nora@example.org")
    sent = outbox.outbox[0]
    assert sent.from_email == "catalog@example.org"
    assert "https://catalog.example.org/settings/email/verify/" in sent.body


@pytest.mark.usefixtures("sends_mail")
def test_a_mail_server_that_is_away_is_no_fault_of_the_page(
    client, db, settings, caplog
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = sign_up(client, email="nora@example.org")
    assert answer["Location"] == "/settings/email/sent"
    assert "could not be sent" in caplog.text
    assert "verify/" not in caplog.text


@pytest.mark.parametrize(
    ("wishes", "name"),
    [
        (["nora"], "nora"),
        (["Nora Ö. Lind"], "Nora-Lind"),
        (["nora.lind@example.org"], "nora-lind"),
        (["ada"], "ada-2"),
        (["Admin"], "Admin-2"),
        (["", None, "---", "日本"], "member"),
        (["x" * 60], "x" * 39),
    ],
)
def test_a_name_is_made_of_what_a_provider_tells(ada, wishes, name):
    assert joining.free_name(wishes) == name


def test_names_do_not_run_out(ada):
    for _time in range(60):
        User.objects.create(username=joining.free_name(["ada"]))
    assert User.objects.count() == 61
