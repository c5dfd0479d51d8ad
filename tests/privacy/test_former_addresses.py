"""Former addresses lead on only those who may see what is there now."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from accounts import keys, teams
from accounts.models import Membership
from accounts.services import add_member, create_team
from catalog.models import Algorithm, Card, Grant, Version
from catalog.services import indexing, search, transfers
from catalog.services.queries import Query

pytestmark = pytest.mark.django_db

#: pages below an algorithm's address
TABS = ("", "/try", "/use", "/versions", "/versions/1.0.0", "/usage", "/card.md")
PATHS = tuple(f"/visionlab/Secret{tab}" for tab in TABS)


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path):
    """Each test has an index of its own."""
    settings.SEARCH_BACKENDS = {
        alias: {**backend, "OPTIONS": {"path": tmp_path / "index" / alias}}
        for alias, backend in settings.SEARCH_BACKENDS.items()
    }


def listing(owner, name, visibility="private") -> Algorithm:
    card = Card.objects.create(
        digest=f"{owner.slug}/{name}".ljust(64, "0"),
        source="# Card",
        html="",
        plain="xenolith",
        renderer=0,
    )
    row = Algorithm.objects.create(
        owner=owner, name=name, title=name, visibility=visibility, card=card
    )
    row.latest = Version.objects.create(
        algorithm=row, major=1, minor=0, patch=0, visibility=visibility, card=card
    )
    row.save()
    return row


@pytest.fixture
def owner(vision_lab, ada):
    """Ada owns the team too."""
    add_member(team=vision_lab, user=ada, role=Membership.Role.OWNER)
    return ada


@pytest.fixture
def secret(vision_lab) -> Algorithm:
    return listing(vision_lab.owner, "Secret")


def as_(user) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def rename(owner, team, slug) -> None:
    teams.rename(actor=owner, team=team, slug=slug, name=team.name, about="")


def test_a_renamed_team_leads_members_on_everywhere(owner, linus, vision_lab, secret):
    rename(owner, vision_lab, "sight")
    client = as_(linus)
    for path in ("/visionlab", *PATHS, "/teams/visionlab", "/teams/visionlab/members"):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"] == path.replace("visionlab", "sight", 1)
        assert client.get(answer["Location"]).status_code == 200, path


def test_strangers_find_at_a_former_address_what_is_nowhere(
    owner, charlie, carol, vision_lab, secret
):
    rename(owner, vision_lab, "sight")
    for user in (None, charlie, carol):
        client = as_(user)
        for path in ("/visionlab", *PATHS, "/teams/visionlab"):
            for form in ("", ".json", ".md"):
                if path.endswith("card.md") and form:
                    continue
                former = client.get(path + form)
                missing = client.get(path.replace("visionlab", "nowhere") + form)
                assert former.status_code == missing.status_code == 404, path
                assert former.content == missing.content, path
                assert dict(former.headers) == dict(missing.headers), path


def test_strangers_find_no_feed_at_a_former_address(owner, vision_lab, secret):
    rename(owner, vision_lab, "sight")
    client = as_(None)
    for path in ("/feeds/owners/{}.atom", "/feeds/algorithms/{}/Secret.atom"):
        former = client.get(path.format("visionlab"))
        missing = client.get(path.format("nowhere"))
        assert former.status_code == missing.status_code == 404
        assert former.content == missing.content


def test_what_is_public_leads_everybody_on(owner, vision_lab, secret):
    listing(vision_lab.owner, "Open", "public")
    rename(owner, vision_lab, "sight")
    client = as_(None)
    for path in ("/visionlab", "/visionlab/Open", "/visionlab/Open/versions"):
        answer = client.get(f"{path}?a=1")
        where = path.replace("visionlab", "sight")
        assert answer["Location"] == f"{where}?a=1"
    for path in ("owners/{}.atom", "algorithms/{}/Open.atom"):
        answer = client.get("/feeds/" + path.format("visionlab"))
        assert answer["Location"] == "/feeds/" + path.format("sight")
        assert client.get(answer["Location"]).status_code == 200
    # One public algorithm does not open the way to a private one.
    assert client.get("/visionlab/Secret").status_code == 404


def test_two_renames_lead_to_where_it_is_now(owner, linus, vision_lab, secret):
    rename(owner, vision_lab, "sight")
    vision_lab.refresh_from_db()
    rename(owner, teams.lock(vision_lab), "eye")
    client = as_(linus)
    for slug in ("visionlab", "sight"):
        assert client.get(f"/{slug}/Secret")["Location"] == "/eye/Secret"


def test_a_post_is_never_led_on(owner, linus, vision_lab, secret):
    rename(owner, vision_lab, "sight")
    client = as_(linus)
    for path in ("/visionlab/Secret/star", "/visionlab/Secret/try"):
        answer = client.post(path)
        assert not answer.headers.get("Location", "").startswith("/visionlab"), path
        assert answer.status_code != 404, path
    stranger = Client()
    assert stranger.post("/visionlab/Secret/try").status_code == 404


def seen_on(user, key) -> dict[str, object]:
    """What every surface says of the algorithm, under both of its addresses."""
    client, headers = as_(user), {"Authorization": f"Bearer {key}"}
    found: dict[str, object] = {}
    for slug in ("visionlab", "deepsea"):
        for path in (f"/{slug}", f"/{slug}/Secret", f"/{slug}/Secret.json"):
            found[path] = client.get(path).status_code
        one = f"/api/v1/algorithms/{slug}/Secret"
        for path in (one, f"{one}/versions"):
            found[path] = client.get(path, headers=headers).status_code
        answer = client.post(
            f"/v1/algo/{slug}/Secret",
            "1",
            content_type="application/json",
            headers=headers,
        )
        found[f"/v1 {slug}"] = "not found" in answer.content.decode()
    listed = client.get("/api/v1/algorithms?q=xenolith", headers=headers)
    found["search"] = json.loads(listed.content)["total"]
    rows = search.search(viewer=user, query=Query(text="xenolith")).rows
    found["rows"] = len(rows)
    return found


def test_after_a_transfer_the_old_members_see_it_on_no_surface(
    owner, linus, vision_lab, secret
):
    deep_sea = create_team(slug="deepsea", name="Deep Sea")
    add_member(team=deep_sea, user=owner, role="maintainer")
    indexing.rebuild_index()
    key = keys.create_key(user=linus, name="k", scopes=["read", "run"]).secret
    before = seen_on(linus, key)
    assert before["/visionlab/Secret"] == before["/visionlab"] == 200
    assert before["/api/v1/algorithms/visionlab/Secret"] == 200
    assert (before["search"], before["rows"]) == (1, 1)
    transfers.move_algorithm(
        viewer=owner, owner="visionlab", name="Secret", to="deepsea"
    )
    # Before the index has heard of it, and with the key's look-ups still warm.
    after = seen_on(linus, key)
    own_page = after.pop("/visionlab")
    assert own_page == 200
    counts = (after.pop("search"), after.pop("rows"))
    assert counts == (0, 0)
    gone = {path: answer for path, answer in after.items() if answer not in (404, True)}
    assert gone == {}
    client = as_(linus)
    former, missing = client.get("/visionlab/Secret"), client.get("/visionlab/Nothing")
    assert former.content == missing.content
    assert as_(owner).get("/visionlab/Secret")["Location"] == "/deepsea/Secret"


def test_who_was_let_in_is_led_on_and_others_are_not(
    owner, linus, charlie, vision_lab, secret
):
    Grant.objects.create(algorithm=secret, user=charlie)
    transfers.move_algorithm(viewer=owner, owner="visionlab", name="Secret", to="ada")
    assert as_(charlie).get("/visionlab/Secret")["Location"] == "/ada/Secret"
    assert as_(linus).get("/visionlab/Secret").status_code == 404


def test_the_search_index_of_an_old_member_forgets_it_for_good(
    owner, linus, vision_lab, secret
):
    indexing.rebuild_index()
    transfers.move_algorithm(viewer=owner, owner="visionlab", name="Secret", to="ada")
    indexing.drain_outbox()
    assert search.search(viewer=linus, query=Query(text="xenolith")).total == 0
    assert search.search(viewer=owner, query=Query(text="xenolith")).total == 1
