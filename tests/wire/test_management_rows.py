"""Each row of the contract's management table, by the bytes that it answers with."""

from __future__ import annotations

import json
import re
import tarfile
from io import BytesIO

import pytest

from catalog.models import Algorithm, Build, Visibility
from tests.wire.managing import ECHO, NEW, SETTINGS, Program, program_of, trusted

pytestmark = pytest.mark.django_db

OBJECT = [
    *("id", "name", "details", "self_link", "resource_type", "settings"),
    *("version_info", "compilation", "build", "source"),
]
BUILD = [
    *("build_id", "status", "commit_sha", "started_at", "finished_at"),
    "resource_type",
]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def program(ada):
    return program_of(ada)


@pytest.fixture
def new(program):
    answer = program.post("algorithms/ada", NEW)
    assert answer.status == 200, answer.body
    return answer.value


def hash_of(document) -> str:
    return document["version_info"]["git_hash"]


def test_create_answers_the_object_compact_and_in_order(program):
    answer = program.post("algorithms/ada", NEW)
    assert answer.status == 200
    said = answer.value
    assert list(said) == OBJECT
    assert (
        answer.body
        == json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    )
    assert said["details"] == {"label": "L"}
    assert said["resource_type"] == "algorithm"
    assert said["settings"] == {
        "algorithm_callability": "private",
        **{name: SETTINGS[name] for name in ("source_visibility", "language")},
        "environment": "cpu",
        "algorithm_environment": "01999999-0000-7000-8000-000000000001",
        "license": "apl",
        "network_access": "full",
        "pipeline_enabled": True,
    }
    link = f"http://testserver/v1/algorithms/ada/New/versions/{hash_of(said)}"
    assert said["self_link"] == link
    assert said["source"]["scm"]["id"] == "internal"
    assert b"null" not in answer.body


def test_what_was_created_says_hello_by_its_hash(program, new):
    answer = program.call(f"ada/New/{hash_of(new)}", "Ada")
    assert answer.value["result"] == "hello Ada"
    assert len(hash_of(new)) == 40


def test_create_and_compile_make_exactly_one_build(program, new):
    for body in (b"{}", b"[]", b"", b"null"):
        answer = program.post("algorithms/ada/New/compile", body)
        assert answer.status == 200
        assert answer.value["compilation"]["successful"] is True
        assert hash_of(answer.value) == hash_of(new)
    page = program.get("algorithms/ada/New/builds?limit=56").value
    assert list(page) == ["marker", "next_link", "results"]
    assert (page["marker"], page["next_link"]) == (None, None)
    assert len(page["results"]) == 1
    assert list(page["results"][0]) == BUILD
    assert MOMENT.fullmatch(page["results"][0]["finished_at"])
    assert page["results"][0]["commit_sha"] == hash_of(new)


def test_an_algorithm_is_read_by_its_address_in_any_case_and_by_its_id(program, new):
    by_name = program.get("algorithms/ada/New")
    assert list(by_name.value) == OBJECT
    for path in (f"algorithms/{new['id']}", "algorithms/ADA/new/"):
        assert program.get(path).body == by_name.body


def test_what_is_not_there_is_the_one_text(program):
    answer = program.get("algorithms/ada/Nothing")
    assert (answer.status, answer.body) == (404, b'{"error":"No such algorithm"}')
    assert answer.headers["X-Error-Message"] == "No such algorithm"
    unknown = "01999999-0000-7000-8000-0000000000ff"
    assert program.get(f"algorithms/{unknown}").body == answer.body


def test_put_changes_details_and_settings(program, new):
    body = {
        "details": {"label": "M", "tagline": "t", "summary": "# S"},
        "settings": {"license": "mit", "licence": "ignored"},
    }
    said = program.put("algorithms/ada/New", body).value
    assert said["details"] == {"label": "M", "summary": "# S", "tagline": "t"}
    assert said["settings"]["license"] == "mit"
    assert said["settings"]["network_access"] == "full"
    row = Algorithm.objects.get(name="New")
    assert (row.title, row.summary) == ("M", "t")
    assert "# S" in row.card.source


