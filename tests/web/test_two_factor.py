"""The second factor: set up with an app, asked for at sign-in, sealed at rest."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from accounts.models import Session
from catalog.models import AuditEntry

PASSWORD = "correct horse battery"


def code_of(secret: str, step: int = 0) -> str:
    """What an authenticator app shows (RFC 6238), `step` half-minutes from now."""
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


@pytest.fixture
def app(client, ada, confirmed) -> dict:
    """Ada set up an app in one browser; its secret and her recovery codes."""
    confirmed(client, ada)
    page = client.get("/settings/two-factor/app").content.decode()
    secret = re.search(r'id="secret">([^<]+)<', page)[1].replace(" ", "")
    posted = client.post("/settings/two-factor/app", {"code": code_of(secret)})
    assert posted["Location"] == "/settings/two-factor/codes"
    shown = client.get("/settings/two-factor/codes").content.decode()
    codes = re.search(r'id="codes"[^>]*>([^<]+)<', shown)[1].split()
    return {"secret": secret, "codes": codes}


def sign_in(client):
    return client.post("/settings/sign-in", {"login": "ada", "password": PASSWORD})


def give(client, code):
    return client.post("/settings/sign-in/code", {"code": code})


def is_signed_in(client) -> bool:
    return "your account" in client.get("/").content.decode()


def test_the_app_is_set_up_by_picture_or_by_text(client, ada, confirmed):
    confirmed(client, ada)
    page = client.get("/settings/two-factor/app").content.decode()
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page)[1]
    assert "<path" in base64.b64decode(picture).decode()
    assert re.search(r'id="secret">([A-Z2-7]{4} ){7}[A-Z2-7]{4}<', page)
    assert "no-store" in client.get("/settings/two-factor/app")["Cache-Control"]


def test_the_password_is_asked_for_before(client, ada):
    client.force_login(ada)
    answer = client.get("/settings/two-factor/app")
    wanted = "/settings/confirm?next=%2Fsettings%2Ftwo-factor%2Fapp"
    assert answer["Location"] == wanted
    refused = client.post(answer["Location"], {"password": "wrong"})
    assert "not your password" in refused.content.decode()
    passed = client.post(answer["Location"], {"password": PASSWORD})
    assert passed["Location"] == "/settings/two-factor/app"


def test_a_wrong_first_code_sets_up_nothing(client, ada, confirmed):
    confirmed(client, ada)
    client.get("/settings/two-factor/app")
    page = client.post("/settings/two-factor/app", {"code": "000000"})
    assert "not right" in page.content.decode()
    assert not Authenticator.objects.exists()


def test_sign_in_asks_for_the_code_and_is_nobody_before(client_elsewhere, app):
    assert sign_in(client_elsewhere)["Location"] == "/settings/sign-in/code"
    assert not is_signed_in(client_elsewhere)
    assert client_elsewhere.get("/settings/keys").status_code == 302
    assert "not right" in give(client_elsewhere, "000000").content.decode()
    assert give(client_elsewhere, code_of(app["secret"]))["Location"] == "/"
    assert is_signed_in(client_elsewhere)


def test_next_survives_the_second_factor(client_elsewhere, app):
    posted = {"login": "ada", "password": PASSWORD, "next": "/search?q=a"}
    client_elsewhere.post("/settings/sign-in", posted)
    answer = give(client_elsewhere, code_of(app["secret"]))
    assert answer["Location"] == "/search?q=a"


@pytest.mark.parametrize(("step", "opens"), [(-3, False), (-1, True), (3, False)])
def test_a_clock_may_be_half_a_minute_off(client_elsewhere, app, step, opens):
    sign_in(client_elsewhere)
    give(client_elsewhere, code_of(app["secret"], step))
    assert is_signed_in(client_elsewhere) == opens


def test_a_code_opens_once(client_elsewhere, app):
    code = code_of(app["secret"])
    sign_in(client_elsewhere)
    give(client_elsewhere, code)
    client_elsewhere.logout()
    sign_in(client_elsewhere)
    assert "was used already" in give(client_elsewhere, code).content.decode()
    assert not is_signed_in(client_elsewhere)


def test_codes_are_not_guessed(client_elsewhere, app):
    sign_in(client_elsewhere)
    for number in range(10):
        assert give(client_elsewhere, f"{number:06}").status_code == 200
    answer = give(client_elsewhere, code_of(app["secret"]))
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 15 * 60
    assert "Try again in" in answer.content.decode()
    assert not is_signed_in(client_elsewhere)


def test_recovery_codes_are_shown_once_and_open_once(client, client_elsewhere, app):
    assert len(app["codes"]) == 10
    again = client.get("/settings/two-factor/codes").content.decode()
    assert "10 of 10 are left" in again
    assert not any(code in again for code in app["codes"])
    sign_in(client_elsewhere)
    assert give(client_elsewhere, app["codes"][3])["Location"] == "/"
    client_elsewhere.logout()
    sign_in(client_elsewhere)
    assert give(client_elsewhere, app["codes"][3]).status_code == 200
    index = client.get("/settings/two-factor").content.decode()
    assert "9 recovery codes left" in index


def test_new_recovery_codes_end_the_old(client, client_elsewhere, app):
    client.post("/settings/two-factor/codes/new")
    shown = client.get("/settings/two-factor/codes").content.decode()
    new = re.search(r'id="codes"[^>]*>([^<]+)<', shown)[1].split()
    assert not set(new) & set(app["codes"])
    sign_in(client_elsewhere)
    assert give(client_elsewhere, app["codes"][0]).status_code == 200
    assert give(client_elsewhere, new[0])["Location"] == "/"


def test_nothing_of_it_is_in_the_database_in_clear(client, ada, app):
    held = json.dumps(list(Authenticator.objects.values("data")))
    held += "".join(Session.objects.values_list("session_data", flat=True))
    held += str(list(AuditEntry.objects.values()))
    assert app["secret"] not in held
    assert not any(code in held for code in app["codes"])
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert seed.startswith("gAAAA"), "a Fernet token"


def test_another_secret_key_opens_nothing(client_elsewhere, app, settings):
    settings.SECRET_KEY = "another one"
    settings.SECRET_KEY_FALLBACKS = ["only-for-tests"]
    sign_in(client_elsewhere)
    assert give(client_elsewhere, code_of(app["secret"]))["Location"] == "/"


def test_turning_it_off_asks_and_throws_the_codes_away(client, client_elsewhere, app):
    assert "Turn it off" in client.get("/settings/two-factor").content.decode()
    answer = client.post("/settings/two-factor/app/remove")
    assert answer["Location"] == "/settings/two-factor"
    assert not Authenticator.objects.exists()
    assert sign_in(client_elsewhere)["Location"] == "/"


def test_turning_it_off_needs_the_password_again(client_elsewhere, app):
    sign_in(client_elsewhere)
    give(client_elsewhere, code_of(app["secret"]))
    answer = client_elsewhere.post("/settings/two-factor/app/remove")
    assert answer["Location"].startswith("/settings/confirm?next=")
    assert Authenticator.objects.filter(type="totp").exists()


def test_what_was_done_is_noted(
    client, ada, confirmed, client_elsewhere, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        confirmed(client, ada)
        page = client.get("/settings/two-factor/app").content.decode()
        secret = re.search(r'id="secret">([^<]+)<', page)[1].replace(" ", "")
        client.post("/settings/two-factor/app", {"code": code_of(secret)})
    sign_in(client_elsewhere)
    give(client_elsewhere, "000000")
    client.post("/settings/two-factor/app/remove")
    noted = list(
        AuditEntry.objects.order_by("pk").values_list("action", "reason", "actor_name")
    )
    assert ("turn on two-factor", "authenticator app", "ada") in noted
    assert ("second factor failed", "", "") in noted
    assert ("turn off two-factor", "authenticator app", "ada") in noted


def test_staff_can_be_asked_for_it_before_the_administration(
    client, carol, confirmed, settings
):
    settings.VITRINE_REQUIRE_TOTP_FOR_STAFF = True
    confirmed(client, carol)
    led = client.get("/admin/", follow=True)
    assert led.redirect_chain[-1][0] == "/settings/two-factor/app"
    page = led.content.decode()
    assert "asks for two-factor" in page
    assert client.get("/admin/catalog/algorithm/").status_code == 302
    secret = re.search(r'id="secret">([^<]+)<', page)[1].replace(" ", "")
    client.post("/settings/two-factor/app", {"code": code_of(secret)})
    assert client.get("/admin/").status_code == 200


def test_without_that_setting_a_password_will_do(client, carol):
    client.force_login(carol)
    assert client.get("/admin/").status_code == 200


def test_a_reset_by_mail_does_not_go_around_it(client_elsewhere, ada, app, sends_mail):
    cache.clear()
    ada.email = "ada@example.org"
    ada.save()
    ada.emailaddress_set.create(email=ada.email, verified=True, primary=True)
    sent = client_elsewhere.post("/settings/reset", {"email": ada.email})
    assert sent.status_code == 302
    assert sign_in(client_elsewhere)["Location"] == "/settings/sign-in/code"
