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
    ],
)
def test_the_index_finds_an_owner(rows, index):
    _read_by_index()
    assert index in rows.explain()


@pytest.mark.parametrize(
    ("model", "index"),
    [
        (Algorithm, "algorithm_any_case"),
        (AlgorithmAlias, "algorithm_alias_any_case"),
    ],
)
def test_the_index_finds_a_name_of_an_owner(model, index, ada, crowd):
    _read_by_index()
    rows = model.objects.filter(owner=ada.owner.pk, name__iexact="Echo")
    assert index in rows.explain()


def _read_by_index():
    """Of a few rows PostgreSQL's planner would read all."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.fixture
def crowd(ada):
    """So many names of one owner that finding them by the owner alone costs more."""
    names = [f"Name{number}" for number in range(500)]
    Algorithm.objects.bulk_create(
        Algorithm(owner=ada.owner, name=name, title=name, summary=name)
        for name in names
    )
    former = Algorithm.objects.first()
    AlgorithmAlias.objects.bulk_create(
        AlgorithmAlias(owner=ada.owner, name=f"Former{name}", algorithm=former)
        for name in names
    )
    with connection.cursor() as cursor:
        for model in (Algorithm, AlgorithmAlias):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


@pytest.mark.parametrize("asked", ["ada", "ADA", "aDa"])
def test_case_makes_no_difference(ada, asked):
    assert Owner.objects.filter(slug__iexact=asked).get() == ada.owner
    assert User.objects.filter(username__iexact=asked).get() == ada
    assert Algorithm.objects.filter(owner__slug__iexact=asked).count() == 0


@pytest.mark.parametrize("asked", ["a_a", "a%", "%", "", "\\", "ad", "adaa"])
def test_nothing_else_is_a_name(ada, asked):
    assert not Owner.objects.filter(slug__iexact=asked).exists()
