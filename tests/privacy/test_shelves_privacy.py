"""Start page, collections, stars, owners and recents show what is visible alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Owner
from catalog.models import (
    Algorithm,
    Collection,
    CollectionItem,
    Example,
    Run,
    Star,
    Version,
)
from catalog.services import indexing, rollups, stars
from catalog.services.cards import card_for

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = (
    "/",
    "/collections",
    "/collections/mixed",
    "/collections/closed",
    "/ada",
    "/visionlab",
    "/charlie",
    "/api/v1/collections",
    "/api/v1/collections/mixed",
    "/api/v1/collections/closed",
    "/api/v1/starred",
)
#: it says how long it took, and shows what was viewed
SEARCH = "/search?q=nothingfitsthis"


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path):
    settings.SEARCH_BACKENDS = {
        name: {**entry, "OPTIONS": {"path": tmp_path / name}}
        for name, entry in settings.SEARCH_BACKENDS.items()
    }
    yield
    indexing.backend().close()


def publish(slug, visibility):
    """A callable listing with an example and runs; its words tell whose it is."""
    word = f"{slug}{visibility}"
    card = card_for(source=f"# {word}")
    algorithm = Algorithm.objects.create(
        owner=Owner.objects.get(slug=slug),
        name=f"{word}One",
        title=f"Title of {word}",
        summary=f"Summary of {word}.",
        task=f"task-{word}",
        visibility=visibility,
        verified_at=timezone.now(),
        card=card,
    )
    version = Version.objects.create(
        algorithm=algorithm,
        major=1,
        minor=0,
        patch=0,
        card=card,
        digest="d" * 64,
        bundle="",
        manifest="",
        visibility=visibility,
        notes=f"Notes of {word}",
        input_schema={"type": "string"},
        output_schema={"type": "string"},
    )
    Example.objects.create(
        version=version,
        position=0,
        title="One",
        input_text=f'"asked {word}"',
        output_text=f'"told {word}"',
    )
    algorithm.latest = version
    algorithm.save()
    record_runs(version, 3)
    return algorithm


def record_runs(version, count):
    Run.objects.bulk_create(
        Run(
            version=version,
            surface=Run.Surface.API,
            outcome=Run.Outcome.SUCCEEDED,
            duration_ms=10,
            total_ms=11,
            input_bytes=1,
            output_bytes=1,
            created_at=timezone.now(),
        )
        for _number in range(count)
    )


@pytest.fixture
def catalog(ada, charlie, vision_lab, viewers):
    rows = [
        publish(slug, visibility)
        for slug in ("ada", "charlie", "visionlab")
        for visibility in ("private", "public")
    ]
    mixed = Collection.objects.create(slug="mixed", title="Mixed", is_featured=True)
    closed = Collection.objects.create(slug="closed", title="Closed plans")
    for place, row in enumerate(rows):
        homes = [mixed, closed] if row.visibility == "private" else [mixed]
        for home in homes:
            CollectionItem.objects.create(
                collection=home,
                algorithm=row,
                position=place,
                note=f"Note on {row.name}",
            )
    for viewer in viewers.values():
        if viewer.is_authenticated:
            for row in rows:
                # As if each had been public once, when everybody starred it.
                Star.objects.create(user=viewer, algorithm=row)
    rollups.count_calls(versions=rollups.roll_up().versions)
    indexing.rebuild_index()
    return rows


def browser_of(viewer, rows):
    """A browser that viewed every listing while all were public."""
    client = Client()
    if viewer.is_authenticated:
        client.force_login(viewer)
    hidden = [row.pk for row in rows if row.visibility == "private"]
    Algorithm.objects.filter(pk__in=hidden).update(visibility="public")
    for row in rows:
        client.get(row.get_absolute_url())
    Algorithm.objects.filter(pk__in=hidden).update(visibility="private")
    return client


def test_no_page_names_what_its_reader_may_not_see(catalog, viewers):
    for who, viewer in viewers.items():
        client = browser_of(viewer, catalog)
        seen = set(Algorithm.objects.visible_to(viewer).values_list("pk", flat=True))
        unseen = [row for row in catalog if row.pk not in seen]
        for path in (*PATHS, SEARCH, "/settings/stars"):
            text = client.get(path).content.decode()
            for row in unseen:
                word = row.name.removesuffix("One")
                assert word not in text, (who, path, word)


def test_what_one_may_see_is_there(catalog, viewers):
    client = browser_of(viewers["owner"], catalog)
    for path in ("/", "/collections/closed", "/ada", "/settings/stars"):
        assert "adaprivateOne" in client.get(path).content.decode(), path


def test_counts_are_those_of_the_visible_rows(catalog, viewers):
    for who, viewer in viewers.items():
        client = browser_of(viewer, catalog)
        visible = Algorithm.objects.visible_to(viewer).count()
        page = client.get("/").context["page"]
        assert page.ledger.algorithms == visible, who
        assert page.ledger.calls == 3 * visible, who
        assert page.ledger.measured == 3 * visible, who
        assert sum(tile.count for tile in page.tasks) == visible, who
        counts = {row.collection.slug: row.count for row in page.collections}
        assert counts["mixed"] == visible, who
        assert counts.get("closed", 0) == visible - 3, who


def test_a_star_on_what_is_private_answers_like_nothing(catalog, viewers):
    client = browser_of(viewers["stranger"], catalog)
    missing = client.post("/ada/Nothing/star")
    private = client.post("/ada/adaprivateOne/star")
    assert (private.status_code, private.content) == (404, missing.content)


def test_strangers_read_the_same_bytes_with_and_without_private_rows(catalog):
    client = Client()
    before = [masked(client.get(path)) for path in PATHS]
    private = Algorithm.objects.filter(visibility="private")
    for row in private:
        record_runs(row.latest, 20)
        stars.star(viewer=row.owner.user or Star.objects.first().user, algorithm=row)
    rollups.count_calls(versions=rollups.roll_up().versions)
    for path, then in zip(PATHS, before, strict=True):
        assert masked(client.get(path)) == then, f"{path} tells of private calls"
    private.delete()
    while indexing.drain_outbox():
        pass
    after = [masked(client.get(path)) for path in PATHS]
    for path, then, now in zip(PATHS, before, after, strict=True):
        assert then == now, path


def masked(response):
    """The answer without what is new in each one."""
    body = re.sub(rb'"instance":"[^"]*"', b"", response.content)
    body = re.sub(
        rb'(csrftoken"?: ?"|name="csrfmiddlewaretoken" value=")[^"]*', b"", body
    )
    body = re.sub(rb'nonce="[^"]*"|"inlineStyleNonce":"[^"]*"', b"", body)
    changing = {"ETag", "Date", "Content-Security-Policy", "RateLimit", "Set-Cookie"}
    headers = {k: v for k, v in response.items() if k not in changing}
    return response.status_code, headers, body