def test_a_form_encoded_put_changes_nothing_and_answers_the_object(program, new):
    form = "application/x-www-form-urlencoded"
    answer = program.put("algorithms/ada/New", b"details=label&settings=license", form)
    assert answer.status == 200
    assert answer.value == new


def test_delete_answers_204_without_a_body_and_then_it_is_gone(program, new):
    answer = program.delete("algorithms/ada/New")
    assert (answer.status, answer.body) == (204, b"")
    assert "Content-Type" not in answer.headers
    gone = program.get("algorithms/ada/New")
    assert (gone.status, gone.body) == (404, b'{"error":"No such algorithm"}')
    assert program.post("algorithms/ada", NEW).status == 200


@pytest.mark.parametrize("spelling", ["versions", "version"])
def test_both_spellings_publish(program, new, spelling):
    body = {
        "details": {"label": "L"},
        "settings": {"algorithm_callability": "private"},
        "version_info": {
            "version_type": "minor",
            "release_notes": "r",
            "sample_input": "x",
        },
        "source": {},
        "scmsCredentials": {},
    }
    answer = program.post(f"algorithms/ada/New/{spelling}", body)
    assert answer.status == 200
    info = answer.value["version_info"]
    assert list(info) == [
        *("semantic_version", "git_hash", "version_uuid", "release_notes"),
        *("sample_input", "sample_output"),
    ]
    assert info["semantic_version"] == "0.1.0"
    assert info["git_hash"] == hash_of(new)
    assert (info["release_notes"], info["sample_input"]) == ("r", "x")
    assert info["sample_output"] == "hello x"
    assert answer.value["settings"]["algorithm_callability"] == "private"
    assert program.call("ada/New/0.1.0", "Ada").value["result"] == "hello Ada"


@pytest.mark.parametrize(
    ("info", "number"),
    [
        ({}, "0.1.0"),
        ({"version_type": "minor"}, "0.1.0"),
        ({"version_type": "major"}, "1.0.0"),
        ({"version_type": "patch"}, "0.0.1"),
        ({"version_type": "revision"}, "0.0.1"),
        ({"semantic_version": "2.3.4"}, "2.3.4"),
    ],
)
def test_the_first_number(program, new, info, number):
    answer = program.post("algorithms/ada/New/versions", {"version_info": info})
    assert answer.value["version_info"]["semantic_version"] == number


def test_the_numbers_that_follow(ada):
    program = program_of(trusted(ada))
    program.post("algorithms/ada", NEW)
    steps = [("major", "1.0.0"), ("patch", "1.0.1"), ("revision", "1.0.2")]
    steps += [("minor", "1.1.0"), (None, "1.2.0"), ("major", "2.0.0")]
    for count, (step, number) in enumerate(steps):
        source = ECHO + b"# %d\n" % count
        assert program.put("algorithms/ada/New/source", source).status == 200
        info = {"version_type": step} if step else {}
        answer = program.post("algorithms/ada/New/version", {"version_info": info})
        assert answer.value["version_info"]["semantic_version"] == number


def test_the_same_build_is_published_once(program, new):
    assert program.post("algorithms/ada/New/versions").status == 200
    again = program.post("algorithms/ada/New/version", b"{}")
    assert (again.status, again.code) == (409, 1007)
    by_hash = {"version_info": {"git_hash": hash_of(new)}}
    assert program.post("algorithms/ada/New/version", by_hash).code == 1007


def test_a_number_is_published_once(ada):
    program = program_of(trusted(ada))
    program.post("algorithms/ada", NEW)
    body = {"version_info": {"semantic_version": "1.0.0"}}
    assert program.post("algorithms/ada/New/versions", body).status == 200
    program.put("algorithms/ada/New/source", ECHO)
    again = program.post("algorithms/ada/New/versions", body)
    assert (again.status, again.code) == (409, 1007)


