"""Every page in both themes and on a phone: no violation, no sideways scrolling."""

from __future__ import annotations

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
]

PAGES = [
    "/",
    "/search",
    "/search?q=sentiment",
    "/search?q=nothingthatexists",
    "/nlp/GetSentiment",
    "/nlp/GetSentiment?input=json",
    "/nlp/GetSentiment/try",
    "/nlp/GetSentiment/use",
    "/nlp/GetSentiment/versions",
    "/nlp/GetSentiment/source",
    "/nlp/GetSentiment/usage",
    "/media/DominantColors",
    "/media/OverlayText",
    "/series/ForecastSeries",
    "/vision/RecognizeDigit/try",
    "/collections",
    "/collections/reading-texts",
    "/guide/",
    "/guide/finding",
    "/guide/calling",
    "/guide/?q=key",
    "/util/Echo",
    "/demo/Hello/versions/0.1.0",
    "/nlp",
    "/settings/sign-in",
    "/settings/sign-up",
    "/nobody/nothing",
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation(page, violations, path, theme):
    page.emulate_media(color_scheme=theme)
    page.goto(path)
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(page, path, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(path)
    overflow = page.evaluate(
        "() => document.documentElement.scrollWidth - window.innerWidth"
    )
    assert overflow <= 0


@pytest.mark.parametrize("path", ["/", "/search", "/nlp/GetSentiment"])
def test_nothing_moves_after_it_is_shown(page, path):
    page.add_init_script(
        """window.shift = 0; new PerformanceObserver(list => {
        for (const entry of list.getEntries()) window.shift += entry.value; })
        .observe({type: "layout-shift", buffered: true});"""
    )
    page.goto(path)
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.shift") < 0.01


def test_the_theme_is_kept(page):
    page.goto("/")
    before = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Switch between light and dark").click()
    page.wait_for_load_state()
    page.goto("/search")
    after = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert before != after
