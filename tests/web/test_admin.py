"""The administration opens for staff, for every row, and for nobody else."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.keys import create_key
from accounts.models import Invitation, Notice, OwnerAlias, Team
from accounts.organization import Organization
from catalog.models import (
    AccessRequest,
    AlgorithmAlias,
    Blob,
    Branding,
    Build,
    Collection,
    CollectionItem,
    DataDirectory,
    DataFile,
    DataUsage,
    Draft,
    Grant,
    IndexOutbox,
    Review,
    Run,
    SavedSearch,
    SearchMiss,
    Star,
    Synonym,
)
from catalog.services import curation, idempotency
from catalog.services.callers import caller_on_page
from catalog.services.durable_runs import enqueue
from catalog.services.rollups import roll_up
from catalog.services.runs import Call
from catalog.services.webhook_secrets import make_secret

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
    stored(linus, sentiment)
    promised(linus, sentiment)
    curation.feature(curator=carol, algorithms=[sentiment], reason="Good.")
    client.force_login(carol)


def stored(linus, sentiment):
    directory = DataDirectory.objects.create(owner=linus.owner, name="photos")
    blob = Blob.objects.create(digest="a" * 64, size=3, key="aa/a")
    DataFile.objects.create(directory=directory, name="cat.jpg", blob=blob, size=3)
    DataUsage.objects.create(owner=linus.owner, used=3)
    Draft.objects.create(algorithm=sentiment, label="Sentiment")
    Build.objects.create(
        algorithm=sentiment,
        digest="b" * 64,
        commit="b" * 40,
        started_at=timezone.now(),
    )


def promised(linus, sentiment):
    """Make a run that waits, whom it tells, and a request that is sent once."""
    caller = caller_on_page(linus, "192.0.2.1")
    make_secret(viewer=linus)
    call = Call("nlp", "GetSentiment", b'{"text": "x"}', "json", Run.Surface.API)
    enqueue(caller=caller, call=call, webhook="https://hooks.example.com/vitrine")
    idempotency.once(
        caller=caller,
        key="once",
        fingerprint="f" * 64,
        work=lambda _id: idempotency.Answer(200, "application/json", b"{}"),
    )


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
