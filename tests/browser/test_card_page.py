"""A long card in a browser: its contents by keyboard, its parts at once, no jumping."""

from __future__ import annotations

import json

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
]

FRONT = """---
license: other
license_name: lab-1.0
language: [en, zh-cn]
base_model: nlp/GetSentiment
base_model_relation: finetune
datasets: [imagenet-1k]
new_version: nlp/GetSentiment
widget:
  - {text: A cat, example_title: Cat, output: {text: a feline}}
model-index:
  - name: m
    results:
      - {dataset: {name: ImageNet}, metrics: [{type: accuracy, value: 0.75}]}
      - {dataset: {name: CIFAR}, metrics: [{type: accuracy, value: 0.5}]}
---
"""
SECTIONS = "\n\n".join(f"## Part {n}\n\n" + "Some words. " * 80 for n in range(12))


@pytest.fixture(scope="module")
def long_card(product, tmp_path_factory) -> str:
    """An entry with a long card of every field, laid out."""
    file = tmp_path_factory.mktemp("cards") / "cards.jsonl"
    row = {
        "owner": "zoo",
        "name": "long/card",
        "title": "A model to read of",
        "summary": "Only documentation.",
        "docs_markdown": f"{FRONT}# Long\n\n{SECTIONS}",
    }
    file.write_text(json.dumps(row) + "\n")
    product.command("import_cards", str(file))
    product.command("render_cards")
    return "/zoo/long--card"


def test_the_list_of_contents_opens_leads_and_closes_by_keyboard(page):
    page.goto("/nlp/GetSentiment")
    summary = page.locator(".contents summary")
    summary.focus()
    page.keyboard.press("Enter")
    links = page.locator(".contents__list")
    links.wait_for(state="visible")
    page.keyboard.press("Escape")
    links.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    links.wait_for(state="hidden")
    assert "#card-" in page.url


def test_what_one_comes_for_is_one_step_away_anywhere_in_a_long_card(page):
    page.set_viewport_size({"width": 1440, "height": 800})
    page.goto("/nlp/GetSentiment#card-performance")
    contents = page.locator(".contents")
    contents.wait_for()
    page.wait_for_function("window.scrollY > 500")
    assert contents.bounding_box()["y"] < 100
    assert page.locator("#try-it").bounding_box()["y"] < 200
    page.locator(".contents__link", has_text="Use it").click()
    page.wait_for_function(
        "() => { const top = document.getElementById('use-title')"
        ".getBoundingClientRect().top; return top > 56 && top < 400; }"
    )


def test_opening_the_contents_moves_nothing(page, long_card):
    page.goto(long_card)
    before = page.locator("#card-part-0").bounding_box()
    page.locator(".contents summary").click()
    assert page.locator(".contents__list a").count() == 13
    assert page.locator("#card-part-0").bounding_box() == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_entry_with_every_field_is_accessible(page, long_card, violations, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(long_card)
    page.get_by_text("Fine-tuned from").wait_for()
    assert page.locator(".score__fill").count() == 2
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_no_width_scrolls_sideways(page, long_card, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(long_card)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
