"""The worked example of the guide is an algorithm that can be published and called."""

from __future__ import annotations

import json
import re

import pytest

from catalog.content.folders import manifest_text, read_folder
from catalog.content.manifests import RunTable
from tests.unit.samples.isolated import SAMPLES, refusals, value_of

GUIDE = (SAMPLES.parent / "docs/guide/algorithm-folders.md").read_text()
FILE = re.compile(
    r"^`(text/CountWords/[^`]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


@pytest.fixture
def folder(tmp_path):
    for name, text in FILE.findall(GUIDE):
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return tmp_path / "text/CountWords"


def test_the_worked_example_is_a_valid_folder(folder):
    found = read_folder(folder)
    assert (found.owner, found.name, found.number) == ("text", "CountWords", (1, 0, 0))
    assert len(found.raw) == 6
    assert found.card.meta["pipeline_tag"] == "text-statistics"
    assert manifest_text(found.manifest) == found.raw["algorithm.toml"].decode()


def test_the_worked_example_answers_as_it_says(folder):
    example = json.loads((folder / "examples/01-fox.json").read_text())
    assert value_of(folder, example["input"]) == example["output"]
    (message,) = refusals(folder, {"text": "the"})
    assert "no words" in message


def test_the_defaults_in_the_guide_are_those_of_the_reader():
    defaults = RunTable()
    rows = re.findall(r"^\| `(\w+)` \|.*\| `?([\w.]+)`? \|$", GUIDE, re.MULTILINE)
    stated = dict(rows)
    assert stated["timeout"] == str(defaults.timeout)
    assert stated["memory"] == str(defaults.memory)
    assert stated["entry"] == defaults.entry
