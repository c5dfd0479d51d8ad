"""Finding in a real browser: suggestions, facets, chips, filters, saved searches."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
]

SEARCHES = [
    "/search?q=sentiment&task=text-classification",
    "/search?filter=verified+AND+stars+%3E",
    "/search?q=sentimnt",
]


@pytest.fixture
def grace(page, product):
    """The page of Grace, who signed in by the form."""
    product.command(
        "shell",
        "-c",
        "from accounts.models import User;"
        "from accounts.services import create_user;"
        "u = User.objects.filter(username='grace').first() or "
        "create_user(username='grace', password='x');"
        "u.set_password('correct horse battery'); u.save();"
        "u.saved_searches.all().delete()",
    )
    page.goto("/settings/sign-in")
    page.get_by_label("Name", exact=False).first.fill("grace")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    return page


@pytest.fixture
def without_script(browser, product):
    context = browser.new_context(java_script_enabled=False, base_url=product.url)
    yield context.new_page()
    context.close()


def asked(page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


@pytest.mark.parametrize("path", ["/", "/search", "/util/Echo"])
def test_suggestions_open_by_keyboard_on_every_page(page, path):
    page.goto(path)
    page.keyboard.press("/")
    page.keyboard.type("GetSent")
    box = page.get_by_role("combobox", name="Search algorithms").first
    option = page.get_by_role("option", name="nlp/GetSentiment")
    option.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    said = page.locator("#said")
    assert re.fullmatch(r"\d+ suggestions?", said.inner_text())
    page.keyboard.press("ArrowDown")
    marked = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert marked.get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**/nlp/GetSentiment")


def test_the_arrows_go_round_and_escape_closes(page):
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("text")
    box = page.get_by_role("combobox", name="Search algorithms").first
    options = page.get_by_role("option")
    options.first.wait_for()
    last = options.count() - 1
    assert last > 0

    def marked() -> list[int]:
        every = options.all()
        return [
            n for n, o in enumerate(every) if o.get_attribute("aria-selected") == "true"
        ]

    page.keyboard.press("ArrowUp")
    assert marked() == [last]
    page.keyboard.press("Home")
    assert marked() == [0]
    page.keyboard.press("End")
    assert marked() == [last]
    page.keyboard.press("ArrowDown")
    assert marked() == []
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "text"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=text")


def test_a_suggestion_is_chosen_with_the_mouse(page):
    page.goto("/")
    page.get_by_role("combobox", name="Search algorithms").first.fill("forecast")
    page.get_by_role("option").filter(has_text="Task").first.click()
    page.wait_for_url("**/search?task=*")
    assert page.locator(".chip").count() == 1


def test_a_facet_narrows_keeps_the_focus_and_can_be_taken_back(page):
    page.goto("/search")
    before = page.locator(".bar__count strong").inner_text()
    box = page.locator("#facet-takes input[value=text]")
    box.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/search?takes=text")
    page.locator(".chip", has_text="Text").wait_for()
    assert page.locator(".bar__count strong").inner_text() != before
    assert page.evaluate("() => document.activeElement.value") == "text"
    # A second value of the facet widens.
    page.locator("#facet-takes input[value=image]").check()
    page.locator(".chip", has_text="Image").wait_for()
    assert asked(page) == {"takes": ["image", "text"]}
    page.go_back()
    page.locator(".chip", has_text="Image").wait_for(state="detached")
    assert asked(page) == {"takes": ["text"]}
    page.locator(".chip", has_text="Text").click()
    page.wait_for_url("**/search")
    assert page.locator(".bar__count strong").inner_text() == before


def test_a_group_that_was_opened_stays_open(page):
    page.goto("/search")
    group = page.locator("#facet-owner")
    group.locator("summary").first.click()
    page.locator("#facet-takes summary").first.click()
    page.locator("#q").fill("text")
    page.wait_for_url("**/search?q=text")
    assert group.get_attribute("open") is not None
    assert page.locator("#facet-takes").get_attribute("open") is None


def test_facets_work_without_script(without_script):
    page = without_script
    page.goto("/search")
    page.locator("#facet-takes input[value=text]").check()
    page.get_by_role("button", name="Apply filters").click()
    assert asked(page)["takes"] == ["text"]
    assert page.locator(".chip").count() == 1
    page.get_by_role("link", name="Clear all").click()
    assert page.locator(".chip").count() == 0
    page.locator("#advanced summary").click()
    page.get_by_label("Filter expression").fill("owner = 'nlp' AND name LIKE 'Get%'")
    page.get_by_role("button", name="Apply", exact=True).click()
    assert page.locator(".result").count() == 1


def test_a_filter_that_cannot_be_read_is_marked_and_mended(page):
    page.goto("/search")
    page.locator("#advanced summary").click()
    box = page.get_by_label("Filter expression")
    box.fill("owner = nlp")
    box.press("Enter")
    page.locator(".advanced__place mark", has_text="nlp").wait_for()
    assert "quotes" in page.locator("#filter-said").inner_text()
    assert box.get_attribute("aria-invalid") == "true"
    assert page.locator(".result").count() == 0
    box.fill("owner = 'nlp'")
    box.press("Enter")
    page.locator(".result").first.wait_for()
    assert box.get_attribute("aria-invalid") is None
    assert asked(page)["filter"] == ["owner = 'nlp'"]


def test_filters_are_a_sheet_on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/search")
    page.get_by_role("button", name="Filters", exact=False).first.click()
    page.locator("#facet-takes input[value=text]").check()
    show = page.get_by_role("button", name="Show", exact=False)
    page.wait_for_url("**/search?takes=text")
    total = re.search(r"\d+", page.locator(".bar__count").inner_text())[0]
    page.get_by_role("button", name=f"Show {total} result").wait_for()
    show.click()
    page.locator(".result").first.wait_for()
    assert not page.locator("#facets").is_visible()
    assert page.locator("#chosen-count").inner_text().startswith("1")


def test_a_search_is_saved_and_its_feed_is_read(grace):
    page = grace
    page.goto("/search?q=sentiment")
    page.get_by_text("Save this search").click()
    page.get_by_label("Name of the search").fill("Moods")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/settings/searches")
    link = page.get_by_role("link", name="Atom feed of Moods")
    address = link.get_attribute("href")
    answer = page.request.get(address)
    assert answer.status == 200
    assert "nlp/GetSentiment" in answer.text()
    page.get_by_role("button", name="New feed address for Moods").click()
    assert page.request.get(address).status == 404
    fresh = link.get_attribute("href")
    assert page.request.get(fresh).status == 200
    page.get_by_text("Rename Moods").click()
    page.get_by_label("New name").fill("Feelings")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("link", name="Feelings", exact=True).click()
    page.wait_for_url("**/search?q=sentiment")
    page.goto("/settings/searches")
    page.get_by_role("button", name="Delete Feelings").click()
    page.get_by_text("You keep no search yet").wait_for()


def test_axe_finds_no_violation_in_saved_searches(grace, violations):
    page = grace
    page.goto("/search?q=sentiment")
    page.get_by_text("Save this search").click()
    page.get_by_label("Name of the search").fill("Moods")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Moods", exact=True).wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", SEARCHES)
def test_axe_finds_no_violation(page, violations, path, theme):
    page.emulate_media(color_scheme=theme)
    page.goto(path)
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_in_open_suggestions(page, violations, theme):
    page.emulate_media(color_scheme=theme)
    page.goto("/")
    page.get_by_role("combobox", name="Search algorithms").first.fill("text")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
@pytest.mark.parametrize("path", SEARCHES)
def test_no_search_scrolls_sideways(page, path, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(path)
    overflow = page.evaluate(
        "() => document.documentElement.scrollWidth - window.innerWidth"
    )
    assert overflow <= 0
