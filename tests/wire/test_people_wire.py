"""/v1/users and /v1/organizations: the contract's shapes, and who may what."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts import keys
from accounts.models import Membership, Session, Team, User
from accounts.services import add_member
from catalog.models import Algorithm, AuditEntry, Run, Version
from catalog.services.cards import card_for
from tests import gateway_client
from tests.conftest import person

pytestmark = pytest.mark.django_db
MISSING_PERSON = {"error": {"code": 3000, "message": "User not found"}}
MISSING_TEAM = {"error": {"code": 3100, "message": "Organization not found"}}
LAB = "/v1/organizations/visionlab"
SITE = "http://testserver"


def key_of(user, *scopes) -> str:
    return keys.create_key(user=user, name="k", scopes=scopes or ("admin",)).secret


@pytest.fixture
def olga(vision_lab) -> User:
    """Owns the team."""
    user = person("olga")
    add_member(team=vision_lab, user=user, role=Membership.Role.OWNER)
    return user


@pytest.fixture
def ask():
    """Ask /v1 as whoever; answers status and decoded body."""

    def ask(method, path, user, body=None, *, key=""):
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = gateway_client.ask(
            method, path, b"" if body is None else sent, key or key_of(user)
        )
        assert answer.headers["Content-Length"] == str(len(answer.content))
        if answer.content:
            assert answer.headers["Content-Type"] == "application/json"
        return answer.status, answer.value

    return ask


def failed_run(owner, name="Broken") -> Run:
    card = card_for(source="# Broken")
    made = Algorithm.objects.create(
        owner=owner, name=name, title=name, summary=name, card=card
    )
    version = Version.objects.create(
        algorithm=made, major=1, minor=2, patch=3, card=card, digest="1" * 64
    )
    return Run.objects.create(
        id=uuid7(),
        version=version,
        surface=Run.Surface.WIRE,
        outcome=Run.Outcome.FAILED,
        error_code="algorithm_error",
        duration_ms=250,
        total_ms=260,
        was_cold=False,
        input_bytes=1,
        output_bytes=0,
        created_at=timezone.now(),
    )


# --- people


def test_staff_make_an_account_that_its_person_sets_up_by_mail(
    ask, carol, settings, django_capture_on_commit_callbacks
):
    settings.SENDS_MAIL = True
    body = {
        "username": "mary",
        "email": "Mary@Example.org",
        "fullname": " Mary  Ann Somerville ",
        "company_name": "Royal Society",
        "passwordHash": "ignored",
        "shouldCreateHello": False,
    }
    with django_capture_on_commit_callbacks(execute=True):
        status, made = ask("POST", "/v1/users", carol, body)
    assert status == 200
    assert made.pop("id").count("-") == 4
    assert list(made.items()) == [
        ("username", "mary"),
        ("email", "mary@example.org"),
        ("fullname", "Mary Ann Somerville"),
        ("resource_type", "user"),
        ("self_link", f"{SITE}/v1/users/mary"),
    ]
    mary = User.objects.get(username="mary")
    assert not mary.has_usable_password()
    assert not mary.is_staff
    assert mary.owner.slug == "mary"
    (sent,) = mail.outbox
    assert sent.to == ["mary@example.org"]
    assert "/settings/reset" in sent.body


def test_the_way_to_a_password_of_an_account_made_so_works(
    ask, carol, client, settings
):
    settings.SENDS_MAIL = True
    ask("POST", "/v1/users", carol, {"username": "mary", "email": "mary@example.org"})
    client.post("/settings/reset", {"email": "mary@example.org"})
    assert [each.to for each in mail.outbox] == [["mary@example.org"]]
    assert "/settings/reset/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("body", "status", "code", "said"),
    [
        ({"username": "ada", "email": "x@example.org"}, 409, 1002, "taken"),
        ({"username": "visionlab", "email": "x@example.org"}, 409, 1002, "taken"),
        ({"username": "mary"}, 400, 2015, "email: is needed"),
        ({"email": "x@example.org"}, 400, 2015, "username: is needed"),
        ({"username": "mary", "email": "none"}, 400, 2015, "valid email"),
        ({"username": "mary", "email": "ADA@example.org"}, 400, 2015, "an account"),
        ({"username": "admin", "email": "x@example.org"}, 400, 2015, "reserved"),
        ({"username": "a b", "email": "x@example.org"}, 400, 2015, "letters"),
        ({"username": 7, "email": "x@example.org"}, 400, 2015, "username: write"),
        (
            {"username": "m", "email": "x@e.org", "fullname": "x" * 151},
            400,
            2015,
            "150",
        ),
        (b"{", 400, 2013, "JSON"),
        (b"[]", 400, 2015, "object"),
        (b'{"username": "a\\u0000"}', 400, 2013, "U+0000"),
        (b'{"username": "\\ud800"}', 400, 2013, "surrogate"),
        (b"\xff", 400, 2013, "JSON"),
        (b"[" * 5000, 400, 2013, ""),
    ],
)
def test_what_makes_no_account_is_said(
    ask, ada, vision_lab, carol, body, status, code, said
):
    User.objects.filter(pk=ada.pk).update(email="ada@example.org")
    got, answer = ask("POST", "/v1/users", carol, body)
    assert (got, answer["error"]["code"]) == (status, code)
    assert said.lower() in answer["error"]["message"].lower()
    assert not User.objects.exclude(username__in=["ada", "carol"]).exists()


def test_only_staff_with_an_admin_key_make_and_close_accounts(ask, ada, carol):
    body = {"username": "mary", "email": "mary@example.org"}
    refused = {"code": 2001, "message": "Only staff make and close accounts."}
    assert ask("POST", "/v1/users", ada, body) == (403, {"error": refused})
    assert ask("DELETE", "/v1/users/ada", ada) == (403, {"error": refused})
    status, answer = ask("POST", "/v1/users", carol, body, key=key_of(carol, "write"))
    assert (status, answer["error"]["code"]) == (403, 2001)
    status, answer = ask("POST", "/v1/users", carol, body, key="nothing")
    assert (status, answer["error"]["message"]) == (401, "authorization required")


def test_a_person_sees_fellows_by_name_alone_and_no_stranger(
    ask, grace, linus, charlie, carol
):
    User.objects.filter(pk=grace.pk).update(email="grace@example.org")
    status, page = ask("GET", "/v1/users", linus)
    assert status == 200
    assert list(page) == ["marker", "next_link", "results"]
    assert [row["username"] for row in page["results"]] == ["grace", "linus"]
    assert "email" not in page["results"][0]
    assert "email" in page["results"][1]
    assert ask("GET", "/v1/users/GRACE", linus)[1]["username"] == "grace"
    assert ask("GET", "/v1/users/charlie", linus) == (404, MISSING_PERSON)
    for name in ("nobody", "a%00b", "%ff", "a" * 4000, "visionlab", "ad%20min"):
        assert ask("GET", f"/v1/users/{name}", linus) == (404, MISSING_PERSON)
    status, page = ask("GET", "/v1/users", carol)
    assert [row["username"] for row in page["results"]] == [
        "carol",
        "charlie",
        "grace",
        "linus",
    ]
    assert page["results"][2]["email"] == "grace@example.org"


def test_a_list_is_read_page_by_page_to_its_end(ask, client, carol):
    for name in ("Zoe", "anna", "Bert"):
        person(name)
    key, path, seen = key_of(carol), "/v1/users?limit=2", []
    while path:
        status, page = ask("GET", path, carol, key=key)
        assert status == 200
        seen += [row["username"] for row in page["results"]]
        path = (page["next_link"] or "").removeprefix(SITE)
    assert seen == ["anna", "Bert", "carol", "Zoe"]
    assert page["marker"] is None


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", 5003),
        ("limit=101", 5003),
        ("limit=-1", 5003),
        ("limit=%C2%B2", 5003),
        ("limit=" + "9" * 4000, 5003),
        ("marker=%00", 5002),
        ("marker=a/b", 5002),
    ],
)
def test_what_is_no_paging_has_a_number_of_its_own(ask, carol, query, code):
    for path in ("/v1/users", "/v1/organizations"):
        status, answer = ask("GET", f"{path}?{query}", carol)
        assert (status, answer["error"]["code"]) == (400, code)


def test_a_person_changes_the_own_name_and_never_an_address(ask, ada, charlie, carol):
    User.objects.filter(pk=ada.pk).update(email="ada@example.org")
    ada.refresh_from_db()
    body = {"username": "ada", "email": "ada@example.org", "fullname": "Ada Lovelace"}
    status, answer = ask("PUT", "/v1/users/ada", ada, body)
    assert (status, answer["fullname"]) == (200, "Ada Lovelace")
    taken_over = {**body, "email": "eve@example.org"}
    for who in (ada, carol):
        status, answer = ask("PUT", "/v1/users/ada", who, taken_over)
        assert (status, answer["error"]["code"]) == (400, 2015)
    assert ask("PUT", "/v1/users/ada", charlie, body) == (404, MISSING_PERSON)
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


def test_a_fellow_may_not_rename_a_fellow(ask, grace, linus):
    status, answer = ask("PUT", "/v1/users/grace", linus, {"fullname": "Gracie"})
    assert (status, answer["error"]["code"]) == (403, 2001)


def test_a_closed_account_is_gone_with_its_sessions_and_keys(ask, client, ada, carol):
    client.force_login(ada)
    key = key_of(ada)
    assert ask("GET", "/v1/users/ada", ada, key=key)[0] == 200
    assert ask("DELETE", "/v1/users/ada", carol) == (204, None)
    assert ask("GET", "/v1/users/ada", carol) == (404, MISSING_PERSON)
    assert ask("GET", "/v1/users/ada", ada, key=key)[0] == 401
    assert not Session.objects.filter(user=ada).exists()
    assert ask("DELETE", "/v1/users/ada", carol) == (404, MISSING_PERSON)
    body = {"username": "ada", "email": "new@example.org"}
    assert ask("POST", "/v1/users", carol, body)[0] == 409


def test_nobody_closes_the_own_account_a_last_owners_or_above_them(ask, carol, olga):
    assert ask("DELETE", "/v1/users/carol", carol)[0] == 400
    status, answer = ask("DELETE", "/v1/users/olga", carol)
    assert status == 400
    assert "at least one owner" in answer["error"]["message"]
    clerk = person("clerk", is_staff=True)
    User.objects.filter(pk=clerk.pk).update(is_superuser=False)
    clerk.refresh_from_db()
    assert ask("DELETE", "/v1/users/carol", clerk)[0] == 403
    assert User.objects.filter(is_active=True).count() == 3


# --- organizations

DEEP = {
    "org_name": "deepsea",
    "org_label": "Deep Sea",
    "org_contact_name": "Charlie",
    "org_email": "sea@example.org",
    "org_url": "https://sea.example.org",
    "external_id": "S-7",
}


def test_the_types_are_a_bare_list_with_basic(ask, ada):
    status, types = ask("GET", "/v1/organization/types", ada)
    assert status == 200
    assert [each["name"] for each in types] == ["basic", "legacy", "pro"]
    assert len({each["id"] for each in types}) == 3


def test_an_organization_is_made_read_changed_and_ended(ask, charlie):
    types = ask("GET", "/v1/organization/types", charlie)[1]
    pro = types[2]["id"]
    body = {**DEEP, "type_id": pro}
    status, made = ask("POST", "/v1/organizations", charlie, body)
    assert status == 200
    assert made["org_created_at"].endswith("Z")
    assert list(made) == [
        "id",
        "org_name",
        "org_label",
        "org_contact_name",
        "org_email",
        "org_url",
        "external_id",
        "org_created_at",
        "type_id",
        "resource_type",
        "self_link",
    ]
    assert {name: made[name] for name in body} == body
    assert made["resource_type"] == "organization"
    assert made["self_link"] == f"{SITE}/v1/organizations/deepsea"
    path = "/v1/organizations/deepsea"
    assert ask("GET", path, charlie) == (200, made)
    assert ask("GET", "/v1/organizations/DeepSea/", charlie) == (200, made)
    assert ask("GET", "/v1/organizations/externalId/S-7", charlie) == (200, made)
    changed = {"org_label": "Deeper", "org_email": "", "type_id": "basic"}
    assert ask("PUT", path, charlie, changed) == (204, None)
    status, found = ask("GET", path, charlie)
    assert (found["org_label"], found["type_id"]) == ("Deeper", types[0]["id"])
    assert "org_email" not in found
    assert found["org_url"] == DEEP["org_url"]
    listed = ask("GET", "/v1/organizations", charlie)[1]
    assert listed == {"marker": None, "next_link": None, "results": [found]}
    assert ask("DELETE", path, charlie) == (204, None)
    assert ask("GET", path, charlie) == (404, MISSING_TEAM)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**DEEP, "org_name": "visionlab"}, 409, 3101),
        ({**DEEP, "org_name": "charlie"}, 409, 3101),
        ({**DEEP, "org_name": ""}, 400, 2015),
        ({**DEEP, "org_name": "search"}, 400, 2015),
        ({**DEEP, "org_name": None}, 400, 2015),
        ({**DEEP, "org_email": "none"}, 400, 2015),
        ({**DEEP, "org_url": "javascript:alert(1)"}, 400, 2015),
        ({**DEEP, "org_label": "x" * 81}, 400, 2015),
        ({**DEEP, "external_id": ["S"]}, 400, 2015),
        ({**DEEP, "type_id": ""}, 400, 2015),
        ({**DEEP, "type_id": "gold"}, 400, 2015),
    ],
)
def test_what_makes_no_organization_is_said_and_makes_none(
    ask, vision_lab, charlie, body, status, code
):
    got, answer = ask("POST", "/v1/organizations", charlie, body)
    assert (got, answer["error"]["code"]) == (status, code)
    assert Team.objects.count() == 1


def test_outsiders_see_no_team_and_cannot_tell_it_from_a_missing_one(
    ask, vision_lab, charlie, carol
):
    for who in (charlie, carol):
        for method, path, body in (
            ("GET", LAB, None),
            ("PUT", LAB, {"org_label": "x"}),
            ("DELETE", LAB, None),
            ("GET", f"{LAB}/members", None),
            ("GET", f"{LAB}/errors", None),
            ("PUT", f"{LAB}/members/charlie", None),
            ("DELETE", f"{LAB}/members/charlie", None),
        ):
            assert ask(method, path, who, body) == (404, MISSING_TEAM)
            other = path.replace("visionlab", "no%00lab")
            assert ask(method, other, who, body) == (404, MISSING_TEAM)
    assert ask("GET", "/v1/organizations/externalId/S-7", charlie)[0] == 404


def test_members_who_own_no_team_change_nothing_of_it(ask, olga, grace, linus):
    for who in (grace, linus):
        assert ask("GET", LAB, who)[0] == 200
        for method, path in (
            ("PUT", LAB),
            ("DELETE", LAB),
            ("PUT", f"{LAB}/members/olga"),
            ("DELETE", f"{LAB}/members/olga"),
        ):
            status, answer = ask(method, path, who)
            assert (method, path, status) == (method, path, 403)
            assert answer["error"]["code"] == 2001


def test_an_owner_adds_a_known_person_who_is_told(ask, olga, grace, charlie):
    assert ask("PUT", f"{LAB}/members/charlie", olga) == (404, MISSING_PERSON)
    assert ask("PUT", f"{LAB}/members/nobody", olga) == (404, MISSING_PERSON)
    card = card_for(source="# Open")
    Algorithm.objects.create(
        owner=charlie.owner,
        name="Open",
        title="Open",
        summary="Open",
        card=card,
        visibility="public",
    )
    assert ask("PUT", f"{LAB}/members/charlie", olga) == (201, None)
    assert charlie.notices.get().text == "You are now a member of Vision Lab."
    status, page = ask("GET", f"{LAB}/members", charlie)
    assert page["results"] == [
        {
            "username": name,
            "role": role,
            "user_link": f"{SITE}/v1/users/{name}",
            "resource_type": "organization_member",
        }
        for name, role in (
            ("charlie", "member"),
            ("grace", "member"),
            ("olga", "owner"),
        )
    ]
    assert ask("PUT", f"{LAB}/members/grace", olga) == (201, None)
    assert Membership.objects.get(user=grace).role == "maintainer"
    body = {"role": "owner"}
    assert ask("PUT", f"{LAB}/members/grace", olga, body) == (201, None)
    assert Membership.objects.get(user=grace).role == "owner"
    assert ask("PUT", f"{LAB}/members/grace", olga, {"role": "boss"})[0] == 400
    assert ask("DELETE", f"{LAB}/members/charlie", olga) == (204, None)
    for gone in ("charlie", "a%00b", "%ff", "nobody"):
        assert ask("DELETE", f"{LAB}/members/{gone}", olga)[0] == 404
        assert ask("PUT", f"{LAB}/members/{gone}%00", olga)[0] == 404


def test_the_last_owner_stays(ask, olga):
    assert ask("DELETE", f"{LAB}/members/olga", olga)[0] == 400
    assert ask("PUT", f"{LAB}/members/olga", olga, {"role": "member"})[0] == 400
    assert Membership.objects.get(user=olga).role == "owner"


def test_a_team_that_owns_algorithms_is_not_deleted(ask, olga, vision_lab):
    failed_run(vision_lab.owner)
    status, answer = ask("DELETE", LAB, olga)
    assert status == 400
    assert "owns 1 algorithm" in answer["error"]["message"]


def test_an_organizations_address_changes_on_its_page_alone(ask, olga):
    status, answer = ask("PUT", LAB, olga, {"org_name": "other"})
    assert (status, answer["error"]["code"]) == (400, 2015)
    assert ask("PUT", LAB, olga, {"org_name": "VisionLab"}) == (204, None)


def test_a_change_leaves_one_entry_for_what_changed(ask, olga):
    AuditEntry.objects.all()
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    body = {"org_contact_name": "Olga", "org_label": "Vision Lab"}
    key = key_of(olga)
    for _time in range(2):
        assert ask("PUT", LAB, olga, body, key=key) == (204, None)
    told = AuditEntry.objects.exclude(pk__in=before).exclude(category="key")
    assert [row.action for row in told] == ["describe team"]
    assert told[0].changes == {"contact_name": ["", "Olga"]}


# --- what failed


def test_owners_read_what_failed_of_theirs(ask, ada, grace, charlie, vision_lab):
    run, other = failed_run(ada.owner), failed_run(vision_lab.owner)
    old = failed_run(ada.owner, "Old")
    Run.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=8))
    status, rows = ask("GET", "/v1/users/ada/errors", ada)
    assert status == 200
    assert rows.pop()["created_at"].endswith("Z")
    assert rows == []
    status, (row,) = ask("GET", f"{LAB}/errors", grace)
    assert row.pop("created_at")
    assert row == {
        "request_id": str(other.pk),
        "algorithm": "visionlab/Broken",
        "version": "1.2.3",
        "error_code": "algorithm_error",
        "duration": 0.25,
    }
    assert str(run.pk) != row["request_id"]
    assert ask("GET", "/v1/users/ada/errors", charlie) == (404, MISSING_PERSON)
    assert ask("GET", "/v1/users/charlie/errors", charlie) == (200, [])


def test_not_even_staff_read_what_failed_of_somebody_elses(ask, ada, carol):
    assert ask("GET", "/v1/users/ada/errors", carol)[0] == 403


def test_a_key_with_rules_reads_its_team_and_acts_for_no_person(
    ask, olga, grace, vision_lab
):
    def limited(*rules):
        made = keys.create_key(user=olga, name="k", scopes=["admin"], rules=rules)
        return made.secret

    key = limited("algo://visionlab/*")
    assert ask("GET", LAB, None, key=key)[0] == 200
    assert len(ask("GET", f"{LAB}/members", None, key=key)[1]["results"]) == 2
    assert ask("GET", f"{LAB}/errors", None, key=key) == (200, [])
    for method, path in (
        ("GET", "/v1/users"),
        ("GET", "/v1/users/olga"),
        ("PUT", LAB),
        ("DELETE", f"{LAB}/members/grace"),
    ):
        assert ask(method, path, None, key=key)[0] == 403
    other = limited("algo://util/*")
    assert ask("GET", LAB, None, key=other) == (404, MISSING_TEAM)


def test_no_key_is_kept_in_what_an_organization_says(ask, olga):
    secret = key_of(olga, "read")
    status, answer = ask("PUT", LAB, olga, {"org_contact_name": f"me {secret}"})
    assert status == 400
    assert secret not in answer["error"]["message"]
    assert "revoked" in answer["error"]["message"]


def test_a_method_that_an_address_does_not_know_is_405(ada):
    answer = gateway_client.ask("PATCH", "/v1/users", key=key_of(ada))
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")
