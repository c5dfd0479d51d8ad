"""Every page of signing in and of the account, in a real browser, in both themes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import struct
import time
from pathlib import Path

import pytest

from tests.live_product import Product
from tests.openid_provider import Provider

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("account_screens"),
]

PASSWORD = "correct horse battery"
WIDTHS = [320, 768, 1440]
ENTRANCES = [
    "/settings/sign-in",
    "/settings/sign-in?next=/search",
    "/settings/sign-up",
    "/settings/reset",
    "/settings/reset/sent",
    "/settings/reset/done",
    "/settings/reset/1-wrong",
    "/settings/email/sent",
    "/settings/email/verify/wrong",
    "/settings/closed",
    "/settings/with/cancelled",
    "/settings/with/failed",
]
SETTINGS = [
    "/settings/email",
    "/settings/password",
    "/settings/two-factor",
    "/settings/two-factor/app",
    "/settings/sessions",
    "/settings/notices",
    "/settings/keys",
    "/settings/stars",
    "/settings/searches",
    "/settings/connections",
    "/settings/sign-out",
    "/settings/confirm",
    "/settings/confirm/mail",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The product with mail (to nobody), and with a provider of identities."""
    with Provider() as provider:
        settings = {
            "VITRINE_EMAIL_URL": "smtp://127.0.0.1:9",
            "VITRINE_EMAIL_FROM": "catalog@example.org",
            "VITRINE_OIDC_ISSUER": provider.url,
            "VITRINE_OIDC_CLIENT_ID": provider.client_id,
            "VITRINE_OIDC_CLIENT_SECRET": provider.secret,
            "VITRINE_OIDC_NAME": "Example Login",
        }
        home = tmp_path_factory.mktemp("screens") / "home"
        product = Product(home, settings=settings).start()
        product.provider = provider
        yield product
        product.stop()


def make(site, name) -> None:
    """A person with a verified address, a pending one and two notices."""
    site.command(
        "shell",
        "-c",
        "from accounts.services import create_user; from accounts import notices; "
        "from allauth.account.models import EmailAddress as E; "
        f"u = create_user(username={name!r}, password={PASSWORD!r}, "
        f"email='{name}@example.org'); "
        f"E.objects.create(user=u, email=u.email, verified=True, primary=True); "
        f"E.objects.create(user=u, email='{name}@example.com'); "
        "notices.tell(user=u, text='Grace invites you to Vision Lab.', "
        "address='/teams'); notices.tell(user=u, text='Your request is granted.')",
    )


