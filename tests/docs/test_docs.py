"""What is public is in the documents: settings, commands, codes, targets, names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalog.api.urls import urlpatterns
from catalog.content.card_fields import KNOWN
from catalog.services import errors
from catalog.snippets import targets

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def text_of(*names: str) -> str:
    return "\n".join((ROOT / name).read_text() for name in names)


def test_every_setting_is_documented():
    source = text_of("config/settings.py", "config/jobs.py")
    names = set(re.findall(r"env_\w+\(\s*\"([A-Z_]+)\"", source))
    assert "VITRINE_HOME" in names
    documented = text_of("docs/dev/settings.md")
    assert {name for name in names if f"`{name}`" not in documented} == set()


def test_every_documented_setting_exists():
    source = text_of("config/settings.py", "config/jobs.py")
    rows = re.findall(r"^\| (`.*?) \|", text_of("docs/dev/settings.md"), re.MULTILINE)
    for name in re.findall(r"`([A-Z_]+)`", "\n".join(rows)):
        assert f'"{name}"' in source, name


@pytest.mark.parametrize(
    "path", sorted((ROOT / "catalog/management/commands").glob("[a-z]*.py")), ids=str
)
def test_every_command_is_documented(path):
    guide = text_of("docs/guide/operating.md")
    assert f"manage.py {path.stem}" in guide


def test_every_error_code_is_in_the_failure_table():
    table = text_of("docs/dev/failures.md")
    codes = set(errors.RUN_STATUS) | {
        found.code for found in vars(errors).values() if hasattr(found, "code")
    }
    codes -= {"refused"}
    assert {code for code in codes if f"`{code}`" not in table} == set()


def test_every_snippet_target_is_in_the_guide():
    guide = text_of("docs/guide/calling.md")
    assert {
        target.key for target in targets() if f"`{target.key}`" not in guide
    } == set()


def test_every_address_of_the_api_is_in_the_guide():
    guide = text_of("docs/guide/calling.md")
    routes = [str(route.pattern) for route in urlpatterns if route.name]
    assert len(routes) > 10
    for route in routes:
        address = "/api/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route)
        assert f"`{address}`" in guide


def test_every_make_target_is_in_the_readme_or_operating():
    text = text_of("Makefile")
    named = set(re.findall(r"^([a-z]+):.*##", text, re.MULTILINE))
    documented = text_of(
        "README.md", "docs/guide/operating.md", "docs/dev/architecture.md"
    )
    assert {name for name in named if f"make {name}" not in documented} == set()


DOCUMENTS = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_documents_resolve(path):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text()):
        if "://" not in target and not target.startswith("/"):
            assert (path.parent / target).exists(), f"{path}: {target}"


def test_every_field_of_a_card_is_in_the_guide():
    rows = re.findall(r"^\| (`.*?) \|", text_of("docs/guide/cards.md"), re.MULTILINE)
    fields, entries = "\n".join(rows).split("`docs_markdown`")
    assert set(re.findall(r"`([\w-]+)`", fields)) - {"owner", "name"} == set(KNOWN)
    for key in ("id", "title", "summary", "license", "task", "framework", "tags"):
        assert f"`{key}`" in entries
