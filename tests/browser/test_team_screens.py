"""Team pages in a browser: legible in both themes, at all widths, and they work."""

from __future__ import annotations

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
]

#: a team with public and private algorithms, four people, and a month of calls
TEAM = """
import random
from datetime import timedelta
from django.utils import timezone
from accounts.models import Owner, User
from accounts.services import add_member, create_team, create_user
from catalog.models import Algorithm, Run, Version
from catalog.services.cards import card_for
from catalog.services.rollups import count_calls, roll_up
dice = random.Random(11)
now = timezone.now()
if not Owner.objects.filter(slug="sightlab").exists():
    team = create_team(slug="sightlab", name="Sight Lab")
    team.about = "Everything that looks: detection, counting, reading labels."
    team.save()
    people = []
    for number, name in enumerate(("olga", "mika", "katherine", "edsger")):
        user = create_user(username=name, password="correct horse battery")
        user.last_login = now - timedelta(days=7 * number, hours=3)
        user.save()
        role = ("owner", "maintainer", "maintainer", "member")[number]
        add_member(team=team, user=user, role=role)
        people.append(user)
    runs = []
    for name, public, per_day in (
        ("ShelfCount", False, 40), ("ReviewMood", True, 22), ("LabelReader", False, 9),
        ("DefectFinder", False, 4), ("CableCheck", False, 0),
    ):
        seen = "public" if public else "private"
        card = card_for(source=f"# {name}")
        row = Algorithm.objects.create(owner=team.owner, name=name, title=name,
            summary=f"{name} of the team.", visibility=seen, card=card)
        row.latest = Version.objects.create(algorithm=row, major=1, minor=2, patch=0,
            visibility=seen, card=card, digest=name.ljust(64, "0"))
        row.save()
        for day in range(30):
            count = int(per_day * (0.4 if day % 7 < 2 else 1) * dice.uniform(0.7, 1.3))
            for _ in range(count):
                failed = dice.random() < 0.02
                runs.append(Run(version=row.latest, user=dice.choice(people),
                    surface="api", outcome="failed" if failed else "succeeded",
                    error_code="timeout" if failed else "", duration_ms=20,
                    total_ms=30, input_bytes=2, output_bytes=2,
                    created_at=now - timedelta(days=day, minutes=2)))
    Run.objects.bulk_create(runs)
    count_calls(versions=roll_up(since=now - timedelta(days=90)).versions)
"""
SIGN_IN = """
from django.test import Client
from accounts.models import User
client = Client()
client.force_login(User.objects.get(username={name!r}))
print(client.cookies["sessionid"].value)
"""
TABS = ("", "/algorithms", "/members", "/usage", "/settings")


@pytest.fixture(scope="module")
def team(product) -> str:
    product.command("shell", "-c", TEAM)
    return "/teams/sightlab"


@pytest.fixture
def as_(page, product, team):
    """Sign a person of the team in."""

    def sign_in(name):
        key = product.command("shell", "-c", SIGN_IN.format(name=name)).split()[-1]
        page.context.add_cookies(
            [{"name": "sessionid", "value": key, "url": product.url}]
        )
        return page

    return sign_in


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["olga", "mika", "edsger"])
def test_axe_finds_nothing_on_any_tab(as_, team, violations, theme, name):
    page = as_(name)
    page.emulate_media(color_scheme=theme)
    tabs = TABS if name == "olga" else TABS[:-1]
    for address in (*(team + tab for tab in tabs), "/teams"):
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        assert violations(page) == [], address


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_an_algorithm_moves(as_, violations, theme):
    page = as_("olga")
    page.emulate_media(color_scheme=theme)
    page.goto("/sightlab/CableCheck/transfer")
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_no_tab_scrolls_sideways(as_, team, width):
    page = as_("olga")
    page.set_viewport_size({"width": width, "height": 844})
    for address in (*(team + tab for tab in TABS), "/teams"):
        page.goto(address)
        overflow = page.evaluate(
            "() => document.documentElement.scrollWidth - window.innerWidth"
        )
        assert overflow <= 0, address


def test_the_usage_is_drawn_in_three_tones_with_their_names(as_, team):
    page = as_("edsger")
    page.goto(team)
    chart = page.locator(".chart__svg")
    assert chart.bounding_box()["width"] > 300
    for tone in "abc":
        bars = chart.locator(f".chart__bar--{tone}")
        assert bars.count() > 20
        assert bars.first.bounding_box()["height"] > 0
    legend = page.locator(".legend").inner_text()
    assert [line for line in legend.split("\n") if line] == [
        "ShelfCount",
        "ReviewMood",
        "2 others",
    ]


def test_an_invitation_goes_from_hand_to_hand(as_, team, product, violations):
    page = as_("mika")
    page.goto(f"{team}/members")
    page.get_by_label("For how many people").fill("2")
    page.get_by_role("button", name="Invite", exact=True).click()
    link = page.locator("#secret").inner_text()
    assert link.startswith(product.url)
    assert violations(page) == []
    page.context.clear_cookies()
    page.goto(link)
    assert "Join Sight Lab" in page.locator("h1").inner_text()
    assert violations(page) == []
    product.command("create_user", "newcomer")
    page = as_("newcomer")
    page.goto(link)
    page.get_by_role("button", name="Accept as newcomer").click()
    page.wait_for_url(f"**{team}")
    assert "Welcome to Sight Lab" in page.locator("[role=status]").first.inner_text()
    page.goto(f"{team}/members")
    page.get_by_role("button", name="Leave").click()
    page.wait_for_url("**/teams")
    assert "You left Sight Lab" in page.locator("main").inner_text()
