"""The start page, collections, stars and owner pages in a real browser."""

from __future__ import annotations

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
]

PAGES = ["/", "/collections", "/collections/five-to-start-with", "/nlp"]
MOST_BYTES = 100_000


@pytest.fixture
def signed_in(page, product, run_key):
    """The page of Ada, who signed in by the form."""
    product.command(
        "shell",
        "-c",
        "from accounts.models import User; u = User.objects.get(username='ada');"
        "u.set_password('correct horse battery'); u.save()",
    )
    page.goto("/settings/sign-in")
    page.get_by_label("Name", exact=False).first.fill("ada")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation(page, violations, path, theme):
    page.emulate_media(color_scheme=theme)
    page.goto(path)
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/settings/stars", "/ada"])
def test_axe_finds_none_on_the_pages_of_a_person(signed_in, violations, path, theme):
    signed_in.emulate_media(color_scheme=theme)
    signed_in.goto("/nlp/GetSentiment")
    signed_in.goto(path)
    assert violations(signed_in) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(page, path, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(path)
    overflow = page.evaluate(
        "() => document.documentElement.scrollWidth - window.innerWidth"
    )
    assert overflow <= 0


@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_after_it_is_shown(page, path):
    page.add_init_script(
        """window.shift = 0; new PerformanceObserver(list => {
        for (const entry of list.getEntries()) window.shift += entry.value; })
        .observe({type: "layout-shift", buffered: true});"""
    )
    page.goto(path, wait_until="networkidle")
    assert page.evaluate("() => window.shift") < 0.01


def test_the_start_page_travels_light(page):
    sizes = []

    def note(request):
        sizes.append(request.sizes()["responseBodySize"])

    page.on("requestfinished", note)
    page.goto("/", wait_until="networkidle")
    assert 10_000 < sum(sizes) <= MOST_BYTES


@pytest.mark.parametrize("width", [390, 800, 1440])
@pytest.mark.parametrize("shelf", [".cabinet--shelf", ".cabinet--tiles"])
def test_no_compartment_of_a_cabinet_is_blank(page, shelf, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/")
    cabinet = page.locator(shelf).first
    filled = cabinet.evaluate(
        """box => { const area = e => e.clientWidth * e.clientHeight;
        return [...box.children].map(area).reduce((a, b) => a + b) / area(box); }"""
    )
    assert filled > 0.97


def test_every_picture_on_show_is_loaded_and_drawn(page):
    page.goto("/", wait_until="networkidle")
    page.locator(".specimen").last.scroll_into_view_if_needed()
    page.wait_for_function(
        """() => [...document.querySelectorAll(".specimen img")]
        .every(image => image.complete && image.naturalWidth > 0)"""
    )
    assert page.locator(".specimen").count() == 5
    assert page.locator(".specimen__glass > *").count() >= 5


def test_the_keyboard_reaches_search_hints_and_what_is_on_show(page):
    page.goto("/")
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.id") == "q"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    label = page.evaluate("() => document.activeElement.textContent")
    assert label == page.locator(".search__hints a").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert page.locator(".result").count() > 0


def test_a_specimen_is_one_link_over_its_whole_cell(page):
    page.goto("/")
    # The link lies over the glass, so that is what a click on the glass hits.
    page.locator(".specimen__glass").nth(1).click(force=True)
    page.wait_for_url("**/nlp/GetSentiment")


def test_a_star_is_set_in_place_and_keeps_the_focus(signed_in):
    signed_in.goto("/series/ForecastSeries")
    star = signed_in.locator("#star")
    before = star.get_attribute("aria-pressed")
    after = "false" if before == "true" else "true"
    star.focus()
    signed_in.keyboard.press("Enter")
    signed_in.wait_for_selector(f"#star[aria-pressed={after}]")
    assert signed_in.evaluate("() => document.activeElement.id") == "star"
    assert signed_in.url.endswith("/series/ForecastSeries")
    signed_in.goto("/settings/stars")
    starred = signed_in.locator(".result__name").all_inner_texts()
    assert any("ForecastSeries" in name for name in starred) == (after == "true")


def test_what_was_viewed_is_on_the_start_page_until_it_is_forgotten(page):
    page.goto("/nlp/GetSentiment")
    page.goto("/series/ForecastSeries")
    page.goto("/")
    recent = page.locator(".recent__name").all_inner_texts()
    assert [name.split("/")[-1] for name in recent] == [
        "ForecastSeries",
        "GetSentiment",
    ]
    page.get_by_role("button", name="Forget these").click()
    page.wait_for_load_state()
    assert page.locator(".recent").count() == 0


def test_stars_and_the_shelf_work_without_script(browser, product):
    context = browser.new_context(java_script_enabled=False, base_url=product.url)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="All 5 collections").first.click()
    page.get_by_role("link", name="Numbers over time").click()
    page.locator(".result__name a").first.click()
    page.get_by_role("link", name="Star").first.click()
    assert "/settings/sign-in?next=/series/DetectAnomalies" in page.url
    context.close()
