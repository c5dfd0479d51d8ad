"""Targets are files: found by looking, checked on loading, safe by construction."""

from __future__ import annotations

import shutil

import pytest
from django.template.base import VariableNode
from pygments.lexers import get_lexer_by_name

from catalog import snippets
from catalog.snippets import SnippetCall, UnknownTarget
from catalog.snippets.literals import LITERALS
from catalog.snippets.rendering import template_values
from catalog.snippets.target import TARGETS, BadTarget, load_target, load_targets

CALL = SnippetCall("http://127.0.0.1:8000/v1/algo/demo/Echo/1.0.0", "1")
FRONT_MATTER = """+++
label = "Plain"
language = "Text"
group = "Data"
lexer = "text"
file = "snippet.txt"
order = 1
tool = "cat"
run = "cat snippet.txt"
toolchain = "cat --version"
+++
"""

each_target = pytest.mark.parametrize(
    "target", snippets.targets(), ids=lambda target: target.key
)


def unquoted_variables(target):
    """Return the variables of the template that reach the code as they are."""
    known = template_values(target, CALL)
    return [
        node.filter_expression.token
        for node in target.template.nodelist.get_nodes_by_type(VariableNode)
        if not node.filter_expression.filters
        or node.filter_expression.filters[-1][0].__name__ not in LITERALS
        or str(node.filter_expression.var) not in known
    ]


@each_target
def test_every_variable_of_a_template_is_written_as_a_literal(target):
    assert unquoted_variables(target) == []


@pytest.mark.parametrize(
    "template",
    [
        "{{ url }}",
        "{% if key %}{{ authorization }}{% endif %}",
        "{{ url|shell|upper }}",
        "{{ value|fits_python }}",
        "{{ uri|shell }}",
    ],
)
def test_a_template_that_prints_a_bare_value_is_noticed(template, tmp_path):
    path = tmp_path / "plain.snippet"
    path.write_text(FRONT_MATTER + template)
    assert unquoted_variables(load_target(path))


@each_target
def test_a_target_names_a_lexer_and_a_file_that_its_run_command_uses(target):
    assert get_lexer_by_name(target.lexer)
    assert target.file in target.run
    assert target.extension
    assert target.prints in {"answer", "result"}
    assert target.keeps in {"text", "integers", "doubles"}


def test_targets_come_in_their_order_with_their_keys():
    assert [target.key for target in snippets.targets()][:3] == [
        "python-requests",
        "curl",
        "javascript-fetch",
    ]


def test_a_new_file_is_a_new_target(tmp_path):
    shutil.copytree(TARGETS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "plain.snippet").write_text(FRONT_MATTER + "{{ url|shell }}\n")
    assert next(iter(load_targets(tmp_path))) == "plain"
    assert len(load_targets(tmp_path)) == len(snippets.targets()) + 1


def test_a_line_that_holds_only_a_tag_leaves_no_empty_line(tmp_path):
    path = tmp_path / "plain.snippet"
    path.write_text(FRONT_MATTER + "a\n  {% if key %}\nb\n  {% endif %}\nc\n")
    target = load_target(path)
    assert snippets.rendering.render_target(target, CALL).code == "a\nc\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("no front matter", "no front matter"),
        (FRONT_MATTER.replace("order = 1", "order ="), "Invalid value"),
        (FRONT_MATTER.replace("order = 1\n", ""), "order"),
        (FRONT_MATTER.replace("order = 1", "order = 1\ncolor = 2"), "color"),
        (FRONT_MATTER + "{% if key %}", "Unclosed tag"),
        (FRONT_MATTER + "{{ url|quoted }}", "quoted"),
    ],
)
def test_a_malformed_file_is_refused_by_name(content, reason, tmp_path):
    path = tmp_path / "broken.snippet"
    path.write_text(content)
    with pytest.raises(BadTarget, match=rf"broken\.snippet: .*{reason}"):
        load_target(path)


def test_an_unknown_target_is_refused_with_the_known_ones():
    with pytest.raises(UnknownTarget, match=r"'cobol'.*python-requests, curl"):
        snippets.render("cobol", CALL)
