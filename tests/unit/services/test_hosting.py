"""An algorithm uses files as whoever calls it, and as nobody else."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts import keys
from accounts.models import ApiKey
from catalog.execution import execution_backends
from catalog.models import AuditEntry, DataDirectory, DataFile, DataUsage
from catalog.services import (
    callers,
    data_directories,
    data_links,
    data_store,
    data_upkeep,
    resolving,
    runs,
)
from catalog.services.callers import caller_by_key, caller_on_page
from catalog.services.importing import import_folders
from catalog.services.lookups import Lookups
from catalog.services.publishing import Source

pytestmark = pytest.mark.django_db

READ = DataDirectory.Read
#: does what it is told, step by step, and says what came of each step
OBEDIENT = """
import Algorithmia
from Algorithmia.acl import ReadAcl
from Algorithmia.errors import ApiError

client = Algorithmia.client()
STEPS = {
    "put": lambda path, text: bool(client.file(path).put(text)),
    "get": lambda path: client.file(path).getString(),
    "exists": lambda path: client.file(path).exists(),
    "delete": lambda path: client.file(path).delete(),
    "link": lambda path, *seconds: client.file(path).getUrl(*seconds),
    "uri": lambda path: client.file(path).getUri(),
    "mkdir": lambda path: client.dir(path).create(),
    "publish": lambda path: client.dir(path).update_permissions(ReadAcl.public),
    "rmdir": lambda path: client.dir(path).delete(force=True),
    "list": lambda path: [each.getName() for each in client.dir(path).list()],
    "who": lambda: client.username(),
    "large": lambda path, size: bool(client.file(path).put(bytes(size))),
    "half": lambda path: client.way_back.ask(
        "file.write", b"half", path=path, offset=0, last=False)[1].decode(),
    "jump": lambda path: client.way_back.ask(
        "file.write", b"rest", path=path, offset=4, last=True)[1].decode(),
}

def apply(input):
    said = []
    for step, *arguments in input:
        try:
            said.append(STEPS[step](*arguments))
        except ApiError as error:
            said.append(f"{error.error_type}: {error}")
        except Exception as error:
            said.append(f"{type(error).__name__}: {error}")
    return said
"""
MANIFEST = """[algorithm]
title = "Obedient"
visibility = "public"

[version]
number = "1.0.0"