def test_an_older_build_is_published_by_its_hash(ada):
    program = program_of(trusted(ada))
    older = program.post("algorithms/ada", NEW).value
    program.put("algorithms/ada/New/source", ECHO)
    program.post("algorithms/ada/New/compile")
    body = {"version_info": {"git_hash": hash_of(older)}}
    assert program.post("algorithms/ada/New/versions", body).status == 200
    assert program.call("ada/New", "Ada").value["result"] == "hello Ada"
    assert program.post("algorithms/ada/New/versions").status == 200
    assert program.call("ada/New", "Ada").value["result"] == "Ada"


def test_versions_are_paged_newest_first(ada):
    program = program_of(trusted(ada))
    program.post("algorithms/ada", NEW)
    for count in range(3):
        program.put("algorithms/ada/New/source", ECHO + b"# %d\n" % count)
        program.post("algorithms/ada/New/versions")
    found, path = [], "algorithms/ada/New/versions?limit=1&published=true"
    while path:
        page = program.get(path).value
        assert list(page) == ["marker", "next_link", "results"]
        found += [row["version_info"]["semantic_version"] for row in page["results"]]
        assert (page["marker"] is None) == (page["next_link"] is None)
        path = (page["next_link"] or "").removeprefix("http://testserver/v1/")
    assert found == ["0.3.0", "0.2.0", "0.1.0"]
    everything = program.get("algorithms/ada/New/versions").value["results"]
    assert len(everything) == 4  # and the build that was never published
    unpublished = program.get("algorithms/ada/New/versions?published=false").value
    assert "semantic_version" not in unpublished["results"][0]["version_info"]
    assert len(unpublished["results"]) == 1


def test_callable_chooses_what_everybody_may_call(program, new):
    row = Algorithm.objects.get(name="New")
    program.post("algorithms/ada/New/versions")
    path = "algorithms/ada/New/versions?callable={}"
    assert program.get(path.format("true")).value["results"] == []
    assert len(program.get(path.format("false")).value["results"]) == 1
    row.visibility = Visibility.PUBLIC
    row.save()
    row.versions.update(visibility=Visibility.PUBLIC)
    assert len(program.get(path.format("TRUE")).value["results"]) == 1
    assert program.get(path.format("false")).value["results"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("marker=nonsense", 5002),
        ("marker=%00", 5002),
        ("marker=MS4y", 5002),
        ("marker=%F0%9F%A6%8A", 5002),
        ("limit=0", 5003),
        ("limit=-1", 5003),
        ("limit=x", 5003),
        ("limit=1e3", 5003),
        ("limit=%D9%A3", 5003),
        ("limit=99999999999999999999", 5003),
        ("published=maybe", 2015),
        ("callable=1", 2015),
    ],
)
def test_a_bad_page_is_refused_by_number(program, new, query, code):
    answer = program.get(f"algorithms/ada/New/versions?{query}")
    assert (answer.status, answer.code) == (400, code)
    if code > 5000:
        answer = program.get(f"algorithms/ada/New/builds?{query}")
        assert (answer.status, answer.code) == (400, code)


def test_a_version_by_its_hash(program, new):
    path = f"algorithms/ada/New/versions/{hash_of(new)}"
    before = program.get(path).value
    assert list(before) == OBJECT
    program.post("algorithms/ada/New/versions")
    after = program.get(path).value
    assert after["version_info"]["semantic_version"] == "0.1.0"
    assert after["self_link"] == before["self_link"]


@pytest.mark.parametrize("word", ["abc", "0" * 40, "g" * 40, "0.1.0", "%00"])
def test_an_unknown_hash(program, new, word):
    answer = program.get(f"algorithms/ada/New/versions/{word}")
    assert (answer.status, answer.body) == (404, b'{"error":{"message":"not found"}}')


def test_a_build_and_its_log(program, new):
    pk = new["build"]["build_id"]
    answer = program.get(f"algorithms/ada/New/builds/{pk}")
    assert answer.value == new["build"]
    logs = program.get(f"algorithms/ada/New/builds/{pk}/logs").value
    assert list(logs) == ["logs"]
    assert logs["logs"] == new["compilation"]["output"]


