"""What a listing's publishers do on the page Who sees it, and who else may not."""

from __future__ import annotations

import pytest
from django.test import Client
from rows import listing
from shelves import opened

from accounts.keys import create_key
from accounts.models import Membership, Notice, Owner
from accounts.services import add_member, create_team
from catalog.models import Algorithm, AuditEntry, Grant, Version, Visibility
from catalog.services import grants, resolving, reviews, sharing
from catalog.services.callers import caller_by_key
from catalog.services.cards import card_for
from catalog.services.errors import BadRequest, Forbidden, NotFound
from tests.conftest import person

pytestmark = pytest.mark.django_db
VISIBILITY = AuditEntry.Category.VISIBILITY


@pytest.fixture
def as_grace(client, grace):
    client.force_login(grace)
    return client


@pytest.fixture
def team_public(team_private) -> Algorithm:
    return opened(team_private)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def version_of(algorithm, number, visibility, text="", **more) -> Version:
    major, minor, patch = number
    return Version.objects.create(
        algorithm=algorithm,
        major=major,
        minor=minor,
        patch=patch,
        visibility=visibility,
        card=card_for(source=text or "# Card"),
        digest=f"{major}{minor}{patch}".rjust(64, "e"),
        **more,
    )


def entries() -> list[tuple[str, str]]:
    rows = AuditEntry.objects.filter(category=VISIBILITY).order_by("created_at")
    return list(rows.values_list("action", "target"))


def test_a_maintainer_makes_a_public_listing_private(as_grace, charlie, team_public):
    other = signed_in(charlie)
    assert other.get("/visionlab/LabSecret").status_code == 200
    answer = as_grace.post("/visionlab/LabSecret/settings/visibility")
    assert answer.headers["Location"] == "/visionlab/LabSecret/settings"
    assert other.get("/visionlab/LabSecret").status_code == 404
    assert Client().get("/visionlab/LabSecret").status_code == 404
    assert entries() == [("make private", "visionlab/LabSecret")]
    entry = AuditEntry.objects.get(category=VISIBILITY)
    assert entry.changes == {"visibility": ["public", "private"]}
    assert entry.team.owner.slug == "visionlab"
    assert b"It is private now." in as_grace.get(answer.headers["Location"]).content


def test_making_private_what_is_private_leaves_no_second_entry(grace, team_private):
    sharing.make_private(viewer=grace, owner="visionlab", name="LabSecret")
    assert entries() == []


def test_the_teams_other_publishers_are_told(grace, vision_lab, team_public):
    owner = person("olga")
    add_member(team=vision_lab, user=owner, role=Membership.Role.OWNER)
    sharing.make_private(
        viewer=grace, owner="visionlab", name="LabSecret", reason="Old"
    )
    told = Notice.objects.get(user=owner)
    assert told.text == "grace made visionlab/LabSecret private. “Old”"
    assert not Notice.objects.filter(user=grace).exists()


def test_a_curator_makes_it_private_and_its_owner_is_told(carol, ada, adas_private):
    opened(adas_private)
    sharing.make_private(viewer=carol, owner="ada", name="AdasSecret", reason="Spam.")
    assert Notice.objects.get(user=ada).text.startswith("carol made ada/AdasSecret")
    assert signed_in(carol).get("/ada/AdasSecret").status_code == 404


def test_only_publishers_open_the_page(client, linus, charlie, carol, team_public):
    path = "/visionlab/LabSecret/settings"
    assert client.get(path).status_code == 403
    for user in (linus, charlie, carol):
        assert signed_in(user).get(path).status_code == 403
    sharing.make_private(viewer=carol, owner="visionlab", name="LabSecret")
    missing = client.get("/visionlab/Nothing/settings")
    for reader in (client, signed_in(charlie), signed_in(carol)):
        answer = reader.get(path)
        assert answer.status_code == 404
        assert answer.content == missing.content or reader is not client
    assert client.get(path).content == missing.content
    assert signed_in(linus).get(path).status_code == 403


