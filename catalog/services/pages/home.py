"""The start page: what is on show, by task, what is called, new, and how to call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef

from catalog import snippets as engine
from catalog.models import Algorithm, Version
from catalog.services import collections, rollups, snippets
from catalog.services.pages.hints import Hint, hints
from catalog.services.pages.ledger import Ledger, ledger
from catalog.services.pages.specimens import largest_first, specimens
from catalog.services.pages.tasks import Task, task_of

if TYPE_CHECKING:
    from catalog.services.collections import Listed
    from catalog.services.pages.specimens import Specimen
    from catalog.services.rollups import Figures
    from catalog.snippets import Execution, Target
    from catalog.visibility import Viewer

ON_SHOW = 5
CANDIDATES = 20
TASKS = 12
ROWS = 5
COLLECTIONS = 6
#: an input that still reads well in a line of code (characters)
SHORT_INPUT = 160


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is on show, under its title; `address` is the collection's, if it is one."""

    title: str
    note: str
    address: str
    specimens: list[Specimen]


@dataclass(frozen=True, slots=True)
class TaskCount:
    """A task and how many visible algorithms are of it."""

    task: Task
    count: int


@dataclass(frozen=True, slots=True)
class Called:
    """An algorithm with its figures of 30 days."""

    algorithm: Algorithm
    figures: Figures


@dataclass(frozen=True, slots=True)
class OneCall:
    """A snippet that our tests executed, for an algorithm on show."""

    algorithm: Algorithm
    target: Target
    code: str
    execution: Execution
    answer: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """All that the start page shows."""

    shelf: Shelf
    ledger: Ledger
    tasks: list[TaskCount]
    collections: list[Listed]
    called: list[Called]
    versions: list[Version]
    hints: list[Hint]
    call: OneCall | None

    @property
    def more_collections(self) -> list[Listed]:
        """The first few collections beside the one on the shelf."""
        others = [
            listed
            for listed in self.collections
            if listed.collection.get_absolute_url() != self.shelf.address
        ]
        return others[:COLLECTIONS]

    @property
    def is_empty(self) -> bool:
        return not self.ledger.algorithms


def home(*, viewer: Viewer, base_url: str, target: str = "") -> HomePage:
    """Return the start page as `viewer` sees it.

    `base_url` is where the request came to, `target` the key of the snippet target
    that the reader chose before; an unknown one counts as none.
    """
    shelf = _shelf(viewer)
    tasks = _tasks(viewer)
    return HomePage(
        shelf=shelf,
        ledger=ledger(viewer=viewer),
        tasks=tasks,
        collections=collections.collections_for(viewer=viewer),
        called=_most_called(viewer),
        versions=_new_versions(viewer),
        hints=hints(shown=shelf.specimens, tasks=[found.task for found in tasks]),
        call=_one_call(shelf.specimens, base_url, target),
    )


def _shelf(viewer: Viewer) -> Shelf:
    """Return the featured collection, or else what a curator or time put first."""
    found = collections.featured(viewer=viewer)
    if found:
        rows = [item.algorithm for item in found.items]
        notes = [item.note for item in found.items]
        shown = specimens(viewer=viewer, algorithms=rows, limit=ON_SHOW, notes=notes)
        if shown:
            about = found.collection
            address = about.get_absolute_url()
            return Shelf(about.title, about.summary, address, largest_first(shown))
    callable_ones = Algorithm.objects.visible_to(viewer).filter(latest__isnull=False)
    for title, column in (
        ("Featured", "featured_at"),
        ("Verified", "verified_at"),
        ("New here", "created_at"),
    ):
        some = callable_ones.filter(**{f"{column}__isnull": False})
        ordered = some.select_related("owner").order_by(f"-{column}", "pk")
        candidates = list(ordered[:CANDIDATES])
        shown = specimens(viewer=viewer, algorithms=candidates, limit=ON_SHOW)
        if shown:
            return Shelf(title, "", "", largest_first(shown))
    return Shelf("", "", "", [])


def _tasks(viewer: Viewer) -> list[TaskCount]:
    counted = (
        Algorithm.objects.visible_to(viewer)
        .exclude(task="")
        .order_by()
        .values("task")
        .annotate(count=Count("pk"))
        .order_by("-count", "task")[:TASKS]
    )
    return [TaskCount(task_of(row["task"]), row["count"]) for row in counted]


def _most_called(viewer: Viewer) -> list[Called]:
    wanted = rollups.most_called(viewer=viewer, limit=ROWS)
    if not wanted:
        return []
    visible = Algorithm.objects.visible_to(viewer).select_related("owner")
    rows = {row.pk: row for row in visible.filter(pk__in=wanted)}
    figures = rollups.figures_of(viewer=viewer, algorithms=list(rows.values()))
    return [Called(rows[pk], figures[pk]) for pk in wanted if pk in figures]


def _new_versions(viewer: Viewer) -> list[Version]:
    """Return the versions published last, `is_first` on those that began a listing."""
    visible = Version.objects.visible_to(viewer)
    older = visible.filter(
        algorithm=OuterRef("algorithm"), published_at__lt=OuterRef("published_at")
    )
    return list(
        visible.filter(algorithm__latest=F("pk"))
        .annotate(is_first=~Exists(older.order_by()))
        .select_related("algorithm__owner")
        .defer("input_schema", "output_schema", "manifest")
        .order_by("-published_at", "pk")[:ROWS]
    )


def _one_call(shown: list[Specimen], base_url: str, target: str) -> OneCall | None:
    """Write the call of what is on show with the shortest input."""
    short = [one for one in shown if len(one.example.input_text) <= SHORT_INPUT]
    targets = engine.shown_targets()
    if not short or not targets:
        return None
    one = min(short, key=lambda shown: len(shown.example.input_text))
    one.version.algorithm = one.algorithm
    chosen = next((each for each in targets if each.key == target), targets[0])
    call = snippets.call_of(
        version=one.version,
        base_url=base_url,
        input_text=one.example.input_text,
    )
    made = snippets.snippet(target=chosen.key, call=call)
    return OneCall(
        algorithm=one.algorithm,
        target=chosen,
        code=engine.highlighted(made),
        execution=engine.executed()[chosen.key],
        answer=one.example.output_text,
    )
