"""Asking to see a listing that is on request: the stub, the queue, the answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from rows import listing
from shelves import opened

from accounts.models import Membership, Notice
from catalog.models import AccessRequest, Algorithm, AuditEntry, Grant
from catalog.services import access_requests, curation, reviews, sharing
from catalog.services.errors import BadRequest, NotFound
from catalog.visibility import discoverable_to

pytestmark = pytest.mark.django_db
PATH = "/visionlab/LabSecret"
State = AccessRequest.State


@pytest.fixture
def offered(team_private) -> Algorithm:
    team_private.is_discoverable = True
    team_private.save()
    return team_private


@pytest.fixture
def reader(charlie) -> Client:
    return signed_in(charlie)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(charlie, reason="For the harbor study.") -> AccessRequest:
    return access_requests.ask(
        viewer=charlie, owner="visionlab", name="LabSecret", reason=reason
    )


def decided(viewer, row, *, right="", answer="") -> AccessRequest:
    return access_requests.decide(
        viewer=viewer, pk=row.pk, is_granted=bool(right), right=right, answer=answer
    )


def actions() -> list[str]:
    rows = AuditEntry.objects.order_by("created_at", "pk")
    return list(rows.values_list("action", flat=True))


def test_a_stranger_sees_the_stub_and_asks(reader, charlie, grace, linus, offered):
    page = reader.get(PATH).content.decode()
    assert "LabSecret, a listing." in page
    assert "Request access" in page
    answer = reader.post(f"{PATH}/access", {"reason": " For the harbor   study. "})
    assert answer.headers["Location"] == PATH
    row = AccessRequest.objects.get()
    assert (row.user, row.state, row.reason) == (
        charlie,
        State.WAITING,
        "For the harbor study.",
    )
    assert "Your request waits since" in reader.get(PATH).content.decode()
    told = Notice.objects.get()
    assert (told.user, told.address) == (grace, "/teams/visionlab/requests")
    assert told.text == (
        "charlie asks to see visionlab/LabSecret: “For the harbor study.”"
    )
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.category, entry.actor) == (
        "request access",
        "visibility",
        charlie,
    )


def test_the_spelling_of_the_address_leads_to_the_canonical_one(reader, offered):
    answer = reader.get("/VISIONLAB/labsecret?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{PATH}?x=1")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_of_1_to_500_characters_is_needed(reader, offered, reason):
    answer = reader.post(f"{PATH}/access", {"reason": reason})
    assert answer.status_code == 400
    assert "500" in answer.content.decode()
    assert not AccessRequest.objects.exists()


def test_a_second_request_does_not_wait_beside_the_first(reader, charlie, offered):
    asked(charlie)
    answer = reader.post(f"{PATH}/access", {"reason": "Again."})
    assert answer.status_code == 400
    assert "waiting already" in answer.content.decode()
    assert AccessRequest.objects.count() == 1


def test_grace_grants_and_the_asker_is_told(client, reader, charlie, grace, offered):
    row = asked(charlie)
    client.force_login(grace)
    queue = client.get("/teams/visionlab/requests").content.decode()
    assert "For the harbor study." in queue
    answer = client.post(
        f"/settings/requests/{row.pk}",
        {
            "decision": "grant",
            "right": "run",
            "answer": "Enjoy.",
            "next": "/teams/visionlab/requests",
        },
    )
    assert answer.headers["Location"] == "/teams/visionlab/requests"
    assert b"Shared with you to run" in reader.get(PATH).content
    grant = Grant.objects.get()
    assert (grant.user, grant.right, grant.granted_by) == (charlie, "run", grace)
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.answer) == (State.GRANTED, grace, "Enjoy.")
    told = Notice.objects.get(user=charlie)
    assert told.text == ("visionlab/LabSecret is shared with you now, to run. “Enjoy.”")
    assert actions() == ["request access", "grant access"]
    assert "granted" in client.get("/teams/visionlab/requests").content.decode()


def test_a_declined_person_asks_again_after_the_cool_down(
    reader, charlie, grace, offered, settings
):
    row = asked(charlie)
    with pytest.raises(BadRequest, match="answer"):
        decided(grace, row)
    decided(grace, row, answer="Not yet.")
    page = reader.get(PATH).content.decode()
    assert "“Not yet.”" in page
    assert "You can ask again from" in page
    assert 'name="reason"' not in page
    answer = reader.post(f"{PATH}/access", {"reason": "Please."})
    assert answer.status_code == 400
    assert "You can ask again from" in answer.content.decode()
    AccessRequest.objects.filter(pk=row.pk).update(
        decided_at=timezone.now() - timedelta(days=7, minutes=1)
    )
    assert 'name="reason"' in reader.get(PATH).content.decode()
    asked(charlie, "Please.")
    assert actions() == ["request access", "decline access", "request access"]


def test_without_a_cool_down_one_asks_again_at_once(charlie, grace, offered, settings):
    settings.VITRINE_ACCESS_COOL_DOWN_DAYS = 0
    decided(grace, asked(charlie), answer="No.")
    assert asked(charlie).state == State.WAITING


def test_the_asker_withdraws(reader, charlie, linus, offered):
    row = asked(charlie)
    path = f"/settings/requests/{row.pk}/withdraw"
    assert signed_in(linus).post(path).status_code == 404
    assert reader.post(path).status_code == 302
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN
    assert reader.post(path).status_code == 404
    assert actions() == ["request access", "withdraw access request"]
    asked(charlie)


def test_who_decides_is_a_publisher_alone(charlie, linus, ada, carol, grace, offered):
    row = asked(charlie)
    for user in (charlie, linus, ada, carol):
        with pytest.raises(NotFound):
            decided(user, row, right="run")
    decided(grace, row, right="read")
    with pytest.raises(BadRequest, match="does not wait"):
        decided(grace, row, answer="No.")


def test_the_queue_of_a_team_is_its_publishers(charlie, linus, grace, offered):
    path = "/teams/visionlab/requests"
    assert signed_in(grace).get(path).status_code == 200
    assert signed_in(linus).get(path).status_code == 403
    for reader in (Client(), signed_in(charlie)):
        hidden, missing = reader.get(path), reader.get("/teams/nobody/requests")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content


def test_a_persons_queue_is_in_the_settings(ada, charlie):
    row = listing(ada.owner, "AdasSecret")
    row.is_discoverable = True
    row.save()
    access_requests.ask(
        viewer=charlie, owner="ada", name="AdasSecret", reason="Why not."
    )
    assert Notice.objects.get(user=ada).address == "/settings/requests"
    assert "Why not." in signed_in(ada).get("/settings/requests").content.decode()
    own = signed_in(charlie).get("/settings/requests").content.decode()
    assert "ada/AdasSecret" in own
    assert "waiting" in own


def test_a_name_that_is_no_longer_shown_leaves_the_askers_list(
    reader, charlie, grace, offered
):
    decided(grace, asked(charlie), answer="No.")
    assert "LabSecret" in reader.get("/settings/requests").content.decode()
    take_off(grace)
    assert "LabSecret" not in reader.get("/settings/requests").content.decode()


def take_off(grace) -> None:
    sharing.set_discoverable(
        viewer=grace, owner="visionlab", name="LabSecret", is_on=False
    )


def test_requests_end_when_the_listing_is_no_longer_on_request(charlie, grace, offered):
    row = asked(charlie)
    take_off(grace)
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN
    told = Notice.objects.get(user=charlie)
    assert told.text == "A listing that you asked to see is no longer on request."
    assert sorted(actions()) == [
        "end access request",
        "request access",
        "take off request",
    ]


def test_requests_end_when_the_listing_becomes_public(charlie, grace, carol, offered):
    row = asked(charlie)
    review = reviews.request_review(viewer=grace, owner="visionlab", name="LabSecret")
    reviews.accept(curator=carol, review=review)
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN
    assert "is public now" in Notice.objects.get(user=charlie).text
    sharing.make_private(viewer=grace, owner="visionlab", name="LabSecret")
    assert signed_in(charlie).get(PATH).status_code == 404


def test_requests_end_when_a_curator_hides_the_listing(charlie, carol, offered):
    row = asked(charlie)
    curation.hide(curator=carol, algorithms=[offered], reason="Spam.")
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN
    assert signed_in(charlie).get(PATH).status_code == 404


def test_a_stale_copy_of_the_row_ends_no_request(charlie, offered):
    stale = Algorithm.objects.get(pk=offered.pk)
    stale.is_discoverable = False
    row = asked(charlie)
    stale.save(update_fields=["task"])
    row.refresh_from_db()
    assert row.state == State.WAITING


def test_requests_go_with_a_deleted_listing(charlie, offered):
    asked(charlie)
    offered.delete()
    assert not AccessRequest.objects.exists()


def test_who_left_the_catalog_is_granted_nothing(charlie, grace, offered):
    row = asked(charlie)
    charlie.is_active = False
    charlie.save()
    queue = signed_in(grace).get("/teams/visionlab/requests").content.decode()
    assert "harbor study" not in queue
    with pytest.raises(BadRequest, match="closed"):
        decided(grace, row, right="read")
    assert not Grant.objects.exists()


def test_who_sees_the_listing_has_nothing_to_ask(linus, offered):
    answer = signed_in(linus).post(f"{PATH}/access", {"reason": "Hm."})
    assert answer.status_code == 400
    assert "already" in answer.content.decode()
    with pytest.raises(BadRequest, match="already"):
        asked(linus)


def test_nobody_is_asked_for_a_key_of_a_team(vision_lab, offered, anonymous):
    assert not Algorithm.objects.filter(discoverable_to(anonymous)).exists()


def test_what_is_not_on_request_answers_like_what_is_missing(charlie, team_private):
    for reader in (Client(), signed_in(charlie)):
        sent = {"reason": "Please."}
        hidden = reader.post(f"{PATH}/access", sent)
        missing = reader.post("/visionlab/Nothing/access", sent)
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
        assert dict(hidden.items()) == dict(missing.items())


def test_maintainers_get_mail_where_mail_is_sent(
    charlie, grace, offered, settings, django_capture_on_commit_callbacks
):
    settings.SENDS_MAIL = True
    grace.email = "grace@example.org"
    grace.save()
    with django_capture_on_commit_callbacks(execute=True):
        asked(charlie)
    (sent,) = mail.outbox
    assert sent.to == ["grace@example.org"]
    assert "/teams/visionlab/requests" in sent.body


def test_a_new_maintainer_finds_what_waited_before(charlie, linus, vision_lab, offered):
    asked(charlie)
    vision_lab.memberships.filter(user=linus).update(role=Membership.Role.OWNER)
    queue = signed_in(linus).get("/teams/visionlab/requests").content.decode()
    assert "For the harbor study." in queue


def test_a_public_listing_has_no_stub(reader, offered):
    opened(offered)
    assert b"Request access" not in reader.get(PATH).content
