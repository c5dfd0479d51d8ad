"""The real executor and its workers answer as the examples say."""

from __future__ import annotations

import json
import tomllib

import pytest

from catalog.execution import AlgorithmFailed, Deployment
from tests.contract.execution_contract import Place, answer
from tests.snippets.strict_json import steady
from tests.unit.samples.hosted import SampleShelf
from tests.unit.samples.isolated import SAMPLES, folders


@pytest.fixture(scope="module")
def backend():
    with Place("local", max_workers=2) as place:
        yield place.backend


def name(folder):
    return str(folder.relative_to(SAMPLES))


def deployment(folder) -> Deployment:
    settings = tomllib.loads((folder / "algorithm.toml").read_text())["run"]
    return Deployment(
        key=name(folder),
        bundle=folder,
        entry=settings["entry"],
        preload=tuple(settings["preload"]),
        memory_mb=settings["memory"],
    )


@pytest.mark.parametrize("folder", folders(), ids=name)
def test_the_examples_are_what_a_worker_answers(backend, folder):
    version, host = deployment(folder), SampleShelf(folder)
    files = sorted(folder.glob("examples/*.json"))
    for example in (json.loads(file.read_text()) for file in files):
        if "output" in example:
            found = answer(backend, version, example["input"], timeout=60, host=host)
            assert steady(found, example) == steady(example["output"], example)
        else:
            with pytest.raises(AlgorithmFailed) as refusal:
                answer(backend, version, example["input"], timeout=60, host=host)
            assert refusal.value.code == "algorithm_error"
