"""The card on an algorithm's page: laid out or waiting, with what its fields say."""

from __future__ import annotations

import pytest
from django.urls import reverse
from rows import listing

from catalog.models import Card, Visibility
from catalog.services.card_listing import list_cards
from catalog.services.cards import card_for, render_waiting

pytestmark = pytest.mark.django_db

WHOLE = """---
license: other
license_name: lab-1.0
license_link: https://lab.example/license
language: [en, zh-cn]
base_model: [ada/Base, elsewhere/Model, https://models.example/x]
base_model_relation: quantized
datasets: [imagenet-1k]
metrics: [accuracy]
new_version: ada/Newer
widget:
  - {text: A cat <b>, example_title: Cat, output: {text: a feline}}
model-index:
  - name: m
    results:
      - dataset: {name: ImageNet}
        metrics: [{type: accuracy, value: 0.75}]
      - dataset: {name: CIFAR}
        metrics: [{type: accuracy, value: 0.5}]
gated: auto
x-own: "<script>alert(1)</script>"
---
# One

## Two

## Three

Words.
"""


@pytest.fixture
def model(ada):
    algorithm = listing(ada.owner, "Model")
    algorithm.visibility = Visibility.PUBLIC
    return carded(algorithm, WHOLE)


def carded(algorithm, source, *, is_rendered=True):
    card = card_for(source=source)
    if is_rendered:
        render_waiting()
    algorithm.card = card
    algorithm.latest.card = card
    algorithm.latest.visibility = algorithm.visibility
    algorithm.latest.save()
    algorithm.save()
    return algorithm


def page(client, algorithm) -> str:
    answer = client.get(algorithm.get_absolute_url())
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_laid_out_card_has_a_list_of_its_headings(client, model):
    shown = page(client, model)
    assert '<h2 id="card-one">One</h2>' in shown
    assert '<nav class="contents" aria-label="On this page">' in shown
    assert '<a href="#card-two">Two</a>' in shown
    assert 'contents__item--1"><a href="#card-three">' in shown
    for name in ("use-title", "contract", "limits-title", "about-title"):
        assert f'href="#{name}"' in shown
        assert f'id="{name}"' in shown


def test_the_title_stands_under_the_name(client, model):
    model.title = "Names what a picture shows"
    model.save()
    assert '<p class="plate__title">Names what a picture shows</p>' in page(
        client, model
    )


def test_the_license_is_named_and_linked(client, model):
    shown = page(client, model)
    link = '<a href="https://lab.example/license" rel="nofollow noopener">lab-1.0</a>'
    assert f'{link} <span class="badge">no SPDX id</span>' in shown


def test_an_spdx_license_leads_to_its_text(client, model):
    carded(model, "---\nlicense: apache-2.0\n---\nx")
    shown = page(client, model)
    assert 'href="https://spdx.org/licenses/Apache-2.0.html"' in shown
    assert "no SPDX id" not in shown


def test_evaluation_results_are_tables_with_bars(client, model):
    shown = page(client, model)
    assert "<caption>Accuracy</caption>" in shown
    assert '<rect class="score__fill" width="75.0" height="8"/>' in shown
    assert '<rect class="score__fill" width="50.0" height="8"/>' in shown


def test_samples_data_and_other_fields_are_shown_as_text(client, model):
    shown = page(client, model)
    assert "A cat &lt;b&gt;" in shown
    assert "a feline" in shown
    assert "imagenet-1k" in shown
    assert "Chinese (China)" in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<dt>Quantized from</dt>" in shown
    assert 'href="https://models.example/x" rel="nofollow noopener"' in shown


def test_models_of_the_catalog_are_linked_for_those_who_see_them(client, model, ada):
    private = listing(ada.owner, "Newer")
    base = listing(ada.owner, "base")
    base.visibility = Visibility.PUBLIC
    base.save()
    shown = page(client, model)
    assert f'<a href="{base.get_absolute_url()}">ada/base</a>' in shown
    assert "Superseded" in shown
    assert f'href="{private.get_absolute_url()}"' not in shown
    client.force_login(ada)
    link = f'<a href="{private.get_absolute_url()}">ada/Newer</a>'
    assert link in page(client, model)


def test_a_name_that_is_private_reads_like_one_that_is_missing(client, model, ada):
    before = page(client, model)
    listing(ada.owner, "Newer")
    after = page(client, model)
    for start, end in (("Superseded", "</div>"), ("Quantized from", "</dd>")):
        said = [text.split(start)[1].split(end)[0] for text in (before, after)]
        assert said[0] == said[1]


def test_a_model_is_found_by_the_id_it_had_elsewhere(client, model):
    line = b'{"owner": "elsewhere", "name": "Model", "docs_markdown": "x"}'
    list_cards(lines=[line], owner="zoo")
    assert '<a href="/zoo/Model">zoo/Model</a>' in page(client, model)


def test_a_waiting_card_is_shown_as_text_and_says_so(client, model):
    carded(model, "---\na: 1\n---\n# Later <b>\n\nWords.", is_rendered=False)
    shown = page(client, model)
    assert "This card is being laid out" in shown
    assert "# Later &lt;b&gt; Words." in shown
    assert "a: 1" not in shown
    render_waiting()
    shown = page(client, model)
    assert "being laid out" not in shown
    assert '<h2 id="card-later">' in shown


def test_html_of_another_renderer_is_not_shown(client, model):
    Card.objects.update(renderer=1, html="<script>old()</script>")
    shown = page(client, model)
    assert "old()" not in shown
    assert "being laid out" in shown


def test_a_card_that_could_not_be_laid_out_is_its_text(client, model):
    carded(model, "> " * 30 + "deep <i>")
    shown = page(client, model)
    assert "This card could not be laid out" in shown
    assert "deep &lt;i&gt;" in shown


def test_a_long_text_is_cut_with_the_way_to_the_whole(client, model):
    carded(model, "word " * 20_000, is_rendered=False)
    shown = page(client, model)
    assert len(shown) < 150_000
    assert reverse("catalog:card", args=["ada", "Model"]) in shown


@pytest.mark.parametrize(
    "front",
    [
        "model-index: {}",
        "model-index: [[1]]",
        "widget: true",
        "base_model: {a: 1}",
        "new_version: [1]",
        "co2_eq_emissions: x",
        "language: 5",
        "license_name: [1]",
        "base_model: [a/b, a/b, '/', 'x/', '%s/%s']",
    ],
)
def test_no_front_matter_breaks_the_page(client, model, front):
    carded(model, f"---\n{front}\n---\nText.")
    assert "Text." in page(client, model)


def test_the_page_stays_within_its_queries(
    client, model, django_assert_max_num_queries
):
    page(client, model)
    with django_assert_max_num_queries(12):
        page(client, model)


def test_an_entry_without_version_has_card_and_facts_and_nothing_to_call(client):
    line = (
        b'{"owner": "google", "name": "small/bert", "docs_markdown": "# Bert", '
        b'"license": "mit", "task": "text-embedding", "summary": "Small."}'
    )
    list_cards(lines=[line])
    render_waiting()
    answer = client.get("/google/small--bert")
    shown = " ".join(answer.content.decode().split())
    assert '<h2 id="card-bert">Bert</h2>' in shown
    assert "Documentation only" in shown
    assert "google/small/bert" in shown
    assert 'href="https://spdx.org/licenses/MIT.html"' in shown
    assert 'id="trial-form"' not in shown
    assert "plate__title" not in shown
