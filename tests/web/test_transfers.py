"""Algorithms change hands and names: by whom, whereto, and what goes along."""

from __future__ import annotations

import pytest
from rows import listing
from shelves import opened

from accounts.models import ApiKey, Membership, Notice
from accounts.services import add_member, create_team
from catalog.models import Algorithm, AlgorithmAlias, AuditEntry, Grant, Star
from catalog.services import aliases

PATH = "/visionlab/LabSecret/transfer"


@pytest.fixture
def owner(vision_lab, ada):
    """Ada owns the team too."""
    add_member(team=vision_lab, user=ada, role=Membership.Role.OWNER)
    return ada


@pytest.fixture
def deep_sea(db):
    return create_team(slug="deepsea", name="Deep Sea")


def move(client, path=PATH, **told):
    owner, name = path.split("/")[1:3]
    return client.post(path, {"owner": owner, "name": name, **told})


def address_of(algorithm) -> str:
    algorithm = Algorithm.objects.select_related("owner").get(pk=algorithm.pk)
    return algorithm.full_name


def text_of(response) -> str:
    return response.content.decode()


def test_an_owner_takes_an_algorithm_out_of_the_team(client, owner, team_private):
    client.force_login(owner)
    assert "ada (you)" in text_of(client.get(PATH))
    assert move(client, owner="ada")["Location"] == "/ada/LabSecret/transfer"
    assert address_of(team_private) == "ada/LabSecret"
    assert client.get("/visionlab/LabSecret")["Location"] == "/ada/LabSecret"
    (entry,) = AuditEntry.objects.all()
    assert (entry.category, entry.action) == ("visibility", "transfer algorithm")
    assert entry.team.name == "Vision Lab"
    assert entry.changes == {"owner": ["visionlab", "ada"]}


def test_a_person_gives_to_a_team_and_takes_back(client, owner, adas_private, grace):
    client.force_login(owner)
    move(client, "/ada/AdasSecret/transfer", owner="visionlab", name="Shared")
    assert address_of(adas_private) == "visionlab/Shared"
    assert AuditEntry.objects.get().action == "receive algorithm"
    client.force_login(grace)
    assert client.get("/visionlab/Shared").status_code == 200
    client.force_login(owner)
    move(client, "/visionlab/Shared/transfer", owner="ada", name="AdasSecret")
    assert address_of(adas_private) == "ada/AdasSecret"
    # The address that it stands at is no former one any more.
    assert [str(row) for row in AlgorithmAlias.objects.all()] == ["visionlab/Shared"]


def test_from_team_to_team_both_trails_have_it_and_both_owners_know(
    client, owner, charlie, carol, deep_sea, vision_lab, team_private
):
    add_member(team=deep_sea, user=owner, role="maintainer")
    add_member(team=deep_sea, user=charlie, role="owner")
    add_member(team=vision_lab, user=carol, role="owner")
    client.force_login(owner)
    move(client, owner="deepsea")
    told = {entry.team.name: entry.action for entry in AuditEntry.objects.all()}
    assert told == {
        "Vision Lab": "transfer algorithm",
        "Deep Sea": "receive algorithm",
    }
    here = Notice.objects.get(user=charlie)
    assert here.address == "/deepsea/LabSecret"
    away = Notice.objects.get(user=carol)
    assert "deepsea" not in (away.text + away.address).lower()
    assert not Notice.objects.filter(user=owner).exists()


@pytest.mark.parametrize(
    ("role", "shown", "renamed", "given"),
    [
        (None, 404, 404, 404),
        ("member", 403, 403, 403),
        ("maintainer", 200, 302, 400),
        ("owner", 200, 302, 302),
    ],
)
def test_who_may_move_what(
    client, charlie, vision_lab, team_private, role, shown, renamed, given
):
    if role:
        add_member(team=vision_lab, user=charlie, role=role)
    client.force_login(charlie)
    assert client.get(PATH).status_code == shown
    assert move(client, name="Better").status_code == renamed
    path = PATH.replace("LabSecret", "Better") if renamed == 302 else PATH
    assert move(client, path, owner="charlie").status_code == given


def test_a_public_one_is_seen_but_not_moved_by_strangers(client, charlie, vision_lab):
    opened(listing(vision_lab.owner, "Open"))
    assert client.get("/visionlab/Open/transfer").status_code == 403
    client.force_login(charlie)
    assert client.get("/visionlab/Open/transfer").status_code == 403
    answer = move(client, "/visionlab/Open/transfer", owner="charlie")
    assert answer.status_code == 403


