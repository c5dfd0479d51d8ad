"""Team pages: made, renamed, left and ended; members see them, nobody else does."""

from __future__ import annotations

import pytest
from rows import listing
from shelves import opened

from accounts.models import (
    ApiKey,
    Invitation,
    Membership,
    Notice,
    OwnerAlias,
    Team,
)
from accounts.services import add_member
from catalog.models import AuditEntry

TABS = ("", "/algorithms", "/members", "/usage", "/settings")


@pytest.fixture
def owner(vision_lab, ada):
    """Ada owns the team too."""
    add_member(team=vision_lab, user=ada, role=Membership.Role.OWNER)
    return ada


def text_of(response) -> str:
    return response.content.decode()


def make(client, **more):
    told = {"name": "Deep Sea", "slug": "deepsea", "about": "Fish.", **more}
    return client.post("/teams", told)


def test_who_makes_a_team_owns_it(client, charlie):
    client.force_login(charlie)
    assert make(client)["Location"] == "/teams/deepsea/members"
    page = text_of(client.get("/teams/deepsea"))
    assert "Deep Sea" in page
    assert "Fish." in page
    held = Membership.objects.get(team__owner__slug="deepsea")
    assert (held.user, held.role) == (charlie, "owner")
    entry = AuditEntry.objects.get()
    assert (entry.category, entry.action, entry.actor) == (
        "membership",
        "create team",
        charlie,
    )
    assert entry.team == held.team


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"slug": "ada"}, "taken"),
        ({"slug": "VisionLab"}, "taken"),
        ({"slug": "invitations"}, "reserved"),
        ({"slug": "a b"}, "letters"),
        ({"slug": ""}, "required"),
        ({"name": " "}, "required"),
        ({"name": "x" * 81}, "80"),
        ({"about": "x" * 201}, "200"),
        ({"name": "a\x07b"}, "1 to 80 characters"),
    ],
)
def test_a_team_that_cannot_be_says_why(client, ada, vision_lab, told, said):
    client.force_login(ada)
    before = Team.objects.count()
    assert client.post("/teams").status_code == 400
    response = make(client, **told)
    assert response.status_code == 400
    assert said in text_of(response)
    assert Team.objects.count() == before
    assert not AuditEntry.objects.exists()


def test_the_list_has_ones_own_teams_with_the_role(client, linus, vision_lab):
    listing(vision_lab.owner, "LabSecret")
    client.force_login(linus)
    page = client.get("/teams")
    ((standing, members, algorithms),) = page.context["page"].rows
    assert (standing.role, members, algorithms) == ("member", 1, 1)
    assert "/teams/visionlab" in text_of(page)
    assert 'href="/teams" aria-current="page"' in text_of(page)


def test_the_list_needs_a_person(client, db):
    assert client.get("/teams")["Location"].endswith("?next=/teams")


@pytest.mark.parametrize("tab", TABS)
def test_for_others_a_team_is_what_is_missing(client, charlie, carol, vision_lab, tab):
    opened(listing(vision_lab.owner, "Open"))
    for viewer in (None, charlie, carol):
        client.logout()
        if viewer:
            client.force_login(viewer)
        missing = client.get(f"/teams/nobody-here{tab}")
        found = client.get(f"/teams/visionlab{tab}")
        assert found.status_code == missing.status_code == 404
        assert found.content == missing.content
        assert dict(found.headers) == dict(missing.headers)


def test_members_see_the_figures_of_what_they_see(
    client, linus, grace, vision_lab, runs
):
    private, public = listing(vision_lab.owner, "LabSecret"), None
    public = opened(listing(vision_lab.owner, "Open"))
    runs(private, 5, 5, 5)
    runs(public, 5)
    client.force_login(linus)
    page = client.get("/teams/visionlab")
    usage = page.context["page"].usage
    assert usage.total.calls == 4
    assert [(p.algorithm.name, p.calls) for p in usage.parts] == [
        ("LabSecret", 3),
        ("Open", 1),
    ]
    assert [layer.algorithm.name for layer in usage.layers] == ["LabSecret", "Open"]
    text = text_of(page)
    assert "1 of them private" in text
    assert "chart__bar--a" in text
    assert "chart__bar--b" in text
    assert "grace" in text


