"""Lines of a file as entries: mapped, checked, and told by their line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.card_entries import name_of, owner_of, read_entries
from catalog.content.cards import CardProblem, parse_card
from catalog.models.algorithm import ALGORITHM_NAME


def line(**more) -> bytes:
    row = {"owner": "google", "name": "bert", "docs_markdown": "# Bert\n\nText."}
    return json.dumps(row | more).encode()


def read(*lines: bytes, **more):
    return read_entries(lines, **more)


def test_a_line_is_an_entry_with_a_card():
    (entry,), problems = read(
        line(
            name="small/bert en",
            id="google/small/bert en",
            summary="A small one.",
            license="apache-2.0",
            task="text-embedding",
            tasks=["text-embedding"],
            framework="tensorflow",
            language=["en", "zh-cn"],
            tags=["bert"],
            source="tfhub",
            stars=5,
        )
    )
    assert problems == []
    assert (entry.owner, entry.name) == ("google", "small--bert-en")
    assert entry.source_id == "google/small/bert en"
    assert (entry.title, entry.summary) == ("small/bert en", "A small one.")
    assert entry.fields.license.id == "Apache-2.0"
    assert entry.fields.languages == ["en", "zh-CN"]
    assert entry.card.meta == {
        "license": "apache-2.0",
        "pipeline_tag": "text-embedding",
        "library_name": "tensorflow",
        "language": ["en", "zh-cn"],
        "tags": ["bert"],
        "source": "tfhub",
        "stars": 5,
    }


def test_the_written_card_reads_as_the_same_card():
    entries, _problems = read(
        line(tags=["no", "1.0", "2024-01-01", "- x", "a: b", "é", "\u2028", "#x"]),
        line(name="b", docs_markdown="---\nlicense: mit\nx: [1, {a: no}]\n---\n# B"),
        line(name="c", docs_markdown="---\n\nA rule, and\n\n---\n\nanother."),
        line(name="d", docs_markdown="Plain.\r\n\r\nText."),
        line(name="e", extra={"deep": [{"er": None}]}, language=["no"]),
    )
    assert len(entries) == 5
    for entry in entries:
        assert parse_card(entry.source) == entry.card
    assert entries[1].card.meta["license"] == "mit"
    assert entries[2].card.body.startswith("---\n\nA rule")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"{", "Expected"),
        (b"[1]", "no JSON object"),
        (b'{"owner": "a", "owner": "b"}', "twice"),
        (b"\xff", ""),
        (line(owner=""), "owner is missing"),
        (line(name=5), "name is missing"),
        (line(docs_markdown=None), "docs_markdown is missing"),
        (line(name="///"), "no letter or digit"),
        (line(name="日本語"), "no letter or digit"),
        (line(tags="x", task=5), "task has to be a text"),
        (line(tags=[5]), "tags has to be a list of texts"),
        (line(docs_markdown="x" * 300_000), "larger than 256 KB"),
        (line(x="y" * 70_000), "larger than 64 KB"),
        (line(docs_markdown="x\x00y"), ""),
        (b'{"owner": "' + b"x" * 600_000 + b'"}', "larger than 512 KB"),
    ],
)
def test_a_bad_line_is_named(bad, said):
    entries, problems = read(line(), b"\n", bad, line(name="other"))
    assert [entry.name for entry in entries] == ["bert", "other"]
    (problem,) = problems
    assert problem.line == 3
    assert said.lower() in problem.message.lower()


def test_an_id_that_comes_twice_is_a_problem():
    _entries, problems = read(line(), line(name="x"), line(docs_markdown="Other."))
    assert [str(problem) for problem in problems] == [
        "line 3: google/bert is here already, in line 1."
    ]


def test_one_owner_may_take_them_all():
    entries, _problems = read(line(), line(owner="meta"), owner="zoo")
    assert [entry.owner for entry in entries] == ["zoo", "zoo"]
    assert [entry.source_id for entry in entries] == ["google/bert", "meta/bert"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("a/b/c", "a--b--c"),
        ("Über model", "Uber-model"),
        ("-x", "x"),
        ("data.json", "data-json"),
        ("README.MD", "README-MD"),
        ("a" * 200, "a" * 99),
        ("model (v2)", "model-v2"),
    ],
)
def test_names_are_mapped_readably(given, name):
    assert name_of(given) == name


@given(st.text(max_size=150))
def test_a_mapped_name_keeps_the_rules(text):
    name, owner = name_of(text), owner_of(text)
    assert not name or ALGORITHM_NAME.fullmatch(name)
    assert not name.lower().endswith((".json", ".md"))
    assert len(owner) <= 39


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=5))
def test_whatever_a_line_has_is_an_entry_or_a_problem(more):
    entries, problems = read(line(**more))
    assert len(entries) + len(problems) == 1
    for entry in entries:
        try:
            assert parse_card(entry.source).meta == entry.card.meta
        except CardProblem as problem:
            raise AssertionError(entry.source) from problem