@pytest.mark.parametrize(
    ("below", "sent"),
    [
        ("visibility", {}),
        ("versions/1.0.0", {"visibility": "private"}),
        ("request", {"on": "yes"}),
        ("shares", {"to": "linus", "right": "run"}),
    ],
)
def test_a_member_changes_nothing_and_a_stranger_finds_nothing(
    linus, charlie, team_private, below, sent
):
    path = f"/visionlab/LabSecret/settings/{below}"
    assert signed_in(linus).post(path, sent).status_code == 403
    assert signed_in(charlie).post(path, sent).status_code == 404
    team_private.refresh_from_db()
    assert (team_private.visibility, team_private.is_discoverable) == ("private", False)
    assert not Grant.objects.exists()


def test_the_head_of_the_page_leads_publishers_there(as_grace, linus, team_public):
    link = b'href="/visionlab/LabSecret/settings"'
    assert link in as_grace.get("/visionlab/LabSecret").content
    for reader in (Client(), signed_in(linus)):
        assert link not in reader.get("/visionlab/LabSecret").content


def test_the_page_shows_versions_shares_and_the_switch(as_grace, ada, team_private):
    grants.grant(
        viewer=_grace(), owner="visionlab", name="LabSecret", to="grace", right="read"
    )
    page = as_grace.get("/visionlab/LabSecret/settings").content.decode()
    for part in (
        "Put it on request",
        "Share it",
        ">1.0.0</a>",
        "End the share with grace",
    ):
        assert part in page, part


def _grace():
    return Owner.objects.get(slug="grace").user


def test_a_refusal_stands_on_the_page(as_grace, team_private):
    answer = as_grace.post(
        "/visionlab/LabSecret/settings/shares", {"to": "nobody", "right": "run"}
    )
    assert answer.status_code == 400
    assert "sharing code" in answer.content.decode()


def test_the_last_public_version_cannot_be_made_private(grace, team_public):
    with pytest.raises(BadRequest, match="last public version"):
        sharing.set_version_visibility(
            viewer=grace,
            owner="visionlab",
            name="LabSecret",
            number="1.0.0",
            visibility="private",
        )


def test_the_newest_public_version_stands_for_the_listing(as_grace, team_public):
    manifest = '[algorithm]\ntitle = "{0} title"\nsummary = "{0} summary."\n'
    old = team_public.latest
    old.manifest = manifest.format("Older")
    old.save()
    Algorithm.objects.filter(pk=team_public.pk).update(
        title="Sesame title", summary="Sesame summary."
    )
    newer = version_of(
        team_public,
        (2, 0, 0),
        Visibility.PUBLIC,
        "---\ntags: [sesame]\nlicense: mit\n---\n# Sesame",
        manifest=manifest.format("Sesame"),
    )
    team_public.refresh_from_db()
    assert team_public.latest == newer
    assert team_public.card == newer.card
    answer = as_grace.post(
        "/visionlab/LabSecret/settings/versions/2.0.0", {"visibility": "private"}
    )
    assert answer.status_code == 302
    team_public.refresh_from_db()
    assert team_public.latest.number == "1.0.0"
    assert team_public.card == old.card
    assert (team_public.title, team_public.summary) == (
        "Older title",
        "Older summary.",
    )
    assert team_public.license == ""
    assert not team_public.tags.exists()
    for path in ("", ".json", ".md", "/card.md", "/versions", "/versions/2.0.0"):
        shown = Client().get(f"/visionlab/LabSecret{path}")
        assert b"esame" not in shown.content, path
    assert b"Sesame" in as_grace.get("/visionlab/LabSecret/versions/2.0.0").content
    as_grace.post(
        "/visionlab/LabSecret/settings/versions/2.0.0", {"visibility": "public"}
    )
    team_public.refresh_from_db()
    assert (team_public.title, team_public.card) == ("Sesame title", newer.card)


def test_what_an_editor_wrote_stays_when_a_version_goes(grace, team_public):
    version_of(team_public, (2, 0, 0), Visibility.PUBLIC, "# New")
    Algorithm.objects.filter(pk=team_public.pk).update(title="By hand", task="echo")
    sharing.set_version_visibility(
        viewer=grace,
        owner="visionlab",
        name="LabSecret",
        number="2.0.0",
        visibility="private",
    )
    team_public.refresh_from_db()
    assert (team_public.title, team_public.task) == ("By hand", "echo")


