"""Who may manage: roles, scopes, key rules, what is public; races and bad bodies."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from accounts import keys
from catalog.models import Algorithm, Build, Review, Version, Visibility
from catalog.services import reviews
from tests.wire.managing import ECHO, NEW, Program, program_of, trusted

PATH = "algorithms/visionlab/New"
UNAUTHORIZED = "Caller is not authorized to perform the operation"
NOWHERE = b'{"error":"No such algorithm"}'


@pytest.fixture
def cast(ada, grace, linus, charlie, vision_lab):
    """Programs of the cast; a listing of the team's that Grace made."""
    made = {
        "maintainer": program_of(grace),
        "member": program_of(linus),
        "stranger": program_of(charlie),
        "team": program_of(team=vision_lab, made_by=grace),
        "nobody": Program(),
    }
    assert made["maintainer"].post("algorithms/visionlab", NEW).status == 200
    return made


WRITES = [
    ("PUT", PATH, {}),
    ("PUT", f"{PATH}/source", ECHO),
    ("POST", f"{PATH}/compile", {}),
    ("POST", f"{PATH}/versions", {}),
    ("POST", f"{PATH}/version", {}),
    ("POST", f"{PATH}/secrets", {}),
    ("DELETE", PATH, b""),
]
READS = [
    PATH,
    f"{PATH}/source",
    f"{PATH}/versions",
    f"{PATH}/builds",
    f"{PATH}/scm/status",
    f"{PATH}/errors",
    f"{PATH}/secrets",
]
MEMBERS_ONLY = [each for each in READS if each not in {PATH, f"{PATH}/versions"}]


def is_unauthorized(answer) -> bool:
    said = answer.error
    assert list(said) == ["id", "code", "message"]
    return (answer.status, said["code"], said["message"]) == (403, 2001, UNAUTHORIZED)


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_only_publishers_change_a_teams_algorithm(cast, method, path, body):
    assert is_unauthorized(cast["member"].ask(method, path, body))
    stranger = cast["stranger"].ask(method, path, body)
    assert (stranger.status, stranger.body) == (404, NOWHERE)
    assert cast["nobody"].ask(method, path, body).status == 401
    assert Algorithm.objects.filter(name="New").exists()
    status = cast["team"].ask(method, path, body).status
    assert status in {200, 204, 501}


@pytest.mark.django_db
@pytest.mark.parametrize("path", READS)
def test_members_read_and_strangers_find_nothing(cast, path):
    for who in ("maintainer", "member", "team"):
        assert cast[who].get(path).status == 200, who
    stranger = cast["stranger"].get(path)
    assert (stranger.status, stranger.body) == (404, NOWHERE)
    assert cast["nobody"].get(path).status == 401


@pytest.mark.django_db
def test_of_a_public_algorithm_strangers_read_what_is_public(cast):
    cast["maintainer"].post(f"{PATH}/versions")
    Algorithm.objects.update(visibility=Visibility.PUBLIC)
    Version.objects.update(visibility=Visibility.PUBLIC)
    Algorithm.objects.get().save()
    cast["maintainer"].put(PATH, {"details": {"label": "A secret plan"}})
    cast["maintainer"].put(f"{PATH}/source", ECHO)
    cast["maintainer"].post(f"{PATH}/compile")
    found = cast["stranger"].get(PATH)
    assert found.status == 200
    assert list(found.value) == [
        *("id", "name", "details", "self_link", "resource_type", "settings"),
        "version_info",
    ]
    page = cast["stranger"].get(f"{PATH}/versions").value["results"]
    assert [row["version_info"]["semantic_version"] for row in page] == ["0.1.0"]
    assert b"secret plan" not in found.body
    for path in MEMBERS_ONLY:
        assert is_unauthorized(cast["stranger"].get(path)), path
    draft = Build.objects.order_by("-started_at").first().commit
    hidden = cast["stranger"].get(f"{PATH}/versions/{draft}")
    assert hidden.body == b'{"error":{"message":"not found"}}'
    assert cast["stranger"].call(f"visionlab/New/{draft}", 1).status == 404
    for method, path, body in WRITES:
        assert is_unauthorized(cast["stranger"].ask(method, path, body)), path


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_without_the_scope_to_write_nothing_changes(grace, cast, method, path, body):
    reader = program_of(grace, scopes=["read", "run"])
    assert is_unauthorized(reader.ask(method, path, body))
    assert is_unauthorized(reader.post("algorithms/visionlab", NEW))


