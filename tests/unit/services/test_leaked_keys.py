"""A key in a text is never stored: the text is refused, and a live key ends."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import key_text, keys
from accounts.models import ApiKey, Membership, Notice
from accounts.services import add_member
from catalog.models import Algorithm, AuditEntry, Card, SavedSearch
from catalog.services import reviews, saved_searches, teams
from catalog.services.leaked_keys import SecretFound, check_text, leaks_in
from catalog.services.queries import Query
from tests.conftest import SAMPLES

pytestmark = pytest.mark.django_db

FOREIGN = {
    "private key": "-----BEGIN RSA PRIVATE KEY-----",
    "private key of PGP": "-----BEGIN PGP PRIVATE KEY BLOCK-----",
    "AWS": "AKIA" + "Q7" * 8,
    "AWS for a session": "ASIA" + "Q7" * 8,
    "GitHub": "ghp_" + "a1" * 18,
    "GitHub, new": "github_pat_" + "a1" * 41,
    "Slack": "xoxb-" + "1234567890-" + "abcdefghij",
    "OpenAI": "sk-proj-" + "a1" * 10 + "T3BlbkFJ" + "a1" * 10,
    "Anthropic": "sk-ant-api03-" + "a1" * 45,
}
HARMLESS = [
    "vtr_...",
    "vtr_…",
    "export VITRINE_API_KEY=vtr_YOUR_KEY_HERE",
    "vtr_" + "a" * 46,
    "vtr_" + "a" * 200,
    "AKIAIOSFODNN7EXAMPLE",
    "-----BEGIN PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----",
    "sk-learn-contributors-and-friends-of-statistics-and-plots",
    "ghp_ is how tokens of GitHub begin",
    "xoxb-your-token",
    "SIASIA" + "Q7" * 8,
    "the mask of a task: ask-T3st",
]


@pytest.fixture
def made(ada):
    return keys.create_key(user=ada, name="laptop", scopes=["run"])


@pytest.fixture
def robot(vision_lab, grace, linus):
    return keys.create_key(team=vision_lab, made_by=grace, name="r", scopes=["run"])


def found(text) -> list:
    return list(leaks_in(text if isinstance(text, bytes) else text.encode()))


@pytest.mark.parametrize("around", ["{}", "x{}x", "={}&", "vtr_{}", "{}{}", "\n\n'{}'"])
def test_a_live_key_ends_wherever_it_stands(made, around):
    leak, *_ = found(around.replace("{}", made.secret))
    assert "revoked" in leak.message
    assert made.secret not in leak.message
    assert leak.line == (3 if "\n" in around else 1)
    assert keys.find_key(made.secret) is None


def test_its_owner_is_told_once_and_the_trail_says_so(
    made, ada, settings, django_capture_on_commit_callbacks
):
    ada.email = "ada@example.com"
    ada.save()
    with django_capture_on_commit_callbacks(execute=True):
        found(made.secret)
        found(made.secret)
    notice = Notice.objects.get()
    assert notice.user == ada
    assert "“laptop”" in notice.text
    assert notice.address == "/settings/keys"
    entry = AuditEntry.objects.get(action="revoke leaked key")
    assert (entry.category, entry.target_id) == ("key", str(made.row.pk))
    assert made.secret not in f"{notice.text} {entry.target} {entry.changes}"
    assert all(made.secret not in str(letter.body) for letter in mail.outbox)


def test_the_managers_of_a_team_are_told_and_its_members_are_not(
    robot, vision_lab, charlie
):
    add_member(team=vision_lab, user=charlie, role=Membership.Role.OWNER)
    found(robot.secret)
    told = Notice.objects.filter(address="/teams/visionlab/keys")
    assert {notice.user.username for notice in told} == {"grace", "charlie"}
    assert AuditEntry.objects.get(action="revoke leaked key").team == vision_lab


def test_an_ended_key_and_one_of_another_server_are_refused_too(made, ada):
    ApiKey.objects.filter(pk=made.row.pk).update(
        expires_at=timezone.now() - timedelta(days=1)
    )
    for secret in (made.secret, key_text.new_secret()):
        (leak,) = found(f"key = '{secret}'")
        assert "form of an API key" in leak.message
        assert secret not in leak.message
    assert not Notice.objects.exists()
    with pytest.raises(SecretFound):
        check_text(key_text.new_secret(), what="The note")


def test_a_key_is_found_in_bytes_and_left_in_what_is_packed(made):
    assert len(found(b"\0\xff" + made.secret.encode() + b"\0")) == 1
    other = key_text.new_secret().encode()
    assert found(b"PK\x03\x04" + other) == []
    assert found(gzip.compress(other)) == []


@pytest.mark.parametrize("kind", FOREIGN)
def test_secrets_of_others_are_refused_unless_the_line_allows_them(kind):
    text = f"first\nkey = '{FOREIGN[kind]}'\n"
    (leak,) = found(text)
    assert leak.line == 2
    assert FOREIGN[kind] not in leak.message
    assert "vitrine: allow-secret" in leak.message
    allowed = text.replace("'\n", "'  # vitrine: allow-secret\n")
    assert found(allowed) == []
    above = f"# vitrine: allow-secret\n{FOREIGN[kind]}\n"
    assert len(found(above)) == 1


def test_no_line_allows_a_key_of_ours(made):
    assert len(found(f"{made.secret}  # vitrine: allow-secret")) == 1
    assert keys.find_key(made.secret) is None


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_passes(text):
    assert found(text) == []
    check_text(text, what="The note")


def test_the_bundled_samples_and_a_large_file_pass_quickly():
    for path in SAMPLES.rglob("*"):
        if path.is_file():
            assert found(path.read_bytes()) == []
    assert found(b"vtr_ gh sk- xox AKIA \n" * 500_000) == []


PLACES = {
    "README.md": "\n\nSend it with {}.\n",
    "algorithm.py": "\nKEY = '{}'\n",
    "algorithm.toml": "\n# {}\n",
    "words.bin": "\0\1{}\2",
    "notes/deep.txt": "{}",
}


@pytest.fixture
def tree(tmp_path, settings):
    settings.BUNDLES_DIR = tmp_path / "bundles"
    shutil.copytree(SAMPLES / "demo/Hello", tmp_path / "tree/demo/Hello")
    return tmp_path / "tree"


def put(tree, name: str, text: str) -> int:
    """Add a text at the end of a file of the folder; return its line."""
    place = tree / "demo/Hello" / name
    place.parent.mkdir(exist_ok=True)
    before = place.read_text() if place.exists() else ""
    place.write_text(before + text)
    return (before + text).split("vtr_", maxsplit=1)[0].count("\n") + 1


def run_import(tree, capsys, *options) -> str:
    with pytest.raises(CommandError, match="nothing imported"):
        call_command("import_catalog", str(tree), *options)
    return capsys.readouterr().err


@pytest.mark.parametrize("name", PLACES)
def test_import_catalog_stores_no_file_with_a_key(tree, made, capsys, name):
    line = put(tree, name, PLACES[name].format(made.secret))
    said = run_import(tree, capsys)
    assert f"demo/Hello/{name}:{line}: This is a live API key (vtr_" in said
    assert made.secret not in said
    assert keys.find_key(made.secret) is None
    assert not Algorithm.objects.exists()
    assert not Card.objects.exists()
    stored = tree.parent / "bundles"
    assert not [path for path in stored.rglob("*") if path.is_file()]


@pytest.mark.parametrize("part", ["input", "output"])
def test_import_catalog_looks_into_examples_and_schemas(tree, made, capsys, part):
    folder = tree / "demo/Hello"
    example = next((folder / "examples").glob("*.json"))
    told = json.loads(example.read_text())
    told[part] = f"Hello {made.secret}"
    example.write_text(json.dumps(told))
    assert f"examples/{example.name}:1: This is a live API key" in run_import(
        tree, capsys
    )
    schema = folder / f"{part}.schema.json"
    other = key_text.new_secret()
    told = json.loads(schema.read_text()) if schema.exists() else {"type": "string"}
    schema.write_text(json.dumps({**told, "description": other}))
    assert f"{schema.name}:1: This has the form of an API key" in run_import(
        tree, capsys
    )


def test_a_rehearsal_says_so_and_ends_no_key(tree, made, capsys):
    put(tree, "algorithm.py", f"\nKEY = '{made.secret}'\n")
    said = run_import(tree, capsys, "--dry-run")
    assert "has the form of an API key" in said
    assert keys.find_key(made.secret) is not None


@pytest.mark.django_db(transaction=True)
def test_the_key_stays_revoked_though_nothing_else_is_kept(tree, ada, capsys):
    made = keys.create_key(user=ada, name="laptop", scopes=["run"])
    put(tree, "README.md", f"\n{made.secret}\n")
    run_import(tree, capsys)
    assert ApiKey.objects.get().revoked_at is not None
    assert Notice.objects.count() == 1
    assert not Algorithm.objects.exists()


def test_once_mended_the_folder_is_imported(tree, made, capsys):
    line = f"\nKEY = '{made.secret}'\n"
    put(tree, "algorithm.py", line)
    run_import(tree, capsys)
    source = tree / "demo/Hello/algorithm.py"
    source.write_text(source.read_text().replace(line, "\nKEY = 'vtr_...'\n"))
    call_command("import_catalog", str(tree))
    assert Algorithm.objects.count() == 1


@pytest.mark.parametrize("part", ["docs_markdown", "title", "summary", "name", "extra"])
def test_import_cards_lists_no_entry_with_a_key(tmp_path, made, capsys, part):
    entry = {"owner": "acme", "name": "One", "docs_markdown": "# One\n\nA card."}
    entry[part] = f"{entry.get(part, '')}\n{made.secret}"
    file = tmp_path / "cards.jsonl"
    good = {"owner": "acme", "name": "Two", "docs_markdown": "# Two\n\nA card."}
    file.write_text(f"{json.dumps(good)}\n{json.dumps(entry)}\n")
    with pytest.raises(CommandError, match="nothing listed"):
        call_command("import_cards", str(file))
    said = capsys.readouterr().err
    assert "cards.jsonl:2: " in said
    assert "live API key" in said
    assert made.secret not in said
    assert keys.find_key(made.secret) is None
    assert not Algorithm.objects.exists()


def test_short_texts_hold_no_keys_either(ada, made, grace, vision_lab):
    algorithm = Algorithm.objects.create(owner=ada.owner, name="One")
    other = key_text.new_secret()
    with pytest.raises(SecretFound, match="note"):
        reviews.request_review(
            viewer=ada, owner="ada", name=algorithm.name, note=f"See {made.secret}"
        )
    assert keys.find_key(made.secret) is None
    for name, query in ((other, Query(text="boats")), ("boats", Query(text=other))):
        with pytest.raises(SecretFound):
            saved_searches.save_search(viewer=ada, name=name, query=query)
    assert not SavedSearch.objects.exists()
    with pytest.raises(SecretFound, match="about"):
        teams.create_team(viewer=ada, slug="lab", name="Lab", about=f"Call {other}")


@pytest.mark.django_db(transaction=True)
def test_a_key_in_a_text_of_the_administration_ends_and_is_not_stored(client, carol):
    made = keys.create_key(user=carol, name="laptop", scopes=["run"])
    client.force_login(carol)
    posted = {
        "title": "Boats",
        "slug": "boats",
        "summary": f"Call them with {made.secret}",
        "position": "0",
        "items-TOTAL_FORMS": "0",
        "items-INITIAL_FORMS": "0",
    }
    page = client.post("/admin/catalog/collection/add/", posted)
    assert page.status_code == 200
    assert "live API key" in page.content.decode()
    assert ApiKey.objects.get().revoked_at is not None
    assert AuditEntry.objects.filter(action="revoke leaked key").count() == 1