def test_a_version_of_a_private_listing_is_made_public_by_a_review_alone(
    grace, carol, team_private
):
    given = {"owner": "visionlab", "name": "LabSecret", "number": "1.0.0"}
    with pytest.raises(BadRequest, match="Ask a curator"):
        sharing.set_version_visibility(viewer=grace, visibility="public", **given)
    review = reviews.request_review(viewer=grace, owner="visionlab", name="LabSecret")
    reviews.accept(curator=carol, review=review)
    assert Client().get("/visionlab/LabSecret/versions/1.0.0").status_code == 200


@pytest.mark.parametrize("number", ["1.0", "latest", "9.9.9", "x"])
def test_a_version_is_named_exactly(grace, team_public, number):
    with pytest.raises(NotFound):
        sharing.set_version_visibility(
            viewer=grace,
            owner="visionlab",
            name="LabSecret",
            number=number,
            visibility="private",
        )


def test_a_public_listing_is_not_put_on_request(grace, team_public):
    with pytest.raises(BadRequest, match="public"):
        sharing.set_discoverable(
            viewer=grace, owner="visionlab", name="LabSecret", is_on=True
        )


def share(user, to, right="read"):
    return grants.grant(
        viewer=user, owner="visionlab", name="LabSecret", to=to, right=right
    )


def test_a_share_with_a_person_counts_from_the_next_request(
    as_grace, charlie, team_private
):
    reader = signed_in(charlie)
    assert reader.get("/visionlab/LabSecret").status_code == 404
    listing(charlie.owner, "Known")
    opened(Algorithm.objects.get(name="Known"))
    as_grace.post(
        "/visionlab/LabSecret/settings/shares", {"to": "Charlie", "right": "run"}
    )
    page = reader.get("/visionlab/LabSecret")
    assert page.status_code == 200
    assert b"Shared with you to run" in page.content
    row = Grant.objects.get()
    assert (row.user, row.right, row.granted_by.username) == (charlie, "run", "grace")
    assert entries() == [("share", "visionlab/LabSecret")]
    told = Notice.objects.get(user=charlie)
    assert told.text == "grace shared visionlab/LabSecret with you, to run."
    as_grace.post(
        f"/visionlab/LabSecret/settings/shares/{row.pk}/right", {"right": "read"}
    )
    assert b"Shared with you to read" in reader.get("/visionlab/LabSecret").content
    as_grace.post(f"/visionlab/LabSecret/settings/shares/{row.pk}/end")
    assert reader.get("/visionlab/LabSecret").status_code == 404
    assert [action for action, _target in entries()] == [
        "share",
        "change share",
        "end share",
    ]
    assert Notice.objects.filter(user=charlie).first().text == (
        "grace no longer shares visionlab/LabSecret with you."
    )


def test_a_share_with_a_team_reaches_its_members_while_they_are_such(
    ada, grace, linus, vision_lab, adas_private
):
    opened(listing(vision_lab.owner, "Known"))
    grants.grant(
        viewer=ada, owner="ada", name="AdasSecret", to="visionlab", right="read"
    )
    reader = signed_in(linus)
    assert reader.get("/ada/AdasSecret").status_code == 200
    assert Notice.objects.filter(user=grace).exists()
    assert not Notice.objects.filter(user=linus).exists()
    vision_lab.memberships.filter(user=linus).delete()
    assert reader.get("/ada/AdasSecret").status_code == 404


def test_an_owner_needs_no_share_of_its_own(grace, team_private):
    with pytest.raises(BadRequest, match="owns"):
        share(grace, "visionlab")


def test_who_is_not_known_and_who_is_not_there_are_one_answer(grace, team_private):
    create_team(slug="ghostcrew", name="Ghosts")
    said = []
    for slug in ("ghostcrew", "nobody", "no body", "\0", "", "x" * 300, "a:b"):
        with pytest.raises(BadRequest) as refused:
            share(grace, slug)
        said.append(refused.value.message)
    assert set(said) == {grants.NOBODY}


