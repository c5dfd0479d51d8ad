"""What curators type wrong is said at its field, and nothing has changed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Owner
from catalog.models import Algorithm, Collection, Review
from catalog.services import reviews
from catalog.services.cards import card_for

pytestmark = pytest.mark.django_db
REVIEWS = "admin:catalog_review_changelist"


@pytest.fixture
def curator(client, carol):
    client.force_login(carol)
    return client


def listing(name: str, visibility: str = "public") -> Algorithm:
    return Algorithm.objects.create(
        owner=Owner.objects.get(slug="ada"),
        name=name,
        title=name,
        summary="One",
        visibility=visibility,
        card=card_for(source=f"# {name}"),
        language=["en"],
    )


def edit(client, row: Algorithm, **values: str):
    whole = {
        "owner": row.owner_id,
        "name": row.name,
        "title": row.title,
        "summary": row.summary,
        "visibility": row.visibility,
        "language": '["en"]',
    }
    address = reverse("admin:catalog_algorithm_change", args=[row.pk])
    return client.post(address, whole | values)


@pytest.mark.parametrize("typed", ["5", '"en"', '{"en": 1}', "[1]", "[[]]", "en"])
def test_languages_are_a_list_of_texts(curator, ada, typed):
    row = listing("One")
    assert "errornote" in edit(curator, row, language=typed).content.decode()
    row.refresh_from_db()
    assert row.language == ["en"]


@pytest.mark.parametrize("typed", ["", "null", "[]"])
def test_no_language_is_an_empty_list(curator, ada, typed):
    row = listing("One")
    assert edit(curator, row, language=typed).status_code == 302
    row.refresh_from_db()
    assert row.language == []


def test_a_name_that_is_no_part_of_an_address_is_refused(curator, ada):
    row = listing("One")
    answer = edit(curator, row, name="../One")
    assert answer.status_code == 200
    assert "start with a letter" in answer.content.decode()


def test_an_algorithm_is_in_a_collection_once(curator, ada):
    row = listing("One")
    values = {
        "title": "Twice",
        "slug": "twice",
        "position": 0,
        "items-TOTAL_FORMS": 2,
        "items-INITIAL_FORMS": 0,
    }
    for number in range(2):
        values[f"items-{number}-algorithm"] = str(row.pk)
        values[f"items-{number}-position"] = number
    answer = curator.post(reverse("admin:catalog_collection_add"), values)
    assert "ada/One is in the list twice." in answer.content.decode()
    assert not Collection.objects.exists()


def test_of_several_requests_all_or_none_are_accepted(curator, ada):
    rows = [listing(name, "private") for name in ("One", "Two")]
    for row in rows:
        reviews.request_review(viewer=ada, owner="ada", name=row.name)
    reviews.withdraw_review(viewer=ada, owner="ada", name="Two")
    chosen = [str(pk) for pk in Review.objects.values_list("pk", flat=True)]
    values = {"action": "accept", "_selected_action": chosen, "answered": "yes"}
    answer = curator.post(reverse(REVIEWS), values)
    assert "does not wait any more" in answer.content.decode()
    assert not Algorithm.objects.filter(visibility="public").exists()
