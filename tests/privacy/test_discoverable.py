"""A listing on request shows its name, summary and owner, and not one word more."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.keys import create_key
from accounts.models import Team
from catalog.models import (
    Algorithm,
    Collection,
    CollectionItem,
    Example,
    Review,
    Run,
    Star,
    Tag,
    Version,
    Visibility,
)
from catalog.search import search_backends
from catalog.services import indexing
from catalog.services.cards import card_for, render_waiting
from catalog.services.rollups import count_calls, roll_up

pytestmark = pytest.mark.django_db

PATH = "/visionlab/Marlinspike"
SHOWN = "Counts boats at anchor."
#: one in every other field of the listing, and of what hangs on it
CANARIES = (
    *("halcyon", "palimpsest", "gossamer", "saffron", "cerulean", "zephyrine"),
    *("obsidian", "vermilion", "amaranth", "tourmaline", "carnelian", "verdigris"),
    *("ochreous", "malachite", "umbrageous"),
)
TABS = ("/try", "/use", "/versions", "/source", "/usage", "/settings", "/transfer")


@pytest.fixture(params=["tantivy", "whoosh"])
def engine(request, settings, tmp_path):
    settings.VITRINE_SEARCH = request.param
    settings.SEARCH_BACKENDS = {
        name: {**entry, "OPTIONS": {"path": tmp_path / name}}
        for name, entry in settings.SEARCH_BACKENDS.items()
    }
    for name in dir(settings):
        if name.startswith("VITRINE_RATE"):
            setattr(settings, name, 1_000_000)
    cache.clear()
    yield request.param
    cache.clear()


@pytest.fixture
def offered(engine, grace, linus, vision_lab) -> Algorithm:
    words = dict(enumerate(CANARIES))
    Team.objects.filter(pk=vision_lab.pk).update(name=words[12], about=words[13])
    row = Algorithm.objects.create(
        owner=vision_lab.owner,
        name="Marlinspike",
        title=words[0],
        summary=SHOWN,
        task=words[1],
        framework=words[3],
        license=words[4],
        source_id=words[14],
        card=card_for(source=f"# {words[5]}\n\n{words[5]}"),
        is_discoverable=True,
        verified_at=timezone.now(),
        verified_reason=words[9],
        deprecated_at=timezone.now(),
        deprecated_reason=words[10],
        featured_at=timezone.now(),
        takes="image",
        gives="text",
    )
    row.tags.add(Tag.objects.create(name=words[2]))
    version = Version.objects.create(
        algorithm=row,
        major=4,
        minor=7,
        patch=11,
        card=row.card,
        digest="d" * 64,
        notes=words[6],
        published_by=grace,
        input_schema={"type": "string", "description": words[8]},
    )
    Example.objects.create(
        version=version, position=0, title=words[7], input_text='"x"', output_text="1"
    )
    Run.objects.bulk_create(
        Run(
            version=version,
            user=linus,
            surface=Run.Surface.API,
            outcome=Run.Outcome.SUCCEEDED,
            duration_ms=7,
            total_ms=8,
            input_bytes=1,
            output_bytes=1,
            created_at=timezone.now(),
        )
        for _ in range(7)
    )
    count_calls(versions=roll_up().versions)
    Star.objects.create(user=linus, algorithm=row)
    Algorithm.objects.filter(pk=row.pk).update(star_count=1)
    Review.objects.create(algorithm=row, requested_by=grace, note=words[11])
    shelf = Collection.objects.create(slug="coast", title="Coast", is_published=True)
    CollectionItem.objects.create(collection=shelf, algorithm=row, position=0)
    render_waiting()
    indexing.rebuild_index()
    return row


@pytest.fixture
def stranger(charlie) -> Client:
    client = Client()
    client.force_login(charlie)
    return client


def text_of(answer) -> str:
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode(errors="replace") + str(dict(answer.items()))


def check_no_word_more(text: str, where: str, typed: str = "") -> None:
    low = text.lower()
    for word in CANARIES:
        assert word not in low or word == typed, f"{where} says {word}"
    for more in ("4.7.11", "grace", "linus", "7 calls", "1 star", "image → text"):
        assert more not in low or more == typed, f"{where} says {more}"


PAGES = [
    PATH,
    "/visionlab",
    "/search?q=boats",
    "/search?q=marlin",
    "/settings/requests",
    "/api/v1/discoverable",
    "/api/v1/discoverable?q=BOATS%20anchor",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_who_signed_in_reads_name_summary_and_owner(
    stranger, charlie, offered, path
):
    if path == "/settings/requests":
        stranger.post(f"{PATH}/access", {"reason": "Please."})
    answer = stranger.get(path)
    assert answer.status_code == 200
    text = text_of(answer)
    assert "Marlinspike" in text
    assert SHOWN in text or path == "/settings/requests"
    check_no_word_more(text, path)


@pytest.mark.parametrize("path", PAGES[:4])
def test_the_parts_that_htmx_swaps_say_no_more(stranger, offered, path):
    answer = stranger.get(path, headers={"hx-request": "true"})
    check_no_word_more(text_of(answer), path)


def test_nobody_is_told_of_it(client, offered):
    for path in ("", ".json", ".md", *TABS, "/access", "/star", "/card.png"):
        for method in ("get", "post"):
            hidden = getattr(client, method)(f"{PATH}{path}")
            missing = getattr(client, method)(f"/visionlab/Nothing{path}")
            assert hidden.status_code == missing.status_code, path
            if hidden.status_code == 404:
                assert hidden.content == missing.content, path
                assert dict(hidden.items()) == dict(missing.items()), path
    assert client.get("/visionlab").content == client.get("/nobody").content
    for path in ("/search?q=boats", "/search", "/", "/api/v1/algorithms?q=boats"):
        assert "Marlinspike" not in text_of(client.get(path)), path
    assert client.get("/api/v1/discoverable").status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        *(f"{PATH}{end}" for end in (".json", ".md", *TABS, "/star", "/card.md")),
        *(f"{PATH}{tab}{form}" for tab in TABS[:5] for form in (".json", ".md")),
        f"{PATH}/versions/4.7.11",
        f"{PATH}/versions/4.7.11.json",
        f"{PATH}/versions/4.7.11/examples/0/picture?at=input",
        f"{PATH}/use/curl",
        f"{PATH}/usage.csv",
        f"{PATH}/card.png",
        f"/feeds/algorithms{PATH}.atom",
        "/visionlab.json",
        "/visionlab.md",
        f"/api/v1/algorithms{PATH}",
        f"/api/v1/algorithms{PATH}/versions",
        f"/api/v1/algorithms{PATH}/snippets",
        f"/api/v1/algorithms{PATH}/star",
        f"/api/v1/algorithms{PATH}/grants",
        "/collections/coast",
        "/api/v1/collections/coast",
    ],
)
def test_all_other_addresses_stay_as_if_it_were_missing(stranger, offered, path):
    answer = stranger.get(path)
    missing = stranger.get(
        path.replace("Marlinspike", "Nothing")
        .replace("/visionlab.", "/nobody.")
        .replace("coast", "nothing")
    )
    assert answer.status_code == missing.status_code == 404
    if not path.startswith("/api"):
        assert answer.content == missing.content
        assert dict(answer.items()) == dict(missing.items())


@pytest.mark.parametrize("accept", ["application/json", "text/markdown"])
def test_the_address_of_the_stub_has_no_form_for_machines(stranger, offered, accept):
    headers = {"accept": accept}
    hidden = stranger.get(PATH, headers=headers)
    missing = stranger.get("/visionlab/Nothing", headers=headers)
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content


@pytest.mark.parametrize("word", [*CANARIES, "4.7.11", "obsidia", "image"])
def test_no_other_word_finds_it(stranger, offered, word):
    for path in ("/search", "/api/v1/discoverable"):
        text = text_of(stranger.get(path, {"q": word}))
        assert "Marlinspike" not in text, path
        check_no_word_more(text, path, typed=word)


def test_it_is_in_no_count_facet_or_suggestion(stranger, offered):
    api = stranger.get("/api/v1/algorithms?q=boats&facets=true").json()
    assert (api["total"], api["results"]) == (0, [])
    assert not any(facet["values"] for facet in api["facets"])
    assert stranger.get("/api/v1/suggest?q=marl").json() == {"results": []}
    assert stranger.get("/api/v1/suggest?q=vision").json() == {"results": []}
    assert stranger.get("/search.json?q=boats").json()["total"] == 0
    assert "Marlinspike" not in text_of(stranger.get("/search.md?q=boats"))
    assert "Marlinspike" not in text_of(stranger.get("/"))
    assert "Marlinspike" not in text_of(stranger.get("/search"))


def test_it_stands_below_the_results_by_at_most_five(stranger, offered, vision_lab):
    for number in range(7):
        Algorithm.objects.create(
            owner=vision_lab.owner,
            name=f"Boat{number}",
            title="t",
            summary="Counts boats.",
            is_discoverable=True,
        )
    page = stranger.get("/search?q=boats").content.decode()
    assert "On request" in page
    assert page.count("Counts boats") == 5
    narrowed = stranger.get("/search?q=boats&task=none").content.decode()
    assert "On request" not in narrowed
    assert len(stranger.get("/api/v1/discoverable?q=boats").json()["results"]) == 8


def test_it_is_shown_again_to_nobody_once_it_is_off(stranger, offered):
    assert stranger.get(PATH).status_code == 200
    Algorithm.objects.filter(pk=offered.pk).update(is_discoverable=False)
    assert stranger.get(PATH).content == stranger.get("/visionlab/Nothing").content
    assert stranger.get("/visionlab").content == stranger.get("/nobody").content
    assert "Marlinspike" not in text_of(stranger.get("/search?q=boats"))


def test_a_hidden_listing_is_not_on_request(stranger, offered):
    Algorithm.objects.filter(pk=offered.pk).update(hidden_at=timezone.now())
    assert stranger.get(PATH).status_code == 404


def test_a_public_listing_is_not_on_request(stranger, offered):
    Algorithm.objects.filter(pk=offered.pk).update(visibility=Visibility.PUBLIC)
    assert "On request" not in text_of(stranger.get("/search?q=boats"))


def test_members_see_it_whole_and_no_stub(linus, offered):
    client = Client()
    client.force_login(linus)
    assert "Request access" not in text_of(client.get(PATH))
    assert client.get("/api/v1/discoverable").json()["total"] == 0


def test_a_key_with_rules_is_shown_nothing_on_request(charlie, offered):
    for rules, total in (([], 1), (["algo://visionlab/*"], 0)):
        new = create_key(user=charlie, name="k", scopes=["read"])
        new.row.rules = rules
        new.row.save()
        headers = {"authorization": f"Bearer {new.secret}"}
        answer = Client().get("/api/v1/discoverable", headers=headers)
        assert answer.json()["total"] == total


def test_the_stub_stands_when_the_index_is_away(stranger, offered, settings, tmp_path):
    settings.SEARCH_BACKENDS = {
        name: {**entry, "OPTIONS": {"path": tmp_path / "away" / name}}
        for name, entry in settings.SEARCH_BACKENDS.items()
    }
    search_backends.reset()
    text = text_of(stranger.get("/search?q=boats"))
    assert "Marlinspike" in text
    check_no_word_more(text, "/search")


def test_the_stub_is_kept_by_no_cache(stranger, offered):
    answer = stranger.get(PATH)
    assert answer["Cache-Control"] == "private, no-store"
    assert "recent" not in answer.cookies
