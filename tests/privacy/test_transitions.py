"""What is taken from a reader is gone from everywhere with the next request.

Each change is made after every page was read once, so that all caches are warm, and the
pages are read again twice: before the index knows of the change, and after it does.
"""

from __future__ import annotations

import base64
import io
import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from PIL import Image

from catalog.models import (
    Algorithm,
    Collection,
    CollectionItem,
    Example,
    Grant,
    Run,
    SavedSearch,
    Star,
    Tag,
    Version,
)
from catalog.services import (
    curation,
    grants,
    indexing,
    resolving,
    saved_searches,
    sharing,
    synonyms,
)
from catalog.services.cards import card_for, render_waiting
from catalog.services.lookups import Lookups
from catalog.services.rollups import count_calls, roll_up

pytestmark = pytest.mark.django_db

NAME = "Marlinspike"
#: one for each place that a word can come from
CANARIES = (
    "halcyon",  # title
    "quicksilver",  # summary
    "gossamer",  # tag
    "palimpsest",  # task
    "zephyrine",  # card
    "obsidian",  # notes of the version
    "vermilion",  # example
    "saffron",  # source of the card's front matter
)
#: missing, not to be acted on by this reader whatever it is, or no GET at all
CLOSED = {401, 404, 405}
MANIFEST = """[algorithm]
title = "{title}"
summary = "{summary}"
[version]
number = "{number}"
"""
CARD = (
    "---\npipeline_tag: {task}\ntags: [{tag}]\nlibrary_name: {library}\n---\n# {word}\n"
)


@pytest.fixture(params=["tantivy", "whoosh"])
def engine(request, settings, tmp_path, monkeypatch):
    settings.VITRINE_SEARCH = request.param
    settings.SEARCH_BACKENDS = {
        name: {**entry, "OPTIONS": {"path": tmp_path / name}}
        for name, entry in settings.SEARCH_BACKENDS.items()
    }
    for name in dir(settings):
        if name.startswith("VITRINE_RATE"):
            setattr(settings, name, 1_000_000)
    cache.clear()
    monkeypatch.setattr(resolving, "_targets", Lookups())
    monkeypatch.setattr(synonyms, "_held", Lookups(limit=1))
    yield request.param
    cache.clear()


def picture() -> str:
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(drawn, "PNG")
    return f"data:image/png;base64,{base64.b64encode(drawn.getvalue()).decode()}"


def publish(algorithm, number, words, visibility="private") -> Version:
    major, minor, patch = number
    version = Version.objects.create(
        algorithm=algorithm,
        major=major,
        minor=minor,
        patch=patch,
        visibility=visibility,
        card=card_for(
            source=CARD.format(
                task=words["task"],
                tag=words["tag"],
                library=words["library"],
                word=words["card"],
            )
        ),
        digest=f"{major}{algorithm.name}".rjust(64, "e")[:64],
        bundle=resolving.bundle_store().put({"algorithm.py": words["card"].encode()}),
        manifest=MANIFEST.format(
            title=words["title"],
            summary=words["summary"],
            number=".".join(map(str, number)),
        ),
        notes=words["notes"],
        is_trusted=True,
        input_schema={"type": "string"},
        output_schema={"type": "number"},
    )
    Example.objects.create(
        version=version,
        position=0,
        title=words["example"],
        input_text=json.dumps({"word": words["example"], "image": picture()}),
        output_text="1",
    )
    return version


def words(canaries) -> dict[str, str]:
    fields = (
        "title",
        "summary",
        "tag",
        "task",
        "card",
        "notes",
        "example",
        "library",
    )
    return dict(zip(fields, canaries, strict=True))


def listing(owner, name, told, *, visibility) -> Algorithm:
    row = Algorithm.objects.create(
        owner=owner,
        name=name,
        title=told["title"],
        summary=told["summary"],
        task=told["task"],
        framework=told["library"],
        visibility=visibility,
        verified_at=timezone.now(),
        featured_at=timezone.now(),
    )
    row.tags.add(Tag.objects.get_or_create(name=told["tag"])[0])
    version = publish(row, (1, 0, 0), told, visibility)
    Algorithm.objects.filter(pk=row.pk).update(card=version.card)
    row.refresh_from_db()
    return row


