"""What each target looks like, kept as files: a change of a template is read here."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from catalog import snippets
from catalog.snippets import SnippetCall

HERE = Path(__file__).parent
URL = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0"
INPUTS = ("ordinary", "sink", "nums", "digits", "ctl", "keys", "null")
CASES = {
    **{
        name: SnippetCall(URL, (HERE / "cases" / f"{name}.json").read_text())
        for name in INPUTS
    },
    "long": SnippetCall(URL, json.dumps("x" * 70_000)),
    "key": SnippetCall(URL, '{"text": "hello"}', key="vtr_0123456789abcdef"),
}
TARGETS = snippets.targets()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.key)
def test_a_snippet_is_what_its_golden_file_says(target, case):
    code = snippets.render(target.key, CASES[case]).code
    golden = HERE / "golden" / case / f"{target.key}.{target.extension}"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(code, encoding="utf-8")
    assert golden.exists(), f"write {golden.relative_to(HERE)} with UPDATE_GOLDEN=1"
    assert code == golden.read_text(encoding="utf-8")


def test_no_golden_file_is_left_of_a_target_or_case_that_is_gone():
    wanted = {
        f"{case}/{target.key}.{target.extension}"
        for case in CASES
        for target in TARGETS
    }
    found = {
        path.relative_to(HERE / "golden").as_posix()
        for path in (HERE / "golden").glob("*/*")
    }
    assert found <= wanted
