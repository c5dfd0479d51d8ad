"""Usage in a browser: drawn charts, legible in both themes, that move nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
]

PATH = "/demo/Hello/usage"
#: 40 days of calls with a daily rhythm, and failures of two kinds
CALLS = """
import random
from datetime import timedelta
from django.utils import timezone
from catalog.models import Algorithm, Run
from catalog.services.rollups import count_calls, roll_up
dice = random.Random(7)
version = Algorithm.objects.get(name="Hello", owner__slug="demo").latest
now = timezone.now()
runs = []
for hours in range(0, 960, 4):
    for _ in range(dice.randrange(1, 9)):
        failed = dice.random() < 0.1
        runs.append(Run(version=version, surface="api",
            outcome="failed" if failed else "succeeded",
            error_code=dice.choice(["timeout", "algorithm_error"]) if failed else "",
            duration_ms=dice.lognormvariate(3, 0.7), total_ms=30, input_bytes=2,
            output_bytes=2, created_at=now - timedelta(hours=hours, seconds=1)))
Run.objects.bulk_create(runs)
done = roll_up(since=now - timedelta(days=90))
count_calls(versions=done.versions)
"""


@pytest.fixture(scope="module")
def called(product):
    product.command("shell", "-c", CALLS)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("period", ["24h", "7d", "30d", "90d"])
def test_charts_are_drawn_and_axe_finds_nothing(
    page, called, violations, theme, period
):
    page.emulate_media(color_scheme=theme)
    page.goto(f"{PATH}?period={period}")
    chart = page.get_by_role("img", name="Calls per")
    box = chart.bounding_box()
    assert box["width"] > 300
    assert box["height"] > 80
    bars = chart.locator(".chart__bar--0")
    assert bars.count() > 2
    assert bars.first.bounding_box()["height"] > 0
    page.locator("summary", has_text="table").first.click()
    assert violations(page) == []


def test_the_period_is_chosen_by_a_link(page, called):
    page.goto(PATH)
    page.get_by_role("link", name="7 days").click()
    page.wait_for_url("**/usage?period=7d")
    assert page.locator("#usage-title").inner_text() == "Usage in 7 days"
    assert page.said == []


def test_nothing_moves_while_the_charts_load(page, called):
    page.add_init_script(
        """window.shift = 0; new PerformanceObserver(list => {
        for (const entry of list.getEntries()) window.shift += entry.value; })
        .observe({type: "layout-shift", buffered: true});"""
    )
    page.goto(PATH)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shift") == 0


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_the_page_does_not_scroll_sideways(page, called, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{PATH}?period=90d")
    overflow = page.evaluate(
        "() => document.documentElement.scrollWidth - window.innerWidth"
    )
    assert overflow <= 0


def test_axis_labels_do_not_overlap(page, called):
    page.set_viewport_size({"width": 1440, "height": 900})
    for period in ("24h", "7d", "30d", "90d"):
        page.goto(f"{PATH}?period={period}")
        chart = page.get_by_role("img", name="Calls per")
        boxes = [
            label.bounding_box() for label in chart.locator(".chart__axis--name").all()
        ]
        for one, other in pairwise(boxes):
            assert one["x"] + one["width"] < other["x"]
