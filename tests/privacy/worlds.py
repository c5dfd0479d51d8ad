"""Three worlds that are equal but for the private rows of two teams.

`harborlab` shows one listing to everybody, `ghostcrew` none. `Worlds.become` puts their
private rows into the database, takes them out, or puts others in their place: the
same rows with other names, words, figures and shapes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts.keys import create_key
from accounts.models import (
    ApiKey,
    Invitation,
    Membership,
    Notice,
    Owner,
    OwnerAlias,
    Team,
    User,
)
from accounts.services import add_member, create_team
from catalog.models import (
    AccessRequest,
    Algorithm,
    AlgorithmAlias,
    AuditEntry,
    Card,
    Collection,
    CollectionItem,
    Example,
    Grant,
    Review,
    Run,
    RunHour,
    SavedSearch,
    Star,
    Tag,
    Version,
)
from catalog.services import indexing
from catalog.services.rollups import count_calls, roll_up

LONG_AGO = datetime(2026, 1, 5, 12, tzinfo=UTC)
TEAMS = ("harborlab", "ghostcrew")
#: an engine never meets the database: beside SQLite both run, elsewhere one is enough
ENGINES = ["tantivy", "whoosh"] if connection.vendor == "sqlite" else ["tantivy"]


@dataclass(frozen=True)
class Variant:
    """What the private rows of a world say; `step` spreads figures and counts."""

    names: tuple[str, ...]
    words: tuple[str, ...]
    step: int


VARIANTS = {
    "present": Variant(
        ("Periscope", "TideTable", "HarborEcho", "KelpCounter"),
        ("barnacle", "zincoxide", "harbour", "sonarping", "lantern"),
        3,
    ),
    "other": Variant(
        ("Quadrant", "Xylograph", "HarborEcho2"),
        ("marzipan", "qubitwise", "lanterne", "copperplate"),
        17,
    ),
}
PUBLIC_WORDS = ("harbor", "lantern", "copper", "coast", "signal", "ferry")


def card(text: str) -> Card:
    made, _new = Card.objects.get_or_create(
        digest=hashlib.sha256(text.encode()).hexdigest(),
        defaults={"source": text, "plain": text, "html": f"<p>{text}</p>"},
    )
    return made


def listing(owner: Owner, name: str, word: str, **more) -> Algorithm:
    """A listing of long ago with one version, an example and its tag."""
    visibility = more.get("visibility", "public")
    row = Algorithm.objects.create(
        owner=owner,
        name=name,
        title=f"{word} {name}",
        summary=f"Finds every {word} of the coast.",
        task=f"task-{word}",
        framework=f"frame-{word}",
        license="MIT",
        language=["en"],
        takes="text",
        gives="number",
        card=card(f"The {word} of {name}."),
        **more,
    )
    version = version_of(row, visibility, (1, 0, 0), word)
    row.tags.add(Tag.objects.get_or_create(name=f"tag-{word}")[0])
    Algorithm.objects.filter(pk=row.pk).update(
        latest=version, created_at=LONG_AGO, updated_at=LONG_AGO
    )
    row.refresh_from_db()
    return row


def version_of(row: Algorithm, visibility, number, word) -> Version:
    major, minor, patch = number
    version = Version.objects.create(
        algorithm=row,
        major=major,
        minor=minor,
        patch=patch,
        visibility=visibility,
        card=row.card,
        digest=f"{row.name}{number}".ljust(64, "0")[:64],
        notes=f"About {word}.",
        input_schema={"type": "string", "title": word},
        output_schema={"type": "number"},
    )
    Example.objects.create(
        version=version,
        position=0,
        title=word,
        input_text=f'"{word}"',
        output_text="1",
    )
    Version.objects.filter(pk=version.pk).update(published_at=LONG_AGO)
    return version


def called(version: Version, times: int, user: User | None = None) -> None:
    now = timezone.now()
    Run.objects.bulk_create(
        Run(
            version=version,
            user=user,
            surface=Run.Surface.API,
            outcome=Run.Outcome.SUCCEEDED,
            duration_ms=7 * times,
            total_ms=8 * times,
            input_bytes=1,
            output_bytes=1,
            created_at=now - timedelta(days=2),
        )
        for _ in range(times)
    )
    count_calls(versions=roll_up().versions)


def drain() -> None:
    while indexing.drain_outbox():
        pass


class Worlds:
    """The public part, made once, and the private one, which changes."""

    def __init__(self, *, ada: User, linus: User, charlie: User) -> None:
        self.ada, self.linus, self.charlie = ada, linus, charlie
        self.teams = {
            slug: create_team(slug=slug, name=slug.title(), created_by=linus)
            for slug in TEAMS
        }
        self._make_public()
        indexing.rebuild_index()

    def _make_public(self) -> None:
        harbor = self.teams["harborlab"].owner
        lab = Owner.objects.get(slug="visionlab")
        for place, word in enumerate(PUBLIC_WORDS):
            row = listing(self.ada.owner, f"Open{word.title()}", word)
            called(row.latest, place + 1)
            Star.objects.create(user=self.charlie, algorithm=row)
            Algorithm.objects.filter(pk=row.pk).update(star_count=1)
        for number in range(24):
            listing(lab, f"Shared{number:02}", PUBLIC_WORDS[number % 6])
        self.open = listing(harbor, "OpenPier", "pier")
        called(self.open.latest, 5)
        self.old = listing(self.ada.owner, "OldSignal", "signal")
        Algorithm.objects.filter(pk=self.old.pk).update(
            deprecated_at=LONG_AGO, deprecated_reason="It is old."
        )
        shelf = Collection.objects.create(
            slug="coast", title="Coast", is_published=True
        )
        for place, row in enumerate((self.open, self.old)):
            CollectionItem.objects.create(
                collection=shelf, algorithm=row, position=2 * place
            )
        self.shelf = shelf
        SavedSearch.objects.create(user=self.charlie, name="all", query="q=coast")

    def become(self, world: str) -> None:
        """Make the private rows those of `world`: present, other or absent."""
        self.fill(world)
        drain()

    def fill(self, world: str) -> None:
        """As become, without telling the index."""
        self._clear()
        if world != "absent":
            self._fill(VARIANTS[world])

    def _clear(self) -> None:
        teams = list(self.teams.values())
        private = Algorithm.objects.filter(owner__team__in=teams).exclude(
            pk=self.open.pk
        )
        Algorithm.objects.filter(pk=self.old.pk).update(successor=None)
        extra = Version.objects.filter(algorithm=self.open).exclude(major=1)
        versions = Version.objects.filter(algorithm__in=private) | extra
        Run.objects.filter(version__in=versions).delete()
        RunHour.objects.filter(version__in=versions).delete()
        CollectionItem.objects.filter(algorithm__in=private).delete()
        for row in private:
            row.delete()
        for version in extra:
            version.delete()
        Collection.objects.exclude(pk=self.shelf.pk).delete()
        for model in (ApiKey, Invitation):
            model.objects.filter(team__in=teams).delete()
        Membership.objects.filter(team__in=teams).exclude(user=self.linus).delete()
        OwnerAlias.objects.all().delete()
        Notice.objects.filter(user=self.linus).delete()
        SavedSearch.objects.filter(user=self.linus).delete()
        Team.objects.filter(pk__in=[t.pk for t in teams]).update(about="")

    def _fill(self, variant: Variant) -> None:
        harbor, ghost = (self.teams[slug].owner for slug in TEAMS)
        rows = []
        for place, name in enumerate(variant.names):
            word = variant.words[place % len(variant.words)]
            for owner in (harbor, ghost):
                row = listing(owner, name, word, visibility="private")
                row.tags.add(Tag.objects.get_or_create(name="tag-coast")[0])
                called(row.latest, variant.step + place, self.linus)
                Star.objects.create(user=self.linus, algorithm=row)
                rows.append(row)
        for row in rows[: variant.step]:
            Algorithm.objects.filter(pk=row.pk).update(
                featured_at=timezone.now(), verified_at=timezone.now(), star_count=40
            )
        self._beside(variant, rows)

    def _beside(self, variant: Variant, rows: list[Algorithm]) -> None:
        """What hangs on private rows: versions, shelves, shares, keys, addresses."""
        word, now = variant.words[0], timezone.now()
        team = self.teams["harborlab"]
        hidden = listing(team.owner, "Withdrawn", word)
        Algorithm.objects.filter(pk=hidden.pk).update(
            hidden_at=now, hidden_reason=word, featured_at=now
        )
        indexing.note_change(hidden.pk)
        called(version_of(self.open, "private", (9, 0, variant.step), word), 30)
        Algorithm.objects.filter(pk=self.old.pk).update(successor=rows[0])
        for slug, chosen in (("coast", rows[:2]), ("depths", rows)):
            shelf, _new = Collection.objects.get_or_create(
                slug=slug,
                defaults={"title": word, "is_published": True, "is_featured": True},
            )
            for place, row in enumerate(chosen):
                CollectionItem.objects.create(
                    collection=shelf, algorithm=row, position=2 * place + 1
                )
        Grant.objects.create(
            algorithm=rows[0], team=Team.objects.get(name="Vision Lab")
        )
        AccessRequest.objects.create(algorithm=rows[0], user=self.ada, reason=word)
        Review.objects.create(algorithm=rows[1], requested_by=self.linus, note=word)
        AlgorithmAlias.objects.create(
            owner=self.ada.owner, name="Formerly", algorithm=rows[0]
        )
        OwnerAlias.objects.create(
            slug="ghostfleet", owner=self.teams["ghostcrew"].owner
        )
        add_member(team=team, user=self.ada, role="member")
        create_key(user=self.linus, name=word, scopes=["read"])
        Invitation.objects.create(team=team, digest=word, expires_at=now)
        Notice.objects.create(user=self.linus, text=word)
        SavedSearch.objects.create(user=self.linus, name=word, query=f"q={word}")
        Team.objects.filter(pk=team.pk).update(about=f"All about {word}.")
        AuditEntry.objects.create(action="verify", target=word, target_id="1")
