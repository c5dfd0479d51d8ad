"""Every snippet is run as shown against a real server: it sends and prints exactly.

RECORD_EXECUTED=1 writes what was executed, by what and when, to
catalog/snippets/executed.json: pages show the targets that are in it.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from pathlib import Path

import pytest

from catalog import snippets
from catalog.snippets import SnippetCall
from catalog.snippets.executed import EXECUTED
from tests.snippets.running import run, toolchain_of
from tests.snippets.strict_json import printed, result_of, strict

TARGETS = snippets.targets()
CASES = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parent / "cases").glob("*.json"))
} | {
    "long": json.dumps("x" * 70_000),
    "long-list": json.dumps([{"text": "it's", "n": n} for n in range(5000)]),
    "apostrophes": json.dumps("'" * 10_000),
    "emoji": json.dumps("\N{GRINNING FACE}" * 16_000, ensure_ascii=False),
    "one-line": json.dumps("x" * 65_000),
    "many-apostrophes": json.dumps("'" * 30_000),
}
each_target = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.key)


def check(target, call, folder, call_api):
    result = run(target, call, folder, key=call_api.key)
    assert result.returncode == 0, result.stderr.decode()
    path, headers, body = call_api.sent[-1]
    assert call.url.endswith(path)
    assert headers.get_content_type() == "application/json"
    assert strict(body) == strict(call.body)
    answer = call_api.answers[-1].decode()
    shown = printed(result.stdout.decode(), keeps=target.keeps)
    expected = printed(answer, keeps=target.keeps)
    assert shown == (expected if target.prints == "answer" else result_of(expected))


@each_target
def test_every_input_is_sent_and_its_answer_printed(
    target, call_api, tmp_path, subtests
):
    passed = 0
    for name, body in CASES.items():
        folder = tmp_path / name
        folder.mkdir()
        with subtests.test(case=name):
            call = SnippetCall(call_api.url("Echo"), body)
            check(target, call, folder, call_api)
            passed += 1
    if os.environ.get("RECORD_EXECUTED") == "1" and passed == len(CASES):
        record(target)


@each_target
def test_a_snippet_may_carry_the_key_itself(target, call_api, tmp_path):
    call = SnippetCall(call_api.url("Echo"), '{"n": 1}', key=call_api.key)
    result = run(target, call, tmp_path, key="not this one")
    assert result.returncode == 0, result.stderr.decode()


@each_target
def test_a_key_may_come_from_another_variable(target, call_api, tmp_path):
    call = SnippetCall(call_api.url("Echo"), "1", key_variable="OTHER_KEY")
    result = run(target, call, tmp_path, key=call_api.key)
    assert result.returncode == 0, result.stderr.decode()


@each_target
def test_a_refused_key_ends_in_its_message_and_a_failure(target, call_api, tmp_path):
    call = SnippetCall(call_api.url("Echo"), '{"text": "hello"}')
    result = run(target, call, tmp_path, key="wrong")
    assert result.returncode != 0
    shown = (result.stdout + result.stderr).decode()
    assert "authorization required: “no such key”" in shown


@each_target
def test_an_algorithms_own_failure_shows_its_message(target, call_api, tmp_path):
    call = SnippetCall(call_api.url("Fails"), '{"text": "hello"}')
    result = run(target, call, tmp_path, key=call_api.key)
    assert "cannot read “text”" in (result.stdout + result.stderr).decode()
    assert (result.returncode != 0) == target.checks_error


@each_target
def test_a_server_that_is_not_there_is_a_failure(target, tmp_path):
    call = SnippetCall("http://127.0.0.1:9/v1/algo/demo/Echo/1.0.0", "1")
    result = run(target, call, tmp_path, key="any")
    assert result.returncode != 0
    assert result.stderr


def test_every_target_that_pages_show_is_executed_here():
    assert set(snippets.executed()) <= {target.key for target in TARGETS}
    assert snippets.executed(), "nothing is shown: run once with RECORD_EXECUTED=1"


def record(target):
    with EXECUTED.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # tests may run in several processes
        records = json.load(file)
        today = dt.datetime.now(tz=dt.UTC).date()
        version = toolchain_of(target)
        records[target.key] = {"toolchain": version, "on": today.isoformat()}
        file.seek(0)
        file.truncate()
        file.write(json.dumps(records, indent=2, sort_keys=True) + "\n")
