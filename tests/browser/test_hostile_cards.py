"""Two thousand hostile cards in a real browser: nothing runs, nothing is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from csp.utils import build_policy
from playwright.sync_api import Error as PlaywrightError

from catalog.content.renderer import render_markdown
from tests.hostile_cards import HTML, hostile_cards

pytestmark = pytest.mark.browser

CARDS = 2_000
PER_PAGE = 100
RAW = HTML[::3]
SITE = "http://catalog.test"

#: `provoke`, `inspect` and `reread`, and the list `noted` of what ran
DETECTOR = Path(__file__).with_name("hostile_cards.js")


@pytest.fixture(scope="module")
def rendered() -> list[str]:
    return [render_markdown(card).html for card in hostile_cards(CARDS)]


@pytest.fixture
def site(browser):
    """A browser without network that gets the pages of `site.pages` alone."""
    context = browser.new_context()
    context.add_init_script(path=DETECTOR)
    context.pages_there, context.asked, context.policy = {}, [], ""

    def answer(route):
        body = context.pages_there.get(route.request.url)
        if body is None:
            context.asked.append(route.request.url)
            route.abort()
            return
        headers = {"Content-Security-Policy": context.policy} if context.policy else {}
        route.fulfill(
            body=body, content_type="text/html; charset=utf-8", headers=headers
        )

    context.route("**/*", answer)
    yield context
    context.close()


def document(cards: list[str], first: int = 0) -> str:
    shown = "".join(
        f'<section data-card="{number}">{card}</section>\n'
        for number, card in enumerate(cards, start=first)
    )
    return (
        f'<!doctype html><title>x</title><body data-count="{len(cards)}">'
        f'<main id="main">{shown}</main>'
    )


def read(site, cards: list[str], first: int = 0) -> tuple[list[str], list[str]]:
    """Show cards on a page; return what ran, and what should not be there."""
    page = site.new_page()
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    address = f"{SITE}/{first}"
    site.pages_there[address] = document(cards, first)
    page.goto(address)
    odd = page.evaluate("inspect()")
    page.evaluate("provoke()")
    page.evaluate("reread()")
    page.evaluate("provoke()")
    odd += page.evaluate("inspect()")
    page.wait_for_timeout(30)
    assert page.url.partition("#")[0] == address
    ran = [*page.evaluate("window.noted"), *dialogs]
    page.close()
    return ran, odd


@pytest.mark.parametrize("policy", ["on", "off"])
def test_nothing_of_two_thousand_hostile_cards_runs_or_loads(site, rendered, policy):
    site.policy = build_policy(nonce="known") if policy == "on" else ""
    for first in range(0, CARDS, PER_PAGE):
        ran, odd = read(site, rendered[first : first + PER_PAGE], first)
        assert ran == []
        assert odd == []
    assert site.asked == [], "pictures and files from elsewhere are not loaded"


def test_the_same_vectors_run_where_nothing_cleans_them(site):
    """The detectors see what they look for: else the test above proves nothing."""
    ran = 0
    for number, vector in enumerate(RAW):
        page = site.new_page()
        address = f"{SITE}/raw/{number}"
        site.pages_there[address] = document([vector])
        page.set_default_timeout(2_000)
        try:
            page.goto(address, wait_until="commit")
            page.wait_for_timeout(20)
            page.evaluate("provoke()")
            page.wait_for_timeout(20)
            ran += page.evaluate("window.noted.length > 0")
        except PlaywrightError:  # it led the page elsewhere, or held it up
            ran += 1
        page.close()
    assert ran > len(RAW) / 3
    assert site.asked, "pictures from elsewhere were asked for"


def test_the_policy_alone_stops_most_and_says_so(site):
    site.policy = build_policy(nonce="known")
    page = site.new_page()
    address = f"{SITE}/guarded"
    site.pages_there[address] = document(["<img src=x onerror=alert(1)>"])
    page.goto(address)
    page.wait_for_function("window.noted.some(note => note.startsWith('csp script'))")
    assert not any(note.startswith("alert") for note in page.evaluate("window.noted"))
    page.close()


OUTSIDE = [
    "![x](https://outside.example/a.png)",
    "[![x](https://outside.example/b.png)](https://outside.example/c)",
    '<img src="https://outside.example/d.png" srcset="//outside.example/e.png 2x">',
    '<img src="//outside.example/f.png"><img src="\\\\outside.example/g.png">',
    '<picture><source srcset="https://outside.example/h.png"><img src="x"></picture>',
    '<table background="https://outside.example/i.png"><tr><td>x</table>',
    '<video poster="https://outside.example/j.png"></video>',
    "<style>@import 'https://outside.example/k.css';</style>",
    '<link rel="preload" href="https://outside.example/l.js" as="script">',
    "![x](/static/favicon.svg) ![y](data:image/png;base64,AAAA)",
    '<img src="https://outside.example/m.png">' * 300,
]


def test_pictures_from_outside_are_links_and_no_request_leaves(site):
    ran, odd = read(site, [render_markdown(card).html for card in OUTSIDE])
    assert (ran, odd, site.asked) == ([], [], [])


def test_a_bomb_of_pictures_or_cells_is_shown_and_loads_nothing(site):
    pictures = '<img src="https://outside.example/n.png">' * 5_000
    table = "|a" * 50 + "|\n" + "|-" * 50 + "|\n" + ("|x" * 50 + "|\n") * 60
    page = site.new_page()
    address = f"{SITE}/bombs"
    cards = [render_markdown(card).html for card in (pictures, table)]
    site.pages_there[address] = document(cards)
    page.goto(address)
    assert page.evaluate("inspect()") == []
    assert site.asked == []
    assert page.locator("main a").count() == 5_000
    assert page.locator("main td").count() == 3_000
    page.close()
