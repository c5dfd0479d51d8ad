"""The filter language as the guide explains it is the one that the engine reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalog.search.filters import FIELDS, parse_filter
from catalog.services import search
from catalog.services.queries import FACET_LABELS, SORT_LABELS, Query

CHAPTER = (
    Path(__file__).resolve().parents[2] / "docs" / "guide" / "finding.md"
).read_text()
EXAMPLES = [
    line
    for block in re.findall(
        r"^```filter\n(.*?)^```$", CHAPTER, re.MULTILINE | re.DOTALL
    )
    for line in block.splitlines()
]


def test_the_chapter_has_examples():
    assert len(EXAMPLES) > 5


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_read_and_answered(example, db, anonymous, settings, tmp_path):
    settings.SEARCH_BACKENDS = {
        alias: {**backend, "OPTIONS": {"path": tmp_path / alias}}
        for alias, backend in settings.SEARCH_BACKENDS.items()
    }
    assert parse_filter(example) is not None
    found = search.search(viewer=anonymous, query=Query(filter=example))
    assert found.total == 0


def named(column: str) -> set[str]:
    """The names in backticks in the first column of the table under a header."""
    table = CHAPTER.partition(f"| {column} | is |\n")[2].partition("\n\n")[0]
    first = [row.split("|")[1] for row in table.splitlines()]
    return set(re.findall(r"`(\w+)`", " ".join(first)))


def test_every_field_is_in_the_chapter():
    assert named("field") == set(FIELDS)


def test_every_parameter_is_in_the_chapter():
    known = {"q", "filter", "sort", "facets", "explain", "limit", "cursor"}
    assert named("parameter") == known | set(FACET_LABELS)
    for name in SORT_LABELS:
        assert f"`{name}`" in CHAPTER


@pytest.mark.parametrize("label", SORT_LABELS.values())
def test_every_order_is_in_the_chapter(label):
    assert f"*{label}*" in CHAPTER