@pytest.mark.django_db
@pytest.mark.parametrize("path", READS)
def test_without_the_scope_to_read_nothing_is_read(grace, cast, path):
    assert is_unauthorized(program_of(grace, scopes=["write"]).get(path))


@pytest.mark.django_db
def test_whose_namespace_one_publishes_in(cast, ada, carol):
    other = {**NEW, "name": "Other"}
    assert is_unauthorized(cast["member"].post("algorithms/visionlab", other))
    unknown = cast["stranger"].post("algorithms/nobody", other)
    hidden = cast["stranger"].post("algorithms/visionlab", other)
    assert (unknown.status, unknown.code) == (404, 3000)
    assert hidden.body == unknown.body.replace(b"nobody", b"visionlab")
    Algorithm.objects.update(visibility=Visibility.PUBLIC)
    assert is_unauthorized(cast["stranger"].post("algorithms/visionlab", other))
    assert is_unauthorized(program_of(carol).post("algorithms/visionlab", other))
    assert cast["team"].post("algorithms/visionlab", other).status == 200


@pytest.mark.django_db
def test_a_key_with_rules_makes_and_sees_what_they_name(ada):
    whole = program_of(ada)
    limited = program_of(ada, rules=["algo://ada/New"])
    whole.post("algorithms/ada", {**NEW, "name": "Other"})
    assert is_unauthorized(limited.post("algorithms/ada", {**NEW, "name": "Third"}))
    # That there is such a name is not told either.
    assert is_unauthorized(limited.post("algorithms/ada", {**NEW, "name": "Other"}))
    assert limited.post("algorithms/ada", NEW).status == 200
    assert limited.post("algorithms/ada/New/versions").status == 200
    for method in ("GET", "PUT", "DELETE"):
        answer = limited.ask(method, "algorithms/ada/Other", b"")
        assert (answer.status, answer.body) == (404, NOWHERE)
    assert sorted(Algorithm.objects.values_list("name", flat=True)) == ["New", "Other"]


@pytest.mark.django_db
def test_an_id_of_a_private_algorithm_is_no_way_round(cast):
    pk = Algorithm.objects.get().pk
    for end in ("", "/versions", "/builds", "/source", "/secrets"):
        answer = cast["stranger"].get(f"algorithms/{pk}{end}")
        assert (answer.status, answer.body) == (404, NOWHERE)


# --- becoming public


def public_request():
    return {"settings": {"algorithm_callability": "public"}}


@pytest.mark.django_db
def test_a_first_public_version_waits_for_the_curators(ada, carol, charlie):
    program, stranger = program_of(ada), program_of(charlie)
    program.post("algorithms/ada", NEW)
    answer = program.post("algorithms/ada/New/versions", public_request())
    assert answer.status == 200
    assert answer.value["settings"]["algorithm_callability"] == "private"
    assert answer.value["review"]["state"] == "waiting"
    assert program.call("ada/New", "Ada").value["result"] == "hello Ada"
    assert stranger.get("algorithms/ada/New").body == NOWHERE
    review = Review.objects.get(state="waiting")
    reviews.accept(curator=carol, review=review)
    found = stranger.get("algorithms/ada/New").value
    assert found["settings"]["algorithm_callability"] == "public"
    assert stranger.call("ada/New", "Ada").value["result"] == "hello Ada"


@pytest.mark.django_db
def test_who_asks_twice_waits_once(ada):
    program = program_of(trusted(ada))
    program.post("algorithms/ada", NEW)
    program.post("algorithms/ada/New/versions", public_request())
    program.put("algorithms/ada/New/source", ECHO)
    again = program.post("algorithms/ada/New/versions", public_request())
    assert again.value["review"]["state"] == "waiting"
    assert Review.objects.count() == 1


def made_public(program, carol):
    program.post("algorithms/ada", NEW)
    program.post("algorithms/ada/New/versions", public_request())
    reviews.accept(curator=carol, review=Review.objects.get())


@pytest.mark.django_db
def test_under_a_public_listing_its_publishers_go_on_by_themselves(ada, carol):
    program = program_of(trusted(ada))
    made_public(program, carol)
    program.put("algorithms/ada/New/source", ECHO)
    body = {"details": {"label": "Echoes"}}
    answer = program.post("algorithms/ada/New/versions", body)  # inherits public
    assert answer.value["settings"]["algorithm_callability"] == "public"
    assert "review" not in answer.value
    row = Algorithm.objects.get()
    assert (row.latest.number, row.title, row.visibility) == (
        "0.2.0",
        "Echoes",
        "public",
    )


