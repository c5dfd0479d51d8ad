"""The privacy rule: its two forms agree for every viewer and row."""

from __future__ import annotations

import pytest

from accounts.models import Owner
from catalog.models import Algorithm, Card, Version
from catalog.visibility import audiences_for, audiences_of

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
