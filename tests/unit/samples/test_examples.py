"""What the examples show is what the algorithms answer."""

from __future__ import annotations

import json
import os
import tomllib

import pytest

from catalog.content.schemas import compile_schema
from tests.snippets.strict_json import steady
from tests.unit.samples.isolated import SAMPLES, folders, run

FILES = sorted(path for folder in folders() for path in folder.glob("examples/*.json"))


def name(path) -> str:
    return str(path.relative_to(SAMPLES))


def schema_of(folder, side):
    return compile_schema(json.loads((folder / f"{side}.schema.json").read_text()))


@pytest.mark.parametrize("folder", folders(), ids=name)
def test_the_recorded_outputs_are_what_the_algorithm_answers(folder):
    """UPDATE_EXAMPLES=1 records them anew, but for those of which a part varies."""
    files = sorted(folder.glob("examples/*.json"))
    examples = [json.loads(file.read_text()) for file in files]
    memory = tomllib.loads((folder / "algorithm.toml").read_text())["run"]["memory"]
    outcomes = run(folder, *(example["input"] for example in examples), memory=memory)
    for file, example, outcome in zip(files, examples, outcomes, strict=True):
        may_record = not (outcome.error or "varies" in example)
        if os.environ.get("UPDATE_EXAMPLES") == "1" and may_record:
            example["output"] = outcome.value
            file.write_text(json.dumps(example, indent=2, ensure_ascii=False) + "\n")
        if "output" in example:
            assert outcome.error == ""
            assert steady(outcome.value, example) == steady(example["output"], example)
        else:
            assert outcome.error


@pytest.mark.parametrize("file", FILES, ids=name)
def test_an_example_fits_the_schemas(file):
    folder, example = file.parent.parent, json.loads(file.read_text())
    assert schema_of(folder, "input").problems(example["input"]) == []
    if "output" in example:
        assert schema_of(folder, "output").problems(example["output"]) == []


@pytest.mark.parametrize("file", FILES, ids=name)
def test_an_example_is_titled_and_small(file):
    text = file.read_text()
    example = json.loads(text)
    assert list(example) in (
        ["title", "input"],
        ["title", "input", "output"],
        ["title", "input", "output", "varies"],
    )
    assert 0 < len(example["title"]) <= 120
    assert len(text) < 32 * 1024
    assert text == json.dumps(example, indent=2, ensure_ascii=False) + "\n"


def test_an_answer_is_the_same_in_every_process():
    folder = SAMPLES / "media/DominantColors"
    example = json.loads((folder / "examples/01-coffee.json").read_text())
    first, again = (run(folder, example["input"])[0].value for _ in range(2))
    assert first == again
