"""The layout holds: layers, sizes, names, and the gate of the privacy rule."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = [
    path
    for top in ("config", "accounts", "catalog")
    for path in sorted((ROOT / top).rglob("*.py"))
    if "migrations" not in path.parts
]
EDGES = [
    path
    for edge in ("web", "api", "wire", "templatetags")
    for path in sorted((ROOT / "catalog" / edge).rglob("*.py"))
]
MODULE_LINES, FUNCTION_LINES, VIEW_LINES = 320, 42, 18
MANAGERS = {"objects", "_default_manager", "_base_manager"}
VAGUE = re.compile(r"utils?|helpers?|common|managers?|handlers?|misc|core")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_import_contracts_hold():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_module_has_one_subject_and_says_it(path):
    text = path.read_text()
    assert len(text.splitlines()) <= MODULE_LINES
    tree = ast.parse(text)
    if tree.body:
        assert ast.get_docstring(tree), "a module says in a line what it holds"


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_functions_stay_short(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= FUNCTION_LINES, f"{node.name} has {length} lines"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "catalog/web/views").glob("*.py")), ids=name_of
)
def test_views_make_one_call_and_render(path):
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= VIEW_LINES, f"{node.name} has {length} lines"


def test_no_name_is_vague():
    vague = [name_of(path) for path in CODE if VAGUE.fullmatch(path.stem)]
    assert vague == []


def unguarded(tree: ast.AST) -> list[int]:
    """Lines with `.objects` that is not followed at once by visible_to or none."""
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    allowed = {
        id(node.value) for node in attributes if node.attr in {"visible_to", "none"}
    }
    return [
        node.lineno
        for node in attributes
        if node.attr in MANAGERS and id(node) not in allowed
    ]


@pytest.mark.parametrize("path", EDGES, ids=name_of)
def test_an_edge_asks_for_the_viewer_first(path):
    assert unguarded(ast.parse(path.read_text())) == []


def test_the_gate_sees_a_planted_leak():
    assert unguarded(ast.parse("Algorithm.objects.filter(name='x')")) == [1]
    assert unguarded(ast.parse("Algorithm.objects.visible_to(user).all()")) == []
    assert unguarded(ast.parse("Algorithm.objects")) == [1]


ENGINES = [
    path
    for engine in ("search", "execution", "snippets", "content")
    for path in sorted((ROOT / "catalog" / engine).rglob("*.py"))
]


@pytest.mark.parametrize("path", ENGINES, ids=name_of)
def test_an_engine_knows_no_database_and_no_request(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            assert not name.startswith(("django.db", "django.http", "catalog.models"))


def test_locks_and_documents_name_no_host_of_a_registry():
    for name in ("requirements/main.txt", "requirements/dev.txt", "package-lock.json"):
        assert "://" not in (ROOT / name).read_text(), name


def test_no_page_has_inline_script_or_style():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:json|ld\+json))|<style|\sstyle=|"
        r"\son[a-z]+=|javascript:"
    )
    found = [
        f"{name_of(path)}: {match.group()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for match in inline.finditer(path.read_text())
    ]
    assert found == []


def test_colors_are_named_in_the_tokens_alone():
    color = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(")
    found = [
        f"{name_of(path)}: {match.group()}"
        for path in sorted((ROOT / "static/css").rglob("*.css"))
        if path.name != "tokens.css"
        for match in color.finditer(path.read_text())
    ]
    assert found == []