@pytest.mark.parametrize("end", ["", "/logs"])
@pytest.mark.parametrize("word", ["b1", "01999999-0000-7000-8000-0000000000ff"])
def test_an_unknown_build(program, new, word, end):
    answer = program.get(f"algorithms/ada/New/builds/{word}{end}")
    assert (answer.status, answer.body) == (404, b'{"error":{"message":"not found"}}')


def test_logs_are_there_when_the_build_is_finished(program, new):
    row = Build.objects.get()
    Build.objects.update(state="in-progress", finished_at=None)
    path = f"algorithms/ada/New/builds/{row.pk}"
    assert program.get(path).value["status"] == "in-progress"
    assert "finished_at" not in program.get(path).value
    answer = program.get(f"{path}/logs")
    assert (answer.status, answer.body) == (404, b'{"error":{"message":"not found"}}')


def test_a_build_that_died_with_its_server_has_failed(program, new):
    Build.objects.update(state="in-progress", finished_at=None)
    Build.objects.update(started_at="2020-01-01T00:00:00Z")
    page = program.get("algorithms/ada/New/builds").value
    assert page["results"][0]["status"] == "failed"
    assert program.post("algorithms/ada/New/compile").value["build"]["status"] == (
        "succeeded"
    )


def test_what_does_not_compile_is_an_answer_with_the_log(ada):
    program = program_of(trusted(ada))
    program.post("algorithms/ada", NEW)
    program.put("algorithms/ada/New/source", b"def apply(input)\n    return 1\n")
    answer = program.post("algorithms/ada/New/compile")
    assert answer.status == 200  # the Python client loses the words of anything else
    compilation = answer.value["compilation"]
    assert compilation["successful"] is False
    assert "algorithm.py:1: This is not valid Python" in compilation["output"]
    assert answer.value["build"]["status"] == "failed"
    refused = program.post("algorithms/ada/New/versions")
    assert (refused.status, refused.code) == (400, 2015)
    assert "algorithm.py:1" in refused.error["message"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"import nothing_like_it\ndef apply(x): return x\n", "nothing_like_it"),
        (b"def load():\n    raise ValueError('heavy')\napply = str\n", "heavy"),
        (b"def apply(x):\n    return {1, 2}\n", "invalid_output"),
        (b"def apply(x):\n    raise ValueError('cannot')\n", "cannot"),
    ],
)
def test_what_does_not_load_or_fails_on_its_sample_does_not_compile(ada, source, said):
    program = program_of(trusted(ada))
    program.post("algorithms/ada", {**NEW, "version_info": {"sample_input": "x"}})
    program.put("algorithms/ada/New/source", source)
    compilation = program.post("algorithms/ada/New/compile").value["compilation"]
    assert compilation["successful"] is False
    assert said in compilation["output"]


def test_small_answers_of_what_this_product_has_one_of(program, new):
    rows = {
        "algorithms/ada/New/scm/status": {"scm_connection_status": "active"},
        "algorithms/ada/New/errors": [],
        f"algorithms/{new['id']}/errors": [],
        f"algorithms/{new['id']}/secrets": {"secrets": []},
        "secret-provider": [],
        "scms/internal/oauth/status": {"authorization_status": "unauthorized"},
    }
    for path, value in rows.items():
        answer = program.get(path)
        assert (answer.status, answer.value) == (200, value), path
    assert program.get("scms").body == (
        b'{"results":[{"id":"internal","provider":"internal","default":true,'
        b'"enabled":true}]}'
    )
    assert program.get("scms/internal").value["provider"] == "internal"
    revoked = program.post("scms/internal/oauth/revoke")
    assert (revoked.status, revoked.body) == (204, b"")
    for path in ("scms/github", "scms/github/oauth/status"):
        assert program.get(path).body == b'{"error":{"message":"not found"}}'


