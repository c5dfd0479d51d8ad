"""Front matter: every field of a model card, and every way to get one wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.card_fields import KNOWN, read_fields
from catalog.content.card_languages import language_name, language_tag
from catalog.content.card_licenses import read_license
from catalog.content.card_values import link_of, number_of, text_of
from catalog.content.cards import parse_card

WHOLE = """---
license: other
license_name: vision-lab-1.0
license_link: https://lab.example/license
language: [en, zh-cn, German]
pipeline_tag: Image Classification
library_name: PyTorch
tags: [Vision, vision, " a  b "]
base_model: [google/bert, lab/Old]
base_model_relation: finetune
datasets: [imagenet-1k, coco]
metrics: accuracy
new_version: lab/Newer
inference: false
thumbnail: https://lab.example/x.png
gated: auto
co2_eq_emissions:
  emissions: 12.5
  source: a calculator
  hardware_used: 8 cards
widget:
  - text: A cat
    example_title: Cat
    output: {text: yes, it is}
  - src: https://lab.example/cat.png
    output:
      - {label: cat, score: 0.9}
      - {label: dog, score: 0.1}
model-index:
  - name: lab/Model
    results:
      - task: {type: image-classification, name: Image classification}
        dataset: {type: imagenet-1k, name: ImageNet, config: default, split: test}
        metrics:
          - {type: accuracy, value: 0.75, verified: true}
          - {type: f1, value: 0.5, name: F1 macro}
        source: {name: Leaderboard, url: https://board.example/x}
      - task: {type: image-classification}
        dataset: {name: CIFAR, type: cifar10}
        metrics: [{type: accuracy, value: 0.5}]
x-own: {a: [1, 2]}
---
Body.
""".replace("yes, it is", '"yes, it is"')


@pytest.fixture(scope="module")
def fields():
    return read_fields(parse_card(WHOLE).meta)


def test_a_whole_card_has_no_problems(fields):
    assert fields.problems == []


def test_words_are_written_in_one_form(fields):
    assert fields.task == "image-classification"
    assert fields.framework == "PyTorch"
    assert fields.tags == ["vision", "a b"]
    assert fields.languages == ["en", "zh-CN", "de"]


def test_the_license_has_its_own_name_and_link(fields):
    assert fields.license.name == "vision-lab-1.0"
    assert fields.license.link == "https://lab.example/license"
    assert (fields.license.is_spdx, fields.license.is_known) == (False, True)


def test_models_and_data_are_named(fields):
    assert fields.base_models == ["google/bert", "lab/Old"]
    assert fields.relation == "Fine-tuned from"
    assert fields.datasets == ["imagenet-1k", "coco"]
    assert fields.metrics == ["accuracy"]
    assert fields.new_version == "lab/Newer"


def test_samples_have_inputs_and_outputs(fields):
    first, second = fields.samples
    assert (first.title, first.given) == ("Cat", [("Text", "A cat")])
    assert first.output == "yes, it is"
    assert second.link == "https://lab.example/cat.png"
    assert second.output == "cat 0.9, dog 0.1"


def test_results_become_one_table_a_metric_with_bars_to_scale(fields):
    accuracy, f1 = fields.results
    assert (accuracy.name, accuracy.scale, f1.name) == (
        "Accuracy",
        "0 to 1",
        "F1 macro",
    )
    first, second = accuracy.scores
    assert first.data == "ImageNet (default, test)"
    assert (first.written, first.width, first.is_verified) == ("0.75", 75.0, True)
    assert first.source_link == "https://board.example/x"
    assert (second.data, second.width) == ("CIFAR", 50.0)


def test_emissions_have_their_unit(fields):
    assert fields.emissions == [
        ("Emissions", "12.5 g CO2 equivalent"),
        ("Source", "a calculator"),
        ("Hardware used", "8 cards"),
    ]


def test_all_other_keys_are_kept(fields):
    assert fields.more == [
        ("inference", "no"),
        ("thumbnail", "https://lab.example/x.png"),
        ("gated", "auto"),
        ("x-own", '{"a": [1, 2]}'),
    ]


@pytest.mark.parametrize(
    ("word", "stored"),
    [
        ("apache-2.0", "Apache-2.0"),
        ("MIT", "MIT"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("bsd-3-clause", "BSD-3-Clause"),
        ("mit or apache-2.0", "MIT OR Apache-2.0"),
        ("mit, gpl-3.0-only", "MIT, GPL-3.0-only"),
        ("pddl", "PDDL-1.0"),
        ("LicenseRef-Ours", "LicenseRef-Ours"),
    ],
)
def test_spdx_ids_are_written_as_spdx_does(word, stored):
    found = read_license(word)
    assert (found.id, found.is_spdx) == (stored, True)


@pytest.mark.parametrize(
    "word", ["openrail", "OTHER", "llama3.1", "creativeml-openrail-m"]
)
def test_words_of_the_hub_are_known_and_no_spdx(word):
    found = read_license(word)
    assert (found.id, found.is_spdx, found.is_known) == (word.lower(), False, True)


@pytest.mark.parametrize(
    "word", ["do what you like", "mit (", "((((", "MIT WITH", "x" * 900]
)
def test_any_other_license_is_kept_and_said(word):
    found = read_license(word)
    assert (found.id, found.is_known) == (word, False)
    problems = read_fields({"license": word}).problems
    assert [problem.key for problem in problems] == ["license"]


def test_no_license_is_none():
    assert read_license("") is None
    assert read_fields({}).license is None


@pytest.mark.parametrize(
    ("word", "tag", "name"),
    [
        ("en", "en", "English"),
        ("EN", "en", "English"),
        ("English", "en", "English"),
        ("zh_hans_cn", "zh-Hans-CN", "Chinese (Simplified, China)"),
        ("no", "no", "Norwegian"),
        ("multilingual", "multilingual", "Many languages"),
        ("code", "code", "Program code"),
        ("tlh", "tlh", "Klingon"),
        ("es-419", "es-419", "Spanish (Latin America)"),
        ("xq", "xq", "xq"),
        ("my own", "my own", "my own"),
    ],
)
def test_languages_are_tags_with_names(word, tag, name):
    assert language_tag(word) == tag
    assert language_name(tag) == name


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("license_link", "javascript:alert(1)", "no http(s) address"),
        ("language", ["xq"], "no known language"),
        ("base_model", [{"a": 1}], "has to be a word"),
        ("base_model_relation", "cousin", "is none of adapter"),
        ("new_version", ["a", "b"], "one word"),
        ("datasets", ["x"] * 200, "more than 100"),
        ("widget", 5, "no mapping"),
        ("widget", [{"example_title": "x"}], "without an input"),
        ("widget", ["text"] * 40, "more than 30"),
        ("co2_eq_emissions", "little", "no number of grams"),
        ("model-index", "x", "a list of models"),
        ("model-index", [5], "no mapping"),
        ("model-index", [{"results": {}}], "without a list of results"),
        ("model-index", [{"results": [5]}], "result that is no mapping"),
        ("model-index", [{"results": [{}]}], "without a list of metrics"),
        ("model-index", [{"results": [{"metrics": [{}]}]}], "without a value"),
    ],
)
def test_what_does_not_fit_is_named_and_left_out(key, value, said):
    problems = read_fields({key: value}).problems
    assert [problem.key for problem in problems] == [key]
    assert said in problems[0].message


@pytest.mark.parametrize(
    ("values", "scale", "widths"),
    [
        ([0.5, 0.25], "0 to 1", [50, 25]),
        ([50, 25.0], "0 to 100", [50, 25]),
        ([200, 50], "0 to 200", [100, 25]),
        ([-1, 5], "", [None, None]),
        ([0, 0], "", [None, None]),
        (["n/a", 5], "", [None, None]),
        (["80%", "40%"], "0 to 100", [80, 40]),
    ],
)
def test_bars_are_drawn_where_they_mean_something(values, scale, widths):
    results = [{"metrics": [{"type": "m", "value": value}]} for value in values]
    (metric,) = read_fields(
        {"model-index": [{"name": "x", "results": results}]}
    ).results
    assert metric.scale == scale
    assert [score.width for score in metric.scores] == widths


def test_results_without_end_are_cut():
    metrics = [{"type": f"m{n % 7}", "value": n} for n in range(900)]
    read = read_fields(
        {"model-index": [{"name": "x", "results": [{"metrics": metrics}]}]}
    )
    assert sum(len(metric.scores) for metric in read.results) == 200
    assert "the first 200" in read.problems[0].message


PARTS = [
    *("name", "results", "metrics", "value", "type", "text", "src", "dataset", "task"),
    *("source", "url", "label", "score", "output", "emissions", "config"),
]
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(PARTS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)
KEYS = st.sampled_from([*KNOWN, "inference", "x"])


@given(st.dictionaries(KEYS, ANY))
def test_no_shape_of_front_matter_is_an_error(meta):
    fields = read_fields(meta)
    assert all(len(tag) <= 60 for tag in fields.tags)
    for metric in fields.results:
        assert all(0 <= score.width <= 100 for score in metric.scores if metric.scale)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://a.b/c?d=e#f", "https://a.b/c?d=e#f"),
        ("http://a.b", "http://a.b"),
        ("javascript:alert(1)", ""),
        ("https:/nowhere", ""),
        ("//a.b", ""),
        ("https://a.b/ c", ""),
        ("https://[bad", ""),
        ("java\nscript:x", ""),
        (5, ""),
    ],
)
def test_only_addresses_of_the_web_are_links(text, link):
    assert link_of(text) == link


def test_values_are_texts_and_numbers():
    assert number_of("80%") == 80
    assert number_of(10**400) is None
    assert number_of(float("nan")) is None
    assert [number_of(each) for each in (True, None, [1])] == [None] * 3
    assert [text_of(each) for each in (True, False, None)] == ["yes", "no", ""]
    assert text_of("a\n b") == "a b"
    assert len(text_of("x" * 900)) == 500
