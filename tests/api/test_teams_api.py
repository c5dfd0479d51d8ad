"""Teams over the catalog API: with a person's key, a team's key, on a page."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from accounts import keys
from accounts.models import Invitation, Membership
from accounts.services import add_member, create_team
from catalog.models import Algorithm, AuditEntry

pytestmark = pytest.mark.django_db
TEAM = "/api/v1/teams/visionlab"
ALL = ("read", "admin")


@pytest.fixture
def owner(vision_lab, ada):
    """Ada owns the team."""
    add_member(team=vision_lab, user=ada, role=Membership.Role.OWNER)
    return ada


@pytest.fixture
def ask(client):
    """Ask with a key, or as whoever is signed in; answers status and body."""

    def ask(method, path, key="", **body):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = client.generic(
            method,
            path,
            json.dumps(body) if body else "",
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, json.loads(answer.content or "null")

    return ask


def key_of(user, *scopes, **more) -> str:
    made = keys.create_key(user=user, name="k", scopes=scopes or ALL, **more)
    return made.secret


def team_key(team, by, *scopes) -> str:
    return keys.create_key(team=team, made_by=by, name="k", scopes=scopes).secret


def test_a_team_is_made_read_changed_and_ended(ask, charlie):
    key = key_of(charlie)
    told = {"slug": "deepsea", "name": "Deep Sea", "about": "Fish."}
    status, made = ask("POST", "/api/v1/teams", key, **told)
    assert status == 201
    assert made.pop("created_at")
    assert made == {**told, "role": "owner"}
    status, listed = ask("GET", "/api/v1/teams", key)
    assert (listed["total"], listed["next"]) == (1, None)
    assert listed["results"][0]["slug"] == "deepsea"
    path = "/api/v1/teams/deepsea"
    status, changed = ask("PATCH", path, key, slug="sea")
    assert (status, changed["slug"], changed["name"]) == (200, "sea", "Deep Sea")
    # By the address that it had, too: programs that name it go on.
    assert ask("GET", path, key)[1]["slug"] == "sea"
    assert ask("DELETE", "/api/v1/teams/sea", key) == (204, None)
    assert ask("GET", path, key)[0] == 404


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"slug": "x", "name": ""}, "/name"),
        ({"name": "X"}, "/slug"),
        ({"slug": "x", "name": "X", "about": "x" * 201}, "/about"),
        ({"slug": "x" * 40, "name": "X"}, "/slug"),
    ],
)
def test_a_fault_is_shown_where_it_is(ask, charlie, told, pointer):
    status, problem = ask("POST", "/api/v1/teams", key_of(charlie), **told)
    assert status == 400
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]


def test_a_name_that_cannot_be_is_refused_in_words(ask, charlie, vision_lab):
    key = key_of(charlie)
    for slug, said in (("visionlab", "taken"), ("admin", "reserved"), ("a b", "ASCII")):
        status, problem = ask("POST", "/api/v1/teams", key, slug=slug, name="X")
        assert status == 400
        assert said in problem["detail"]


@pytest.mark.parametrize("body", ["[]", "1", '"x"', "null", "{", "\xff"])
def test_a_body_that_is_no_object_is_a_400(client, owner, body):
    client.force_login(owner)
    for method, path in (
        ("POST", "/api/v1/teams"),
        ("PATCH", TEAM),
        ("PUT", f"{TEAM}/members/ada"),
        ("POST", f"{TEAM}/invitations"),
        ("POST", "/api/v1/invitations/accept"),
    ):
        answer = client.generic(method, path, body, content_type="application/json")
        assert answer.status_code == 400, path


ROUTES = [
    ("GET", "", {}),
    ("PATCH", "", {"name": "X"}),
    ("DELETE", "", {}),
    ("GET", "/members", {}),
    ("PUT", "/members/linus", {"role": "owner"}),
    ("DELETE", "/members/linus", {}),
    ("GET", "/invitations", {}),
    ("POST", "/invitations", {"role": "member"}),
    ("DELETE", f"/invitations/{UUID(int=7)}", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_for_others_a_team_is_what_is_missing(ask, charlie, linus, method, path, body):
    key = key_of(charlie)
    found = ask(method, TEAM + path, key, **body)
    missing = ask(method, f"/api/v1/teams/nobody-here{path}", key, **body)
    for _status, problem in (found, missing):
        problem.pop("instance")
    assert found == missing
    assert found[0] == 404
    assert ask(method, TEAM + path, **body)[0] == 401


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_a_key_needs_the_scope(ask, owner, linus, method, path, body):
    is_read = method == "GET"
    key = key_of(owner, "admin" if is_read else "read")
    status, problem = ask(method, TEAM + path, key, **body)
    assert (status, problem["code"]) == (403, "forbidden")
    assert ("'read'" if is_read else "'admin'") in problem["detail"]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("member", {"GET ", "GET /members"}),
        (
            "maintainer",
            {"GET ", "GET /members", "GET /invitations", "POST /invitations"},
        ),
    ],
)
def test_a_role_may_what_the_table_says(ask, vision_lab, linus, charlie, role, allowed):
    add_member(team=vision_lab, user=charlie, role=role)
    key = key_of(charlie)
    for method, path, body in ROUTES:
        status, _answer = ask(method, TEAM + path, key, **body)
        name = f"{method} {path}"
        if name in allowed:
            assert status in {200, 201}, name
        elif path.startswith("/invitations/") and role == "maintainer":
            assert status == 404, name
        else:
            assert status == 403, name


def test_a_teams_key_reads_its_own_team_alone(ask, vision_lab, owner, linus, grace):
    create_team(slug="deepsea", name="Deep Sea")
    key = team_key(vision_lab, grace, "read")
    assert [row["slug"] for row in ask("GET", "/api/v1/teams", key)[1]["results"]] == [
        "visionlab"
    ]
    assert ask("GET", TEAM, key)[1]["role"] == "maintainer"
    assert ask("GET", f"{TEAM}/members", key)[1]["total"] == 3
    assert ask("GET", "/api/v1/teams/deepsea", key)[0] == 404


def test_a_limited_key_reaches_a_team_that_its_rules_name_whole(ask, owner):
    def reached(*rules):
        key = key_of(owner, rules=rules)
        one, listed = ask("GET", TEAM, key), ask("GET", "/api/v1/teams", key)
        assert listed[1]["total"] == (one[0] == 200)
        return one[0]

    assert reached("algo://VisionLab/*") == 200
    assert reached("algo://visionlab/X") == 404
    assert reached("algo://ada/*") == 404
    key = key_of(owner, rules=["algo://visionlab/*"])
    status, problem = ask("PATCH", TEAM, key, name="X")
    assert (status, problem["code"]) == (403, "forbidden")


def test_members_are_listed_promoted_and_removed(ask, owner, linus, grace):
    key = key_of(owner)
    listed = ask("GET", f"{TEAM}/members", key)[1]
    assert [(row["username"], row["role"]) for row in listed["results"]] == [
        ("ada", "owner"),
        ("grace", "maintainer"),
        ("linus", "member"),
    ]
    status, held = ask("PUT", f"{TEAM}/members/linus", key, role="maintainer")
    assert (status, held["username"], held["role"]) == (200, "linus", "maintainer")
    assert ask("DELETE", f"{TEAM}/members/linus", key)[0] == 204
    assert ask("DELETE", f"{TEAM}/members/linus", key)[0] == 404
    for method, body in (("DELETE", {}), ("PUT", {"role": "member"})):
        status, problem = ask(method, f"{TEAM}/members/ada", key, **body)
        assert status == 400
        assert "at least one owner" in problem["detail"]
    assert ask("PUT", f"{TEAM}/members/grace", key, role="king")[0] == 400


def test_a_member_leaves_by_their_own_name(ask, linus, vision_lab):
    key = key_of(linus)
    assert ask("DELETE", f"{TEAM}/members/linus", key)[0] == 204
    # The next request of the same key sees the team no more.
    assert ask("GET", TEAM, key)[0] == 404


def test_an_invitation_is_made_shown_once_and_accepted(ask, grace, charlie, client):
    key = key_of(grace)
    status, made = ask("POST", f"{TEAM}/invitations", key, uses=2, days=3)
    assert (status, made["role"], made["uses_left"]) == (201, "member", 2)
    assert made["url"].endswith(f"/teams/invitations/{made['token']}")
    listed = ask("GET", f"{TEAM}/invitations", key)[1]["results"]
    assert [row["id"] for row in listed] == [made["id"]]
    assert made["token"] not in json.dumps(listed)
    accept = "/api/v1/invitations/accept"
    assert ask("POST", accept, key_of(charlie, "read"), token=made["token"])[0] == 403
    status, joined = ask("POST", accept, key_of(charlie), token=made["token"])
    assert (status, joined) == (200, {"team": "visionlab"})
    assert charlie.memberships.get().role == "member"
    assert ask("POST", accept, key_of(charlie), token="x" * 43)[0] == 404
    assert ask("DELETE", f"{TEAM}/invitations/{made['id']}", key)[0] == 204
    assert ask("POST", accept, key_of(grace), token=made["token"])[0] == 404
    assert Invitation.objects.get().uses_left == 1


def test_nobody_invites_above_their_role(ask, grace):
    status, problem = ask("POST", f"{TEAM}/invitations", key_of(grace), role="owner")
    assert (status, problem["code"]) == (403, "forbidden")
    assert "maintainer or less" in problem["detail"]


def test_an_algorithm_is_transferred_and_renamed(ask, owner, vision_lab):
    Algorithm.objects.create(owner=vision_lab.owner, name="Secret", title="S")
    path = "/api/v1/algorithms/visionlab/Secret/transfer"
    key = key_of(owner)
    assert ask("POST", path, key_of(owner, "write"), owner="ada")[0] == 403
    status, moved = ask("POST", path, key, owner="ada", name="Mine")
    assert (status, moved["owner"], moved["name"]) == (200, "ada", "Mine")
    status, read = ask("GET", "/api/v1/algorithms/visionlab/Secret", key)
    assert (status, read["owner"], read["name"]) == (200, "ada", "Mine")


def test_where_one_may_not_receive_is_like_nowhere(ask, owner, vision_lab, charlie):
    create_team(slug="deepsea", name="Deep Sea")
    Algorithm.objects.create(owner=vision_lab.owner, name="Secret", title="S")
    path = "/api/v1/algorithms/visionlab/Secret/transfer"
    said = set()
    for name in ("deepsea", "charlie", "no-such-owner"):
        status, problem = ask("POST", path, key_of(owner), owner=name)
        assert (status, problem["code"]) == (400, "bad_request")
        said.add(problem["detail"].replace(name, "NAME"))
    assert len(said) == 1


def test_who_does_not_see_an_algorithm_finds_nothing_to_transfer(
    ask, charlie, vision_lab
):
    Algorithm.objects.create(owner=vision_lab.owner, name="Secret", title="S")
    key = key_of(charlie)
    answers = [
        ask("POST", f"/api/v1/algorithms/{name}/transfer", key, owner="charlie")
        for name in ("visionlab/Secret", "visionlab/Nothing", "nobody/Secret")
    ]
    for _status, problem in answers:
        problem.pop("instance")
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 404


def test_each_change_leaves_one_entry_that_names_the_key(ask, owner, linus):
    made = keys.create_key(user=owner, name="k", scopes=ALL)
    ask("PUT", f"{TEAM}/members/linus", made.secret, role="maintainer")
    (entry,) = AuditEntry.objects.filter(action="change role")
    assert entry.actor == owner
    assert entry.team.owner.slug == "visionlab"
