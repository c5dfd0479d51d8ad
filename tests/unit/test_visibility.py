"""The privacy rule: its two forms agree for every viewer and row."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Owner, Team, User
from accounts.rules import parse_rule
from accounts.services import add_member, create_team
from accounts.viewers import KeyViewer
from catalog.models import Algorithm, Card, Grant, Version
from catalog.search.filters import holds
from catalog.search.filters.fields import values_of
from catalog.services.indexing import document_of
from catalog.visibility import (
    access_for,
    audiences_for,
    audiences_of,
    discoverable_to,
    rights_of,
    runnable_by,
    visible_versions,
)
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    return Card.objects.create(
        digest="0" * 64, source="# Card", html="", plain="", renderer=0
    )


@pytest.fixture
def listings(ada, charlie, vision_lab, card):
    made = {}
    for slug in ("ada", "charlie", "visionlab"):
        owner = Owner.objects.get(slug=slug)
        for visibility in ("public", "private"):
            algorithm = Algorithm.objects.create(
                owner=owner, name=visibility, visibility=visibility
            )
            for minor, version_visibility in enumerate(("public", "private")):
                Version.objects.create(
                    algorithm=algorithm,
                    major=1,
                    minor=minor,
                    patch=0,
                    visibility=version_visibility,
                    card=card,
                )
            made[algorithm.full_name] = algorithm
    return made


SEES = {
    "anonymous": set(),
    "stranger": {"charlie/private"},
    "owner": {"ada/private"},
    "member": {"visionlab/private"},
    "maintainer": {"visionlab/private"},
}


def test_each_viewer_sees_the_public_and_his_own(viewers, listings):
    public = {name for name in listings if name.endswith("/public")}
    for who, viewer in viewers.items():
        seen = {row.full_name for row in Algorithm.objects.visible_to(viewer)}
        assert seen == public | SEES[who], who


def test_rows_and_audiences_are_one_rule(viewers, listings):
    for who, viewer in viewers.items():
        rows = {row.full_name for row in Algorithm.objects.visible_to(viewer)}
        audiences = audiences_for(viewer)
        by_audience = {
            name for name, row in listings.items() if audiences & set(audiences_of(row))
        }
        assert rows == by_audience, who


def test_a_private_version_of_a_public_algorithm_is_the_owners_alone(viewers, listings):
    public = listings["ada/public"]
    for who, viewer in viewers.items():
        seen = Version.objects.visible_to(viewer).filter(algorithm=public)
        numbers = {version.number for version in seen}
        assert numbers == ({"1.0.0", "1.1.0"} if who == "owner" else {"1.0.0"}), who


def test_a_public_version_does_not_open_a_private_algorithm(anonymous, listings):
    private = listings["ada/private"]
    assert not Version.objects.visible_to(anonymous).filter(algorithm=private)


def test_staff_see_no_more_than_others_on_the_site(carol, listings):
    seen = {row.full_name for row in Algorithm.objects.visible_to(carol)}
    assert seen == {name for name in listings if name.endswith("/public")}


def test_a_member_who_left_sees_nothing_of_the_team(linus, vision_lab, listings):
    vision_lab.memberships.filter(user=linus).delete()
    assert "team" not in "".join(audiences_for(linus))
    seen = {row.full_name for row in Algorithm.objects.visible_to(linus)}
    assert "visionlab/private" not in seen


def test_a_deactivated_person_is_a_stranger(ada, listings):
    ada.is_active = False
    ada.save()
    assert audiences_for(ada) == {"public"}
    seen = {row.full_name for row in Algorithm.objects.visible_to(ada)}
    assert "ada/private" not in seen


PEOPLE = ("ada", "charlie", "dora")
GROUPS = ("red", "blue")
RULES = ("algo://ada/*", "algo://red/Public", "algo://RED/*", "algo://blue/private")
names = st.sampled_from(PEOPLE)
groups = st.sampled_from(GROUPS)
rights = st.sampled_from(["read", "run"])


KINDS = ("public", "private")


@st.composite
def worlds(draw):
    """Who is in which team, what is shared with whom, what is hidden, who looks."""
    addresses = [(slug, kind) for slug in (*PEOPLE, *GROUPS) for kind in KINDS]
    rows = st.sampled_from(addresses)
    return {
        "members": draw(st.sets(st.tuples(names, groups))),
        "grants": draw(
            st.dictionaries(
                st.tuples(rows, st.sampled_from((*PEOPLE, *GROUPS))), rights
            )
        ),
        "hidden": draw(st.sets(rows, max_size=3)),
        "closed": draw(st.sets(names, max_size=1)),
        "rules": draw(st.sets(st.sampled_from(RULES), max_size=2)),
        "who": draw(names),
        "team": draw(groups),
    }


def made(world):
    """Write the rows of a world; return its algorithms by owner and kind."""
    card = Card.objects.create(digest="1" * 64, source="# C", renderer=0)
    people = {name: person(name) for name in PEOPLE}
    teams = {name: create_team(slug=name, name=name) for name in GROUPS}
    for name, team in world["members"]:
        add_member(team=teams[team], user=people[name], role="member")
    User.objects.filter(username__in=world["closed"]).update(is_active=False)
    rows = {}
    for owner in Owner.objects.filter(slug__in=(*PEOPLE, *GROUPS)):
        for kind in KINDS:
            is_hidden = (owner.slug, kind) in world["hidden"]
            row = Algorithm.objects.create(
                owner=owner,
                name=kind,
                visibility=kind,
                hidden_at=timezone.now() if is_hidden else None,
                is_discoverable=kind == "private" and owner.slug in GROUPS,
            )
            rows[owner.slug, kind] = row
            for minor, visibility in enumerate(KINDS):
                Version.objects.create(
                    algorithm=row,
                    major=1,
                    minor=minor,
                    patch=0,
                    visibility=visibility,
                    card=card,
                )
    for (at, to), right in world["grants"].items():
        if at[0] != to:
            holder = {"user": people[to]} if to in people else {"team": teams[to]}
            Grant.objects.create(algorithm=rows[at], right=right, **holder)
    return rows


def viewers_of(world):
    """A person, the same by a key with rules, a team's key, and nobody."""
    user = User.objects.get(username=world["who"])
    team = Team.objects.get(name=world["team"])
    rules = tuple(parse_rule(text) for text in sorted(world["rules"]))
    yield user, {f"user:{user.pk}"}, user, ()
    if user.is_active and rules:
        viewer = KeyViewer(user.username, user_id=user.pk, rules=rules)
        yield viewer, {f"user:{user.pk}"}, user, rules
    yield KeyViewer("t", team_id=team.pk, rules=rules), {f"team:{team.pk}"}, None, rules
    yield AnonymousUser(), set(), None, ()


