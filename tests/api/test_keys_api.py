"""Keys over the catalog API, and that no key makes a way past its own limits."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import keys
from accounts.models import ApiKey, Membership
from accounts.services import add_member
from catalog.models import AuditEntry

pytestmark = pytest.mark.django_db

KEYS = "/api/v1/keys"
ALL = list(ApiKey.Scope.values)


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


def key_of(user, *scopes, **more) -> keys.NewKey:
    return keys.create_key(user=user, name="by", scopes=scopes or ALL, **more)


def test_a_person_makes_lists_reads_and_ends_a_key_on_the_page(client, ask, ada):
    client.force_login(ada)
    status, made = ask(
        "POST",
        KEYS,
        name="nightly",
        scopes=["run", "read"],
        rules=["algo://visionlab/*"],
        days=30,
        calls_per_day=100,
    )
    assert status == 201
    row = keys.find_key(made["secret"])
    assert (made["person"], made["team"]) == ("ada", None)
    assert (made["scopes"], made["rules"]) == (["read", "run"], ["algo://visionlab/*"])
    assert (made["calls_per_day"], made["calls"], made["state"]) == (100, 0, "live")
    listed = ask("GET", KEYS)[1]
    assert listed["total"] == 1
    shown = listed["results"][0]
    assert shown == {name: made[name] for name in made if name != "secret"}
    assert ask("GET", f"{KEYS}/{row.pk}") == (200, shown)
    assert ask("DELETE", f"{KEYS}/{row.pk}") == (204, None)
    assert ask("DELETE", f"{KEYS}/{row.pk}") == (204, None)
    assert keys.find_key(made["secret"]) is None
    assert ask("GET", f"{KEYS}/{row.pk}")[1]["state"] == "revoked"
    actions = AuditEntry.objects.filter(category="key").order_by("created_at", "id")
    assert [entry.action for entry in actions] == ["create key", "revoke key"]


def test_the_secret_is_in_one_answer_that_nobody_keeps(client, ada):
    client.force_login(ada)
    told = {"name": "k", "scopes": ["run"]}
    made = client.post(KEYS, told, content_type="application/json")
    assert "no-store" in made["Cache-Control"]
    secret = made.json()["secret"]
    listed = client.get(KEYS).content.decode()
    assert secret not in listed
    assert ApiKey.objects.get().digest not in listed
    days = (ApiKey.objects.get().expires_at - timezone.now()) / timedelta(days=1)
    assert 89.9 < days <= 90


def test_a_page_that_is_no_page_of_ours_makes_no_key(ada):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)
    told = {"name": "k", "scopes": ["run"]}
    assert strict.post(KEYS, told, content_type="application/json").status_code == 403
    assert not ApiKey.objects.exists()


def test_nobody_has_no_keys(ask, db):
    for method, path in (("GET", KEYS), ("POST", KEYS)):
        assert ask(method, path)[0] == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"name": "a\x00b"},
        {"scopes": []},
        {"scopes": ["root"]},
        {"scopes": "run"},
        {"scopes": {"run": True}},
        {"days": 0},
        {"days": 366},
        {"days": "soon"},
        {"rules": ["visionlab/*"]},
        {"rules": [7]},
        {"rules": "algo://visionlab/*"},
        {"rules": [f"algo://a/B{n}" for n in range(21)]},
        {"calls_per_day": 0},
        {"calls_per_day": 2**40},
        {"rule": ["algo://visionlab/*"]},
        {"user": "grace"},
    ],
)
def test_what_is_no_key_is_refused_and_nothing_is_made(client, ask, ada, wrong):
    client.force_login(ada)
    status, told = ask("POST", KEYS, **{"name": "k", "scopes": ["run"], **wrong})
    assert status == 400, told
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("body", ["[]", "null", '"x"', "7", "{", "\ud800"])
def test_a_body_that_is_no_object_is_refused(client, ada, body):
    client.force_login(ada)
    data = body.encode("utf-8", "surrogatepass")
    answer = client.generic("POST", KEYS, data, content_type="application/json")
    assert answer.status_code == 400


# What a key may make: `by` is the key that asks, `new` what it asks for.
ESCALATIONS = {
    "more scopes": ({"scopes": ["admin", "read"]}, {"scopes": ["read", "run"]}),
    "the data scope": ({"scopes": ["admin"]}, {"scopes": ["data"]}),
    "no rules": ({"rules": ["algo://ada/*"]}, {"rules": []}),
    "another owner": ({"rules": ["algo://ada/*"]}, {"rules": ["algo://visionlab/*"]}),
    "a whole owner": ({"rules": ["algo://ada/One"]}, {"rules": ["algo://ada/*"]}),
    "another name": ({"rules": ["algo://ada/One"]}, {"rules": ["algo://ada/Two"]}),
    "one rule more": (
        {"rules": ["algo://ada/*"]},
        {"rules": ["algo://ada/One", "algo://grace/*"]},
    ),
    "a longer life": ({"days": 10}, {"days": 11}),
    "a longer life by default": ({"days": 10}, {}),
    "a larger quota": ({"calls_per_day": 5}, {"calls_per_day": 6}),
    "the server's quota": ({"calls_per_day": 5}, {"calls_per_day": None}),
}
WITHIN = {
    "the same": ({}, {"scopes": ALL, "days": 89}),
    "fewer scopes": ({"scopes": ["admin", "run"]}, {"scopes": ["run"], "days": 1}),
    "fewer rules": (
        {"rules": ["algo://Ada/*", "algo://grace/*"]},
        {"rules": ["algo://ada/One", "algo://ADA/*"], "days": 1},
    ),
    "the same name": (
        {"rules": ["algo://ada/One"]},
        {"rules": ["algo://ada/one"], "days": 1},
    ),
    "a smaller quota": ({"calls_per_day": 5}, {"calls_per_day": 5, "days": 1}),
}


@pytest.mark.parametrize("case", ESCALATIONS)
def test_a_key_makes_no_key_that_does_more_than_itself(ask, ada, case):
    held, asked = ESCALATIONS[case]
    by = keys.create_key(user=ada, name="by", **{"scopes": ALL, "days": 90, **held})
    told = {"name": "more", "scopes": ["admin"], **asked}
    status, answer = ask("POST", KEYS, by.secret, **told)
    assert status == 403, answer
    assert answer["code"] == "forbidden"
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize("case", WITHIN)
def test_a_key_makes_keys_within_its_own_limits(ask, ada, case):
    held, asked = WITHIN[case]
    by = keys.create_key(user=ada, name="by", **{"scopes": ALL, "days": 90, **held})
    told = {"name": "less", "scopes": ["admin"], **asked}
    status, made = ask("POST", KEYS, by.secret, **told)
    assert status == 201, made
    new = keys.find_key(made["secret"])
    assert new.user == ada
    assert new.expires_at <= by.row.expires_at
    entry = AuditEntry.objects.get(action="create key", target_id=str(new.pk))
    assert (entry.actor, entry.key_id) == (ada, by.row.pk)


def test_each_child_of_a_key_is_held_to_it_in_turn(ask, ada):
    by = key_of(ada, "admin", "run", rules=["algo://ada/*"], days=30)
    child = ask(
        "POST",
        KEYS,
        by.secret,
        name="child",
        scopes=["admin"],
        rules=["algo://ada/One"],
        days=5,
    )[1]["secret"]
    for wider in (
        {"scopes": ["run"], "rules": ["algo://ada/One"], "days": 1},
        {"scopes": ["admin"], "rules": ["algo://ada/*"], "days": 1},
        {"scopes": ["admin"], "rules": ["algo://ada/One"], "days": 6},
    ):
        assert ask("POST", KEYS, child, name="grandchild", **wider)[0] == 403


@pytest.mark.parametrize("role", ["", "member", "maintainer", "owner"])
def test_who_makes_a_teams_key_by_key(ask, ada, vision_lab, role):
    if role:
        add_member(team=vision_lab, user=ada, role=role)
    by = key_of(ada, "admin", "run")
    told = {"name": "robot", "scopes": ["run"], "team": "VisionLab", "days": 1}
    status, made = ask("POST", KEYS, by.secret, **told)
    expected = {"": 404, "member": 403, "maintainer": 201, "owner": 201}
    assert status == expected[role], made
    if status == 201:
        new = keys.find_key(made["secret"])
        assert (new.team, new.user, new.made_by) == (vision_lab, None, ada)
        assert (made["team"], made["person"], made["made_by"]) == (
            "visionlab",
            None,
            "ada",
        )
    else:
        assert ApiKey.objects.count() == 1


def test_a_foreign_team_and_one_that_is_missing_are_the_same(ask, ada, vision_lab):
    by = key_of(ada)
    answers = []
    for team in ("visionlab", "nosuchteam"):
        told = {"name": "k", "scopes": ["run"], "team": team, "days": 1}
        made, listed = (
            ask("POST", KEYS, by.secret, **told),
            ask("GET", f"{KEYS}?team={team}", by.secret),
        )
        for _status, answer in (made, listed):
            answer.pop("instance")
        answers.append((made, listed))
    assert answers[0] == answers[1]
    assert answers[0][0][0] == 404


def test_a_teams_key_is_never_given_admin_and_so_manages_nothing(
    client, ask, grace, vision_lab
):
    client.force_login(grace)
    told = {"name": "k", "scopes": ["admin"], "team": "visionlab"}
    assert ask("POST", KEYS, **told)[0] == 400
    client.logout()
    team_key = keys.create_key(
        team=vision_lab, made_by=grace, name="k", scopes=["read", "run", "write"]
    )
    assert ask("GET", KEYS, team_key.secret)[0] == 403
    # Even a row that was given the scope past every check stands for no person.
    ApiKey.objects.filter(pk=team_key.row.pk).update(scopes=ALL)
    own = {"name": "k", "scopes": ["run"], "days": 1}
    assert ask("POST", KEYS, team_key.secret, **own)[0] == 403
    assert ask("POST", KEYS, team_key.secret, **own, team="visionlab")[0] == 403
    assert ask("DELETE", f"{KEYS}/{team_key.row.pk}", team_key.secret)[0] == 403


def test_a_limited_key_makes_no_team_key_that_reaches_more(ask, grace, vision_lab):
    by = key_of(grace, "admin", "run", rules=["algo://visionlab/*"])
    told = {"name": "k", "scopes": ["run"], "team": "visionlab", "days": 1}
    assert ask("POST", KEYS, by.secret, **told)[0] == 403
    one = {**told, "rules": ["algo://visionlab/Reader"]}
    assert ask("POST", KEYS, by.secret, **one)[0] == 201
    other = key_of(grace, "admin", "run", rules=["algo://grace/*"])
    assert ask("POST", KEYS, other.secret, **one)[0] == 404


def test_a_limited_key_neither_sees_nor_ends_what_reaches_further(ask, ada):
    by = key_of(ada, "admin", rules=["algo://ada/*"])
    wide = key_of(ada, "run")
    near = key_of(ada, "run", rules=["algo://ada/One"])
    listed = ask("GET", KEYS, by.secret)[1]
    assert {row["id"] for row in listed["results"]} == {
        str(by.row.pk),
        str(near.row.pk),
    }
    assert ask("GET", f"{KEYS}/{wide.row.pk}", by.secret)[0] == 404
    assert ask("DELETE", f"{KEYS}/{wide.row.pk}", by.secret)[0] == 404
    assert ask("DELETE", f"{KEYS}/{near.row.pk}", by.secret)[0] == 204
    assert keys.find_key(wide.secret) is not None
    assert keys.find_key(near.secret) is None


def test_others_keys_are_not_there(ask, ada, charlie, linus, grace, vision_lab):
    foreign = key_of(charlie)
    robot = keys.create_key(team=vision_lab, made_by=grace, name="r", scopes=["run"])
    by = key_of(ada)
    for key in (foreign, robot):
        for method in ("GET", "DELETE"):
            assert ask(method, f"{KEYS}/{key.row.pk}", by.secret)[0] == 404
    by = key_of(linus)
    path = f"{KEYS}/{robot.row.pk}"
    assert ask("GET", path, by.secret)[1]["team"] == "visionlab"
    assert ask("GET", f"{KEYS}?team=visionlab", by.secret)[1]["total"] == 1
    assert ask("DELETE", path, by.secret)[0] == 403
    assert ask("DELETE", path, key_of(grace).secret)[0] == 204
    assert keys.find_key(foreign.secret) is not None


def end_by_revoking(key, _user):
    keys.revoke_key(key=key)


def end_by_time(key, _user):
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())


def end_by_closing(_key, user):
    user.is_active = False
    user.save()


def end_by_deleting(_key, user):
    user.delete()


@pytest.mark.parametrize(
    "end", [end_by_revoking, end_by_time, end_by_closing, end_by_deleting]
)
def test_an_ended_key_is_refused_in_the_next_request(ask, ada, end):
    made = key_of(ada)
    assert ask("GET", "/api/v1/me", made.secret)[0] == 200
    end(made.row, ada)
    if end is end_by_time:
        # A look-up that is kept holds the moment at which the key ends.
        from accounts import epoch  # noqa: PLC0415 - only here

        epoch.bump()
    status, told = ask("GET", "/api/v1/me", made.secret)
    assert (status, told["code"]) == (401, "unauthorized")


def test_a_deleted_teams_key_is_refused_in_the_next_request(ask, grace, vision_lab):
    made = keys.create_key(team=vision_lab, made_by=grace, name="r", scopes=["read"])
    assert ask("GET", "/api/v1/me", made.secret)[0] == 200
    vision_lab.delete()
    assert ask("GET", "/api/v1/me", made.secret)[0] == 401


def test_me_says_whom_a_key_stands_for_and_how_far_it_reaches(
    client, ask, linus, grace, vision_lab
):
    whole = ask("GET", "/api/v1/me", key_of(linus, "read", "run").secret)[1]
    assert whole["username"] == "linus"
    assert (whole["kind"], whole["teams"]) == ("person", ["visionlab"])
    assert whole["scopes"] == ["read", "run"]
    assert whole["key"]["rules"] == []
    limited = key_of(linus, "run", rules=["algo://visionlab/One"], calls_per_day=9)
    told = ask("GET", "/api/v1/me", limited.secret)[1]
    assert (told["username"], told["kind"], told["teams"]) == ("linus", "person", [])
    assert told["key"]["rules"] == ["algo://visionlab/One"]
    assert told["key"]["calls_per_day"] == 9
    assert told["key"]["expires_at"].startswith(f"{limited.row.expires_at:%Y-%m-%d}")
    robot = keys.create_key(team=vision_lab, made_by=grace, name="r", scopes=["read"])
    told = ask("GET", "/api/v1/me", robot.secret)[1]
    assert (told["username"], told["kind"]) == ("visionlab", "team")
    assert told["teams"] == ["visionlab"]
    client.force_login(linus)
    told = ask("GET", "/api/v1/me")[1]
    assert (told["username"], told["key"]) == ("linus", None)


def test_demotion_ends_what_a_key_of_the_person_may_do_for_the_team(
    ask, grace, vision_lab
):
    by = key_of(grace)
    told = {"name": "k", "scopes": ["run"], "team": "visionlab", "days": 1}
    assert ask("POST", KEYS, by.secret, **told)[0] == 201
    vision_lab.memberships.update(role=Membership.Role.MEMBER)
    assert ask("POST", KEYS, by.secret, **told)[0] == 403
    vision_lab.memberships.all().delete()
    assert ask("POST", KEYS, by.secret, **told)[0] == 404