@pytest.mark.django_db
def test_a_private_version_of_a_public_listing_shows_in_nothing(
    ada, carol, charlie, client
):
    program, stranger = program_of(trusted(ada)), program_of(charlie)
    made_public(program, carol)
    before = {
        path: stranger.get(path).body
        for path in ("algorithms/ada/New", "algorithms/ada/New/versions")
    }
    page = client.get("/api/v1/algorithms/ada/New").content
    program.put("algorithms/ada/New/source", b"SECRET = 'plan'\n" + ECHO)
    body = {
        "details": {"label": "Secret plan", "summary": "Secret", "tagline": "Secret"},
        "settings": {"algorithm_callability": "private"},
        "version_info": {"release_notes": "Secret"},
    }
    answer = program.post("algorithms/ada/New/versions", body)
    assert answer.value["settings"]["algorithm_callability"] == "private"
    assert Algorithm.objects.get().visibility == Visibility.PUBLIC
    assert {path: stranger.get(path).body for path in before} == before
    assert client.get("/api/v1/algorithms/ada/New").content == page
    assert stranger.call("ada/New/0.2.0", "x").status == 404
    assert stranger.call("ada/New", "x").value["result"] == "hello x"
    assert program.call("ada/New/0.2.0", "x").value["result"] == "x"


@pytest.mark.django_db
def test_what_is_public_is_not_deleted(ada, carol):
    program = program_of(ada)
    made_public(program, carol)
    answer = program.delete("algorithms/ada/New")
    assert (answer.status, answer.code) == (409, 2015)
    assert "private first" in answer.error["message"]
    assert Algorithm.objects.filter(name="New").exists()


@pytest.mark.django_db
def test_a_closed_source_is_read_by_its_owners_people_alone(ada, carol, client):
    program = program_of(ada)
    made_public(program, carol)  # its settings close the source
    assert client.get("/ada/New/source").status_code == 404
    page = client.get("/ada/New").content.decode()
    assert 'id="tab-source"' not in page
    assert "/ada/New/source" not in client.get("/ada/New.md").content.decode()
    assert client.get("/ada/New/source.json").status_code == 404
    client.force_login(ada)
    assert client.get("/ada/New/source").status_code == 200
    assert 'id="tab-source"' in client.get("/ada/New").content.decode()


@pytest.mark.django_db
def test_an_open_source_is_shown(ada, carol, client):
    program = program_of(ada)
    settings = {**NEW["settings"], "source_visibility": "open"}
    program.post("algorithms/ada", {**NEW, "settings": settings})
    program.post("algorithms/ada/New/versions", public_request())
    reviews.accept(curator=carol, review=Review.objects.get())
    assert client.get("/ada/New/source").status_code == 200


# --- pages and search of what is not published


@pytest.mark.django_db
def test_a_draft_has_a_page_for_its_owner_alone(ada, client):
    program = program_of(ada)
    details = {"label": "New thing", "tagline": "Says hello.", "summary": "# About it"}
    program.post("algorithms/ada", {**NEW, "details": details})
    assert client.get("/ada/New").status_code == 404
    client.force_login(ada)
    page = client.get("/ada/New").content.decode()
    assert "New thing" in page
    assert "Not published yet" in page
    assert "Documentation only" not in page
    assert Build.objects.get().commit in page


# --- races


def at_once(*acts):
    """Do all at the same time, each on a connection of its own."""
    answers, ready = [None] * len(acts), threading.Barrier(len(acts))

    def run(place, act):
        try:
            ready.wait()
            answers[place] = act()
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(place, act))
        for place, act in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_creates_of_one_name_make_one(ada):
    program = program_of(ada)

    def create():
        return program.post("algorithms/ada", NEW).status

    assert sorted(at_once(create, create, create)) == [200, 409, 409]
    assert Algorithm.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_publishes_of_one_build_make_one_version(ada):
    program = program_of(ada)
    program.post("algorithms/ada", NEW)

    def publish():
        return program.post("algorithms/ada/New/versions", {}).status

    assert sorted(at_once(publish, publish, publish)) == [200, 409, 409]
    assert Version.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_compiles_of_one_source_make_one_build(ada):
    program = program_of(trusted(ada))
    program.post("algorithms/ada", NEW)
    program.put("algorithms/ada/New/source", ECHO)

    def compile_it():
        said = program.post("algorithms/ada/New/compile").value
        return said["compilation"]["successful"], said["build"]["build_id"]

    found = at_once(compile_it, compile_it, compile_it)
    assert len(set(found)) == 1
    assert found[0][0] is True
    assert Build.objects.count() == 2


