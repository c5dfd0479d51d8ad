"""Names are found without regard to case by their index, on either database."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.models import Owner, OwnerAlias, User
from catalog.models import Algorithm, AlgorithmAlias

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (User.objects.filter(username__iexact="ADA"), "user_username_any_case"),
        (Owner.objects.filter(slug__iexact="ADA"), "owner_slug_any_case"),
        (OwnerAlias.objects.filter(slug__iexact="ADA"), "owner_alias_any_case"),
        (
            Algorithm.objects.filter(owner=1, name__iexact="Echo"),
            "algorithm_any_case",
        ),
        (
            AlgorithmAlias.objects.filter(owner=1, name__iexact="Echo"),
            "algorithm_alias_any_case",
        ),
    ],
)
def test_the_index_finds_a_name(rows, index):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Of a few rows the planner would read all.
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in rows.explain()


@pytest.mark.parametrize("asked", ["ada", "ADA", "aDa"])
def test_case_makes_no_difference(ada, asked):
    assert Owner.objects.filter(slug__iexact=asked).get() == ada.owner
    assert User.objects.filter(username__iexact=asked).get() == ada
    assert Algorithm.objects.filter(owner__slug__iexact=asked).count() == 0


@pytest.mark.parametrize("asked", ["a_a", "a%", "%", "", "\\", "ad", "adaa"])
def test_nothing_else_is_a_name(ada, asked):
    assert not Owner.objects.filter(slug__iexact=asked).exists()