def called(row, user) -> None:
    Run.objects.bulk_create(
        Run(
            version=row.latest,
            user=user,
            surface=Run.Surface.API,
            outcome=Run.Outcome.SUCCEEDED,
            duration_ms=7,
            total_ms=8,
            input_bytes=1,
            output_bytes=1,
            created_at=timezone.now(),
        )
        for _ in range(5)
    )
    count_calls(versions=roll_up().versions)


class World:
    """A listing with a canary in each of its fields, and all that hangs on it."""

    def __init__(self, owner, other, reader, *, visibility, path_name=NAME) -> None:
        self.reader = reader
        self.row = listing(owner, path_name, words(CANARIES), visibility=visibility)
        plain = words(("Plain", "Plain.", "plain", "palimpsest", "Plain", "", "p", ""))
        self.near = listing(other, "Neighbour", plain, visibility="public")
        Algorithm.objects.filter(pk=self.near.pk).update(
            deprecated_at=timezone.now(),
            deprecated_reason="Old.",
            successor=self.row,
            verified_at=None,
            featured_at=None,
            title="Plain",
        )
        called(self.row, reader)
        if reader is not None:
            Star.objects.create(user=reader, algorithm=self.row)
            Algorithm.objects.filter(pk=self.row.pk).update(star_count=1)
        shelf = Collection.objects.create(
            slug="coast", title="Coast", is_published=True, is_featured=True
        )
        for place, row in enumerate((self.row, self.near)):
            CollectionItem.objects.create(
                collection=shelf, algorithm=row, position=place
            )
        render_waiting()
        indexing.rebuild_index()
        self.client = Client()
        if reader is not None:
            self.client.force_login(reader)

    @property
    def path(self) -> str:
        return f"/{self.row.owner.slug}/{self.row.name}"

    @property
    def listings(self) -> list[str]:
        """Pages that name many algorithms, or words of them."""
        slug, near = self.row.owner.slug, f"/{self.near.owner.slug}/Neighbour"
        word = "quicksilver"
        found = [
            *("/", "/index.json", "/index.md", "/search", "/search.json", "/search.md"),
            *(f"/search{form}?q={word}" for form in ("", ".json", ".md", ".atom")),
            f"/search?q={word}&task=palimpsest&visibility=public",
            "/search?q=quicksilvre",
            f"/search?filter=tag='{'gossamer'}'",
            f"/search.json?owner={slug}",
            f"/api/v1/algorithms?q={word}&facets=true&explain=true",
            "/api/v1/algorithms?sort=popular&facets=true",
            "/api/v1/algorithms?sort=stars",
            f"/api/v1/facets?q={word}",
            *(
                f"/api/v1/suggest?q={begin}"
                for begin in ("marl", "goss", "pali", "hal")
            ),
            *("/feeds/new.atom", "/feeds/versions.atom", f"/feeds/owners/{slug}.atom"),
            *("/sitemap.xml", "/sitemap/algorithms.xml", "/llms.txt"),
            *("/collections", "/collections.json", "/collections/coast"),
            *("/collections/coast.json", "/collections/coast.md"),
            *("/api/v1/collections", "/api/v1/collections/coast"),
            *(f"/{slug}", f"/{slug}.json", f"/{slug}.md"),
            *(near, f"{near}.json", f"{near}.md", f"{near}/try", f"{near}/use"),
        ]
        if self.reader is not None:
            kept, _new = SavedSearch.objects.get_or_create(
                user=self.reader, query="task=palimpsest", defaults={"name": "Kept"}
            )
            token = saved_searches.feed_token(kept)
            found += [
                f"/feeds/searches/{token}.atom",
                "/settings/stars",
                "/settings/shared",
                "/settings/requests",
                "/api/v1/starred",
                "/api/v1/access-requests",
                "/api/v1/discoverable",
            ]
        return found

    def own(self, number="1.0.0") -> list[str]:
        """Addresses of the listing itself."""
        api = f"/api/v1/algorithms{self.path}"
        pages = ["", "/try", "/use", "/versions", "/source", "/usage"]
        return [
            *(f"{self.path}{page}" for page in pages),
            *(f"{self.path}{page}.json" for page in pages if page != "/source"),
            *(f"{self.path}{page}.md" for page in pages if page != "/source"),
            f"{self.path}/versions/{number}",
            f"{self.path}/versions/{number}.json",
            f"{self.path}/versions/{number}/examples/0/picture?at=input/image",
            f"{self.path}/use/curl",
            f"{self.path}/card.md",
            f"{self.path}/card.png",
            f"{self.path}/usage.csv",
            f"/feeds/algorithms{self.path}.atom",
            *(f"{api}{part}" for part in ("", "/versions", f"/versions/{number}")),
            *(f"{api}{part}" for part in ("/snippets", "/snippets/curl", "/star")),
        ]

    def get(self, path: str, *, part: bool = False):
        headers = {"hx-request": "true"} if part else {}
        return self.client.get(path, headers=headers)

    def texts(self, paths) -> dict[str, str]:
        found = {}
        for path in paths:
            for part in (False, True) if is_page(path) else (False,):
                answer = self.get(path, part=part)
                body = b"".join(answer) if answer.streaming else answer.content
                found[f"{path} {'part' if part else ''}"] = body.decode(
                    errors="replace"
                )
        return found