def test_a_sharing_code_names_whom_nobody_knows(grace, charlie, team_private):
    ghosts = create_team(slug="ghostcrew", name="Ghosts", created_by=charlie)
    page = signed_in(charlie).get("/settings/shared").content.decode()
    code = grants.sharing_code(ghosts.owner)
    assert code in page
    assert grants.sharing_code(charlie.owner) in page
    assert share(grace, f" {code} ", "run").team == ghosts
    assert grants.sharing_code(Owner.objects.get(slug="visionlab")) not in page
    with pytest.raises(BadRequest):
        share(grace, code[:-1])


def test_a_fellow_member_is_known(grace, linus, team_private):
    assert share(grace, "linus").user == linus


def test_nothing_is_shared_with_a_closed_account(grace, linus, team_private):
    linus.is_active = False
    linus.save()
    with pytest.raises(BadRequest) as refused:
        share(grace, "linus")
    assert refused.value.message == grants.NOBODY


def test_a_share_is_ended_at_its_own_listing_alone(grace, linus, vision_lab, ada):
    listing(vision_lab.owner, "LabSecret")
    listing(vision_lab.owner, "Other")
    row = share(grace, "linus")
    with pytest.raises(NotFound):
        grants.revoke_grant(viewer=grace, owner="visionlab", name="Other", pk=row.pk)
    with pytest.raises(Forbidden):
        grants.revoke_grant(
            viewer=linus, owner="visionlab", name="LabSecret", pk=row.pk
        )


def test_shared_with_you_lists_what_others_gave(client, charlie, grace, team_private):
    share(grace, grants.sharing_code(charlie.owner), "run")
    listing(charlie.owner, "Own")
    client.force_login(charlie)
    page = client.get("/settings/shared").content.decode()
    assert "visionlab/</span>LabSecret" in page
    assert "Shared with you to run" in page
    assert "Own" not in page
    found = client.get("/search?q=labsecret").content.decode()
    assert "Shared with you to run" in found
    client.force_login(grace)
    assert "LabSecret" not in client.get("/settings/shared").content.decode()


def test_who_may_only_read_gets_a_reason_instead_of_a_run(
    client, charlie, grace, team_private
):
    share(grace, grants.sharing_code(charlie.owner), "read")
    client.force_login(charlie)
    page = client.get("/visionlab/LabSecret").content.decode()
    assert "Shared with you to read, not to run" in page
    assert 'id="run" disabled' in page
    assert "This code is refused" in page
    assert (
        "This code is refused"
        in client.get("/visionlab/LabSecret/use").content.decode()
    )
    Version.objects.filter(algorithm=team_private).update(bundle="b" * 64)
    ran = client.post("/visionlab/LabSecret/run", {"mode": "json", "json": "{}"})
    assert "shared with you to read" in ran.content.decode()


def test_a_read_share_answers_a_run_with_403(charlie, grace, team_private):
    Version.objects.filter(algorithm=team_private).update(bundle="b" * 64)
    share(grace, grants.sharing_code(charlie.owner), "read")
    key = create_key(user=charlie, name="k", scopes=["run", "read"]).secret
    headers = {"authorization": f"Bearer {key}"}
    for path in (
        "/api/v1/algorithms/visionlab/LabSecret/runs",
        "/v1/algo/visionlab/LabSecret",
    ):
        answer = Client().post(
            path, b'{"text": "a"}', content_type="application/json", headers=headers
        )
        assert answer.status_code == 403, path
        assert b"to read, not to run" in answer.content


def test_the_key_of_a_share_is_answered_anew_after_its_end(
    charlie, grace, team_private
):
    Version.objects.filter(algorithm=team_private).update(bundle="b" * 64)
    row = share(grace, grants.sharing_code(charlie.owner), "run")
    key = f"Bearer {create_key(user=charlie, name='k', scopes=['run']).secret}"
    asked = {"owner": "visionlab", "name": "LabSecret"}
    assert resolving.target_of(caller=caller_by_key(key), **asked).may_run
    grants.change_right(viewer=grace, pk=row.pk, right="read", **asked)
    assert not resolving.target_of(caller=caller_by_key(key), **asked).may_run
    grants.revoke_grant(viewer=grace, pk=row.pk, **asked)
    with pytest.raises(NotFound):
        resolving.target_of(caller=caller_by_key(key), **asked)