# --- bodies


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", 2013),
        (b'{"name": "New", "name": "Other"}', 2013),
        (b'{"name": NaN}', 2013),
        (b'{"name": "\\ud800"}', 2013),
        (b'{"name": "a\\u0000"}', 2013),
        (b"\xff", 2013),
        (b"[" * 5_000, 2013),
        (b'"New"', 2015),
        (b"[1]", 2015),
        (b"7", 2015),
        ({"name": "New"}, 2015),
        ({"name": "New", "details": []}, 2015),
        ({"name": "New", "details": {"label": 7}}, 2015),
        ({"name": "New", "details": {"label": "x" * 121}}, 2015),
        ({**NEW, "settings": []}, 2015),
        ({**NEW, "settings": {"license": "wtfpl"}}, 2015),
        ({**NEW, "settings": {"license": ["apl"]}}, 2015),
        ({**NEW, "settings": {"network_access": True}}, 2015),
        ({**NEW, "settings": {"pipeline_enabled": "yes"}}, 2015),
        ({**NEW, "settings": {"environment": "gpu"}}, 2015),
        ({**NEW, "settings": {"royalty_microcredits": 5}}, 2015),
        ({**NEW, "settings": {"royalty_microcredits": True}}, 2015),
        ({**NEW, "version_info": "x"}, 2015),
        ({**NEW, "version_info": {"sample_input": "x" * 1_100_000}}, 2015),
    ],
)
def test_a_bad_body_is_refused_by_number_and_makes_nothing(ada, body, code):
    answer = program_of(ada).post("algorithms/ada", body)
    assert (answer.status, answer.code) == (400, code)
    assert answer.headers["X-Error-Message"]
    assert not Algorithm.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "info",
    [
        {"version_type": "huge"},
        {"version_type": 1},
        {"semantic_version": "1.0"},
        {"semantic_version": "01.0.0"},
        {"semantic_version": "1.0.0-beta"},
        {"semantic_version": "1.0.9999999999"},
        {"semantic_version": "\u0661.0.0"},
        {"git_hash": "abc"},
        {"release_notes": "x" * 20_001},
        {"sample_input": 1, "sample_output": "{" * 1_100_000},
    ],
)
def test_a_bad_release_is_refused_and_publishes_nothing(ada, info):
    program = program_of(ada)
    program.post("algorithms/ada", NEW)
    answer = program.post("algorithms/ada/New/versions", {"version_info": info})
    assert (answer.status, answer.code) == (400, 2015)
    assert not Version.objects.exists()


@pytest.mark.django_db
def test_a_sample_that_fails_is_no_sample(ada):
    program = program_of(trusted(ada))
    program.post("algorithms/ada", NEW)
    program.put("algorithms/ada/New/source", b"def apply(x):\n    return x['a']\n")
    body = {"version_info": {"sample_input": "{}"}}
    answer = program.post("algorithms/ada/New/versions", body)
    assert (answer.status, answer.code) == (400, 2015)
    assert answer.error["message"].startswith("version_info.sample_input")
    assert not Version.objects.exists()


@pytest.mark.django_db
def test_a_key_in_a_text_is_refused_and_revoked(ada):
    program = program_of(ada)
    program.post("algorithms/ada", NEW)
    for place in (
        lambda text: {"details": {"summary": text}},
        lambda text: {"version_info": {"sample_input": text}},
        lambda text: {"version_info": {"release_notes": text}},
    ):
        made = keys.create_key(user=ada, name="leaked", scopes=["read"])
        body = place(f"use {made.secret}")
        assert program.post("algorithms/ada/New/versions", body).status == 400
        made.row.refresh_from_db()
        assert made.row.revoked_at is not None
    assert not Version.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "algorithms/ada\0/New",
        "algorithms/ada/New\0",
        "algorithms/ada/\xff",
        "algorithms/ada/..",
        "algorithms/ada/New\n",
        "algorithms/" + "a" * 300 + "/New",
        "algorithms/ada/New/builds/\0",
    ],
    ids=ascii,
)
def test_an_odd_address_is_not_there(ada, path):
    program = program_of(ada)
    assert program.get(path).status == 404
    assert program.post(f"{path}/compile").status == 404