def is_page(path: str) -> bool:
    """Tell whether htmx asks for parts at an address."""
    name = path.partition("?")[0]
    return "." not in name and not name.startswith("/api/")


def told(text: str, path: str) -> list[str]:
    """Return the canaries that an answer says and its address does not."""
    low = text.lower()
    return [
        word
        for word in (*CANARIES, NAME.lower())
        if word in low and word not in path.lower() and word not in _typed(path)
    ]


def _typed(path: str) -> str:
    """A word that was typed wrong is not to be put right with a secret one."""
    return "palimpsest" if "Neighbour" in path or "task=" in path else ""


def check_nothing_is_said(world: World, *, is_gone: bool) -> None:
    shared = {"palimpsest"}  # the neighbour's task as well
    for path, text in world.texts(world.listings).items():
        said = [word for word in told(text, path) if word not in shared]
        assert said == [], f"{path} says {said}"
    if not is_gone:
        return
    for path in world.own():
        for part in (False, True) if is_page(path) else (False,):
            assert world.get(path, part=part).status_code in CLOSED, path
    for below in ("run", "star", "try", "key", "use/curl", "review", "access"):
        answer = world.client.post(
            f"{world.path}/{below}", {"target": "curl"}, headers={"hx-request": "true"}
        )
        assert answer.status_code == 404, below
        for word in (*CANARIES, NAME.lower()):
            assert word not in answer.content.decode().lower(), below


def check_counts(world: World) -> None:
    """No number tells that there was something."""
    found = world.get("/search.json?q=quicksilver").json()
    assert (found["total"], found["results"]) == (0, [])
    api = world.get("/api/v1/algorithms?q=quicksilver&facets=true").json()
    assert api["total"] == 0
    assert not any(facet["values"] for facet in api["facets"])
    assert "did_you_mean" not in world.get("/api/v1/algorithms?q=quicksilvre").json()
    for begin in ("marl", "goss"):
        assert world.get(f"/api/v1/suggest?q={begin}").json() == {"results": []}


def drain() -> None:
    while indexing.drain_outbox():
        pass


def after(world: World, change, *, is_gone: bool = True) -> None:
    """Read all, change, read again: while the index is behind, and when it is not."""
    before = world.texts(world.listings)
    seen = [path for path, text in before.items() if "quicksilver" in text.lower()]
    assert len(seen) > 12, "the reader sees it in few places, the test proves little"
    world.texts(world.own())
    change()
    check_nothing_is_said(world, is_gone=is_gone)
    check_counts(world)
    drain()
    check_nothing_is_said(world, is_gone=False)
    check_counts(world)


@pytest.fixture
def lab(vision_lab):
    return vision_lab.owner


@pytest.mark.parametrize("who", ["anonymous", "stranger"])
def test_a_public_listing_turns_private(engine, grace, lab, ada, charlie, who):
    reader = charlie if who == "stranger" else None
    world = World(lab, ada.owner, reader, visibility="public")
    after(
        world,
        lambda: sharing.make_private(viewer=grace, owner=lab.slug, name=NAME),
    )


