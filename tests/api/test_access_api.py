"""Visibility, shares and requests for access by the catalog API."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from accounts.keys import create_key
from accounts.models import ApiKey
from catalog.models import AccessRequest, Algorithm, AuditEntry, Grant, Version
from catalog.services import grants
from catalog.services.cards import card_for

pytestmark = pytest.mark.django_db

ONE = "/api/v1/algorithms/visionlab/Sextant"
ALL = ("read", "run", "admin")


@pytest.fixture
def sextant(vision_lab) -> Algorithm:
    """A public listing of the team with two public versions."""
    card = card_for(source="# Sextant")
    row = Algorithm.objects.create(
        owner=vision_lab.owner,
        name="Sextant",
        title="Sextant",
        summary="Finds where one is.",
        visibility="public",
        card=card,
    )
    for minor in (0, 1):
        Version.objects.create(
            algorithm=row,
            major=1,
            minor=minor,
            patch=0,
            visibility="public",
            card=card,
            digest=f"{minor}" * 64,
        )
    return row


@pytest.fixture
def private(sextant) -> Algorithm:
    sextant.visibility = "private"
    sextant.save()
    return sextant


class Caller:
    """Calls with a key of a person, or with none."""

    def __init__(self, who=None, scopes=ALL, **more) -> None:
        self.headers = {}
        if who is not None:
            new = create_key(user=who, name="test", scopes=scopes)
            ApiKey.objects.filter(pk=new.row.pk).update(**more)
            self.headers = {"authorization": f"Bearer {new.secret}"}

    def __call__(self, method, path, body=None):
        return Client().generic(
            method,
            path,
            data="" if body is None else _json(body),
            content_type="application/json",
            headers=self.headers,
        )


def _json(body) -> str:
    return body if isinstance(body, str) else json.dumps(body)


def test_grace_makes_a_listing_private(grace, charlie, sextant):
    assert Caller(charlie)("GET", ONE).status_code == 200
    answer = Caller(grace)("PATCH", ONE, {"visibility": "private"})
    assert answer.status_code == 200
    assert answer.json()["visibility"] == "private"
    assert answer.json()["discoverable"] is False
    assert Caller(charlie)("GET", ONE).status_code == 404
    assert Caller()("GET", ONE).status_code == 404
    entry = AuditEntry.objects.get(action="make private")
    assert (entry.actor, entry.category) == (grace, "visibility")
    again = Caller(grace)("PATCH", ONE, {"visibility": "private"})
    assert again.status_code == 200
    assert AuditEntry.objects.filter(action="make private").count() == 1


def test_both_are_changed_or_neither(grace, sextant):
    both = {"visibility": "private", "discoverable": True}
    assert Caller(grace)("PATCH", ONE, both).json()["discoverable"] is True
    sextant.refresh_from_db()
    assert sextant.is_discoverable
    refused = Caller(grace)("PATCH", ONE, {"visibility": "public"})
    assert refused.status_code == 400
    assert "review" in refused.json()["detail"]


def test_a_curator_makes_private_what_is_not_the_curators(carol, sextant):
    answer = Caller(carol)("PATCH", ONE, {"visibility": "private"})
    assert answer.status_code == 200
    assert Caller(carol)("GET", ONE).status_code == 404


@pytest.mark.parametrize(
    ("method", "below", "body"),
    [
        ("PATCH", "", {"visibility": "private"}),
        ("PATCH", "/versions/1.1.0", {"visibility": "private"}),
        ("GET", "/grants", None),
        ("POST", "/grants", {"to": "ada", "right": "read"}),
        ("DELETE", "/grants/00000000-0000-0000-0000-000000000007", None),
    ],
)
def test_members_are_refused_and_strangers_find_nothing(
    linus, charlie, grace, private, method, below, body
):
    path = ONE + below
    assert Caller(linus)(method, path, body).status_code == 403
    hidden = Caller(charlie)(method, path, body)
    missing = Caller(charlie)(method, path.replace("Sextant", "Nothing"), body)
    assert hidden.status_code == missing.status_code == 404
    assert _without_id(hidden) == _without_id(missing)
    assert Caller()(method, path, body).status_code == 401
    if method != "GET":
        weak = Caller(grace, scopes=["read", "run", "write"])
        assert weak(method, path, body).status_code == 403


def _without_id(answer) -> dict:
    return {k: v for k, v in answer.json().items() if k != "instance"}


@pytest.mark.parametrize(
    ("path", "body", "names"),
    [
        (ONE, {"visibility": "secret"}, "/visibility"),
        (ONE, {"discoverable": "perhaps"}, "/discoverable"),
        (f"{ONE}/versions/1.1.0", {}, "/visibility"),
        (f"{ONE}/versions/1.1.0", {"visibility": None}, "/visibility"),
        (f"{ONE}/grants", {"to": "ada"}, "/right"),
        (f"{ONE}/grants", {"to": ["ada"], "right": "read"}, "/to"),
        (f"{ONE}/grants", {"to": "ada", "right": "own"}, "/right"),
    ],
)
def test_a_malformed_body_is_told_where(grace, sextant, path, body, names):
    method = "POST" if path.endswith("grants") else "PATCH"
    answer = Caller(grace)(method, path, body)
    assert answer.status_code == 400
    assert names in [each["pointer"] for each in answer.json()["errors"]]


@pytest.mark.parametrize("body", ["[]", "1", "{", "", '"x"'])
def test_a_body_that_is_no_object_is_refused(grace, sextant, body):
    for path in (ONE, f"{ONE}/versions/1.1.0"):
        assert Caller(grace)("PATCH", path, body).status_code in {200, 400}
    assert Caller(grace)("POST", f"{ONE}/grants", body).status_code == 400
    sextant.refresh_from_db()
    assert sextant.visibility == "public"


def test_a_version_is_made_private_and_the_last_one_is_not(grace, charlie, sextant):
    answer = Caller(grace)("PATCH", f"{ONE}/versions/1.1.0", {"visibility": "private"})
    assert (answer.status_code, answer.json()["visibility"]) == (200, "private")
    shown = Caller(charlie)("GET", f"{ONE}/versions").json()
    assert [row["number"] for row in shown["results"]] == ["1.0.0"]
    assert Caller(charlie)("GET", ONE).json()["version"] == "1.0.0"
    refused = Caller(grace)("PATCH", f"{ONE}/versions/1.0.0", {"visibility": "private"})
    assert refused.status_code == 400
    assert "last public version" in refused.json()["detail"]


def test_shares_are_made_listed_changed_and_ended(grace, linus, charlie, private):
    calls = Caller(grace)
    made = calls("POST", f"{ONE}/grants", {"to": "linus", "right": "read"})
    assert made.status_code == 201
    assert (made.json()["to"], made.json()["kind"]) == ("linus", "person")
    changed = calls("POST", f"{ONE}/grants", {"to": "LINUS", "right": "run"})
    assert changed.json()["id"] == made.json()["id"]
    listed = calls("GET", f"{ONE}/grants").json()
    assert [(row["to"], row["right"]) for row in listed["results"]] == [
        ("linus", "run")
    ]
    code = grants.sharing_code(charlie.owner)
    shared = calls("POST", f"{ONE}/grants", {"to": code, "right": "read"}).json()
    assert Caller(charlie)("GET", ONE).status_code == 200
    assert Caller(charlie)("GET", f"{ONE}/grants").status_code == 403
    ended = calls("DELETE", f"{ONE}/grants/{shared['id']}")
    assert ended.status_code == 204
    assert Caller(charlie)("GET", ONE).status_code == 404
    assert calls("DELETE", f"{ONE}/grants/{shared['id']}").status_code == 404
    assert list(
        AuditEntry.objects.order_by("created_at", "pk")
        .filter(category="visibility")
        .values_list("action", flat=True)
    ) == ["share", "change share", "share", "end share"]


def test_an_unknown_and_a_hidden_receiver_are_one_answer(grace, charlie, private):
    sent = [{"to": to, "right": "run"} for to in ("charlie", "nobody-at-all")]
    first, second = (Caller(grace)("POST", f"{ONE}/grants", body) for body in sent)
    assert first.status_code == second.status_code == 400
    assert _without_id(first) == _without_id(second)


def test_a_teams_own_key_shares_and_the_trail_names_the_key(
    grace, linus, vision_lab, private
):
    calls = Caller(grace, user=None, team=vision_lab)
    made = calls("POST", f"{ONE}/grants", {"to": "linus", "right": "run"})
    assert made.status_code == 201
    assert Grant.objects.get().granted_by is None
    entry = AuditEntry.objects.get(category="visibility")
    assert (entry.actor, entry.key_id) == (None, ApiKey.objects.get().pk)


@pytest.fixture
def offered(private) -> Algorithm:
    private.is_discoverable = True
    private.save()
    return private


def test_a_request_is_made_decided_and_told(grace, charlie, offered):
    asks, decides = Caller(charlie), Caller(grace)
    stubs = asks("GET", "/api/v1/discoverable?q=sextant").json()["results"]
    assert stubs == [
        {"owner": "visionlab", "name": "Sextant", "summary": "Finds where one is."}
    ]
    made = asks("POST", f"{ONE}/access-requests", {"reason": "To sail."})
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["role"]) == ("waiting", "asker")
    again = asks("POST", f"{ONE}/access-requests", {"reason": "To sail."})
    assert again.status_code == 400
    (row,) = decides("GET", "/api/v1/access-requests").json()["results"]
    assert (row["user"], row["reason"], row["role"]) == (
        "charlie",
        "To sail.",
        "decider",
    )
    path = f"/api/v1/access-requests/{row['id']}/decision"
    assert asks("POST", path, {"grant": True, "right": "run"}).status_code == 404
    assert decides("POST", path, {"grant": True}).status_code == 400
    assert decides("POST", path, {"grant": False}).status_code == 400
    done = decides("POST", path, {"grant": True, "right": "run"})
    assert done.json()["state"] == "granted"
    assert asks("GET", ONE).status_code == 200
    (own,) = asks("GET", "/api/v1/access-requests").json()["results"]
    assert own["state"] == "granted"
    late = decides("POST", path, {"grant": False, "answer": "No."})
    assert late.status_code == 400


def test_the_asker_withdraws(charlie, linus, offered):
    row = Caller(charlie)("POST", f"{ONE}/access-requests", {"reason": "x"}).json()
    path = f"/api/v1/access-requests/{row['id']}"
    assert Caller(linus)("DELETE", path).status_code == 404
    assert Caller(charlie)("DELETE", path).status_code == 204
    assert Caller(charlie)("DELETE", path).status_code == 404
    assert AccessRequest.objects.get().state == "withdrawn"


def test_what_is_not_on_request_is_answered_like_what_is_missing(charlie, private):
    body = {"reason": "Please."}
    hidden = Caller(charlie)("POST", f"{ONE}/access-requests", body)
    missing = Caller(charlie)(
        "POST", "/api/v1/algorithms/visionlab/Nothing/access-requests", body
    )
    assert hidden.status_code == missing.status_code == 404
    assert _without_id(hidden) == _without_id(missing)


def test_a_limited_key_decides_within_its_rules_alone(grace, charlie, offered):
    row = Caller(charlie)("POST", f"{ONE}/access-requests", {"reason": "x"}).json()
    path = f"/api/v1/access-requests/{row['id']}/decision"
    body = {"grant": True, "right": "read"}
    elsewhere = Caller(grace, rules=["algo://visionlab/Other"])
    assert elsewhere("POST", path, body).status_code == 404
    assert elsewhere("GET", "/api/v1/access-requests").json()["total"] == 0
    inside = Caller(grace, rules=["algo://visionlab/Sextant"])
    assert inside("POST", path, body).status_code == 200


def test_the_description_of_the_api_names_these_routes(client):
    paths = client.get("/openapi.json").json()["paths"]
    for path, methods in {
        "/api/v1/algorithms/{owner}/{name}": {"get", "patch"},
        "/api/v1/algorithms/{owner}/{name}/grants": {"get", "post"},
        "/api/v1/algorithms/{owner}/{name}/grants/{id}": {"delete"},
        "/api/v1/access-requests/{id}/decision": {"post"},
        "/api/v1/discoverable": {"get"},
    }.items():
        assert methods <= set(paths.get(path) or paths[path.replace("{id}", "{pk}")])
