"""What a person does with an account: make it, sign in and out, make and end keys."""

from __future__ import annotations

import pytest

from accounts import attempts
from accounts.keys import create_key, find_key
from accounts.models import ApiKey, Owner, User

PASSWORD = "correct horse battery"


def test_a_newcomer_signs_up_and_is_signed_in(client, db):
    response = client.post(
        "/settings/sign-up",
        {"username": "nora", "password": PASSWORD, "next": "/search"},
    )
    assert response["Location"] == "/search"
    assert Owner.objects.filter(slug="nora", user__username="nora").exists()
    assert "nora, your account" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("admin", PASSWORD, "reserved"),
        ("Ada", PASSWORD, "taken"),
        ("no spaces", PASSWORD, "Use 1 to 39 letters"),
        ("nora", "password", "too common"),
        ("nora", "x", "too short"),
        ("\x00", PASSWORD, "Null characters"),
    ],
)
def test_a_bad_name_or_password_is_refused_with_the_rule(
    client, ada, name, password, said
):
    response = client.post(
        "/settings/sign-up", {"username": name, "password": password}
    )
    assert response.status_code == 200
    assert said in response.content.decode()
    assert User.objects.count() == 1


def test_the_page_opens_at_the_first_field_that_is_wrong(client, db):
    page = client.get("/settings/sign-up").content.decode()
    assert "autofocus" in tag(page, "username")
    posted = {"username": "nora", "password": "x"}
    page = client.post("/settings/sign-up", posted).content.decode()
    assert "autofocus" not in tag(page, "username")
    assert "autofocus" in tag(page, "password")


def tag(page, name):
    """The tag of the control with this name."""
    return page.split(f'name="{name}"', 1)[1].split(">", 1)[0]


def test_sign_up_can_be_closed(client, db, settings):
    settings.VITRINE_SIGN_UP = "closed"
    assert client.get("/settings/sign-up").status_code == 404
    page = client.get("/settings/sign-in").content.decode()
    assert "made by the operator" in page


def test_signing_in_leads_back_and_never_elsewhere(client, ada):
    for wanted, reached in (
        ("/search?q=a", "/search?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
    ):
        client.logout()
        response = client.post(
            "/settings/sign-in",
            {"username": "ada", "password": PASSWORD, "next": wanted},
        )
        assert response["Location"] == reached


def test_a_wrong_password_says_so_and_guessing_has_to_wait(client, ada):
    wrong = {"username": "ada", "password": "guess"}
    for _attempt in range(attempts.ALLOWED):
        page = client.post("/settings/sign-in", wrong).content.decode()
        assert "do not go together" in page
    page = client.post("/settings/sign-in", {"username": "ada", "password": PASSWORD})
    assert "Too many attempts" in page.content.decode()


def test_signing_out_is_a_post(client, ada):
    client.force_login(ada)
    assert client.get("/settings/sign-out").status_code == 405
    assert client.post("/settings/sign-out")["Location"] == "/"
    assert "Sign in" in client.get("/").content.decode()


def test_a_key_is_shown_once_and_kept_from_every_cache(client, ada):
    client.force_login(ada)
    response = client.post(
        "/settings/keys", {"name": "nightly", "scopes": ["read", "run"], "days": "30"}
    )
    page = response.content.decode()
    key = ApiKey.objects.get()
    secret = page.split('id="secret">')[1].split("<")[0]
    assert find_key(secret) == key
    assert "no-store" in response["Cache-Control"]
    assert secret not in client.get("/settings/keys").content.decode()


@pytest.mark.parametrize(
    "posted",
    [
        {"name": "", "scopes": ["run"], "days": "30"},
        {"name": "x", "scopes": [], "days": "30"},
        {"name": "x", "scopes": ["root"], "days": "30"},
        {"name": "x", "scopes": ["run"], "days": "9999"},
        {"name": "x" * 81, "scopes": ["run"], "days": "30"},
        {"name": "a\x00b", "scopes": ["run"], "days": "30"},
        {"name": "a\u202eb", "scopes": ["run"], "days": "30"},
    ],
)
def test_a_malformed_key_is_refused_at_the_field(client, ada, posted):
    client.force_login(ada)
    response = client.post("/settings/keys", posted)
    assert response.status_code == 200
    assert "field__error" in response.content.decode()
    assert not ApiKey.objects.exists()


def test_a_revoked_key_is_dead_at_once(client, ada):
    new = create_key(user=ada, name="old", scopes=["run"])
    client.force_login(ada)
    page = client.post(f"/settings/keys/{new.row.pk}/revoke", follow=True)
    assert "is revoked" in page.content.decode()
    assert find_key(new.secret) is None


def test_nobody_revokes_anothers_key(client, ada, charlie):
    new = create_key(user=ada, name="hers", scopes=["run"])
    client.force_login(charlie)
    response = client.post(f"/settings/keys/{new.row.pk}/revoke")
    assert response.status_code == 404
    assert find_key(new.secret) is not None


def test_keys_need_an_account(client, db):
    response = client.get("/settings/keys")
    assert response["Location"] == "/settings/sign-in?next=/settings/keys"