def test_a_curator_hides_a_public_listing(engine, carol, lab, ada, charlie):
    world = World(lab, ada.owner, charlie, visibility="public")
    after(
        world,
        lambda: curation.hide(curator=carol, algorithms=[world.row], reason="Spam."),
    )


def test_a_share_with_a_person_ends(engine, grace, lab, ada, charlie):
    world = World(lab, ada.owner, charlie, visibility="private")
    given = Grant.objects.create(algorithm=world.row, user=charlie, right="run")
    indexing.rebuild_index()
    after(
        world,
        lambda: grants.revoke_grant(
            viewer=grace, owner=lab.slug, name=NAME, pk=given.pk
        ),
    )


def test_a_share_with_a_team_ends(engine, ada, vision_lab, linus, charlie):
    world = World(ada.owner, charlie.owner, linus, visibility="private")
    given = Grant.objects.create(algorithm=world.row, team=vision_lab, right="read")
    indexing.rebuild_index()
    after(
        world,
        lambda: grants.revoke_grant(viewer=ada, owner="ada", name=NAME, pk=given.pk),
    )


def test_a_member_is_removed(engine, lab, vision_lab, ada, linus):
    world = World(lab, ada.owner, linus, visibility="private")
    after(world, lambda: vision_lab.memberships.get(user=linus).delete())


def test_a_public_listing_is_deleted(engine, lab, ada, charlie):
    world = World(lab, ada.owner, charlie, visibility="public")
    after(world, world.row.delete)


def test_a_version_turns_private(engine, grace, lab, ada, charlie):
    """An older version stands for the listing, and no word of the newer is left."""
    older = words(("Older", "Older.", "older", "older", "Older", "", "older", "old"))
    world = World(lab, ada.owner, charlie, visibility="public", path_name="Vessel")
    Version.objects.filter(algorithm=world.row).update(major=2)
    publish(world.row, (1, 0, 0), older, "public")
    render_waiting()
    indexing.rebuild_index()
    change = {"number": "2.0.0", "visibility": "private"}

    def turn_private() -> None:
        sharing.set_version_visibility(
            viewer=grace, owner=lab.slug, name="Vessel", **change
        )

    after(world, turn_private, is_gone=False)
    for path, text in world.texts(world.own()).items():
        said = [word for word in told(text, path) if word != "palimpsest"]
        assert said == [], f"{path} says {said}"
    for path in (
        f"{world.path}/versions/2.0.0",
        f"{world.path}/versions/2.0.0/examples/0/picture?at=input/image",
        f"{world.path}/try?version=2.0.0",
        f"/api/v1/algorithms{world.path}/versions/2.0.0",
    ):
        assert world.get(path).status_code == 404, path
    found = world.get("/api/v1/algorithms?q=older").json()
    assert [row["name"] for row in found["results"]] == ["Vessel"]


def test_the_own_list_forgets_runs_of_what_one_lost(engine, grace, lab, ada, charlie):
    world = World(lab, ada.owner, charlie, visibility="public")
    key_page = world.get("/settings/requests")
    assert key_page.status_code == 200
    sharing.make_private(viewer=grace, owner=lab.slug, name=NAME)
    assert world.get(f"{world.path}/try").status_code == 404
    assert NAME not in world.get("/search?q=nothingatall").content.decode()


@pytest.mark.parametrize("visibility", ["public", "private"])
def test_a_browser_asks_before_it_shows_a_kept_picture(
    engine, ada, vision_lab, charlie, visibility
):
    world = World(ada.owner, charlie.owner, ada, visibility=visibility)
    path = f"{world.path}/versions/1.0.0/examples/0/picture?at=input/image"
    shown = world.get(path)
    assert shown.status_code == 200
    kept = "no-cache" if visibility == "public" else "no-store"
    assert kept in shown["Cache-Control"]
    assert "max-age" not in shown["Cache-Control"]
    assert shown.has_header("ETag") == (visibility == "public")


def test_no_answer_about_what_is_public_is_kept_unasked(engine, ada, charlie):
    world = World(ada.owner, charlie.owner, None, visibility="public")
    for path in (*world.listings, *world.own()):
        answer = world.get(path)
        if answer.status_code == 200:
            assert "max-age" not in answer.get("Cache-Control", ""), path