def code_of(secret) -> str:
    """What an authenticator app shows (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


@pytest.fixture(scope="module")
def ada(browser, site):
    """The state of a browser in which Ada signed in and confirmed her password."""
    make(site, "ada")
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    sign_in(page, "ada")
    page.goto("/settings/confirm?next=/settings/email")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/settings/email")
    yield context.storage_state()
    context.close()


def sign_in(page, name) -> None:
    page.goto("/settings/sign-in")
    page.get_by_label("Name", exact=False).first.fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def opened(browser, site):
    """Open a browser with a state, a theme and a width; what it says is kept."""
    contexts = []

    def open_one(*, theme="light", state=None, width=1280, script=True):
        context = browser.new_context(
            base_url=site.url,
            color_scheme=theme,
            storage_state=state,
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on(
            "console",
            lambda message: (
                page.said.append(message.text)
                if message.type == "error" and "status of" not in message.text
                else None
            ),
        )
        return page

    yield open_one
    for context in contexts:
        context.close()


def kept(page, name) -> None:
    """Keep a picture where somebody wants to look."""
    if folder := os.environ.get("VITRINE_SCREENS"):
        path = Path(folder) / f"{name.strip('/').replace('/', '-')}.png"
        page.screenshot(path=path, full_page=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_on_the_way_in(opened, violations, theme):
    page, found = opened(theme=theme), {}
    for path in ENTRANCES:
        answer = page.goto(path)
        assert answer.status in {200, 401}, path
        found[path] = violations(page)
        kept(page, f"{theme}/{path.partition('?')[0]}".replace("/", "-"))
    assert {path: each for path, each in found.items() if each} == {}
    assert page.said == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_in_the_settings(opened, ada, violations, theme):
    page, found = opened(theme=theme, state=ada), {}
    for path in SETTINGS:
        answer = page.goto(path)
        assert answer.status == 200, path
        found[path] = violations(page)
        kept(page, f"{theme}{path}".replace("/", "-"))
    assert {path: each for path, each in found.items() if each} == {}
    assert page.said == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(opened, ada, width):
    for paths, state in ((ENTRANCES, None), (SETTINGS, ada)):
        page = opened(state=state, width=width)
        for path in paths:
            page.goto(path)
            overflow = page.evaluate(
                "() => document.documentElement.scrollWidth - window.innerWidth"
            )
            assert overflow <= 0, path


def set_up_app(page) -> list[str]:
    """Set up an authenticator app; return the recovery codes."""
    page.goto("/settings/two-factor/app")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    picture = page.get_by_role("img", name="QR code")
    assert picture.evaluate("image => image.naturalWidth") > 0
    kept(page, "dark-picture")
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Turn it on").click()
    return page.locator("#codes").inner_text().split()


def test_the_second_factor_is_set_up(opened, site, violations):
    make(site, "grace")
    page = opened(theme="dark")
    sign_in(page, "grace")
    assert len(set_up_app(page)) == 10
    assert violations(page) == []
    kept(page, "dark-recovery-codes")
    page.get_by_role("link", name="I have kept them").click()
    assert "10 recovery codes left" in page.content()
    for path in ("app/remove", "codes/new", "codes"):
        page.goto(f"/settings/two-factor/{path}")
        assert violations(page) == []
        kept(page, f"dark-two-factor-{path.replace('/', '-')}")
    assert page.said == []


def test_the_second_factor_is_asked_for(opened, site, violations):
    make(site, "charlie")
    first = opened()
    sign_in(first, "charlie")
    codes = set_up_app(first)
    page = opened()
    sign_in(page, "charlie")
    page.wait_for_url("**/settings/sign-in/code")
    assert violations(page) == []
    kept(page, "light-second-factor")
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    page.goto("/settings/confirm/app")
    assert violations(page) == []
    assert page.said == []


def test_errors_stand_at_their_field_and_are_found_by_axe(opened, violations):
    page = opened()
    page.goto("/settings/sign-up")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("E-mail address").fill("a@example.org")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Make the account").click()
    page.get_by_text("This name is reserved").wait_for()
    assert violations(page) == []
    kept(page, "light-sign-up-refused")
    page.goto("/settings/sign-in")
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    assert "do not go together" in page.get_by_role("alert").inner_text()
    assert violations(page) == []


def test_a_mailed_link_is_confirmed_by_a_button(opened, site, violations):
    make(site, "linus")
    key = site.command(
        "shell",
        "-c",
        "from allauth.account.models import EmailAddress as E, EmailConfirmationHMAC "
        "as H; print(H(E.objects.get(email='linus@example.com')).key)",
    ).splitlines()[-1]
    page = opened()
    page.goto(f"/settings/email/verify/{key}")
    assert violations(page) == []
    kept(page, "light-verify")
    page.get_by_role("button", name="This is my address").click()
    page.wait_for_url("**/settings/sign-in*")


def test_the_way_in_is_whole_without_script(opened, site):
    make(site, "carla")
    page = opened(script=False)
    sign_in(page, "carla")
    page.goto("/settings/sessions")
    assert page.get_by_text("this one").is_visible()
    page.goto("/settings/notices")
    assert page.get_by_role("link", name="Grace invites you").is_visible()


def test_a_provider_is_reached_by_its_button_and_leads_back(opened, site):
    site.provider.claims = {
        "sub": "browser-1",
        "preferred_username": "olga",
        "email": "olga@example.org",
        "email_verified": True,
    }
    page = opened()
    page.goto("/settings/sign-in?next=/guide/")
    page.get_by_role("link", name="Continue with Example Login").click()
    page.wait_for_url("**/guide/")
    assert page.get_by_role("button", name="olga, your account").is_visible()
    assert page.said == []


def test_the_masthead_rings_when_there_is_something_new(opened, ada):
    page = opened(state=ada)
    page.goto("/")
    you = page.get_by_role("button", name="ada, your account")
    you.click()
    page.get_by_role("link", name="Notices").click()
    page.wait_for_url("**/settings/notices")
    page.goto("/")
    assert page.get_by_role("button", name="ada, your account", exact=True).is_visible()