def test_failed_runs_are_listed_for_the_owner(program, new):
    program.post("algorithms/ada/New/versions")
    row = Algorithm.objects.get(name="New").versions.get()
    assert program.get("algorithms/ada/New/errors").value == []
    row.runs.create(
        surface="v1",
        outcome="failed",
        error_code="algorithm_error",
        duration_ms=1500,
        total_ms=1600,
        input_bytes=1,
        output_bytes=0,
        created_at=row.published_at,
    )
    [said] = program.get("algorithms/ada/New/errors").value
    assert list(said) == [
        *("request_id", "semantic_version", "error", "duration", "created_at")
    ]
    assert (said["error"], said["duration"]) == ("algorithm_error", 1.5)


def test_languages_environments_and_the_template(program):
    known = program.get("algorithm-environments/edge/languages").value
    assert "anaconda3" in {one["name"] for one in known}
    assert all(list(one) == ["name", "display_name", "configuration"] for one in known)
    path = "algorithm-environments/edge/languages/anaconda3/environments"
    [one] = program.get(path).value["environments"]
    assert list(one) == [
        *("id", "environment_specification_id", "display_name", "description"),
        *("created_at", "language", "machine_type"),
    ]
    specification = one["environment_specification_id"]
    path = "algorithm-environments/edge/environment-specifications/{}/template"
    answer = program.get(path.format(specification))
    assert answer.headers["Content-Type"] == "application/gzip"
    with tarfile.open(fileobj=BytesIO(answer.body), mode="r:gz") as archive:
        assert archive.getnames() == ["algorithm.py"]
    assert program.get(path.format("x")).status == 404
    body = {**NEW, "settings": {"algorithm_environment": one["id"]}}
    assert program.post("algorithms/ada", body).status == 200


@pytest.mark.parametrize(
    "settings",
    [
        {"language": "cobol"},
        {"language": "python2-1"},
        {"language": 3},
        {"package_set": "java11"},
        {"algorithm_environment": "01999999-0000-7000-8000-0000000000ff"},
        {"algorithm_environment": "no uuid"},
    ],
)
def test_an_unknown_language(program, settings):
    answer = program.post("algorithms/ada", {**NEW, "settings": settings})
    assert (answer.status, answer.code) == (400, 4001)
    assert not Algorithm.objects.exists()


def test_what_is_only_answered_says_that_it_is_not_built(program, new, carol):
    dataset = "01999999-0000-7000-8000-0000000000ff"
    staff = program_of(carol, scopes=["admin"])
    asked = [
        (program, "POST", f"algorithms/{new['id']}/secrets"),
        (program, "POST", f"algorithms/{new['id']}/collections/{dataset}"),
        (Program(), "POST", "insights"),
        (staff, "POST", "admin/scms"),
        (staff, "PATCH", "admin/scms/internal"),
        (staff, "DELETE", "admin/scms/internal"),
        (staff, "POST", "admin/scms/internal/default"),
    ]
    for who, method, path in asked:
        answer = who.ask(method, path, {})
        assert (answer.status, answer.code) == (501, 5005), path
    assert staff.ask("PATCH", "admin/scms/github", {}).status == 404
    person = program_of(new and carol, scopes=["read", "write"])
    assert person.post("admin/scms", {}).code == 2001


def test_a_name_is_taken_in_any_case(program, new):
    answer = program.post("algorithms/ada", {**NEW, "name": "nEW"})
    assert (answer.status, answer.code) == (409, 1002)


@pytest.mark.parametrize(
    "name", ["", "1st", "a-b", "a.b", "a/b", "a b", "é", "a" * 100, 7, None, []]
)
def test_a_name_is_a_letter_then_letters_digits_and_underscores(program, name):
    answer = program.post("algorithms/ada", {**NEW, "name": name})
    assert (answer.status, answer.code) == (400, 2015)
    assert answer.error["message"].startswith("name:")


def test_a_method_that_an_address_does_not_know(program, new):
    for method, path in (("PATCH", "algorithms/ada/New"), ("GET", "algorithms/ada")):
        answer = program.ask(method, path)
        assert answer.status == 405
        assert answer.headers["Allow"]
    assert program.ask("HEAD", "algorithms/ada/New").status == 200