def test_an_algorithm_of_another_owner_counts_nothing_here(
    client, linus, adas_private, runs
):
    runs(adas_private, 5)
    client.force_login(linus)
    assert client.get("/teams/visionlab").context["page"].usage.total.calls == 0


def test_more_than_three_algorithms_share_the_last_tone(
    client, linus, vision_lab, runs
):
    for number in range(5):
        runs(listing(vision_lab.owner, f"Row{number}"), *[5] * (number + 1))
    client.force_login(linus)
    page = client.get("/teams/visionlab/usage?period=24h")
    layers = page.context["page"].usage.layers
    assert [(layer.tone, layer.count, sum(layer.by_column)) for layer in layers] == [
        ("a", 1, 5),
        ("b", 1, 4),
        ("c", 3, 6),
    ]
    assert "3 others" in text_of(page)
    assert client.get("/teams/visionlab/usage?period=9y").status_code == 400


def test_algorithms_can_be_narrowed(client, linus, vision_lab):
    listing(vision_lab.owner, "LabSecret")
    opened(listing(vision_lab.owner, "Open"))
    client.force_login(linus)

    def names(query):
        shown = client.get(f"/teams/visionlab/algorithms{query}").context["page"]
        return [part.algorithm.name for part in shown.listed]

    assert names("") == ["LabSecret", "Open"]
    assert names("?show=private") == ["LabSecret"]
    assert names("?show=public") == ["Open"]
    assert client.get("/teams/visionlab/algorithms?show=x").status_code == 400


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("member", {"/keys"}),
        ("maintainer", {"/members#invite", "/keys", "/requests"}),
        ("owner", {"/members#invite", "/keys", "/requests", "/audit", "/settings"}),
    ],
)
def test_a_role_is_offered_what_it_may(client, charlie, vision_lab, role, offered):
    add_member(team=vision_lab, user=charlie, role=role)
    client.force_login(charlie)
    text = text_of(client.get("/teams/visionlab"))
    every = {"/members#invite", "/keys", "/requests", "/audit", "/settings"}
    found = {end for end in every if f'href="/teams/visionlab{end}"' in text}
    assert found == offered


def test_settings_are_for_owners(client, linus, grace, owner):
    for member in (linus, grace):
        client.force_login(member)
        assert client.get("/teams/visionlab/settings").status_code == 403
        assert client.post("/teams/visionlab/delete").status_code == 403
        renamed = {"name": "X", "slug": "x", "about": ""}
        assert client.post("/teams/visionlab/settings", renamed).status_code == 403
    client.force_login(owner)
    assert client.get("/teams/visionlab/settings").status_code == 200


def test_a_renamed_team_keeps_its_old_address_for_itself(client, owner, charlie):
    client.force_login(owner)
    told = {"name": "Sight", "slug": "sight", "about": "Looks."}
    answer = client.post("/teams/visionlab/settings", told)
    assert answer["Location"] == "/teams/sight/settings"
    assert client.get("/teams/visionlab?x=1")["Location"] == "/teams/sight?x=1"
    assert OwnerAlias.objects.get().slug == "visionlab"
    (entry,) = AuditEntry.objects.all()
    assert entry.action == "rename team"
    assert entry.changes["slug"] == ["visionlab", "sight"]
    client.force_login(charlie)
    refused = make(client, slug="VisionLab")
    assert (refused.status_code, "taken" in text_of(refused)) == (400, True)
    # Its owner may take it back, and then the other name is kept.
    client.force_login(owner)
    told["slug"] = "visionlab"
    client.post("/teams/visionlab/settings", told)
    assert OwnerAlias.objects.get().slug == "sight"
    assert client.get("/teams/sight")["Location"] == "/teams/visionlab"


def test_a_save_that_changes_nothing_leaves_no_entry(client, owner):
    client.force_login(owner)
    told = {"name": "Vision Lab", "slug": "visionlab", "about": ""}
    assert client.post("/teams/visionlab/settings", told).status_code == 302
    assert not AuditEntry.objects.exists()


def test_a_rename_to_what_is_taken_changes_nothing(client, owner):
    client.force_login(owner)
    told = {"name": "New", "slug": "ada", "about": ""}
    answer = client.post("/teams/visionlab/settings", told)
    assert answer.status_code == 400
    assert "taken" in text_of(answer)
    assert Team.objects.get().name == "Vision Lab"


