"""Signing in with an OpenID provider: the running product, the whole code flow."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.live_product import Product
from tests.openid_provider import Provider

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("oidc")]

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def provider():
    with Provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def site(tmp_path_factory, provider):
    """The product, which knows the provider."""
    settings = {
        "VITRINE_OIDC_ISSUER": provider.url,
        "VITRINE_OIDC_CLIENT_ID": provider.client_id,
        "VITRINE_OIDC_CLIENT_SECRET": provider.secret,
        "VITRINE_OIDC_NAME": "Example Login",
    }
    home = tmp_path_factory.mktemp("oidc") / "home"
    product = Product(home, settings=settings).start()
    yield product
    product.stop()


@pytest.fixture
def says(provider):
    """Let the provider say something of the next visitor."""

    def say(subject, *, lies=None, **claims) -> None:
        provider.claims = {"sub": subject, **claims}
        provider.lies = lies or {}

    return say


def visit(site, **more) -> requests.Session:
    """A browser that follows the button of the sign-in page to its end."""
    browser = requests.Session()
    page = browser.get(site.url + "/settings/sign-in", params=more).text
    link = re.search(r'href="(/settings/with/oidc[^"]*)"[^>]*>.*?Example Login', page)
    browser.last = browser.get(site.url + link[1].replace("&amp;", "&"))
    return browser


def name_of(site, browser) -> str:
    """Who the site says is signed in."""
    page = browser.get(site.url + "/").text
    found = re.search(r'aria-label="([\w-]+), your account', page)
    return found[1] if found else ""


def asked(site, expression):
    """The JSON value of an expression over the models of the running product."""
    code = (
        "import json; from accounts.models import *; "
        "from allauth.account.models import EmailAddress; "
        "from allauth.socialaccount.models import *; "
        "from catalog.models import AuditEntry; "
        f"print(json.dumps({expression}))"
    )
    return json.loads(site.command("shell", "-c", code).splitlines()[-1])


def make(site, name, email="", *, verified=False) -> None:
    """A person with a password and an address."""
    rows = (
        f"EmailAddress.objects.create(user=u, email={email!r}, primary=True, "
        f"verified={verified}); "
        if email
        else ""
    )
    site.command(
        "shell",
        "-c",
        "from accounts.services import create_user; "
        "from allauth.account.models import EmailAddress; "
        f"u = create_user(username={name!r}, password={PASSWORD!r}, email={email!r}); "
        + rows,
    )


def test_a_newcomer_gets_an_account_with_a_namespace(site, says):
    says(
        "nora-1",
        preferred_username="Nora Lind",
        email="nora@example.org",
        email_verified=True,
    )
    browser = visit(site, next="/search")
    assert urlsplit(browser.last.url).path == "/search"
    assert name_of(site, browser) == "Nora-Lind"
    assert asked(site, "Owner.objects.get(slug='Nora-Lind').user.username") == (
        "Nora-Lind"
    )
    assert asked(
        site,
        "list(AuditEntry.objects.filter(target='Nora-Lind').order_by('pk')"
        ".values_list('action', 'reason'))",
    ) == [["sign up", "by single sign-on"], ["sign in", "by single sign-on"]]


def test_who_comes_again_is_the_same(site, says):
    says("again-1", preferred_username="again", email="again@example.org")
    assert name_of(site, visit(site)) == "again"
    says("again-1", preferred_username="renamed", email="other@example.org")
    assert name_of(site, visit(site)) == "again"


def test_a_taken_or_reserved_name_is_made_free(site, says):
    says("admin-1", preferred_username="admin")
    assert name_of(site, visit(site)) == "admin-2"
    says("nlp-1", preferred_username="NLP")
    assert name_of(site, visit(site)) == "NLP-2"


def test_an_address_verified_on_both_sides_links(site, says):
    make(site, "ada", "ada@example.org", verified=True)
    says("ada-1", preferred_username="x", email="Ada@Example.org", email_verified=True)
    assert name_of(site, visit(site)) == "ada"
    browser = requests.Session()
    page = browser.get(site.url + "/settings/sign-in").text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    posted = {"csrfmiddlewaretoken": token, "login": "ada", "password": PASSWORD}
    browser.post(site.url + "/settings/sign-in", data=posted)
    assert name_of(site, browser) == "ada", "the password goes on"


def test_an_address_the_provider_did_not_verify_takes_nothing_over(site, says):
    make(site, "grace", "grace@example.org", verified=True)
    for subject, verified in (("g-1", False), ("g-2", None), ("g-3", "false")):
        claims = {} if verified is None else {"email_verified": verified}
        says(subject, preferred_username="g", email="grace@example.org", **claims)
        assert name_of(site, visit(site)) != "grace"
    assert (
        asked(site, "SocialAccount.objects.filter(user__username='grace').count()") == 0
    )


def test_an_address_nobody_verified_here_is_not_taken_over(site, says):
    make(site, "linus", "linus@example.org", verified=False)
    says("l-1", preferred_username="l", email="linus@example.org", email_verified=True)
    assert name_of(site, visit(site)) == "l"
    assert (
        asked(site, "SocialAccount.objects.filter(user__username='linus').count()") == 0
    )
    assert asked(
        site, f"User.objects.get(username='linus').check_password({PASSWORD!r})"
    )


def test_no_token_of_the_provider_is_kept(site, says, provider):
    says("t-1", preferred_username="tokens")
    assert name_of(site, visit(site)) == "tokens"
    assert asked(site, "SocialToken.objects.count()") == 0
    held = b"".join(path.read_bytes() for path in site.home.glob("db.sqlite3*"))
    assert provider.tokens
    assert not any(token.encode() in held for token in provider.tokens)
    assert provider.secret.encode() not in held


def test_an_answer_for_another_browser_signs_nobody_in(site, says):
    says("v-1", preferred_username="victim")
    first = requests.Session()
    sent = first.get(site.url + "/settings/with/oidc", allow_redirects=False)
    back = first.get(sent.headers["Location"], allow_redirects=False)
    other = requests.Session()
    answer = other.get(back.headers["Location"])
    assert "could not be used" in answer.text
    assert name_of(site, other) == ""


@pytest.mark.parametrize(
    "lies",
    [{"aud": "another client"}, {"iss": "https://evil.example"}, {"exp": 1}],
    ids=["audience", "issuer", "expired"],
)
def test_a_token_for_somebody_else_signs_nobody_in(site, says, lies):
    says("lie-1", preferred_username="liar", lies=lies)
    browser = visit(site)
    assert "could not be used" in browser.last.text
    assert name_of(site, browser) == ""


def test_the_request_bears_state_and_a_challenge(site, says):
    sent = requests.get(
        site.url + "/settings/with/oidc", allow_redirects=False, timeout=10
    )
    query = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert len(query["state"][0]) >= 16
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [site.url + "/settings/with/oidc/back"]


def test_an_unknown_provider_is_not_there(site):
    answer = requests.get(site.url + "/settings/with/other", timeout=10)
    assert answer.status_code == 404


def test_a_link_elsewhere_connects_no_identity_to_who_is_signed_in(site, says):
    make(site, "carl")
    browser = requests.Session()
    page = browser.get(site.url + "/settings/sign-in").text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    posted = {"csrfmiddlewaretoken": token, "login": "carl", "password": PASSWORD}
    browser.post(site.url + "/settings/sign-in", data=posted)
    says("mallory-1", preferred_username="mallory")
    browser.get(site.url + "/settings/with/oidc?process=connect")
    linked = "SocialAccount.objects.filter(user__username='carl').count()"
    assert asked(site, linked) == 0


def test_more_scopes_cannot_be_asked_for_by_a_link(site):
    sent = requests.get(
        site.url + "/settings/with/oidc?scope=everything&auth_params=prompt%3Dnone",
        allow_redirects=False,
        timeout=10,
    )
    assert "everything" not in sent.headers["Location"]
    assert "prompt" not in sent.headers["Location"]
