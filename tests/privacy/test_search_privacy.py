"""No listing that a viewer may not see shows in what search says, on either engine."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Owner
from catalog.models import Algorithm, Card, Tag
from catalog.search import search_backends
from catalog.services import indexing, search

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = ("harbor", "lantern", "copper")


@pytest.fixture(params=["tantivy", "whoosh"])
def engine(request, settings, tmp_path):
    settings.VITRINE_SEARCH = request.param
    settings.SEARCH_BACKENDS = {
        name: {**entry, "OPTIONS": {"path": tmp_path / name}}
        for name, entry in settings.SEARCH_BACKENDS.items()
    }
    return request.param


def publish(slug, name, visibility, word):
    algorithm = Algorithm.objects.create(
        owner=Owner.objects.get(slug=slug),
        name=name,
        title=f"{word} title",
        summary=f"Finds every {word} of the coast.",
        task=f"task-{word}",
        visibility=visibility,
        card=Card.objects.get_or_create(
            digest=word, defaults={"source": word, "plain": word, "renderer": 0}
        )[0],
    )
    algorithm.tags.add(Tag.objects.get_or_create(name=f"tag-{word}")[0])
    return algorithm


@pytest.fixture
def catalog(engine, ada, charlie, vision_lab, viewers):
    for slug in ("ada", "charlie", "visionlab"):
        for visibility in ("public", "private"):
            word = f"{slug}{visibility}"
            publish(slug, f"{word}One", visibility, word)
        publish(slug, f"{slug}Shared", "private", "harbor")
    publish("ada", "OpenHarbor", "public", "harbor")
    indexing.rebuild_index()


def expected(viewer):
    return {row.full_name for row in Algorithm.objects.visible_to(viewer)}


def found(viewer, **asked):
    results = search.search(viewer=viewer, query=search.Query(limit=100, **asked))
    assert results.degraded == ""
    return results, {row.algorithm.full_name for row in results.rows}


def test_lists_totals_and_facets_are_those_of_the_visible_rows(catalog, viewers):
    for who, viewer in viewers.items():
        results, names = found(viewer)
        visible = expected(viewer)
        assert names == visible, who
        assert results.total == len(visible), who
        rows = Algorithm.objects.visible_to(viewer)
        for facet, column in (
            ("task", "task"),
            ("tag", "tags__name"),
            ("owner", "owner__slug"),
        ):
            counted = {}
            for value in rows.values_list(column, flat=True):
                counted[value] = counted.get(value, 0) + 1
            (shown,) = (f for f in results.facets if f.name == facet)
            assert {v.value: v.count for v in shown.values} == counted, (who, facet)


def test_a_word_of_a_private_listing_finds_nothing_for_others(catalog, viewers):
    for who, viewer in viewers.items():
        visible = expected(viewer)
        for slug in ("ada", "charlie", "visionlab"):
            results, names = found(viewer, text=f"{slug}private")
            assert names <= visible, (who, slug)
            own = f"{slug}/{slug}privateOne"
            assert (own in names) == (own in visible)
            if own not in visible:
                assert results.total == len(names)
                for facet in results.facets:
                    assert not any("private" in v.value for v in facet.values)


def test_suggestions_name_only_what_is_visible(catalog, viewers):
    for who, viewer in viewers.items():
        for prefix in ("a", "ada", "adap", "visionlabp", "charliep", "harb", "Open"):
            names = {
                row.full_name for row in search.suggest(viewer=viewer, prefix=prefix)
            }
            assert names <= expected(viewer), (who, prefix)


def test_going_private_takes_effect_before_the_index_knows(catalog, charlie):
    listing = Algorithm.objects.get(name="OpenHarbor")
    listing.visibility = "private"
    listing.save()
    _results, names = found(charlie, text="harbor")
    assert "ada/OpenHarbor" not in names
    indexing.drain_outbox()
    results, names = found(charlie, text="harbor")
    assert "ada/OpenHarbor" not in names
    assert results.total == len(names)


def test_a_deleted_and_a_new_listing_reach_the_index_by_the_outbox(catalog, anonymous):
    Algorithm.objects.get(name="OpenHarbor").delete()
    publish("ada", "NewLantern", "public", "lantern")
    while indexing.drain_outbox():
        pass
    assert found(anonymous, text="harbor")[0].total == 0
    assert found(anonymous, text="lantern")[1] == {"ada/NewLantern"}


@pytest.mark.parametrize("damage", ["missing", "corrupt"])
def test_a_missing_or_broken_index_degrades_to_the_database(
    catalog, viewers, damage, settings
):
    path = settings.SEARCH_BACKENDS[settings.VITRINE_SEARCH]["OPTIONS"]["path"]
    indexing.backend().close()
    for file in sorted(path.rglob("*"), reverse=True):
        if file.is_file() and damage == "corrupt":
            file.chmod(0o600)
            file.write_bytes(b"\x00broken\xff" * 40)
        elif file.is_file():
            file.unlink()
    search_backends.reset()
    for who, viewer in viewers.items():
        results = search.search(viewer=viewer, query=search.Query(limit=100))
        assert results.degraded
        names = {row.algorithm.full_name for row in results.rows}
        assert names == expected(viewer), who
        assert results.total == len(names)


def test_strangers_read_the_same_bytes_with_and_without_private_rows(catalog, charlie):
    paths = [
        "/api/v1/algorithms?facets=true",
        "/api/v1/algorithms?q=harbor&facets=true",
        "/api/v1/algorithms?q=adaprivate",
        "/api/v1/algorithms?tag=tag-adaprivate&facets=true",
        "/api/v1/algorithms?sort=name&limit=2",
        "/api/v1/suggest?q=ada",
        "/api/v1/algorithms/ada/adaprivateOne",
        "/api/v1/algorithms/visionlab/visionlabShared/versions",
    ]
    client = Client()
    before = [masked(client.get(path)) for path in paths]
    Algorithm.objects.filter(visibility="private").exclude(
        owner__slug="charlie"
    ).delete()
    while indexing.drain_outbox():
        pass
    after = [masked(client.get(path)) for path in paths]
    assert before == after


def masked(response):
    body = re.sub(rb'"instance":"[^"]*"', b"", response.content)
    headers = {k: v for k, v in response.items() if k not in {"ETag", "Date"}}
    return response.status_code, headers, body