def test_owners_change_roles_and_the_person_is_told(client, owner, linus, grace):
    client.force_login(owner)
    answer = client.post("/teams/visionlab/members/linus/role", {"role": "maintainer"})
    assert answer["Location"] == "/teams/visionlab/members"
    assert linus.memberships.get().role == "maintainer"
    (entry,) = AuditEntry.objects.all()
    assert entry.changes == {"role": ["member", "maintainer"]}
    assert "maintainer" in Notice.objects.get(user=linus).text
    client.force_login(grace)
    answer = client.post("/teams/visionlab/members/linus/role", {"role": "owner"})
    assert answer.status_code == 403
    client.force_login(owner)
    for role in ("", "king"):
        answer = client.post("/teams/visionlab/members/linus/role", {"role": role})
        assert answer.status_code == 400
    answer = client.post("/teams/visionlab/members/charlie/role", {"role": "owner"})
    assert answer.status_code == 404


def test_owners_remove_members_whose_pages_are_gone_at_once(client, owner, linus):
    client.force_login(linus)
    assert client.get("/teams/visionlab").status_code == 200
    session = client.cookies
    client.cookies = type(session)()
    client.force_login(owner)
    client.post("/teams/visionlab/members/linus/remove")
    client.cookies = session
    assert client.get("/teams/visionlab").status_code == 404
    assert AuditEntry.objects.get().action == "remove member"
    assert Notice.objects.get().user == linus


def test_a_member_leaves_but_not_the_last_owner(client, owner, linus):
    client.force_login(linus)
    assert client.post("/teams/visionlab/leave")["Location"] == "/teams"
    assert not linus.memberships.exists()
    client.force_login(owner)
    for path, told in (
        ("leave", {}),
        ("members/ada/remove", {}),
        ("members/ada/role", {"role": "member"}),
    ):
        answer = client.post(f"/teams/visionlab/{path}", told)
        assert answer.status_code == 400
        assert "at least one owner" in text_of(answer)
    assert owner.memberships.get().role == "owner"


def test_a_team_with_algorithms_cannot_be_deleted(client, owner, vision_lab):
    row = listing(vision_lab.owner, "LabSecret")
    client.force_login(owner)
    answer = client.post("/teams/visionlab/delete")
    assert answer.status_code == 400
    assert "owns 1 algorithm" in text_of(answer)
    row.delete()
    assert client.post("/teams/visionlab/delete")["Location"] == "/teams"
    assert not Team.objects.exists()
    assert AuditEntry.objects.get().action == "delete team"


def test_rules_of_keys_follow_a_rename_for_who_sees_the_team(
    client, owner, linus, charlie
):
    def key(user, *rules):
        made = ApiKey.objects.create(
            user=user,
            name="k",
            lookup=f"{user.pk:08}",
            digest="",
            scopes=["read"],
            rules=list(rules),
            expires_at="2100-01-01T00:00Z",
        )
        return lambda: ApiKey.objects.get(pk=made.pk).rules

    linus_has = key(linus, "algo://VisionLab/*", "algo://other/X")
    charlie_has = key(charlie, "algo://visionlab/*")
    client.force_login(owner)
    told = {"name": "Sight", "slug": "sight", "about": ""}
    client.post("/teams/visionlab/settings", told)
    assert linus_has() == ["algo://sight/*", "algo://other/X"]
    # A guess is not rewarded with the new name.
    assert charlie_has() == ["algo://visionlab/*"]


def test_the_owner_page_leads_members_to_the_teams_page(client, linus, vision_lab):
    opened(listing(vision_lab.owner, "Open"))
    assert "/teams/visionlab" not in text_of(client.get("/visionlab"))
    client.force_login(linus)
    assert "/teams/visionlab" in text_of(client.get("/visionlab"))


def test_an_ended_inviter_ends_the_invitations(client, owner, grace, linus):
    client.force_login(grace)
    client.post(
        "/teams/visionlab/invitations", {"role": "member", "uses": 1, "days": 7}
    )
    client.force_login(owner)
    page = client.get("/teams/visionlab/members").context["page"]
    assert [row.invited_by for row in page.invitations] == [grace]
    client.post("/teams/visionlab/members/grace/remove")
    page = client.get("/teams/visionlab/members").context["page"]
    assert page.invitations == []
    assert Invitation.objects.count() == 1
