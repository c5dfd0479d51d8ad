"""Owners: one namespace over people and teams, without regard to case."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import get_resolver

from accounts.models import Owner, Team
from accounts.names import RESERVED, validate_owner_name
from accounts.services import create_team, create_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("taken", ["ada", "ADA", "Ada"])
def test_a_taken_name_is_refused_in_any_case(ada, taken):
    with pytest.raises(ValidationError, match="taken"):
        create_user(username=taken, password="x")
    with pytest.raises(ValidationError, match="taken"):
        create_team(slug=taken, name="Another")


@pytest.mark.parametrize(
    "wrong", ["", "-a", "a" * 40, "a b", "a/b", "ä", "a.b", "search", "API", "a\n"]
)
def test_what_is_no_owner_name_is_refused(wrong):
    with pytest.raises(ValidationError):
        validate_owner_name(wrong)


def test_the_database_holds_the_rules_by_itself(ada):
    with pytest.raises(IntegrityError), transaction.atomic():
        Owner.objects.create(slug="ADA", team=Team.objects.create(name="T"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Owner.objects.create(slug="nobody")
    with pytest.raises(IntegrityError), transaction.atomic():
        Owner.objects.create(slug="both", user=ada, team=Team.objects.create(name="T"))


def test_every_first_path_segment_is_reserved():
    first = set()
    for pattern in get_resolver().reverse_dict.getlist("") or []:
        first.add(pattern)
    for route in all_routes(get_resolver()):
        segment = route.split("/")[0].split(".")[0]
        if segment and not segment.startswith(("<", "(", "^")):
            first.add(segment.lower())
    assert first
    assert first <= RESERVED


def all_routes(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from all_routes(pattern, route)
        else:
            yield route
