"""Search results: what was found, with figures from run records."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from catalog.services.errors import BadFilter
from catalog.services.pages import guide
from catalog.services.pages.samples import Sample, sample_of
from catalog.services.pages.why import why
from catalog.services.rollups import Figures, figures_of
from catalog.services.search import Results, Row, first_examples, nothing_for, search
from catalog.visibility import rights_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.models import Algorithm
    from catalog.services.pages.guide import GuideHit
    from catalog.services.queries import Query
    from catalog.visibility import Viewer

NEAR = 3


@dataclass(frozen=True, slots=True)
class Listed:
    """One row with its figures and sample; `why` says what the row does not show.

    `right` is what others gave the viewer: to read it, or to run it.
    """

    row: Row
    figures: Figures | None
    sample: Sample | None = None
    why: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results.

    `near` is what the words alone find when nothing fits; `problem` what is wrong
    with the filter, and then nothing was looked for; `guide` what the guide says.
    """

    results: Results
    rows: list[Listed]
    near: Results | None = None
    problem: BadFilter | None = None
    guide: list[GuideHit] = field(default_factory=list)

    @property
    def status(self) -> int:
        return self.problem.status if self.problem else 200


def find(*, viewer: Viewer, query: Query) -> Found:
    """Search for the page; raises BadRequest as search() does, but for a filter."""
    try:
        results = search(viewer=viewer, query=replace(query, explain=True))
    except BadFilter as problem:
        return Found(nothing_for(viewer=viewer, query=query), [], problem=problem)
    near = None
    if not results.total and query.text and query.is_narrowed:
        bare = replace(query.bare(), limit=NEAR, facets=())
        near = search(viewer=viewer, query=bare)
    told = guide.find(text=query.text) if query.text and not query.cursor else []
    return Found(results, _listed(viewer, results.rows), near, guide=told)


def listed(*, viewer: Viewer, algorithms: Sequence[Algorithm]) -> list[Listed]:
    """Return rows for algorithms that `viewer` sees, in their order, nothing marked."""
    examples = first_examples(algorithms)
    rows = [
        Row(
            algorithm=algorithm,
            name=[(algorithm.name, False)],
            summary=[(algorithm.summary, False)],
            example=examples.get(algorithm.latest_id),
        )
        for algorithm in algorithms
    ]
    return _listed(viewer, rows)


def _listed(viewer: Viewer, rows: Sequence[Row]) -> list[Listed]:
    algorithms = [row.algorithm for row in rows]
    figures = figures_of(viewer=viewer, algorithms=algorithms) if rows else {}
    rights = rights_of(viewer, algorithms)
    return [
        Listed(
            row,
            figures.get(row.algorithm.pk),
            sample_of(row.example) if row.example else None,
            why(row.reasons or ()),
            rights.get(row.algorithm.pk, ""),
        )
        for row in rows
    ]
