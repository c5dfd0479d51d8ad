"""The code of every example of every sample, run against the product in each language.

What is run is what the product hands out, and what it prints is the recorded output.
"""

from __future__ import annotations

import json
import tomllib
from urllib.parse import quote

import pytest

from catalog import snippets
from catalog.snippets import SnippetCall
from tests.conftest import SAMPLES
from tests.snippets.running import run, toolchain_of
from tests.snippets.strict_json import printed, result_of, steady

pytestmark = pytest.mark.live

EXAMPLES = sorted(SAMPLES.glob("*/*/examples/*.json"))


def handed_out(product, target, name, call):
    """Return the code that the product gives for this input."""
    status, _headers, code = product.get(
        f"/api/v1/algorithms/{name}/snippets/{target.key}?input={quote(call.body)}",
        Accept="text/plain",
    )
    assert status == 200, code
    return code.decode()


def call_of(product, file):
    """Return the algorithm's name, the call of the example and the example."""
    folder = file.parents[1]
    name = f"{folder.parent.name}/{folder.name}"
    number = tomllib.loads((folder / "algorithm.toml").read_text())["version"]["number"]
    example = json.loads(file.read_text())
    body = json.dumps(example["input"], ensure_ascii=False)
    url = f"{product.url}/v1/algo/{name}/{number}"
    return name, SnippetCall(url=url, body=body), example


def check(target, done, example):
    if "output" not in example:
        assert (done.returncode != 0) == target.checks_error
        return
    assert done.returncode == 0, done.stderr.decode()
    shown = printed(done.stdout.decode(), keeps=target.keeps)
    shown = shown if target.prints == "result" else result_of(shown)
    recorded = printed(json.dumps(example["output"]), keeps=target.keeps)
    assert steady(shown, example) == steady(recorded, example)


def test_the_catalog_api_lists_every_target(product):
    _status, _headers, body = product.get("/api/v1/algorithms/util/Echo/snippets")
    listed = [row["target"] for row in json.loads(body)["results"]]
    assert listed == [target.key for target in snippets.shown_targets()]


@pytest.mark.parametrize("target", snippets.shown_targets(), ids=lambda each: each.key)
def test_every_example_of_every_sample_prints_its_recorded_output(
    target, product, run_key, tmp_path, subtests
):
    toolchain_of(target)
    for number, file in enumerate(EXAMPLES):
        name, call, example = call_of(product, file)
        folder = tmp_path / str(number)
        folder.mkdir()
        with subtests.test(example=str(file.relative_to(SAMPLES))):
            code = handed_out(product, target, name, call)
            assert code == snippets.render(target.key, call).code
            check(target, run(target, call, folder, key=run_key, code=code), example)
