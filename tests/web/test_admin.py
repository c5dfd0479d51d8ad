"""The administration opens for staff, for every row, and for nobody else."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.keys import create_key
from accounts.models import Invitation, Notice, Organization, OwnerAlias, Team
from catalog.models import (
    AccessRequest,
    AlgorithmAlias,
    Branding,
    Collection,
    CollectionItem,
    Grant,
    IndexOutbox,
    Review,
    Run,
    SavedSearch,
    SearchMiss,
    Star,
    Synonym,
)
from catalog.services import curation
from catalog.services.rollups import roll_up

OURS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in {"accounts", "catalog"} and not model._meta.auto_created
]


def address(model, page, *args) -> str:
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


@pytest.fixture
def rows(client, carol, linus, sentiment, executor):
    create_key(user=linus, name="laptop", scopes=["run"])
    client.post("/nlp/GetSentiment/run", {"mode": "json", "json": '{"text": "x"}'})
    assert Run.objects.exists()
    assert IndexOutbox.objects.exists()
    roll_up()
    collection = Collection.objects.create(slug="texts", title="Texts")
    CollectionItem.objects.create(collection=collection, algorithm=sentiment)
    Star.objects.create(user=linus, algorithm=sentiment)
    Synonym.objects.create(words="car, automobile")
    SavedSearch.objects.create(user=linus, name="cars", query="q=cars")
    SearchMiss.objects.create(text="cars", count=1)
    Branding.objects.create(banner="Hello.")
    Review.objects.create(algorithm=sentiment, requested_by=linus)
    Grant.objects.create(algorithm=sentiment, user=linus)
    AccessRequest.objects.create(algorithm=sentiment, user=linus, reason="Please.")
    AlgorithmAlias.objects.create(
        algorithm=sentiment, owner=sentiment.owner, name="Mood"
    )
    OwnerAlias.objects.create(slug="language", owner=sentiment.owner)
    Invitation.objects.create(digest="d", expires_at=timezone.now())
    Organization.objects.create(team=Team.objects.first())
    Notice.objects.create(user=linus, text="Welcome.")
    curation.feature(curator=carol, algorithms=[sentiment], reason="Good.")
    client.force_login(carol)


def test_every_row_can_be_looked_at(client, rows):
    for model in OURS:
        assert model in admin.site._registry, model
        listed = client.get(address(model, "changelist"), {"q": "a"}, follow=True)
        assert listed.status_code == 200, model
        row = model.objects.first()
        assert row is not None, model
        page = client.get(address(model, "change", row.pk))
        assert page.status_code == 200, model


def test_an_algorithm_is_made_private_by_the_curator(client, rows, sentiment):
    form = client.get(address(type(sentiment), "change", sentiment.pk))
    values = {
        name: value
        for name, value in form.context["adminform"].form.initial.items()
        if value is not None
    }
    values |= {"visibility": "private", "tags": [], "language": "[]"}
    saved = client.post(address(type(sentiment), "change", sentiment.pk), values)
    assert saved.status_code == 302, saved.context["errors"]
    client.logout()
    assert client.get("/nlp/GetSentiment").status_code == 404


def test_others_are_sent_to_sign_in(client, ada, sentiment):
    client.force_login(ada)
    assert client.get(address(type(sentiment), "changelist")).status_code == 302
