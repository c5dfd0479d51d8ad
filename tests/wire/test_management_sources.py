"""Sources over HTTP: the forms they come in, hostile ones, and whose source runs."""

from __future__ import annotations

import base64
import io
import json
import shutil
import tarfile
import zipfile

import pytest

from accounts import keys
from catalog.content.archives import unpack
from catalog.models import Algorithm, AuditEntry, Build, Draft
from catalog.services import releases
from catalog.services.exporting import export_folders
from catalog.services.importing import import_folders
from catalog.services.publishing import Source
from tests.conftest import SAMPLES
from tests.wire.managing import ECHO, NEW, program_of, tarred, trusted, zipped

pytestmark = pytest.mark.django_db

#: with the misspelt key that some of the original templates have
CONF = b'{"username": "ada", "algoname": "Doubled", "langa%s": "python"}' % b"uge"
DOUBLED = b"def apply(input):\n    return input * 2\n"
KIT = b"""from Algorithmia import ADK

def apply(input, state):
    return [input, state]

def load():
    return "loaded"

ADK(apply, load).init("sample")
"""


@pytest.fixture
def program(ada):
    program = program_of(trusted(ada))
    assert program.post("algorithms/ada", NEW).status == 200
    return program


def upload(program, data, content_type="application/octet-stream"):
    return program.put("algorithms/ada/New/source", data, content_type)


def compiled(program):
    return program.post("algorithms/ada/New/compile").value


def result_of(program, value):
    commit = compiled(program)["version_info"]["git_hash"]
    return program.call(f"ada/New/{commit}", value).value["result"]


FORMS = {
    "one file": ECHO,
    "a zip": zipped({"algorithm.py": ECHO}),
    "a tar": tarred({"algorithm.py": ECHO}, mode="w"),
    "a tar.gz": tarred({"./algorithm.py": ECHO}),
    "a folder in a zip": zipped({"New-main/": b"", "New-main/algorithm.py": ECHO}),
    "classic": zipped({"src/__init__.py": b"", "src/New.py": ECHO}),
    "classic in another case": zipped({"src/new.py": ECHO, "requirements.txt": b""}),
    "hidden files beside": zipped(
        {"algorithm.py": ECHO, ".git/config": b"x", "__pycache__/a.pyc": b"x"}
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_source_comes_in_the_forms_that_authors_have(program, form):
    assert upload(program, FORMS[form]).status == 200
    assert result_of(program, {"a": [1]}) == {"a": [1]}


def test_a_classic_source_may_be_named_by_its_conf(program):
    files = {
        "algorithmia.conf": CONF,
        "src/Doubled.py": DOUBLED,
        "src/__init__.py": b"",
    }
    upload(program, tarred(files))
    assert result_of(program, 21) == 42


def test_a_source_of_the_development_kit_loads_once_and_is_given_its_state(program):
    upload(program, zipped({"src/Algorithm.py": KIT, ".adk": b""}))
    assert result_of(program, 1) == [1, "loaded"]


def test_our_own_folder_brings_card_schemas_and_examples(program):
    folder = SAMPLES / "nlp" / "GetSentiment"
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith((".", "__")) for part in path.parts)
    }
    assert upload(program, zipped(files)).status == 200
    assert compiled(program)["compilation"]["successful"] is True
    published = program.post("algorithms/ada/New/versions").value
    version = Algorithm.objects.get(name="New").versions.get()
    assert version.input_schema
    assert version.examples.count() == len(list((folder / "examples").glob("*.json")))
    assert version.card.source == (folder / "README.md").read_text()
    assert published["details"]["label"] == version.algorithm.title
    assert version.algorithm.task


def test_a_call_of_a_build_is_held_to_its_schema(program):
    schema = json.dumps({"type": "integer"}).encode()
    files = {"algorithm.py": DOUBLED, "input.schema.json": schema}
    upload(program, zipped(files))
    commit = compiled(program)["version_info"]["git_hash"]
    assert program.call(f"ada/New/{commit}", 21).value["result"] == 42
    refused = program.call(f"ada/New/{commit}", "x")
    assert refused.value["error"]["error_type"] == "InputError"