def test_a_place_that_one_cannot_receive_for_is_like_one_that_is_not(
    client, owner, deep_sea, team_private
):
    client.force_login(owner)
    add_member(team=deep_sea, user=owner, role="member")
    for name in ("deepsea", "no-such-owner", "charlie"):
        answer = move(client, owner=name)
        assert answer.status_code == 400
        said = text_of(answer).replace(name, "NAME")
        assert "NAME is not one of the available choices" in said
    assert address_of(team_private) == "visionlab/LabSecret"


def test_a_name_that_is_taken_there_is_refused_in_words(
    client, owner, adas_private, team_private
):
    client.force_login(owner)
    answer = move(client, owner="ada", name="adassecret")
    assert answer.status_code == 400
    assert "There is an algorithm ada/adassecret already" in text_of(answer)
    for name in ("a b", "x.json", ""):
        assert move(client, name=name).status_code == 400
    assert "already" in text_of(move(client))
    assert address_of(team_private) == "visionlab/LabSecret"
    assert not AuditEntry.objects.exists()


def test_grants_and_stars_go_along_but_the_new_owner_needs_none(
    client, owner, charlie, deep_sea, team_private
):
    add_member(team=deep_sea, user=owner, role="maintainer")
    Grant.objects.create(algorithm=team_private, team=deep_sea)
    Grant.objects.create(algorithm=team_private, user=charlie)
    Star.objects.create(algorithm=team_private, user=charlie)
    client.force_login(owner)
    move(client, owner="deepsea")
    assert [grant.user for grant in team_private.grants.all()] == [charlie]
    assert Star.objects.count() == 1
    client.force_login(charlie)
    assert client.get("/deepsea/LabSecret").status_code == 200
    assert client.get("/visionlab/LabSecret")["Location"] == "/deepsea/LabSecret"


def test_a_rename_leads_on_and_keeps_the_rest_of_the_address(
    client, grace, team_private
):
    client.force_login(grace)
    assert move(client, name="Better")["Location"] == "/visionlab/Better/transfer"
    answer = client.get("/visionlab/LabSecret/versions?x=1")
    assert answer["Location"] == "/visionlab/Better/versions?x=1"
    entry = AuditEntry.objects.get()
    assert entry.action == "rename algorithm"
    assert entry.changes == {"name": ["LabSecret", "Better"]}
    # Only another case is another spelling, no other address.
    AlgorithmAlias.objects.all().delete()
    move(client, "/visionlab/Better/transfer", name="BETTER")
    assert address_of(team_private) == "visionlab/BETTER"
    assert not AlgorithmAlias.objects.exists()


def test_a_new_algorithm_takes_a_former_address_over(client, grace, team_private):
    team_private.visibility = "public"
    team_private.save()
    client.force_login(grace)
    move(client, name="Better")
    new = listing(team_private.owner, "LabSecret")
    aliases.take_over(new)
    assert client.get("/visionlab/LabSecret").status_code == 200
    # Strangers, who do not see it, are led where they were led before.
    client.logout()
    assert client.get("/visionlab/LabSecret")["Location"] == "/visionlab/Better"
    opened(new)
    new.refresh_from_db()
    aliases.take_over(new)
    assert client.get("/visionlab/LabSecret").status_code == 200
    assert not AlgorithmAlias.objects.exists()


def test_rules_that_name_it_follow_for_who_sees_it(client, owner, grace, charlie):
    row = listing(owner.owner, "AdasSecret")
    Grant.objects.create(algorithm=row, user=grace)

    def key(user):
        return ApiKey.objects.create(
            user=user,
            name="k",
            lookup=f"{user.pk:08}",
            digest="",
            scopes=["read"],
            rules=["algo://ada/adassecret", "algo://ada/*"],
            expires_at="2100-01-01T00:00Z",
        )

    seen, unseen = key(grace), key(charlie)
    client.force_login(owner)
    move(client, "/ada/AdasSecret/transfer", owner="visionlab", name="Moved")
    seen.refresh_from_db()
    unseen.refresh_from_db()
    assert seen.rules == ["algo://visionlab/Moved", "algo://ada/*"]
    assert unseen.rules == ["algo://ada/adassecret", "algo://ada/*"]
