"""Algorithm folders: in whole or not at all, twice without effect, out and in again."""

from __future__ import annotations

import filecmp
import shutil
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Algorithm, Example, Version
from catalog.services.cards import render_waiting
from catalog.services.importing import ImportRefused, import_folders
from catalog.services.publishing import Source
from tests.conftest import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bundles(settings, tmp_path):
    settings.BUNDLES_DIR = tmp_path / "bundles"


@pytest.fixture
def tree(tmp_path):
    """A copy of two samples that a test may damage."""
    for name in ("util/Echo", "nlp/ExtractKeywords", "demo/Hello"):
        shutil.copytree(SAMPLES / name, tmp_path / "tree" / name)
    return tmp_path / "tree"


def run(path, **source):
    return import_folders(paths=[path], source=Source(**source))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_bundled_catalog_is_seventeen_algorithms_that_can_be_called():
    summary = run(SAMPLES, is_verified=True)
    assert len(summary.created) == 17
    assert len(summary.published) == 18
    for algorithm in Algorithm.objects.all():
        assert algorithm.latest is not None
        assert algorithm.verified_at is not None
        assert algorithm.card.is_fallback is False
        assert algorithm.task
        assert algorithm.license
        assert Example.objects.filter(version=algorithm.latest).count() >= 2
    assert Algorithm.objects.get(name="Hello").latest.number == "0.1.1"


def test_a_second_import_changes_nothing(tree):
    run(tree)
    before = list(Algorithm.objects.order_by("pk").values())
    summary = run(tree)
    assert (summary.created, summary.updated, summary.published) == ([], [], [])
    assert len(summary.unchanged) == 4
    assert list(Algorithm.objects.order_by("pk").values()) == before


def test_export_gives_the_same_tree_and_imports_as_unchanged(tree, tmp_path):
    run(tree)
    out = tmp_path / "out"
    call_command("export_catalog", str(out), verbosity=0)
    assert differing(filecmp.dircmp(tree, out, ignore=[])) == []
    summary = run(out)
    assert (summary.created, summary.updated, summary.published) == ([], [], [])


def differing(compared) -> list[str]:
    found = [*compared.left_only, *compared.right_only, *compared.diff_files]
    for below in compared.subdirs.values():
        found += differing(below)
    return found


def test_what_was_made_private_here_leaves_as_private(tree, tmp_path):
    run(tree)
    echo = Algorithm.objects.get(name="Echo")
    echo.visibility = "private"
    echo.save()
    out = tmp_path / "out"
    call_command("export_catalog", str(out), verbosity=0)
    assert 'visibility = "private"' in (out / "util/Echo/algorithm.toml").read_text()


def test_a_new_title_is_no_new_version(tree):
    run(tree)
    manifest = tree / "util/Echo/algorithm.toml"
    edit(manifest, 'title = "', 'title = "New ')
    summary = run(tree)
    assert summary.updated == ["util/Echo"]
    assert summary.published == []
    assert Algorithm.objects.get(name="Echo").title.startswith("New ")


def test_other_content_under_a_published_number_is_refused(tree):
    run(tree)
    with (tree / "util/Echo/algorithm.py").open("a") as file:
        file.write("\n# changed\n")
    with pytest.raises(ImportRefused) as refused:
        run(tree)
    (problem,) = refused.value.problems
    assert "algorithm.toml" in problem.file
    assert problem.line > 0
    assert "util/Echo/0.2.1" in problem.message
    assert Version.objects.count() == 4