def namespaces_of(world, viewer, user):
    """The slugs that are the viewer's own, or a team's of the viewer."""
    if user is not None and user.is_active:
        return {user.username, *(t for n, t in world["members"] if n == user.username)}
    if isinstance(viewer, KeyViewer) and viewer.team_id is not None:
        return {world["team"]}
    return set()


def expected(world, mine, rules):
    """The rule once more, in plain words: what may be seen, and of that be run.

    Maps what is seen to run, to read, or to "" where it is seen as everybody sees it.
    """
    found = {}
    for at in ((slug, kind) for slug in (*PEOPLE, *GROUPS) for kind in KINDS):
        held = {
            right
            for (where, to), right in world["grants"].items()
            if where == at and to in mine and to != at[0]
        }
        if rules and not any(rule.covers(*at) for rule in rules):
            continue
        if at[0] in mine:
            found[at] = "run"
        elif held:
            found[at] = max(held)  # run comes after read
        elif at[1] == "public" and at not in world["hidden"]:
            found[at] = ""
    return found


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_rows_audiences_and_versions_follow_one_rule_in_any_world(world):
    with transaction.atomic():
        rows = made(world)
        by_pk = {row.pk: at for at, row in rows.items()}
        for viewer, own, user, rules in viewers_of(world):
            mine = namespaces_of(world, viewer, user)
            wanted = expected(world, mine, rules)
            seen = Algorithm.objects.visible_to(viewer)
            assert {by_pk[pk] for pk in seen.values_list("pk", flat=True)} == set(
                wanted
            )
            access = access_for(viewer)
            assert own <= access.audiences or not getattr(viewer, "is_active", False)
            by_audience = {
                at
                for at, row in rows.items()
                if access.audiences & set(audiences_of(row))
                and (
                    access.within is None
                    or holds(access.within, values_of(document_of(row)))
                )
            }
            assert by_audience == set(wanted)
            whole = {at for at, right in wanted.items() if right}
            for at, row in rows.items():
                check_versions(viewer, row, at, at in wanted, whole, wanted)
            given_by_others = rights_of(viewer, [rows[at] for at in wanted])
            assert {by_pk[pk]: right for pk, right in given_by_others.items()} == {
                at: right
                for at, right in wanted.items()
                if right and at[0] not in mine and not rows[at].is_public
            }
            check_discoverable(viewer, rows, wanted)
        transaction.set_rollback(True)


def check_versions(viewer, row, at, is_seen, whole, wanted):
    versions = Version.objects.filter(algorithm=row)
    seen = {v.number for v in versions.filter(visible_versions(viewer))}
    run = {v.number for v in versions.filter(runnable_by(viewer))}
    public = {"1.0.0"} if row.is_public else set()
    assert seen == ({"1.0.0", "1.1.0"} if at in whole else public if is_seen else set())
    may_all = wanted.get(at) == "run"
    assert run == ({"1.0.0", "1.1.0"} if may_all else public if is_seen else set())


def check_discoverable(viewer, rows, wanted):
    offered = set(
        Algorithm.objects.filter(discoverable_to(viewer)).values_list("pk", flat=True)
    )
    is_person = isinstance(viewer, User) and viewer.is_active
    assert offered == {
        row.pk
        for at, row in rows.items()
        if is_person
        and at not in wanted
        and row.is_discoverable
        and row.hidden_at is None
    }