def test_examples_are_held_to_the_schemas(program):
    schema = json.dumps({"type": "string"}).encode()
    example = json.dumps({"title": "One", "input": 1}).encode()
    files = {
        "algorithm.py": DOUBLED,
        "output.schema.json": schema,
        "examples/one.json": example,
    }
    upload(program, zipped(files))
    compilation = compiled(program)["compilation"]
    assert compilation["successful"] is False
    assert "output.schema.json" in compilation["output"]


def test_a_source_that_keeps_files_is_built_with_those_of_who_builds_it(program):
    source = b"""import Algorithmia

def apply(input):
    file = Algorithmia.client().file("data://.algo/temp/kept.txt")
    file.put(input)
    return file.getString()
"""
    manifest = b"""[algorithm]
title = "Keeper"
summary = "Keeps a text in a file of its own and reads it back."
[version]
number = "0.1.0"
[run]
runtime = "python"
[permissions]
data = ["read", "write"]
"""
    example = json.dumps({"title": "One", "input": "kept", "output": "kept"}).encode()
    files = {
        "algorithm.py": source,
        "algorithm.toml": manifest,
        "examples/one.json": example,
    }
    assert upload(program, zipped(files)).status == 200
    built = compiled(program)
    assert built["compilation"]["successful"] is True, built["compilation"]["output"]
    assert result_of(program, "again") == "again"


def test_a_source_comes_with_create_as_files_or_as_a_bundle(program):
    bundle = base64.b64encode(zipped({"algorithm.py": DOUBLED})).decode()
    for name, source in (
        ("Files", {"files": {"algorithm.py": DOUBLED.decode()}}),
        ("Bundle", {"bundle": bundle}),
    ):
        answer = program.post("algorithms/ada", {**NEW, "name": name, "source": source})
        commit = answer.value["version_info"]["git_hash"]
        assert program.call(f"ada/{name}/{commit}", 4).value["result"] == 8


@pytest.mark.parametrize(
    "source",
    [
        {"bundle": "no base64!"},
        {"bundle": 7},
        {"bundle": ""},
        {"files": []},
        {"files": {"algorithm.py": 7}},
        {"files": {}},
        {"files": {"../algorithm.py": "x"}},
        {"files": {"/etc/algorithm.py": "x"}},
        {"files": {"algorithm.py": "x", "ALGORITHM.py": "x"}},
        {"files": {"algorithm.py": "x", "algorithm.py/x": "x"}},
        {"files": {"notes.txt": "no source"}},
    ],
    ids=repr,
)
def test_a_source_that_is_none_makes_no_algorithm(program, source):
    body = {**NEW, "name": "Bad", "source": source}
    answer = program.post("algorithms/ada", body)
    assert (answer.status, answer.code) == (400, 2015)
    assert answer.error["message"].startswith("source")
    assert not Algorithm.objects.filter(name="Bad").exists()


def test_the_owner_gets_the_source_back(program):
    files = {"algorithm.py": DOUBLED, "words/list.txt": b"a\nb\n"}
    upload(program, zipped(files))
    answer = program.get("algorithms/ada/New/source")
    assert answer.headers["Content-Type"] == "application/gzip"
    assert unpack(answer.body) == files
    assert program.get("algorithms/ada/New/source").body == answer.body