DAMAGES = {
    "syntax error in the source": (
        "util/Echo/algorithm.py",
        "def apply(",
        "def apply((",
        "algorithm.py",
    ),
    "unknown key": ("util/Echo/algorithm.toml", "title =", "titel =", "titel"),
    "broken TOML": (
        "util/Echo/algorithm.toml",
        "title =",
        "title ==",
        "algorithm.toml",
    ),
    "bad number": ("util/Echo/algorithm.toml", '"0.2.1"', '"0.2"', "number"),
    "broken schema": (
        "nlp/ExtractKeywords/input.schema.json",
        '"object"',
        '"objekt"',
        "input.schema.json",
    ),
    "broken JSON": (
        "nlp/ExtractKeywords/output.schema.json",
        "{",
        "{,",
        "output.schema.json",
    ),
    "broken front matter": (
        "util/Echo/README.md",
        "---\n",
        "---\na: [b\n",
        "README.md",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_bad_folder_is_named_and_nothing_is_imported(tree, damage, capsys):
    file, old, new, named = DAMAGES[damage]
    text = (tree / file).read_text()
    assert old in text
    (tree / file).write_text(text.replace(old, new, 1))
    with pytest.raises(CommandError, match="nothing imported"):
        call_command("import_catalog", str(tree))
    said = capsys.readouterr().err
    assert named in said
    assert file in said
    assert Algorithm.objects.count() == 0


def test_every_problem_of_every_folder_is_told_at_once(tree):
    edit(tree / "util/Echo/algorithm.toml", "title =", "titel =")
    edit(tree / "demo/Hello/algorithm.py", "def apply(", "def apply((")
    with pytest.raises(ImportRefused) as refused:
        run(tree)
    files = " ".join(problem.file for problem in refused.value.problems)
    assert "util/Echo" in files
    assert "demo/Hello" in files


def test_a_dry_run_says_what_would_come_and_changes_nothing(tree, capsys):
    call_command("import_catalog", "--dry-run", str(tree))
    assert "3 algorithms would be created, 4 versions would be" in (
        capsys.readouterr().out
    )
    assert Algorithm.objects.count() == 0


def test_another_owner_may_be_named(tree):
    run(tree / "util/Echo", owner="ourteam")
    assert Algorithm.objects.get().full_name == "ourteam/Echo"


@pytest.mark.parametrize("owner", ["search", "a b"])
def test_an_owner_that_cannot_be_is_refused(tree, owner):
    with pytest.raises(ImportRefused, match="name"):
        run(tree / "util/Echo", owner=owner)


def test_a_listing_without_source_has_documentation_alone(tmp_path):
    folder = tmp_path / "zoo" / "Paper"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# Paper\n\nRead me.\n")
    (folder / "algorithm.toml").write_text(
        '[algorithm]\ntitle = "Paper"\nsummary = "A model to read of."\n'
        'visibility = "public"\n'
    )
    summary = run(tmp_path / "zoo")
    assert summary.created == ["zoo/Paper"]
    paper = Algorithm.objects.get()
    assert paper.latest is None
    assert paper.card.plain == "Paper Read me."
    assert paper.license == "MIT"


def test_a_place_without_folders_is_said(tmp_path):
    with pytest.raises(ImportRefused):
        run(tmp_path)


def test_a_card_that_would_hang_the_renderer_is_shown_as_text(tree):
    card = tree / "util/Echo/README.md"
    card.write_text(card.read_text() + "\n\n" + "![" * 5000)
    run(tree)
    render_waiting()
    assert Algorithm.objects.get(name="Echo").card.is_fallback is True


def test_a_changed_version_names_the_files_that_differ(tree):
    run(tree)
    echo = tree / "util/Echo"
    edit(echo / "algorithm.py", "def apply", "# new\ndef apply")
    (echo / "words.txt").write_text("one")
    gone = next(iter(sorted((echo / "examples").iterdir())))
    gone.unlink()
    with pytest.raises(ImportRefused) as refused:
        run(tree)
    said = str(refused.value)
    assert "algorithm.py differs" in said
    assert "words.txt is new" in said
    assert f"examples/{gone.name} is gone" in said
    assert "README.md" not in said


def test_a_license_without_spdx_id_is_imported_with_a_warning(tree, capsys):
    card = tree / "util/Echo/README.md"
    edit(card, "license: apache-2.0", "license: house rules")
    call_command("import_catalog", str(tree))
    said = capsys.readouterr().err
    assert f"warning: {card}:" in said
    assert "license house rules is no SPDX id and no word of the hub." in said
    line = said.split(f"{card}:")[1].split(":")[0]
    assert card.read_text().splitlines()[int(line) - 1] == "license: house rules"
    assert Algorithm.objects.get(name="Echo").license == "house rules"


def test_the_command_ends_with_every_card_rendered(tree):
    call_command("import_catalog", str(tree))
    for algorithm in Algorithm.objects.all():
        assert algorithm.card.html


def test_the_bundled_cards_have_no_warnings():
    assert run(SAMPLES).warnings == []
