"""The audit log in a browser: legible in both themes, at all widths, and it works."""

from __future__ import annotations

import json

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
]

#: a team with an owner and a history of all kinds, and a curator
HISTORY = """
from accounts import keys, teams
from accounts.acting import acting
from accounts.models import Owner, User
from accounts.services import create_user
from catalog.models import Algorithm, AuditEntry
from catalog.services import audit, sharing
from catalog.services.cards import card_for
if not Owner.objects.filter(slug="tracelab").exists():
    wanda = create_user(username="wanda", password="correct horse battery")
    cleo = create_user(username="cleo", password="correct horse battery", is_staff=True)
    vera = create_user(username="vera", password="correct horse battery")
    with acting(address="2001:db8:85a3:8d3:1319:8a2e:370:7348"):
        team = teams.create(actor=wanda, slug="tracelab", name="Trace Lab")
        teams.add(actor=wanda, team=team, user=vera, role="member")
        teams.set_role(actor=wanda, team=team, user=vera, role="maintainer")
        key = keys.create_key(team=team, made_by=wanda, name="deploy", scopes=["run"])
    with acting(address="203.0.113.9", key_id=key.row.pk):
        row = Algorithm.objects.create(owner=team.owner, name="DefectFinder",
            title="Finds", summary="Finds.", visibility="public",
            card=card_for(source="# D"))
        sharing.make_private(viewer=vera, owner="tracelab", name="DefectFinder")
    audit.note(actor=cleo, action="hide", target=row,
        reason="It was trained on pictures that we may not use, see the review of May.")
    for number in range(60):
        audit.note(actor=wanda, action="edit", target=team, team=team,
            category=AuditEntry.Category.MEMBERSHIP,
            changes={"about": ("", f"Number {number}")})
"""
SIGN_IN = """
from django.test import Client
from accounts.models import User
client = Client()
client.force_login(User.objects.get(username={name!r}))
print(client.cookies["sessionid"].value)
"""
PLACES = {
    "wanda": ["/settings/audit", "/teams/tracelab/audit"],
    "cleo": ["/security/audit", "/security/audit?action=hide", "/settings/audit"],
}


@pytest.fixture(scope="module")
def history(product):
    product.command("shell", "-c", HISTORY)


@pytest.fixture
def as_(page, product, history):
    def sign_in(name):
        key = product.command("shell", "-c", SIGN_IN.format(name=name)).split()[-1]
        page.context.add_cookies(
            [{"name": "sessionid", "value": key, "url": product.url}]
        )
        return page

    return sign_in


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PLACES)
def test_axe_finds_nothing(as_, violations, theme, name):
    page = as_(name)
    page.emulate_media(color_scheme=theme)
    for address in PLACES[name]:
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        assert violations(page) == [], address


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
@pytest.mark.parametrize("name", PLACES)
def test_no_page_scrolls_sideways(as_, width, name):
    page = as_(name)
    page.set_viewport_size({"width": width, "height": 844})
    for address in PLACES[name]:
        page.goto(address)
        overflow = page.evaluate(
            "() => document.documentElement.scrollWidth - window.innerWidth"
        )
        assert overflow <= 0, address


def test_an_owner_narrows_the_log_and_takes_a_file_along(as_):
    page = as_("wanda")
    page.goto("/teams/tracelab")
    page.get_by_role("link", name="Audit", exact=True).click()
    page.wait_for_url("**/audit")
    page.get_by_role("link", name="Older").click()
    page.wait_for_url("**cursor=**")
    page.get_by_label("Kind").select_option("visibility")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**category=visibility**")
    rows = page.locator(".audit tbody tr")
    assert rows.count() == 1
    assert "vera made tracelab/DefectFinder private" in rows.first.inner_text()
    assert "203.0.113.9" in rows.first.inner_text()
    with page.expect_download() as taken:
        page.get_by_role("link", name="JSON").click()
    with open(taken.value.path(), "rb") as file:  # noqa: PTH123 - a path of Playwright's
        assert [row["action"] for row in json.load(file)] == ["make private"]


def test_it_works_without_script(browser, product, history):
    key = product.command("shell", "-c", SIGN_IN.format(name="cleo")).split()[-1]
    context = browser.new_context(java_script_enabled=False, base_url=product.url)
    context.add_cookies([{"name": "sessionid", "value": key, "url": product.url}])
    page = context.new_page()
    page.goto("/security/audit")
    page.get_by_label("Act", exact=True).fill("hide")
    page.get_by_label("Who").fill("cleo")
    page.get_by_role("button", name="Filter").click()
    rows = page.locator(".audit tbody tr")
    assert rows.count() == 1
    assert "hid tracelab/DefectFinder from all but its owner" in rows.first.inner_text()
    context.close()
