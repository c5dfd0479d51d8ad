"""Each literal family is read back by the language itself."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from catalog.snippets import literals
from catalog.snippets.json_text import parse
from tests.snippets.documents import documents, texts
from tests.snippets.strict_json import strict

batches = st.lists(documents, min_size=1, max_size=60)
in_processes = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="node not installed")


def words_of_sh(quoted):
    script = "printf '%s\\0' " + " ".join(quoted)
    run = subprocess.run(
        ["sh"], input=script.encode(), capture_output=True, check=True, timeout=30
    )
    return run.stdout.decode().split("\0")[:-1]


def values_of_node(expressions):
    """Return the JSON text of each JavaScript expression."""
    script = f"console.log(JSON.stringify([{','.join(expressions)}]))"
    run = subprocess.run(
        ["node", "--input-type=module", "-"],
        input=script.encode(),
        capture_output=True,
        check=True,
        timeout=30,
    )
    return json.loads(run.stdout)


@in_processes
@given(batches)
def test_a_shell_reads_json_text_back(sources):
    written = [parse(source).pretty(avoid="'") for source in sources]
    assert words_of_sh(map(literals.shell, written)) == written


@in_processes
@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"))))
def test_a_shell_reads_any_text_back(values):
    assume(values)
    assert words_of_sh(map(literals.shell, values)) == values


@given(texts)
def test_python_reads_a_string_back(value):
    assert ast.literal_eval(literals.python_string(value)) == value


@given(documents)
def test_python_reads_a_value_back_with_its_types_and_digits(source):
    document = parse(source)
    assume(literals.fits_python(document))
    value = ast.literal_eval(literals.python_value(document))
    assert strict(json.dumps(value)) == strict(source)


@given(documents)
def test_python_reads_json_text_back(source):
    text = ast.literal_eval(literals.python_raw(parse(source).pretty()))
    assert strict(text.encode()) == strict(source)


@needs_node
@in_processes
@given(st.lists(texts, min_size=1, max_size=60))
def test_node_reads_a_string_back(values):
    assert values_of_node(map(literals.javascript_string, values)) == values


@needs_node
@in_processes
@given(batches)
def test_node_reads_a_value_back_with_its_types_and_digits(sources):
    fitting = [s for s in sources if literals.fits_javascript(parse(s))]
    read = values_of_node(
        f"JSON.stringify({literals.javascript_value(parse(s))})" for s in fitting
    )
    assert [strict(text) for text in read] == [strict(s) for s in fitting]


@needs_node
@in_processes
@given(batches)
def test_node_reads_json_text_back(sources):
    written = [parse(source).pretty(avoid="`$") for source in sources]
    assert values_of_node(map(literals.javascript_raw, written)) == written


@pytest.mark.parametrize(
    ("source", "python", "javascript"),
    [
        ('{"text": "hello", "n": [1, -2, 2.5, true, null]}', True, True),
        ("null", False, True),  # json=None sends nothing
        (" null ", False, True),
        ("[null]", True, True),
        ("9007199254740991", True, True),
        ("-9007199254740991", True, True),
        ("9007199254740992", True, False),
        ("1.0", True, False),  # JavaScript sends 1
        ("1e5", True, False),
        ("1e21", True, True),
        ("1.50", True, True),  # the same number as 1.5
        ("-0.0", True, False),
        ("-0", False, False),
        ("0.0", True, False),
        ("1e400", False, False),
        ("1e-400", False, False),
        ("1e-99999999999999999999", False, False),
        ("5e-324", True, True),
        ("0.1000000000000000055511151231257827", False, False),
        ("1" * 4001, False, False),
        ('{"a": 1, "a": 1}', False, False),
        ('{"__proto__": 1}', True, False),
        (r'{"__\u0070roto__": 1}', True, False),
        ('{"b": 1, "1": 2}', True, False),  # JavaScript puts 1 first
        ('{"01": 1, "1.5": 2, "-1": 3}', True, True),
        ("[" * 91 + "]" * 91, False, False),
        ("[" * 90 + "]" * 90, True, True),
    ],
)
def test_a_value_is_written_as_one_only_where_it_arrives_unchanged(
    source, python, javascript
):
    assert literals.fits_python(parse(source)) is python
    assert literals.fits_javascript(parse(source)) is javascript


def test_a_text_that_a_literal_cannot_hold_is_refused():
    for function, text in [
        (literals.shell, "a\0b"),
        (literals.python_raw, '"""'),
        (literals.javascript_raw, "`"),
        (literals.javascript_raw, "${x}"),
        (literals.identifier, "A B"),
        (literals.identifier, ""),
        (literals.identifier, "É"),
    ]:
        with pytest.raises(literals.UnfitText):
            function(text)
