"""No listing that a viewer may not see shows in what search says, on either engine."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from django.test import Client

from accounts.models import Membership, Owner
from catalog.models import Algorithm, Card, Tag
from catalog.search import search_backends
from catalog.search.base import FACET_FIELDS
from catalog.search.documents import facets_of
from catalog.search.filters import holds, parse_filter
from catalog.search.filters.fields import values_of
from catalog.services import indexing, saved_searches, search, suggestions, synonyms
from catalog.services.lookups import Lookups

pytestmark = pytest.mark.django_db(transaction=True)

#: what differs from one answer to the next by itself
CHANGING = {"ETag", "Date", "RateLimit"}
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


@pytest.fixture(autouse=True)
def no_synonyms_of_other_tests(monkeypatch):
    """The epoch that dates them is rolled back with a test's rows."""
    monkeypatch.setattr(synonyms, "_held", Lookups(limit=1))


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
            found = suggestions.suggest(viewer=viewer, prefix=prefix, limit=50)
            names = {row.label for row in found if row.kind == "algorithm"}
            assert names <= expected(viewer), (who, prefix)
            for row in found:
                if row.kind != "algorithm":
                    assert row.count == visible_with(viewer, row), (who, prefix)


def visible_with(viewer, row):
    """Return how many visible algorithms a suggestion stands for, never none."""
    asked = row.label if row.kind != "task" else row.address.partition("task=")[2]
    column = {"task": "task", "tag": "tags__name", "owner": "owner__slug"}[row.kind]
    count = Algorithm.objects.visible_to(viewer).filter(**{column: asked}).count()
    assert count, "nothing that is visible has this value"
    return count


def test_a_correction_is_no_private_word(catalog, viewers):
    for who in ("anonymous", "stranger"):
        for typed in ("adaprivat", "visionlabprivte", "adaprivateon"):
            results, _names = found(viewers[who], text=typed)
            assert "adaprivate" not in results.corrected, (who, typed)
            assert "visionlabprivate" not in results.corrected, (who, typed)


def test_facets_are_counted_over_the_visible_rows_for_any_choice(catalog, viewers):
    """Forty random combinations of facets and filters, against brute force."""
    choose = random.Random(11)  # noqa: S311 - the same choices every time
    for number, row in enumerate(Algorithm.objects.order_by("name")):
        row.license = ("", "MIT", "Apache-2.0")[number % 3]
        row.takes = ("text", "image")[number % 2]
        row.language = [["en"], [], ["en", "de"]][number % 3]
        row.median_ms = (None, 20.0, 700.0)[number % 3]
        row.star_count = number
        row.save()
    while indexing.drain_outbox():
        pass
    expressions = ("", "stars > 4", "license = 'MIT' OR verified", "NOT takes = 'text'")
    for _ in range(40):
        who = choose.choice(sorted(viewers))
        documents = documents_of(viewers[who])
        values = {name: set() for name in FACET_FIELDS}
        for document in documents:
            for name, some in facets_of(document).items():
                values[name] |= set(some)
        filled = [name for name in FACET_FIELDS if values[name]]
        chosen = {
            name: tuple(choose.sample(sorted(values[name]), 1))
            for name in choose.sample(filled, choose.randrange(3))
        }
        expression = choose.choice(expressions)
        results, _names = found(viewers[who], chosen=chosen, filter=expression)
        kept = [d for d in documents if is_kept(d, expression)]
        assert results.total == sum(passes(d, chosen) for d in kept), (who, chosen)
        for facet in results.facets:
            left = {k: v for k, v in chosen.items() if k != facet.name}
            counted = Counter(
                value
                for document in kept
                if passes(document, left)
                for value in facets_of(document)[facet.name]
            )
            shown = {v.value: v.count for v in facet.values if v.count}
            assert shown == dict(counted), (who, chosen, expression, facet.name)


def documents_of(viewer):
    rows = Algorithm.objects.visible_to(viewer).with_parts()
    return [indexing.document_of(row) for row in rows]


def is_kept(document, expression):
    return not expression or holds(parse_filter(expression), values_of(document))


def passes(document, chosen):
    values = facets_of(document)
    return all(set(some) & set(values[name]) for name, some in chosen.items())


def test_feeds_show_what_their_reader_sees(catalog, viewers):
    for who, viewer in viewers.items():
        public = saved_searches.public_feed(query=search.Query())
        rows = {row.algorithm.full_name for row in public.results.rows}
        assert rows == expected(viewers["anonymous"])
        if who == "anonymous":
            continue
        kept = saved_searches.save_search(
            viewer=viewer, name="All", query=search.Query()
        )
        feed = saved_searches.saved_feed(token=saved_searches.feed_token(kept))
        rows = {row.algorithm.full_name for row in feed.results.rows}
        assert rows == expected(viewer), who


def test_a_member_who_leaves_reads_no_more_in_the_feed(catalog, linus, vision_lab):
    kept = saved_searches.save_search(viewer=linus, name="All", query=search.Query())
    token = saved_searches.feed_token(kept)
    rows = saved_searches.saved_feed(token=token).results.rows
    assert "visionlab/visionlabprivateOne" in {r.algorithm.full_name for r in rows}
    Membership.objects.filter(user=linus, team=vision_lab).delete()
    rows = saved_searches.saved_feed(token=token).results.rows
    assert "visionlab/visionlabprivateOne" not in {r.algorithm.full_name for r in rows}


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
        "/api/v1/suggest?q=task",
        "/api/v1/suggest?q=visionlabpriv",
        "/api/v1/facets",
        "/api/v1/facets?owner=ada&filter=stars+%3E%3D+0",
        "/api/v1/algorithms?q=adaprivat&explain=true&facets=true",
        "/api/v1/algorithms?visibility=private:ada&facets=true",
        "/api/v1/algorithms?filter=visibility+%3D+'private:visionlab'",
        "/api/v1/algorithms?q=coastt&facets=true",
        "/search.atom",
        "/search.atom?owner=ada",
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
    headers = {k: v for k, v in response.items() if k not in CHANGING}
    return response.status_code, headers, body
