"""Whatever people do, five viewers are shown what a model says, on both engines.

The model is a few dictionaries. After each step lists, totals, facets, suggestions and
versions are compared with it, before and after the index has heard of the step.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from worlds import ENGINES

from accounts import teams
from accounts.models import Membership, Owner, Team, User
from catalog.models import Algorithm, Card, Grant, Tag, Version
from catalog.search import search_backends
from catalog.services import (
    curation,
    grants,
    indexing,
    reviews,
    search,
    sharing,
    suggestions,
    synonyms,
    transfers,
)
from catalog.services.lookups import Lookups
from tests.conftest import person

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(2400)]

STEPS, EXAMPLES = 50, 44
TAGS, TASKS = ("red", "green", "blue"), ("ocr", "speech")
MEMBERS = ("linus", "grace", "ada", "charlie")
VIEWERS = ("anonymous", "charlie", "ada", "linus", "grace")
places = st.integers(0, 10_000)


@dataclass
class Listed:
    """What the model knows of an algorithm; `versions` maps a number to public."""

    owner: str
    name: str
    tag: str
    task: str
    is_public: bool = False
    is_hidden: bool = False
    versions: dict[int, bool] = field(default_factory=dict)
    grants: dict[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.is_public and not self.is_hidden


class Catalog(RuleBasedStateMachine):
    """Two teams and a person own; four people come, go and are given things."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        synonyms._held = Lookups(limit=1)
        self.people = {name: person(name) for name in (*MEMBERS, "olga")}
        self.carol = person("carol", is_staff=True)
        self.teams = {
            slug: teams.create(actor=self.people["olga"], slug=slug, name=slug.title())
            for slug in ("north", "south")
        }
        self.slugs = {"north": "north", "south": "south", "ada": "ada"}
        self.roles: dict[tuple[str, str], str] = {}
        self.listed: dict[object, Listed] = {}
        self.made = 0
        self.card = Card.objects.create(digest="c" * 64, source="A", plain="A")
        indexing.rebuild_index()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        search_backends.reset()

    # --- what the model says -------------------------------------------------------
    def sees_private(self, viewer: str, row: Listed, *rights: str) -> bool:
        """Whether the viewer owns the row, or holds one of the rights on it."""
        groups = {viewer} | {t for t, who in self.roles if who == viewer}
        if row.owner in groups:
            return True
        return any(row.grants.get(group) in rights for group in groups)

    def sees(self, viewer: str, row: Listed) -> bool:
        return row.is_open or self.sees_private(viewer, row, "read", "run")

    def seen(self, viewer: str) -> list[Listed]:
        return [row for row in self.listed.values() if self.sees(viewer, row)]

    def full_name(self, row: Listed) -> str:
        return f"{self.slugs[row.owner]}/{row.name}"

    # --- what people do ------------------------------------------------------------
    def pick(self, place: int) -> tuple[object, Listed]:
        return list(self.listed.items())[place % len(self.listed)]

    def boss(self, owner: str) -> User:
        return self.people["ada" if owner == "ada" else "olga"]

    def address(self, row: Listed) -> dict[str, str]:
        return {"owner": self.slugs[row.owner], "name": row.name}

    def fresh(self) -> str:
        self.made += 1
        return f"Alg{self.made:03}"

    def add_version(self, pk: object, *, is_public: bool) -> None:
        row = self.listed[pk]
        number = max(row.versions, default=0) + 1
        Version.objects.create(
            algorithm_id=pk,
            major=number,
            minor=0,
            patch=0,
            visibility="public" if is_public else "private",
            card=self.card,
            digest=f"{number}".rjust(64, "d"),
        )
        row.versions[number] = is_public

    @rule(owner=st.sampled_from(["north", "south", "ada"]), place=places)
    def create(self, owner, place):
        name = self.fresh()
        tag, task = TAGS[place % 3], TASKS[place % 2]
        made = Algorithm.objects.create(
            owner=Owner.objects.get(slug=self.slugs[owner]),
            name=name,
            title=f"Title {name}",
            summary="One of many.",
            task=task,
            card=self.card,
        )
        made.tags.add(Tag.objects.get_or_create(name=tag)[0])
        self.listed[made.pk] = Listed(owner, name, tag, task)
        self.add_version(made.pk, is_public=False)

    @precondition(lambda self: self.listed)
    @rule(place=places, is_public=st.booleans())
    def publish_version(self, place, is_public):
        pk, row = self.pick(place)
        self.add_version(pk, is_public=is_public and row.is_public)

    @precondition(lambda self: self.listed)
    @rule(place=places)
    def publish(self, place):
        _pk, row = self.pick(place)
        if row.is_public:
            return
        boss = self.boss(row.owner)
        review = reviews.request_review(viewer=boss, **self.address(row))
        reviews.accept(curator=self.carol, review=review)
        row.is_public = True
        row.versions[max(row.versions)] = True

    @precondition(lambda self: self.listed)
    @rule(place=places)
    def unpublish(self, place):
        _pk, row = self.pick(place)
        sharing.make_private(viewer=self.boss(row.owner), **self.address(row))
        row.is_public = False

    @precondition(lambda self: self.listed)
    @rule(place=places)
    def turn_a_version(self, place):
        _pk, row = self.pick(place)
        number = sorted(row.versions)[place % len(row.versions)]
        others = [n for n, public in row.versions.items() if public and n != number]
        if not row.is_public or (row.versions[number] and not others):
            return
        after = not row.versions[number]
        sharing.set_version_visibility(
            viewer=self.boss(row.owner),
            **self.address(row),
            number=f"{number}.0.0",
            visibility="public" if after else "private",
        )
        row.versions[number] = after

    @precondition(lambda self: self.listed)
    @rule(place=places)
    def hide_or_show(self, place):
        pk, row = self.pick(place)
        act = curation.show if row.is_hidden else curation.hide
        found = Algorithm.objects.filter(pk=pk)
        act(curator=self.carol, algorithms=found, reason="Looked at.")
        row.is_hidden = not row.is_hidden

    @precondition(lambda self: self.listed)
    @rule(place=places, to=st.sampled_from(["north", "south", "ada"]))
    def move(self, place, to):
        _pk, row = self.pick(place)
        if to == row.owner or ("ada" in {to, row.owner} and not self.ada_may(row, to)):
            return
        actor = self.people["ada"] if "ada" in {to, row.owner} else self.people["olga"]
        transfers.move_algorithm(viewer=actor, **self.address(row), to=self.slugs[to])
        row.owner = to
        row.grants.pop(to, None)

    def ada_may(self, row: Listed, to: str) -> bool:
        """Whether Ada may give to the team, or take from it."""
        if row.owner == "ada":
            return self.roles.get((to, "ada")) in {"maintainer", "owner"}
        return self.roles.get((row.owner, "ada")) == "owner"

    @precondition(lambda self: self.listed)
    @rule(place=places)
    def rename(self, place):
        _pk, row = self.pick(place)
        after = self.fresh()
        transfers.move_algorithm(
            viewer=self.boss(row.owner), **self.address(row), new_name=after
        )
        row.name = after

    @rule(team=st.sampled_from(["north", "south"]))
    def rename_team(self, team):
        after = f"{team}-{self.fresh().lower()}"
        row = Team.objects.get(pk=self.teams[team].pk)
        teams.rename(
            actor=self.people["olga"], team=row, slug=after, name=row.name, about=""
        )
        self.slugs[team] = after

    @precondition(lambda self: self.listed)
    @rule(
        place=places,
        to=st.sampled_from(["north", "south", "charlie", "linus"]),
        right=st.sampled_from(["read", "run"]),
    )
    def grant(self, place, to, right):
        pk, row = self.pick(place)
        if to == row.owner:
            return
        boss = self.boss(row.owner)
        slug = self.slugs.get(to, to)
        receiver = Owner.objects.get(slug=slug)
        code = grants.sharing_code(receiver)
        grants.grant(viewer=boss, **self.address(row), to=code, right=right)
        row.grants[to] = right

    @precondition(lambda self: any(row.grants for row in self.listed.values()))
    @rule(place=places)
    def revoke(self, place):
        given = [
            (pk, to) for pk, row in self.listed.items() for to in sorted(row.grants)
        ]
        pk, to = given[place % len(given)]
        row = self.listed[pk]
        holder = (
            {"team": self.teams[to]} if to in self.teams else {"user": self.people[to]}
        )
        held = Grant.objects.get(algorithm_id=pk, **holder)
        grants.revoke_grant(
            viewer=self.boss(row.owner), **self.address(row), pk=held.pk
        )
        del row.grants[to]

    @precondition(lambda self: self.listed)
    @rule(place=places)
    def delete(self, place):
        pk, _row = self.pick(place)
        Algorithm.objects.get(pk=pk).delete()
        del self.listed[pk]

    @rule(
        team=st.sampled_from(["north", "south"]),
        who=st.sampled_from(MEMBERS),
        role=st.sampled_from(["member", "maintainer", "owner"]),
    )
    def join(self, team, who, role):
        row = self.teams[team]
        teams.add(actor=None, team=row, user=self.people[who], role=role)
        self.roles[team, who] = role

    @precondition(lambda self: self.roles)
    @rule(place=places, is_sent=st.booleans())
    def leave(self, place, is_sent):
        team, who = sorted(self.roles)[place % len(self.roles)]
        user = self.people[who]
        actor = self.people["olga"] if is_sent else user
        teams.remove(actor=actor, team=self.teams[team], user=user)
        del self.roles[team, who]

    # --- what five viewers are shown -----------------------------------------------
    @invariant()
    def everybody_is_shown_what_the_model_says(self):
        type(self).steps += 1
        for name in VIEWERS:
            self.check_rows(name)
            self.check_search(name, is_told=False)
        while indexing.drain_outbox():
            pass
        for name in VIEWERS:
            self.check_search(name, is_told=True)
            self.check_suggestions(name)

    def viewer(self, name: str):
        return AnonymousUser() if name == "anonymous" else self.people[name]

    def check_rows(self, name: str) -> None:
        viewer = self.viewer(name)
        rows = Algorithm.objects.visible_to(viewer).select_related("owner")
        expected = {self.full_name(row) for row in self.seen(name)}
        assert {row.full_name for row in rows} == expected, name
        versions = Version.objects.visible_to(viewer)
        assert {(v.algorithm_id, v.major) for v in versions} == {
            (pk, number)
            for pk, row in self.listed.items()
            for number, public in row.versions.items()
            if (row.is_open and public) or self.sees_private(name, row, "read", "run")
        }, name

    def check_search(self, name: str, *, is_told: bool) -> None:
        expected = self.seen(name)
        names = {self.full_name(row) for row in expected}
        facets = ("owner", "tag", "task")
        query = search.Query(limit=100, facets=facets, text="many")
        found = search.search(viewer=self.viewer(name), query=query)
        assert found.degraded == ""
        shown = {row.algorithm.full_name for row in found.rows}
        assert found.total == len(shown), name
        if not is_told:
            assert shown <= names, name
            return
        assert shown == names, name
        wanted = {
            "owner": Counter(self.slugs[row.owner] for row in expected),
            "tag": Counter(row.tag for row in expected),
            "task": Counter(row.task for row in expected),
        }
        counted = {f.name: {v.value: v.count for v in f.values} for f in found.facets}
        assert counted == {f: dict(c) for f, c in wanted.items()}, name

    def check_suggestions(self, name: str) -> None:
        found = suggestions.suggest(viewer=self.viewer(name), prefix="alg", limit=100)
        expected = {self.full_name(row) for row in self.seen(name)}
        assert {s.label for s in found if s.kind == "algorithm"} == expected, name
        for prefix in ("north", "south"):
            found = suggestions.suggest(viewer=self.viewer(name), prefix=prefix)
            owners = Counter(self.slugs[row.owner] for row in self.seen(name))
            for each in found:
                if each.kind == "owner":
                    assert each.count == owners[each.label], name


@pytest.mark.parametrize("engine", ENGINES)
def test_five_viewers_are_shown_what_a_model_says(engine, settings_of, tmp_path):
    settings_of(engine)
    assert not Membership.objects.exists()
    Catalog.steps = 0
    run_state_machine_as_test(
        Catalog,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Catalog.steps >= 2000


@pytest.fixture
def settings_of(settings, tmp_path):
    """Choose an engine with an index of this test's own."""
    held = settings

    def choose(engine: str) -> None:
        held.VITRINE_SEARCH = engine
        held.SEARCH_BACKENDS = {
            name: {**entry, "OPTIONS": {"path": tmp_path / name}}
            for name, entry in held.SEARCH_BACKENDS.items()
        }

    return choose
