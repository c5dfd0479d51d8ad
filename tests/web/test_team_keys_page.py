"""What a team does with its keys, and what each of its people may do there."""

from __future__ import annotations

import pytest

from accounts.keys import create_key, find_key
from accounts.models import ApiKey
from catalog.models import AuditEntry

PAGE = "/teams/visionlab/keys"
NEW = {"name": "robot", "scopes": ["run"], "reach": "all", "days": "90"}


@pytest.fixture
def robot(vision_lab, grace):
    return create_key(team=vision_lab, made_by=grace, name="robot", scopes=["run"])


def test_a_maintainer_makes_a_key_that_is_shown_once(client, vision_lab, grace):
    client.force_login(grace)
    response = client.post(PAGE, NEW)
    secret = response.content.decode().split('id="secret">')[1].split("<")[0]
    key = find_key(secret)
    assert (key.team, key.user, key.made_by) == (vision_lab, None, grace)
    assert "no-store" in response["Cache-Control"]
    assert secret not in client.get(PAGE).content.decode()
    entry = AuditEntry.objects.get(category="key")
    assert (entry.action, entry.actor, entry.team) == ("create key", grace, vision_lab)


def test_members_see_the_keys_and_can_neither_make_nor_end_one(client, robot, linus):
    client.force_login(linus)
    page = client.get(PAGE).content.decode()
    assert robot.row.lookup in page
    assert robot.secret not in page
    assert "Revoke" not in page
    assert "New key" not in page
    assert client.post(PAGE, NEW).status_code == 403
    assert client.post(f"{PAGE}/{robot.row.pk}/revoke").status_code == 403
    assert find_key(robot.secret) is not None
    assert ApiKey.objects.count() == 1


def test_a_maintainer_ends_a_key_that_another_made(client, robot, vision_lab, ada):
    vision_lab.memberships.create(user=ada, role="maintainer")
    client.force_login(ada)
    page = client.post(f"{PAGE}/{robot.row.pk}/revoke", follow=True)
    assert "is revoked" in page.content.decode()
    assert find_key(robot.secret) is None


@pytest.mark.parametrize("who", ["anonymous", "charlie"])
def test_strangers_find_no_such_page_and_no_such_key(
    client, robot, charlie, who, vision_lab
):
    if who == "charlie":
        client.force_login(charlie)
    missing = client.get("/teams/nosuchteam/keys")
    for response in (
        client.get(PAGE),
        client.post(PAGE, NEW),
        client.post(f"{PAGE}/{robot.row.pk}/revoke"),
    ):
        assert response.status_code == missing.status_code == 404
        assert response.content == missing.content
    assert find_key(robot.secret) is not None


def test_a_key_of_another_team_or_person_is_not_ended_here(
    client, robot, grace, vision_lab
):
    own = create_key(user=grace, name="own", scopes=["run"])
    client.force_login(grace)
    assert client.post(f"{PAGE}/{own.row.pk}/revoke").status_code == 404
    assert find_key(own.secret) is not None


def test_admin_is_no_scope_of_a_teams_key(client, grace):
    client.force_login(grace)
    page = client.get(PAGE).content.decode()
    assert 'value="write"' in page
    assert 'value="admin"' not in page
    response = client.post(PAGE, {**NEW, "scopes": ["admin"]})
    assert response.status_code == 400
    assert not ApiKey.objects.exists()


def test_the_tab_counts_the_keys_that_live(client, robot, linus):
    client.force_login(linus)
    page = client.get("/teams/visionlab").content.decode()
    assert f'href="{PAGE}">Keys <span class="tabs__count">1</span>' in page
