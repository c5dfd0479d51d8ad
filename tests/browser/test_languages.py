"""The choice of a language: six at hand, the rest in a list, by mouse and keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from catalog.snippets import executed, shown_targets

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
]


@pytest.fixture
def snippet(page):
    page.goto("/nlp/GetSentiment")
    return page.locator(".snippet").first


@pytest.fixture
def listed(page, snippet):
    """The open list of all languages."""
    snippet.get_by_role("button", name=f"{len(shown_targets())} ways to call").click()
    return page.locator("#targets")


def remembered(page):
    return {each["name"]: each["value"] for each in page.context.cookies()}["target"]


def test_six_languages_are_at_hand_and_the_rest_in_a_list(snippet, listed):
    assert snippet.locator(".pick").inner_text().split("\n") == [
        "Python",
        "cURL",
        "JavaScript",
        "Java",
        "Go",
        "R",
    ]
    assert listed.locator(".langs__item").count() == len(shown_targets())
    assert "Python (urllib)" in listed.inner_text()


def test_the_list_opens_in_its_box_and_enter_takes_the_first_that_is_left(
    page, snippet, listed
):
    expect(page.locator("#targets-q")).to_be_focused()
    page.keyboard.type("csharp")
    assert listed.locator(".langs__item:visible").all_inner_texts() == ["C#"]
    page.keyboard.press("Enter")
    expect(snippet.locator("pre")).to_contain_text("using System;")
    expect(listed).to_be_hidden()
    expect(page.locator("#targets-open")).to_be_focused()
    expect(snippet.locator(".pick [aria-current]")).to_have_text("C#")
    assert remembered(page) == "csharp"


def test_arrows_go_through_the_list_and_escape_closes_it(page, snippet, listed):
    page.keyboard.type("p")
    names = listed.locator(".langs__item:visible")
    page.keyboard.press("ArrowDown")
    expect(names.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(names.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#targets-q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()


def test_what_no_language_is_called_is_said(page, listed):
    page.keyboard.type("cobol")
    expect(page.get_by_text("No language has this in its name.")).to_be_visible()
    assert listed.locator(".langs__item:visible").count() == 0
    page.locator("#targets-q").fill("")
    expect(page.get_by_text("No language has this in its name.")).to_be_hidden()


def test_the_last_choice_is_remembered_on_all_pages(page, snippet, listed):
    listed.get_by_role("link", name="Ruby").click()
    expect(snippet.locator("pre")).to_contain_text("require 'json'")
    for address in ("/nlp/ExtractKeywords", "/nlp/ExtractKeywords/use"):
        page.goto(address)
        expect(page.locator(".snippet [aria-current]").first).to_have_text("Ruby")
        expect(page.locator(".snippet pre").first).to_contain_text("require 'json'")


def test_without_script_every_language_has_an_address(browser, product):
    context = browser.new_context(java_script_enabled=False, base_url=product.url)
    page = context.new_page()
    page.goto("/nlp/GetSentiment")
    page.locator("#targets-open").click()
    page.locator("#targets").get_by_role("link", name="PHP").click()
    assert page.locator(".snippet pre").first.inner_text().startswith("<?php")
    assert remembered(page) == "php-curl"
    page.goto("/util/Echo")
    assert page.locator(".snippet pre").first.inner_text().startswith("<?php")
    context.close()


@pytest.mark.parametrize("address", ["/nlp/GetSentiment", "/nlp/GetSentiment/use"])
@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_the_choice_needs_no_scrolling_sideways(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    if opener := page.locator("#targets-open").all():
        opener[0].click()
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)
    assert not page.evaluate(
        "(({scrollWidth, clientWidth}) => scrollWidth > clientWidth)"
        "(document.querySelector('#targets'))"
    )


def test_every_language_says_what_executed_it(page):
    for target in shown_targets():
        page.goto(f"/nlp/GetSentiment/use/{target.key}")
        foot = page.locator(".snippet .panel__foot").first
        expect(foot).to_contain_text("Executed in our tests")
        expect(foot).to_contain_text(executed()[target.key].toolchain)
