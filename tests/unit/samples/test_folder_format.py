"""Each bundled algorithm is a complete, canonical folder."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
import tomli_w

from catalog.content.cards import parse_card
from catalog.content.form_fields import has_form
from catalog.content.schemas import check_schema, takes_bytes
from tests.unit.samples.isolated import SAMPLES, folders

NEWEST = [folder for folder in folders() if ".versions" not in folder.parts]
NAMES = {str(folder.relative_to(SAMPLES)) for folder in NEWEST}
KEYS = {
    "algorithm": ["title", "summary", "visibility"],
    "version": ["number", "notes"],
    "run": ["runtime", "entry", "timeout", "memory", "preload"],
    "permissions": ["calls", "fetch"],
}
#: those that use files of their callers
RIGHTS = {
    SAMPLES / "media/GetImageUrl": ["read"],
    SAMPLES / "media/PutImage": ["read", "write"],
}
every_folder = pytest.mark.parametrize(
    "folder", folders(), ids=lambda folder: str(folder.relative_to(SAMPLES))
)


def manifest(folder):
    return tomllib.loads((folder / "algorithm.toml").read_text())


def schema(folder, side):
    return json.loads((folder / f"{side}.schema.json").read_text())


def test_the_bundled_catalog_has_seventeen_algorithms():
    assert sorted(NAMES) == [
        "demo/Hello",
        "media/CompareImages",
        "media/DominantColors",
        "media/GetImageUrl",
        "media/OverlayText",
        "media/PutImage",
        "nlp/DetectLanguage",
        "nlp/ExtractKeywords",
        "nlp/GetSentiment",
        "nlp/SummarizeText",
        "series/DetectAnomalies",
        "series/ForecastSeries",
        "social/SearchPosts",
        "testing/RaiseException",
        "testing/Sleep",
        "util/Echo",
        "vision/RecognizeDigit",
    ]


def test_the_table_of_the_samples_names_each_with_its_summary():
    table = (SAMPLES / "README.md").read_text()
    for folder in NEWEST:
        assert f"`{folder.relative_to(SAMPLES)}`" in table
        assert manifest(folder)["version"]["number"] in table


@every_folder
def test_the_manifest_is_spelt_as_an_export_spells_it(folder):
    text = (folder / "algorithm.toml").read_text()
    found = tomllib.loads(text)
    assert text == tomli_w.dumps(found)
    keys = {table: list(keys) for table, keys in found.items()}
    more = ["data"] if folder in RIGHTS else []
    assert keys == KEYS | {"permissions": KEYS["permissions"] + more}


@every_folder
def test_the_manifest_says_what_the_folder_holds(folder):
    found = manifest(folder)
    assert found["algorithm"]["visibility"] == "public"
    assert re.fullmatch(r"\d+\.\d+\.\d+", found["version"]["number"])
    assert found["version"]["notes"]
    assert (folder / found["run"]["entry"]).is_file()
    assert len(found["algorithm"]["summary"]) <= 120
    rights = {"data": RIGHTS[folder]} if folder in RIGHTS else {}
    assert found["permissions"] == {"calls": [], "fetch": [], **rights}


def test_an_older_version_lies_under_its_own_number():
    for folder in set(folders()) - set(NEWEST):
        newest = folder.parent.parent
        older, newer = (manifest(f)["version"]["number"] for f in (folder, newest))
        assert folder.name == older
        assert [*map(int, older.split("."))] < [*map(int, newer.split("."))]


@every_folder
def test_a_card_has_its_facts_and_its_limits(folder):
    card = parse_card((folder / "README.md").read_text())
    assert card.meta["license"] == "apache-2.0"
    assert card.meta["pipeline_tag"]
    assert len(card.meta["tags"]) >= 3
    headings = re.findall(r"^## (.+)$", card.body, re.MULTILINE)
    assert "Errors" in headings
    assert headings[-1] == "License and sources"
    assert any(heading.startswith("When not to") for heading in headings)
    assert len(card.body) > 600


@every_folder
@pytest.mark.parametrize("side", ["input", "output"])
def test_a_schema_can_be_published_and_explains_its_members(folder, side):
    found = schema(folder, side)
    assert check_schema(found) == []
    assert found["title"]
    described = [*found.get("properties", {}).values()]
    for member in list(described):
        inner = member.get("items", member)
        described += inner.get("properties", {}).values()
    assert all(member["title"] and member["description"] for member in described)
    assert found.get("description") or described


@pytest.mark.parametrize("name", sorted(NAMES - {"util/Echo"}))
def test_an_input_schema_draws_a_form(name):
    assert has_form(schema(SAMPLES / name, "input"))


@pytest.mark.parametrize(
    "name",
    ["util/Echo", "media/DominantColors", "media/PutImage", "vision/RecognizeDigit"],
)
def test_bytes_may_be_the_whole_input(name):
    assert takes_bytes(schema(SAMPLES / name, "input"))


def test_the_limits_in_the_source_are_those_of_the_schema():
    text = schema(SAMPLES / "nlp/GetSentiment", "input")["properties"]["text"]
    source = (SAMPLES / "nlp/GetSentiment/algorithm.py").read_text()
    assert f"MAX_CHARACTERS = {text['maxLength']:_}" in source
    wish = schema(SAMPLES / "testing/RaiseException", "input")["properties"]
    source = (SAMPLES / "testing/RaiseException/algorithm.py").read_text()
    assert all(f'"{name}",' in source for name in wish["error_type"]["enum"])
    assert f'"{wish["message"]["default"]}"' in source


def test_the_sources_are_short_and_clean():
    ruff = shutil.which("ruff", path=str(SAMPLES.parent / ".venv/bin"))
    ruff = ruff or shutil.which("ruff")
    if ruff is None:
        pytest.skip("ruff is not installed")
    rules = ["--isolated", "--no-cache", "--select", "E,F,B,I,UP"]
    done = subprocess.run(
        [ruff, "check", *rules, str(SAMPLES)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    for source in SAMPLES.rglob("*.py"):
        assert len(source.read_text().splitlines()) <= 200


def test_only_the_standard_library_and_two_packages_are_imported():
    allowed = {"Algorithmia", "PIL", "vaderSentiment", "__future__"}
    allowed |= set(sys.stdlib_module_names)
    for source in SAMPLES.rglob("*.py"):
        own = {path.stem for path in source.parent.glob("*.py")}
        text = source.read_text()
        found = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
        assert found <= allowed | own, source
