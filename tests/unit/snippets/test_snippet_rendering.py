"""From a call to code and to highlighted HTML."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from catalog import snippets
from catalog.snippets import InvalidCall, SnippetCall

URL = "http://127.0.0.1:8000/v1/algo/demo/Echo/1.0.0"
CASES = Path(__file__).parents[2] / "snippets" / "cases"

each_target = pytest.mark.parametrize(
    "key", [target.key for target in snippets.targets()]
)


@each_target
@pytest.mark.parametrize("case", sorted(CASES.glob("*.json")), ids=lambda p: p.stem)
def test_the_text_of_the_highlighted_code_is_the_code(key, case):
    snippet = snippets.render(key, SnippetCall(URL, case.read_text(encoding="utf-8")))
    markup = snippets.highlighted(snippet)
    assert html.unescape(re.sub(r"</?span[^>]*>", "", markup)) == snippet.code
    assert set(re.findall(r"<[^ >]*", markup)) == {"<span", "</span"}


def test_highlighted_code_has_short_class_names():
    snippet = snippets.render("python-requests", SnippetCall(URL, "1"))
    assert '<span class="kn">import</span>' in snippets.highlighted(snippet)


@each_target
def test_code_ends_in_one_newline_and_has_no_line_of_spaces(key):
    code = snippets.render(key, SnippetCall(URL, '{"a": 1}')).code
    assert code.endswith("\n")
    assert not code.endswith("\n\n")
    assert not [line for line in code.splitlines() if line != line.rstrip()]
    assert "\n\n\n" not in code


@each_target
def test_code_shows_the_key_only_where_one_is_given(key):
    without = snippets.render(key, SnippetCall(URL, "1")).code
    given = snippets.render(key, SnippetCall(URL, "1", key="vtr_abc")).code
    assert "VITRINE_API_KEY" in without
    assert "vtr_abc" in given
    assert "VITRINE_API_KEY" not in given


@each_target
def test_a_body_over_the_targets_limit_is_read_from_a_file(key):
    limit = {target.key: target.inline_limit for target in snippets.targets()}[key]
    large = snippets.render(key, SnippetCall(URL, json.dumps("x" * (limit - 1))))
    small = snippets.render(key, SnippetCall(URL, json.dumps("x" * (limit - 100))))
    assert large.body_file == "body.json"
    assert "body.json" in large.code
    assert len(large.code) < 2000
    assert small.body_file == ""
    assert "body.json" not in small.code


def test_what_a_target_has_to_escape_counts_too():
    call = SnippetCall(URL, json.dumps("'" * 20_000))
    assert snippets.render("curl", call).body_file == "body.json"
    assert snippets.render("python-requests", call).body_file == ""


@pytest.mark.parametrize(
    "change",
    [
        {"url": "ftp://host/x"},
        {"url": "/v1/algo/demo/Echo"},
        {"url": "http://host"},
        {"url": "http://host/a b"},
        {"url": 'http://host/"; rm -rf /'},
        {"url": "http://host/{a,b}"},
        {"url": "http://user:secret@host/"},
        {"key": "two words"},
        {"key": "line\nbreak"},
        {"key": "schlüssel"},
        {"key": "back\\slash"},
        {"key_variable": "A B"},
        {"key_variable": ""},
        {"key_variable": "1A"},
        {"body": "{"},
        {"body": ""},
        {"body": "NaN"},
    ],
    ids=str,
)
def test_a_call_that_cannot_be_written_safely_is_refused(change):
    with pytest.raises(InvalidCall):
        SnippetCall(**({"url": URL, "body": "1"} | change))


@pytest.mark.parametrize(
    "url",
    ["https://[::1]:8000/v1/algo/demo/Echo", "http://vitrine_web:80/v1/a?b=c&d='$x'"],
)
def test_urls_of_any_installation_are_taken(url):
    assert all(url in s.code or "?" in url for s in snippets.render_all(_call(url)))


def test_all_shown_targets_come_in_their_order_and_were_executed():
    shown = snippets.shown_targets()
    assert [snippet.target for snippet in snippets.render_all(_call(URL))] == [
        target.key for target in shown
    ]
    assert {target.key for target in shown} == set(snippets.executed())
    assert all(record.toolchain for record in snippets.executed().values())


def _call(url):
    return SnippetCall(url, '{"text": "hello"}')
