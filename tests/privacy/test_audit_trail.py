"""Who reads which entries of the audit trail, and that no filter tells more."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import reverse

from accounts.acting import acting
from accounts.keys import create_key
from accounts.models import Membership
from accounts.services import add_member, create_team, create_user
from catalog.models import Algorithm, AuditEntry, Visibility
from catalog.services import audit, audit_export, audit_trail

Category = AuditEntry.Category
OWN, WHOLE, TEAM = "/settings/audit", "/security/audit", "/teams/visionlab/audit"
API = "/api/v1/audit"


@pytest.fixture
def other_team(db):
    return create_team(slug="quietlab", name="Quiet Lab")


@pytest.fixture
def olga(vision_lab):
    """An owner of Vision Lab."""
    user = create_user(username="olga", password="correct horse battery")
    add_member(team=vision_lab, user=user, role=Membership.Role.OWNER)
    return user


def listing(owner, name):
    return Algorithm.objects.create(
        owner=owner,
        name=name,
        title=name,
        summary=name,
        visibility=Visibility.PRIVATE,
    )


@pytest.fixture
def finder(vision_lab):
    return listing(vision_lab.owner, "DefectFinder")


@pytest.fixture
def words(ada):
    return listing(ada.owner, "DefectWords")


@pytest.fixture
def acts(ada, grace, charlie, carol, vision_lab, other_team, finder, words):
    """What happened, oldest first: one act in each corner."""
    key = create_key(user=grace, name="deploy", scopes=["read"]).row
    with acting(address="198.51.100.7", key_id=key.pk):
        audit.note(
            actor=grace,
            action="make private",
            target=finder,
            category=Category.VISIBILITY,
            team=vision_lab,
            changes={"visibility": ("public", "private")},
        )
    with acting(address="203.0.113.9"):
        audit.note(
            actor=None,
            action="sign-in failed",
            target=ada,
            category=Category.SIGN_IN,
        )
        audit.note(
            actor=charlie,
            action="rename team",
            target=other_team,
            category=Category.MEMBERSHIP,
            team=other_team,
        )
    with acting(address="192.0.2.1"):
        audit.note(actor=carol, action="verify", target=words, reason="It works.")
        audit.note(actor=carol, action="hide", target=finder, reason="Too loud.")
    return key


def shown(client, user, address, /, **query):
    client.logout()
    if user is not None:
        client.force_login(user)
    response = client.get(f"{address}?{urlencode(query)}" if query else address)
    body = b"".join(response) if response.streaming else response.content
    return response.status_code, body.decode()


def told(client, user, address, /, **query):
    """The actions that a reader finds, by the file: it has the same rows."""
    query["format"] = "json"
    status, body = shown(client, user, f"{address}/export", **query)
    assert status == 200, body
    known = ("make private", "sign-in failed", "rename team", "verify", "hide")
    return [row["action"] for row in json.loads(body) if row["action"] in known]


def test_curators_read_everything_newest_first(client, acts, carol):
    expected = ["hide", "verify", "rename team", "sign-in failed", "make private"]
    assert told(client, carol, WHOLE) == expected
    status, page = shown(client, carol, WHOLE)
    assert status == 200
    assert "<strong>grace</strong> made visionlab/DefectFinder private" in page
    assert "Somebody</strong> tried to sign in to ada and was refused" in page
    assert "“It works.”" in page


@pytest.mark.parametrize("who", ["anonymous", "charlie", "grace", "olga"])
@pytest.mark.parametrize("address", [WHOLE, f"{WHOLE}/export"])
def test_for_others_the_whole_trail_is_not_there(client, acts, request, who, address):
    user = request.getfixturevalue(who) if who != "anonymous" else None
    status, body = shown(client, user, address)
    assert status == 404
    assert "DefectFinder" not in body


def test_a_teams_owner_reads_the_team_and_no_more(client, acts, olga):
    assert told(client, olga, TEAM) == ["hide", "make private"]
    assert "Quiet" not in shown(client, olga, TEAM)[1]


@pytest.mark.parametrize("address", [TEAM, f"{TEAM}/export"])
def test_members_are_refused_and_strangers_find_nothing(
    client, acts, grace, linus, charlie, carol, address
):
    for member in (grace, linus):
        assert shown(client, member, address)[0] == 403
    missing = address.replace("visionlab", "nosuchlab")
    for stranger in (charlie, carol, None):
        status, body = shown(client, stranger, address)
        assert status == 404
        other = shown(client, stranger, missing)[1]
        assert _bare(body, "visionlab") == _bare(other, "nosuchlab")


def _bare(body, slug):
    lines = body.replace(slug, "").splitlines()
    return [line for line in lines if "csrf" not in line]


def test_a_person_reads_what_they_did_and_what_was_tried_on_their_account(
    client, acts, ada, grace, charlie
):
    assert told(client, ada, OWN) == ["sign-in failed"]
    assert "203.0.113.9" in shown(client, ada, OWN)[1]
    assert told(client, grace, OWN) == ["make private"]
    assert told(client, charlie, OWN) == ["rename team"]


def test_what_a_curator_does_to_ones_key_is_read_without_where_the_curator_sits(
    client, ada, carol
):
    key = create_key(user=ada, name="nightly", scopes=["read"]).row
    with acting(address="192.0.2.1"):
        audit.note(actor=carol, action="revoke key", target=key, category=Category.KEY)
    _status, page = shown(client, ada, OWN)
    assert "<strong>carol</strong> revoked the key" in page
    assert "192.0.2.1" not in page
    rows = json.loads(shown(client, ada, f"{OWN}/export", format="json")[1])
    assert {row["address"] for row in rows if row["actor"] == "carol"} == {None}
    asked = {"address": "192.0.2.1", "format": "json"}
    assert json.loads(shown(client, ada, f"{OWN}/export", **asked)[1]) == []
    assert "192.0.2.1" in shown(client, carol, WHOLE)[1]


@pytest.mark.parametrize(
    "query",
    [
        {"team": "quietlab"},
        {"actor": "charlie"},
        {"actor": "ada"},
        {"category": "sign-in"},
        {"target": "Quiet"},
        {"address": "203.0.113.9"},
        {"address": "192.0.2.1"},
        {"action": "rename team"},
        {"cursor": "", "team": "nosuchlab"},
    ],
)
def test_a_filter_for_anothers_entries_finds_none(client, acts, olga, grace, query):
    for user, address in ((olga, TEAM), (grace, OWN)):
        assert told(client, user, address, **query) == []


def test_who_has_left_does_not_learn_what_the_team_is_called_now(
    client, acts, grace, vision_lab
):
    Membership.objects.filter(user=grace, team=vision_lab).delete()
    owner = vision_lab.owner
    owner.slug = "renamedlab"
    owner.save()
    assert told(client, grace, OWN, team="renamedlab") == []
    assert "renamedlab" not in shown(client, grace, OWN)[1]
    assert "renamedlab" not in shown(client, grace, f"{OWN}/export")[1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"category": "visibility"}, ["make private"]),
        ({"action": "Verify"}, ["verify"]),
        ({"actor": "Carol"}, ["hide", "verify"]),
        ({"team": "VisionLab"}, ["hide", "make private"]),
        ({"target": "defectF"}, ["hide", "make private"]),
        ({"address": "198.51.100.7"}, ["make private"]),
        ({"since": "2026-01-01", "action": "hide"}, ["hide"]),
        ({"until": "2001-01-01"}, []),
        ({"since": "2999-12-31T23:59:59+14:00"}, []),
    ],
)
def test_each_filter_narrows_what_is_read(client, acts, carol, query, expected):
    assert told(client, carol, WHOLE, **query) == expected


def test_the_key_is_named_by_its_beginning_or_its_id_and_never_whole(
    client, acts, carol, grace
):
    beginning = f"vtr_{acts.lookup}"
    assert told(client, carol, WHOLE, key=beginning) == ["make private"]
    assert told(client, carol, WHOLE, key=str(acts.pk)) == ["make private"]
    new = create_key(user=grace, name="x", scopes=["read"])
    client.force_login(carol)
    response = client.get(WHOLE, {"actor": "grace", "key": new.secret})
    cut = f"{WHOLE}?actor=grace&key=vtr_{new.row.lookup}"
    assert (response.status_code, response["Location"]) == (302, cut)
    assert new.secret not in client.get(cut).content.decode()


def test_a_day_counts_whole(client, carol, finder):
    entry = audit.note(actor=carol, action="verify", target=finder)
    today = entry.created_at.astimezone(UTC).date()
    assert told(client, carol, WHOLE, since=today, until=today) == ["verify"]
    yesterday = today - timedelta(days=1)
    assert told(client, carol, WHOLE, until=yesterday) == []


@pytest.mark.parametrize(
    "query",
    [
        {"category": "nonsense"},
        {"since": "yesterday"},
        {"until": "2026-13-01"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"until": "9999-12-31"},
        {"cursor": "%%%"},
        {"cursor": "AAAA"},
        {"target": "x" * 201},
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(client, acts, carol, query):
    status, page = shown(client, carol, WHOLE, **query)
    assert status == 400
    assert next(iter(query)) in page


def test_pages_follow_each_other_without_a_gap_or_a_repeat(client, carol, finder):
    noted = [
        audit.note(actor=carol, action="verify", target=finder, reason=str(number))
        for number in range(120)
    ]
    # Two that happened at the same moment are told apart by their ids.
    assert len({entry.created_at for entry in noted}) <= len(noted)
    client.force_login(carol)
    query, seen = "action=verify", []
    while query:
        page = client.get(f"{WHOLE}?{query}").context["page"]
        seen += [line.entry.reason for line in page.lines]
        query = page.next_query
    assert seen == [str(number) for number in reversed(range(120))]


def test_an_entry_outlives_who_did_it_and_where(client, acts, carol, vision_lab, grace):
    Algorithm.objects.filter(owner=vision_lab.owner).delete()
    vision_lab.delete()
    grace.delete()
    status, page = shown(client, carol, WHOLE, action="make private")
    assert status == 200
    assert "<strong>grace</strong> made visionlab/DefectFinder private" in page
    rows = json.loads(
        shown(client, carol, f"{WHOLE}/export", format="json", actor="grace")[1]
    )
    gone = next(row for row in rows if row["action"] == "make private")
    assert (gone["actor"], gone["team"], gone["key"]) == ("grace", None, None)
    client.force_login(carol)
    for address in (
        reverse("admin:catalog_auditentry_changelist"),
        reverse("admin:catalog_auditentry_change", args=[gone["id"]]),
    ):
        assert client.get(address).status_code == 200
    if connection.vendor == "sqlite":
        connection.check_constraints()


# --- the API ----------------------------------------------------------------------


def ask(client, secret, address=API, **query):
    client.logout()
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    response = client.get(address, query, headers=headers)
    body = b"".join(response) if response.streaming else response.content
    return response, body.decode()


def key_of(user, *scopes):
    return create_key(user=user, name="audit", scopes=scopes).secret


def test_a_key_reads_with_the_scope_admin_alone(client, acts, olga):
    assert ask(client, "")[0].status_code == 401
    every_other = key_of(olga, "read", "run", "write", "data")
    for address in (API, f"{API}/export"):
        response, body = ask(client, every_other, address)
        assert response.status_code == 403
        assert "admin" in json.loads(body)["detail"]
    response, body = ask(client, key_of(olga, "admin"))
    assert response.status_code == 200
    actions = {row["action"] for row in json.loads(body)["results"]}
    assert {"make private", "hide"} <= actions
    assert not {"rename team", "verify", "sign-in failed"} & actions


def test_who_asks_for_another_team_gets_what_a_missing_one_gets(client, acts, olga):
    secret = key_of(olga, "admin")
    other, missing = (
        ask(client, secret, team=slug)[1] for slug in ("quietlab", "nosuchlab")
    )
    assert other == missing
    assert json.loads(other) == {"results": [], "total": 0, "next": None}


def test_a_members_own_acts_are_all_of_the_team_that_a_member_reads(
    client, acts, grace
):
    rows = json.loads(ask(client, key_of(grace, "admin"), team="visionlab")[1])
    assert {row["actor"] for row in rows["results"]} == {"grace"}


def test_the_api_pages_by_next_and_link(client, acts, carol):
    secret = key_of(carol, "admin")
    seen, cursor = [], ""
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        response, body = ask(client, secret, **query)
        page = json.loads(body)
        seen += [row["id"] for row in page["results"]]
        cursor = page["next"]
        assert bool(cursor) == ('rel="next"' in response.headers.get("Link", ""))
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == page["total"]
    assert set(seen) == {
        str(pk) for pk in AuditEntry.objects.values_list("pk", flat=True)
    }


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "²", "99999999"])
def test_a_limit_that_is_none_is_refused(client, acts, carol, limit):
    response, body = ask(client, key_of(carol, "admin"), limit=limit)
    assert response.status_code == 400
    assert "limit" in json.loads(body)["detail"]


def test_the_api_exports_by_accept_or_format(client, acts, carol):
    secret = key_of(carol, "admin")
    address = f"{API}/export"
    headers = {"Authorization": f"Bearer {secret}"}
    for asked, kind in (
        ({"headers": headers}, "application/json"),
        ({"headers": {**headers, "Accept": "text/csv"}}, "text/csv; charset=utf-8"),
        ({"headers": headers, "data": {"format": "csv"}}, "text/csv; charset=utf-8"),
    ):
        response = client.get(address, **asked)
        assert (response.status_code, response["Content-Type"]) == (200, kind)
        assert response["Content-Disposition"].startswith("attachment")
        assert b"DefectFinder" in b"".join(response)
    assert client.get(address, {"format": "xml"}, headers=headers).status_code == 400


# --- files ------------------------------------------------------------------------

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", 'a,b"c\n']


def test_no_cell_of_the_file_is_a_formula(client, carol, finder):
    for text in HOSTILE:
        audit.note(actor=carol, action="verify", target=finder, reason=text)
    _status, body = shown(client, carol, f"{WHOLE}/export", action="verify")
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    assert len(rows) == len(HOSTILE)
    for row in rows:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))
    read = {row["reason"].removeprefix("'") for row in rows}
    assert read == set(HOSTILE)


def test_csv_and_json_hold_the_same_rows(client, acts, carol):
    table = shown(client, carol, f"{WHOLE}/export", format="csv")[1]
    data = json.loads(shown(client, carol, f"{WHOLE}/export", format="json")[1])
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert [row["id"] for row in rows] == [row["id"] for row in data]
    assert [row["sentence"] for row in rows] == [row["sentence"] for row in data]
    (private,) = [row for row in data if row["action"] == "make private"]
    assert private["changes"] == {"visibility": ["public", "private"]}
    assert private["key"].startswith("vtr_")
    assert datetime.fromisoformat(private["when"]).tzinfo is not None


def test_a_file_without_entries_is_whole(client, charlie):
    assert json.loads(shown(client, charlie, f"{OWN}/export", format="json")[1]) == []
    assert shown(client, charlie, f"{OWN}/export")[1].startswith("id,when,category")
    status, page = shown(client, charlie, f"{OWN}/export", format="xlsx")
    assert (status, "format: write one of csv, json" in page) == (400, True)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_long_file_takes_the_memory_of_a_short_one(carol, form):
    def peak():
        trail = audit_trail.whole_trail(viewer=carol)
        tracemalloc.start()
        try:
            parts = audit_export.exported(trail=trail, asked={}, form=form)
            size = sum(map(len, parts))
            return size, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    _many(2 * audit_trail.BATCH)
    short, memory = peak()
    _many(6 * audit_trail.BATCH)
    long, memory_of_long = peak()
    assert long > 3.5 * short
    assert memory_of_long < 1.3 * memory + 1_000_000


def _many(count):
    AuditEntry.objects.bulk_create(
        AuditEntry(
            category=Category.VISIBILITY,
            actor_name="grace",
            action="make private",
            target_type="algorithm",
            target_id=str(number),
            target=f"visionlab/Thing{number}",
            changes={"visibility": ["public", "private"]},
        )
        for number in range(count)
    )
