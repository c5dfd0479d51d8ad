"""The start page: what is on show, by task, and figures that are counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q

from catalog.content.schema_table import type_word
from catalog.models import Algorithm, Example, Run, Version
from catalog.services.pages.exhibits import exhibit_of
from catalog.services.pages.listing import Figures, figures_of, since
from catalog.services.pages.tasks import Task, task_of
from catalog.snippets import shown_targets

if TYPE_CHECKING:
    from catalog.models.algorithm import AlgorithmQuerySet
    from catalog.services.pages.drawings import Exhibit
    from catalog.visibility import Viewer

ON_SHOW = 5
CANDIDATES = 20
TASKS = 12
ROWS = 5
LARGE = {"picture", "series", "swatches"}


@dataclass(frozen=True, slots=True)
class Specimen:
    """One algorithm with its first recorded output as a drawing."""

    algorithm: Algorithm
    exhibit: Exhibit
    takes: str
    gives: str
    figures: Figures | None

    @property
    def template(self) -> str:
        return f"catalog/exhibits/{self.exhibit.kind}.html"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the viewer could call, and what was called in 30 days."""

    algorithms: int
    owners: int
    calls: int
    targets: int


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
class HomePage:
    """All that the start page shows."""

    specimens: list[Specimen]
    is_featured: bool
    ledger: Ledger
    tasks: list[TaskCount]
    called: list[Called]
    versions: list[Version]
    words: list[str]


def home(*, viewer: Viewer) -> HomePage:
    """Return the start page as `viewer` sees it."""
    visible = Algorithm.objects.visible_to(viewer)
    candidates = _candidates(visible)
    tasks = _tasks(visible)
    return HomePage(
        specimens=_on_show(viewer, candidates),
        is_featured=any(row.featured_at for row in candidates),
        ledger=_ledger(viewer, visible),
        tasks=tasks,
        called=_most_called(viewer, visible),
        versions=_new_versions(viewer),
        words=[found.task.label.lower() for found in tasks[:4]],
    )


def _candidates(visible: AlgorithmQuerySet) -> list[Algorithm]:
    """Return the featured algorithms, or the verified ones where none is."""
    rows = visible.filter(latest__isnull=False).select_related("owner", "latest")
    featured = rows.filter(featured_at__isnull=False).order_by("-featured_at")
    found = list(featured[:CANDIDATES])
    if found:
        return found
    verified = rows.filter(verified_at__isnull=False)
    return list(verified.order_by("-verified_at", "pk")[:CANDIDATES])


def _on_show(viewer: Viewer, candidates: list[Algorithm]) -> list[Specimen]:
    versions = [row.latest_id for row in candidates]
    examples = Example.objects.filter(version__in=versions, position=0)
    recorded = {row.version_id: row for row in examples.exclude(output_text="")}
    rows = [row for row in candidates if row.latest_id in recorded][:ON_SHOW]
    figures = figures_of(viewer=viewer, algorithms=rows) if rows else {}
    specimens = []
    for row in rows:
        version = row.latest
        if version is None:
            continue
        example = recorded[version.pk]
        exhibit = exhibit_of(
            input_text=example.input_text,
            output_text=example.output_text,
            output_schema=version.output_schema,
        )
        takes, gives = type_word(version.input_schema), type_word(version.output_schema)
        specimens.append(Specimen(row, exhibit, takes, gives, figures.get(row.pk)))
    # What is drawn large stands first; the rest keeps the curator's order.
    return sorted(specimens, key=lambda shown: shown.exhibit.kind not in LARGE)


def _ledger(viewer: Viewer, visible: AlgorithmQuerySet) -> Ledger:
    counted = visible.aggregate(
        algorithms=Count("pk"), owners=Count("owner", distinct=True)
    )
    versions = Version.objects.visible_to(viewer)
    runs = Run.objects.filter(created_at__gte=since(), version__in=versions)
    return Ledger(calls=runs.count(), targets=len(shown_targets()), **counted)


def _tasks(visible: AlgorithmQuerySet) -> list[TaskCount]:
    counted = (
        visible.exclude(task="")
        .order_by()
        .values("task")
        .annotate(count=Count("pk"))
        .order_by("-count", "task")[:TASKS]
    )
    return [TaskCount(task_of(row["task"]), row["count"]) for row in counted]


def _most_called(viewer: Viewer, visible: AlgorithmQuerySet) -> list[Called]:
    versions = Version.objects.visible_to(viewer)
    counted = (
        Run.objects.filter(created_at__gte=since(), version__in=versions)
        .values(pk_of=F("version__algorithm_id"))
        .annotate(calls=Count("pk"))
        .order_by("-calls", "pk_of")[:ROWS]
    )
    wanted = [row["pk_of"] for row in counted]
    if not wanted:
        return []
    rows = {
        row.pk: row for row in visible.filter(pk__in=wanted).select_related("owner")
    }
    figures = figures_of(viewer=viewer, algorithms=list(rows.values()))
    return [Called(rows[pk], figures[pk]) for pk in wanted if pk in rows]


def _new_versions(viewer: Viewer) -> list[Version]:
    newest = Q(algorithm__latest=F("pk"))
    return list(
        Version.objects.visible_to(viewer)
        .filter(newest)
        .select_related("algorithm__owner")
        .defer("input_schema", "output_schema", "manifest")
        .order_by("-published_at", "pk")[:ROWS]
    )
