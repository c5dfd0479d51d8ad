"""Who sees it, requests and shares in a browser: legible, at all widths, working."""

from __future__ import annotations

import os
import re

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
]

#: a team with a private and a public listing, one who decides, two who ask
HARBOR = """
from accounts.models import Owner, User
from accounts.services import add_member, create_team, create_user
from catalog.models import AccessRequest, Algorithm, Grant, Version
from catalog.services.cards import card_for
if not Owner.objects.filter(slug="quayside").exists():
    team = create_team(slug="quayside", name="Quayside")
    people = {}
    for name in ("mary", "alan", "joan", "barbara"):
        people[name] = create_user(username=name, password="correct horse battery")
    add_member(team=team, user=people["mary"], role="maintainer")
    card = card_for(source="# Card")
    for name, seen in (("MooringFinder", "private"), ("TideTable", "public"),
                       ("Pilot", "private")):
        row = Algorithm.objects.create(owner=team.owner, name=name, title=name,
            summary="Finds a free mooring in a picture of the harbor.",
            visibility=seen, card=card, is_discoverable=seen == "private")
        for minor in range(3):
            Version.objects.create(algorithm=row, major=1, minor=minor, patch=0,
                visibility=seen, card=card, digest=f"{name}{minor}".ljust(64, "0"))
    row = Algorithm.objects.get(name="MooringFinder")
    crew = create_team(slug="crew", name="Crew")
    Grant.objects.create(algorithm=row, team=crew, right="run")
    Grant.objects.create(algorithm=row, user=people["barbara"], right="read")
    AccessRequest.objects.create(algorithm=row, user=people["alan"],
        reason="We count free moorings for the summer festival.")
    AccessRequest.objects.create(algorithm=row, user=people["barbara"],
        state="granted", reason="To look.", decided_by=people["mary"],
        decided_at=row.created_at, answer="Welcome.")
"""
SIGN_IN = """
from django.test import Client
from accounts.models import User
client = Client()
client.force_login(User.objects.get(username={name!r}))
print(client.cookies["sessionid"].value)
"""
SCREENS = [
    ("mary", "/quayside/MooringFinder/settings"),
    ("mary", "/quayside/TideTable/settings"),
    ("mary", "/quayside/TideTable"),
    ("mary", "/teams/quayside/requests"),
    ("mary", "/settings/requests"),
    ("joan", "/quayside/MooringFinder"),
    ("alan", "/quayside/MooringFinder"),
    ("alan", "/settings/requests"),
    ("joan", "/quayside"),
    ("joan", "/search?q=mooring"),
    ("barbara", "/quayside/MooringFinder"),
    ("barbara", "/settings/shared"),
]


@pytest.fixture(scope="module")
def harbor(product) -> None:
    product.command("shell", "-c", HARBOR)


@pytest.fixture
def as_(page, product, harbor):
    """Sign a person in."""

    def sign_in(name):
        key = product.command("shell", "-c", SIGN_IN.format(name=name)).split()[-1]
        page.context.add_cookies(
            [{"name": "sessionid", "value": key, "url": product.url}]
        )
        return page

    return sign_in


@pytest.mark.parametrize(("name", "path"), SCREENS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(as_, violations, name, path):
    page = as_(name)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        assert page.locator("h1").count() == 1
        assert violations(page) == [], theme
        kept = os.environ.get("SCREENSHOTS")
        if kept:
            file = f"{name}{path}".replace("/", "_").replace("?", "_")
            page.screenshot(path=f"{kept}/{file}-{theme}.png", full_page=True)
    for width in (320, 390, 768):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(path)
        overflow = page.evaluate(
            "() => document.documentElement.scrollWidth - window.innerWidth"
        )
        assert overflow <= 0, width


def test_a_request_is_asked_granted_and_ended(as_):
    page = as_("joan")
    page.goto("/quayside/Pilot")
    page.get_by_label("What you need it for").fill("To leave the harbor.")
    page.get_by_role("button", name="Request access").click()
    page.get_by_text("Your request waits since").wait_for()
    as_("mary")
    page.goto("/teams/quayside/requests")
    asked = page.locator("article", has_text="To leave the harbor.")
    asked.get_by_label("What it may be used for").select_option("run")
    asked.get_by_role("button", name="Grant").click()
    page.get_by_text("joan is told.").wait_for()
    as_("joan")
    page.goto("/quayside/Pilot")
    page.get_by_text("Shared with you to run").wait_for()
    as_("mary")
    page.goto("/quayside/Pilot/settings")
    page.get_by_role("button", name="End the share with joan").click()
    page.get_by_text("The share is ended.").wait_for()
    page.get_by_role("button", name="Take it off request").click()
    page.get_by_text("It is no longer on request.").wait_for()
    as_("joan")
    assert page.goto("/quayside/Pilot").status == 404


def test_a_public_listing_is_made_private_on_its_page(as_):
    page = as_("mary")
    page.goto("/quayside/TideTable")
    page.get_by_role("link", name="Who sees it").click()
    page.get_by_role("button", name=re.compile(r"Make private\W+1\.2\.0")).click()
    page.get_by_text("1.2.0 is private now.").wait_for()
    page.get_by_label("Team or person").fill("nobody-known")
    page.get_by_role("button", name="Share it").click()
    assert "sharing code" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Make it private").click()
    page.get_by_text("It is private now.").wait_for()
    page.context.clear_cookies()
    assert page.goto("/quayside/TideTable").status == 404