[permissions]
data = {data}
"""
BOTH = '["read", "write"]'


@pytest.fixture(autouse=True)
def own_places(settings, tmp_path, monkeypatch):
    settings.BUNDLES_DIR = tmp_path / "bundles"
    settings.VITRINE_ANONYMOUS_RUNS = True
    # Each test begins in the epoch in which the one before it began.
    monkeypatch.setattr(resolving, "_targets", Lookups())
    monkeypatch.setattr(callers, "_known_keys", Lookups())
    dummy = {"BACKEND": "catalog.execution.backends.dummy.DummyBackend"}
    settings.EXECUTION_BACKENDS = {"dummy": dummy}
    settings.VITRINE_EXECUTION = "dummy"
    yield
    execution_backends["dummy"].close()


@pytest.fixture
def publish(tmp_path):
    def publish(name, data=BOTH):
        folder = tmp_path / "tree" / name
        folder.mkdir(parents=True)
        (folder / "README.md").write_text("Does as it is told.")
        (folder / "algorithm.py").write_text(OBEDIENT)
        (folder / "algorithm.toml").write_text(MANIFEST.format(data=data))
        import_folders(paths=[folder], source=Source(is_verified=True))

    return publish


@pytest.fixture
def author(publish, grace):
    """An algorithm of the team visionlab, which Grace maintains."""
    publish("visionlab/Obedient")
    return caller_on_page(grace, "")


def call(viewer, *steps, name="visionlab/Obedient"):
    """Have the algorithm do the steps; return what it says of each."""
    caller = viewer if hasattr(viewer, "scopes") else caller_on_page(viewer, "")
    owner, _, short = name.partition("/")
    body = json.dumps(steps).encode()
    wanted = runs.Call(owner, short, body, "json", "page")
    done = runs.execute(caller=caller, call=wanted)
    return json.loads(done.result.body)


def by_key(*scopes, **holder):
    made = keys.create_key(name="k", scopes=list(scopes), **holder)
    return caller_by_key(made.secret)


def test_what_is_my_belongs_to_the_caller_and_not_to_the_author(author, ada, charlie):
    said = call(
        ada,
        ["mkdir", "data://.my/notes"],
        ["put", "data://.my/notes/a", "of ada"],
        ["get", "data://ada/notes/a"],
        ["list", "data://.my/notes"],
        ["who"],
    )
    assert said == [None, True, "of ada", ["a"], "ada"]
    assert DataFile.objects.get().directory.owner == ada.owner
    (missing,) = call(charlie, ["get", "data://.my/notes/a"])
    assert missing.startswith("EntityNotFoundError: ")


def test_a_strangers_algorithm_call_finds_nothing_of_others(author, ada, charlie):
    call(ada, ["mkdir", ".my/notes"], ["put", ".my/notes/a", "x"])
    steps = ("get", "exists", "delete", "link")
    private = call(charlie, *([step, "ada/notes/a"] for step in steps))
    missing = call(charlie, *([step, "ada/nothing/a"] for step in steps))
    assert private == [
        str(said).replace("nothing", "notes") if said else said for said in missing
    ]
    assert call(ada, ["get", ".my/notes/a"]) == ["x"]


def test_an_authors_own_data_opens_to_callers_as_its_access_says(author, charlie):
    for name, read in (("open", READ.MY_ALGOS), ("shut", READ.PRIVATE)):
        data_directories.create_directory(
            caller=author, parent="visionlab", name=name, read=read
        )
        path = f"visionlab/{name}/words"
        data_store.put_file(caller=author, path=path, chunks=[b"of the author"])
    opened, shut, written = call(
        charlie,
        ["get", "data://visionlab/open/words"],
        ["get", "data://visionlab/shut/words"],
        ["put", "data://visionlab/open/words", "of charlie"],
    )
    assert opened == "of the author"
    assert shut.startswith("EntityNotFoundError")
    assert "changed by its owner alone" in written


def test_another_authors_algorithm_does_not_read_what_is_open_to_ones_own(
    author, publish, carol, charlie
):
    publish("elsewhere/Obedient")
    data_directories.create_directory(
        caller=author, parent="visionlab", name="open", read=READ.MY_ALGOS
    )
    data_store.put_file(caller=author, path="visionlab/open/words", chunks=[b"x"])
    step = ["get", "data://visionlab/open/words"]
    (said,) = call(charlie, step, name="elsewhere/Obedient")
    assert said.startswith("EntityNotFoundError")
    assert call(charlie, step) == ["x"]


def test_a_key_for_runs_reaches_no_data_of_its_person(author, ada):
    call(ada, ["mkdir", ".my/notes"], ["put", ".my/notes/a", "x"])
    key = by_key("run", user=ada)
    steps = (
        ["get", ".my/notes/a"],
        ["put", ".my/notes/a", "y"],
        ["delete", ".my/notes/a"],
        ["link", ".my/notes/a"],
        ["list", ".my/notes"],
        ["mkdir", ".my/more"],
        ["publish", ".my/notes"],
        ["rmdir", ".my/notes"],
        ["who"],
    )
    for said in call(key, *steps):
        assert "lacks the scope 'data'" in said
    assert call(ada, ["get", ".my/notes/a"]) == ["x"]
    assert call(by_key("run", "data", user=ada), ["get", ".my/notes/a"]) == ["x"]


def test_an_algorithm_keeps_files_of_its_own_for_each_caller(author, ada, charlie):
    key = by_key("run", user=ada)
    said = call(key, ["put", "data://.algo/perm/a", "x"], ["get", ".algo/perm/a"])
    assert said == [True, "x"], "which needs no right to data"
    path = "data://.algo/visionlab/Obedient/perm/a"
    assert call(ada, ["get", path]) == ["x"]
    (said,) = call(charlie, ["get", path])
    assert said.startswith("EntityNotFoundError")


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (".algo/perm/a", "data://.algo/visionlab/Obedient/perm/a"),
        ("data://.algo/temp/a", "data://.algo/visionlab/Obedient/temp/a"),
        (
            ".algo/visionlab/Obedient/temp/a",
            "data://.algo/visionlab/Obedient/temp/a",
        ),
        ("data://.my/d/a", "data://.my/d/a"),
        ("/ada/d/a", "data://ada/d/a"),
        (".session/a", "data://.session/a"),
    ],
)
def test_a_file_tells_where_its_caller_finds_it(author, ada, path, uri):
    call(ada, ["mkdir", ".my/d"])
    assert call(ada, ["put", path, "x"], ["uri", path]) == [True, uri]


def test_algorithms_of_one_owner_show_each_other_what_they_keep(
    author, publish, ada, carol
):
    publish("visionlab/Sister")
    publish("elsewhere/Stranger")
    path = "data://.algo/visionlab/Obedient/temp/a"
    call(ada, ["put", path, "x"])
    read, written, deleted, emptied = call(
        ada,
        ["get", path],
        ["put", path, "y"],
        ["delete", path],
        ["rmdir", "data://.algo/visionlab/Obedient/temp"],
        name="visionlab/Sister",
    )
    assert read == "x"
    assert "Only the algorithm itself writes there" in written
    assert "may be read alone" in deleted
    assert "may be read alone" in emptied
    (said,) = call(ada, ["get", path], name="elsewhere/Stranger")
    assert said.startswith("EntityNotFoundError")


def test_what_is_not_declared_is_refused_in_words(author, publish, ada):
    publish("visionlab/Reads", '["read"]')
    publish("visionlab/Writes", '["write"]')
    publish("visionlab/Nothing", "[]")
    call(ada, ["mkdir", ".my/d"], ["put", ".my/d/a", "x"])
    steps = ["get", ".my/d/a"], ["put", ".my/d/a", "y"]
    read, written = call(ada, *steps, name="visionlab/Reads")
    assert read == "x"
    assert written == (
        "UnsupportedError: This algorithm may not write files: its algorithm.toml has "
        'no "write" in [permissions] data.'
    )
    read, written = call(ada, *steps, name="visionlab/Writes")
    assert "may not read files" in read
    assert written is True
    assert all("may not" in s for s in call(ada, *steps, name="visionlab/Nothing"))


def test_a_teams_key_acts_for_the_team(author, vision_lab):
    key = by_key("run", "data", team=vision_lab)
    call(key, ["mkdir", ".my/d"], ["put", ".my/d/a", "x"])
    assert DataFile.objects.get().directory.owner == vision_lab.owner


def test_a_visitor_is_told_to_sign_in_for_places_of_his_own(author):
    visitor = AnonymousUser()
    for step in (
        ["get", "data://.my/a/b"],
        ["put", "data://.my/a/b", "x"],
        ["mkdir", ".my/a"],
        ["put", "data://.session/a", "x"],
        ["list", "data://.algo/temp"],
        ["list", "data://.algo/visionlab/obedient/temp"],
        ["rmdir", "data://.algo/temp"],
        ["who"],
    ):
        (said,) = call(visitor, step)
        assert (
            said.startswith(
                ("UnsupportedError: Sign in", "UnsupportedError: unable to get file")
            )
            or "Sign in" in said
        )
    assert not DataFile.objects.exists()


def test_a_visitors_files_pass_by_their_names_from_call_to_call(author, publish):
    publish("visionlab/Sister")
    visitor = AnonymousUser()
    path = "data://.algo/visionlab/Obedient/perm/0abc"
    assert call(visitor, ["put", "data://.algo/perm/0abc", "x"]) == [True]
    assert call(visitor, ["get", path], name="visionlab/Sister") == ["x"]
    replaced, same, deleted = call(
        visitor,
        ["put", "data://.algo/perm/0abc", "y"],
        ["put", "data://.algo/perm/0abc", "x"],
        ["delete", "data://.algo/perm/0abc"],
    )
    assert "Another visitor's file" in replaced
    assert same is True
    assert "goes by itself" in deleted


def test_a_visitor_reads_what_the_author_opened_and_no_one_elses(author, ada):
    data_directories.create_directory(
        caller=author, parent="visionlab", name="open", read=READ.MY_ALGOS
    )
    data_store.put_file(caller=author, path="visionlab/open/words", chunks=[b"x"])
    call(ada, ["mkdir", ".my/d"], ["put", ".my/d/a", "x"], ["publish", ".my/d"])
    visitor = AnonymousUser()
    got, listed, linked, of_ada = call(
        visitor,
        ["get", "visionlab/open/words"],
        ["list", "visionlab/open"],
        ["link", "visionlab/open/words"],
        ["get", "ada/d/a"],
    )
    assert (got, listed) == ("x", ["words"])
    assert "/data/" in linked
    assert of_ada.startswith("AlgorithmError"), "what is not the author's needs a key"


def test_the_place_for_visitors_is_bounded_and_emptied_each_day(
    author, settings, grace
):
    settings.VISITORS_DATA_BYTES = 100
    visitor = AnonymousUser()
    first, second = call(
        visitor, ["large", ".algo/temp/a", 80], ["large", ".algo/temp/b", 30]
    )
    assert first is True
    assert second.startswith("TooLargeError: ")
    DataFile.objects.update(modified_at=timezone.now() - timedelta(hours=25))
    DataDirectory.objects.update(created_at=timezone.now() - timedelta(hours=25))
    data_upkeep.tidy()
    assert not DataFile.objects.exists()
    assert DataUsage.objects.get().used == 0
    assert call(visitor, ["large", ".algo/temp/b", 30]) == [True]


def test_a_session_lasts_as_long_as_its_run(author, ada):
    steps = ["put", "data://.session/a", "x"], ["get", "data://.session/a"]
    assert call(ada, *steps) == [True, "x"]
    assert not DataDirectory.objects.filter(name__startswith=".session").exists()
    assert DataUsage.objects.get().used == 0
    (said,) = call(ada, steps[1])
    assert said.startswith("EntityNotFoundError")


def test_a_file_of_which_half_was_sent_is_none(author, ada):
    call(ada, ["mkdir", ".my/d"])
    half, exists = call(ada, ["half", ".my/d/a"], ["exists", ".my/d/a"])
    assert (half, exists) == ("", False)
    jump, other = call(ada, ["jump", ".my/d/a"], ["half", ".my/d/b"])
    assert "one after the other" in jump
    assert other == ""
    assert not DataFile.objects.exists()


def test_parts_belong_to_one_file(author, ada):
    call(ada, ["mkdir", ".my/d"])
    _half, jump = call(ada, ["half", ".my/d/a"], ["jump", ".my/d/b"])
    assert "one after the other" in jump
    assert call(ada, ["half", ".my/d/a"], ["jump", ".my/d/a"]) == ["", ""]
    assert call(ada, ["get", ".my/d/a"]) == ["halfrest"]


def test_a_file_above_the_limit_is_refused(author, ada, settings):
    settings.DATA_FILE_BYTES = 3 * 1024 * 1024
    call(ada, ["mkdir", ".my/d"])
    size = settings.DATA_FILE_BYTES
    assert call(ada, ["large", ".my/d/a", size]) == [True]
    (said,) = call(ada, ["large", ".my/d/b", size + 1])
    assert said == "TooLargeError: A file has at most 3 MiB here."


def test_a_file_that_changes_while_it_is_read_is_not_mixed(author, ada, monkeypatch):
    caller = caller_on_page(ada, "")
    call(ada, ["mkdir", ".my/d"], ["large", ".my/d/a", 3_000_000])
    opened = data_store.open_file

    def changing(**asked):
        found = opened(**asked)
        data_store.put_file(caller=caller, path=".my/d/a", chunks=[b"z" * 3_000_000])
        return found

    monkeypatch.setattr(data_store, "open_file", changing)
    (said,) = call(ada, ["get", ".my/d/a"])
    assert "changed while it was read" in said


def test_a_link_shows_the_file_to_whoever_has_it(author, ada, client):
    call(ada, ["mkdir", ".my/d"], ["put", ".my/d/a.txt", "hello"])
    url, long, none = call(
        ada,
        ["link", ".my/d/a.txt"],
        ["link", ".my/d/a.txt", 10**9],
        ["link", ".my/d/b.txt"],
    )
    token = url.rpartition("/")[2]
    assert data_links.find_linked(token=token).name == "a.txt"
    assert long.startswith("InputError: expires_in")
    assert none.startswith("EntityNotFoundError")


@pytest.mark.parametrize(
    "path",
    [
        "data://.my//a",
        "s3+x://bucket/a",
        "data://.my/d/e/f",
        "data://.my/../a",
        "data://.my/d/\x07",
        "",
        "data://",
        ".my",
        "data://.algo",
        "data://.algo/temp",
        "data://.algo/x/y/other/a",
        "data://.session",
        "data://" + "a" * 300 + "/b/c",
    ],
)
def test_an_odd_address_is_refused_in_words(author, ada, path):
    steps = [
        ["get", path],
        ["put", path, "x"],
        ["delete", path],
        ["link", path],
        ["mkdir", path],
        ["rmdir", path],
    ]
    for said in call(ada, *steps):
        kind, _, words = said.partition(": ")
        assert kind in {"InputError", "EntityNotFoundError", "AlgorithmError"}, said
        assert words
    assert not DataFile.objects.exists()


def test_what_an_algorithm_deletes_is_in_the_trail_as_the_callers_deed(author, ada):
    call(ada, ["mkdir", ".my/d"], ["put", ".my/d/a", "x"], ["delete", ".my/d/a"])
    entries = AuditEntry.objects.filter(actor=ada)
    actions = list(entries.order_by("pk").values_list("action", flat=True))
    assert actions == ["make data directory", "delete data file"]


def test_keys_of_ours_are_not_stored_in_names(author, ada):
    secret = keys.create_key(user=ada, name="k", scopes=[ApiKey.Scope.RUN]).secret
    for said in call(
        ada, ["mkdir", f".my/{secret}"], ["put", f".algo/temp/{secret}", ""]
    ):
        assert secret not in said or "key" in said
    assert not DataDirectory.objects.filter(name__contains=secret).exists()
    assert not DataFile.objects.filter(name__contains=secret).exists()