def bomb() -> bytes:
    """A zip of 101 MB of zeros: 100 KB."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for count in range(101):
            archive.writestr(f"zeros{count}", bytes(1024 * 1024))
    return written.getvalue()


def lying_bomb() -> bytes:
    """A zip whose directory says that its files are small."""
    data = bytearray(bomb())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 24 : at + 28] = (10).to_bytes(4, "little")
        at += 4
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(zipped({"algorithm.py": ECHO}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    return bytes(data)


HOSTILE = {
    "out by ..": zipped({"../evil.py": ECHO, "algorithm.py": ECHO}),
    "out by .. in a tar": tarred({"../evil.py": ECHO, "algorithm.py": ECHO}),
    "absolute": zipped({"/etc/evil.py": ECHO, "algorithm.py": ECHO}),
    "absolute in a tar": tarred({"/etc/evil.py": ECHO, "algorithm.py": ECHO}),
    "of Windows": zipped({"C:/evil.py": ECHO, "algorithm.py": ECHO}),
    "backslash": zipped({"a\\..\\evil.py": ECHO, "algorithm.py": ECHO}),
    "steps of nothing": zipped({"a//b.py": ECHO, "algorithm.py": ECHO}),
    "a link": zipped({"algorithm.py": ECHO}, links=["passwd"]),
    "a symbolic link in a tar": tarred({"passwd": b""}, kind=tarfile.SYMTYPE),
    "a hard link in a tar": tarred({"passwd": b""}, kind=tarfile.LNKTYPE),
    "a device": tarred({"null": b""}, kind=tarfile.CHRTYPE),
    "a pipe": tarred({"pipe": b""}, kind=tarfile.FIFOTYPE),
    "two cases": zipped({"algorithm.py": ECHO, "words.txt": b"", "Words.txt": b""}),
    "two forms of a letter": zipped(
        {"algorithm.py": ECHO, "\u00e9.txt": b"", "e\u0301.txt": b""}
    ),
    "a file that is a folder": zipped({"algorithm.py": ECHO, "a": b"", "A/b": b""}),
    "a control character": tarred({"a\nb.py": ECHO, "algorithm.py": ECHO}),
    "no UTF-8": tarred({"\udcff.py": ECHO, "algorithm.py": ECHO}),
    "a long name": zipped({"a" * 300: ECHO, "algorithm.py": ECHO}),
    "too many files": zipped({f"{n}.txt": b"" for n in range(5_001)}),
    "a bomb": bomb(),
    "a lying bomb": lying_bomb(),
    "a bomb in a tar": tarred({"zeros": bytes(101 * 1024 * 1024)}),
    "encrypted": encrypted(),
    "cut short": zipped({"algorithm.py": ECHO * 50})[:-40],
    "a tar cut short": tarred({"algorithm.py": ECHO})[:-20],
    "a plain tar cut short": tarred({"algorithm.py": ECHO * 50}, mode="w")[:700],
    "no gzip inside": b"\x1f\x8b" + bytes(40),
    "no zip inside": b"PK\x03\x04" + bytes(40),
    "nothing inside": zipped({}),
    "no source": zipped({"notes.txt": b"x"}),
    "two folders": zipped({"a/algorithm.py": ECHO, "b/algorithm.py": ECHO}),
}


@pytest.mark.parametrize("form", HOSTILE)
def test_a_hostile_source_is_refused_and_the_draft_stays(program, form):
    before = Draft.objects.values_list("bundle", "entry").get()
    answer = upload(program, HOSTILE[form])
    assert (answer.status, answer.code) == (400, 2015), form
    assert answer.error["message"].startswith("source: ")
    assert Draft.objects.values_list("bundle", "entry").get() == before


def test_a_body_of_nothing_is_no_source(program):
    assert upload(program, b"").code == 2015


def test_what_is_too_large_for_the_wire_is_413(program):
    answer = upload(program, bytes(10 * 1024 * 1024 + 1))
    assert answer.status == 413


def test_one_file_that_is_no_text_is_named_by_the_build(program):
    upload(program, b"\xff\xfe\x00")
    compilation = compiled(program)["compilation"]
    assert compilation["successful"] is False
    assert "algorithm.py" in compilation["output"]


def test_a_bad_manifest_is_named_with_its_line(program):
    manifest = b'[algorithm]\ntitle = "T"\n[run]\ntimeout = "soon"\n'
    upload(program, zipped({"algorithm.py": ECHO, "algorithm.toml": manifest}))
    compilation = compiled(program)["compilation"]
    assert compilation["successful"] is False
    assert "algorithm.toml:4" in compilation["output"]
    assert "vitrine-draft" not in compilation["output"]


def test_a_key_in_a_source_is_refused_and_revoked(program, ada):
    made = keys.create_key(user=ada, name="leaked", scopes=["read"])
    answer = upload(program, f'KEY = "{made.secret}"\n'.encode() + ECHO)
    assert answer.status == 400
    assert "algorithm.py:1" in answer.error["message"]
    made.row.refresh_from_db()
    assert made.row.revoked_at is not None
    assert made.secret not in json.dumps(answer.value)


# --- whose source runs


def test_a_strangers_source_is_stored_and_not_run(charlie):
    program = program_of(charlie)
    new = program.post("algorithms/charlie", {**NEW, "name": "New"}).value
    path = "algorithms/charlie/New"
    assert new["compilation"]["successful"] is True  # the template is ours
    assert program.put(f"{path}/source", b"open('/x')\n" + ECHO).status == 200
    done = program.post(f"{path}/compile")
    assert done.status == 200
    assert done.value["compilation"]["successful"] is False
    assert "sandbox_unavailable" in done.value["compilation"]["output"]
    assert "ran in" not in done.value["compilation"]["output"]
    commit = done.value["version_info"]["git_hash"]
    called = program.call(f"charlie/New/{commit}", "x")
    assert called.status == 503
    assert "sandbox" in called.error["message"]
    published = program.post(
        f"{path}/versions", {"version_info": {"sample_input": "x"}}
    )
    assert published.status == 200
    assert "sample_output" not in published.value["version_info"]
    assert program.call("charlie/New", "x").status == 503
    version = Algorithm.objects.get(name="New").versions.get()
    assert version.is_trusted is False


def test_asking_again_makes_no_second_build_of_what_is_not_run(charlie):
    program = program_of(charlie)
    program.post("algorithms/charlie", NEW)
    program.put("algorithms/charlie/New/source", ECHO)
    for _again in range(3):
        program.post("algorithms/charlie/New/compile")
    page = program.get("algorithms/charlie/New/builds").value
    assert len(page["results"]) == 2


def test_the_template_with_one_more_letter_is_not_ours(charlie):
    program = program_of(charlie)
    program.post("algorithms/charlie", NEW)
    source = unpack(program.get("algorithms/charlie/New/source").body)
    program.put("algorithms/charlie/New/source", source["algorithm.py"] + b"\n")
    done = program.post("algorithms/charlie/New/compile").value
    assert done["compilation"]["successful"] is False


def test_the_template_with_a_manifest_that_loads_modules_is_not_ours(charlie):
    program = program_of(charlie)
    program.post("algorithms/charlie", NEW)
    source = unpack(program.get("algorithms/charlie/New/source").body)
    manifest = b'[algorithm]\ntitle = "T"\n[version]\nnumber = "1.0.0"\n'
    manifest += b'[run]\npreload = ["antigravity"]\n'
    bundle = zipped({**source, "algorithm.toml": manifest})
    program.put("algorithms/charlie/New/source", bundle)
    done = program.post("algorithms/charlie/New/compile").value
    assert done["compilation"]["successful"] is False


def test_a_source_runs_when_staff_trusts_its_owner(charlie):
    program = program_of(charlie)
    program.post("algorithms/charlie", NEW)
    program.put("algorithms/charlie/New/source", DOUBLED)
    refused = program.post("algorithms/charlie/New/compile").value
    commit = refused["version_info"]["git_hash"]
    assert program.call(f"charlie/New/{commit}", 2).status == 503
    trusted(charlie)
    done = program.post("algorithms/charlie/New/compile").value
    assert done["version_info"]["git_hash"] == commit
    assert program.call(f"charlie/New/{commit}", 2).value["result"] == 4


def test_the_source_of_staff_runs(carol):
    program = program_of(carol)
    program.post("algorithms/carol", NEW)
    program.put("algorithms/carol/New/source", DOUBLED)
    done = program.post("algorithms/carol/New/compile").value
    assert done["compilation"]["successful"] is True


def test_staffs_source_that_a_member_changed_is_not_staffs_any_more(
    carol, grace, vision_lab
):
    vision_lab.memberships.create(user=carol, role="maintainer")
    staff, other = program_of(carol), program_of(grace)
    staff.post("algorithms/visionlab", NEW)
    path = "algorithms/visionlab/New"
    staff.put(f"{path}/source", DOUBLED)
    assert other.post(f"{path}/compile").value["compilation"]["successful"] is True
    other.put(f"{path}/source", ECHO)
    assert staff.post(f"{path}/compile").value["compilation"]["successful"] is False


def test_a_key_with_rules_of_staff_is_not_staff(carol):
    whole = program_of(carol)
    whole.post("algorithms/carol", NEW)
    limited = program_of(carol, rules=["algo://carol/*"])
    assert limited.put("algorithms/carol/New/source", DOUBLED).status == 200
    done = whole.post("algorithms/carol/New/compile").value
    assert done["compilation"]["successful"] is False


def test_an_imported_algorithm_goes_on_over_http(ada, tmp_path):
    shutil.copytree(SAMPLES / "demo" / "Hello", tmp_path / "ada" / "Hello")
    import_folders(paths=[tmp_path / "ada" / "Hello"], source=Source())
    program = program_of(ada)
    found = program.get("algorithms/ada/Hello").value
    assert found["version_info"]["semantic_version"] == "0.1.1"
    assert "draft" not in found
    # Its source was trusted as it is; another one of its owner's is not.
    assert program.post("algorithms/ada/Hello/compile").value["compilation"] == {
        "successful": True,
        "output": Build.objects.get().log,
    }
    program.put("algorithms/ada/Hello/source", ECHO)
    done = program.post("algorithms/ada/Hello/compile").value
    assert done["compilation"]["successful"] is False
    trusted(ada)
    answer = program.post("algorithms/ada/Hello/versions")
    assert answer.value["version_info"]["semantic_version"] == "0.2.0"
    assert program.call("ada/Hello", "x").value["result"] == "x"
    assert program.call("ada/Hello/0.1.1", "x").value["result"] == "Hello x"


def test_what_was_published_over_http_is_exported_and_imported_unchanged(ada, tmp_path):
    program = program_of(trusted(ada))
    program.post("algorithms/ada", NEW)
    program.put("algorithms/ada/New/source", zipped({"src/New.py": DOUBLED}))
    body = {"version_info": {"sample_input": "21"}}
    assert program.post("algorithms/ada/New/versions", body).status == 200
    export_folders(path=tmp_path)
    summary = import_folders(paths=[tmp_path], source=Source())
    assert (summary.unchanged, summary.published) == (["ada/New/0.1.0"], [])


def test_staff_trusts_an_owner_in_the_administration(ada, client, django_user_model):
    django_user_model.objects.create_superuser("olga", password="correct horse")
    client.force_login(django_user_model.objects.get(username="olga"))
    address = f"/admin/accounts/owner/{ada.owner.pk}/change/"
    for is_on, action in (("on", "trust owner"), ("", "edit")):
        form = {"slug": "ada", "user": ada.pk, "team": ""}
        form |= {"is_trusted": is_on} if is_on else {}
        before = set(AuditEntry.objects.values_list("pk", flat=True))
        assert client.post(address, form).status_code == 302
        ada.owner.refresh_from_db()
        assert ada.owner.is_trusted is bool(is_on)
        [entry] = AuditEntry.objects.exclude(pk__in=before)
        assert (entry.action, entry.target) == (action, "ada")
        assert entry.changes["is_trusted"] == [not is_on, bool(is_on)]


def test_a_publish_keeps_a_source_that_came_in_the_meantime(ada, monkeypatch):
    program = program_of(trusted(ada))
    program.post("algorithms/ada", NEW)
    prepare = releases._prepare

    def late(*given):
        upload(program, DOUBLED)
        return prepare(*given)

    monkeypatch.setattr(releases, "_prepare", late)
    assert program.post("algorithms/ada/New/versions").status == 200
    assert unpack(program.get("algorithms/ada/New/source").body) == {
        "algorithm.py": DOUBLED
    }
    assert program.call("ada/New", "x").value["result"] == "hello x"
