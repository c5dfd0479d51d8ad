"""Algorithms on show: each with the first recorded output of its newest version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.models import Example, Version
from catalog.services.pages.exhibits import exhibit_of
from catalog.services.rollups import Figures, figures_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from catalog.models import Algorithm
    from catalog.services.pages.drawings import Exhibit
    from catalog.visibility import Viewer

#: what gains by standing in a large cell
LARGE = {"boxes", "pair", "picture", "series", "swatches"}


@dataclass(frozen=True, slots=True)
class Specimen:
    """One algorithm with its first recorded output as a drawing."""

    algorithm: Algorithm
    version: Version
    example: Example
    exhibit: Exhibit
    takes: str
    gives: str
    figures: Figures | None
    note: str = ""

    @property
    def template(self) -> str:
        return f"catalog/exhibits/{self.exhibit.kind}.html"

    @property
    def flow(self) -> str:
        """What goes in and comes out, in the words that one filters by."""
        return f"{self.takes} → {self.gives}"

    @property
    def text(self) -> str:
        """Why it is here, or else what it does."""
        return self.note or self.algorithm.summary


def specimens(
    *,
    viewer: Viewer,
    algorithms: Sequence[Algorithm],
    limit: int,
    notes: Sequence[str] = (),
) -> list[Specimen]:
    """Return the first `limit` algorithms that `viewer` sees an output of, in order.

    `algorithms` are such that `viewer` sees, with owner; `notes` go with them. Three
    queries.
    """
    examples = _recorded(viewer, algorithms)
    pairs = [
        (row, found)
        for row in algorithms
        if row.latest_id and (found := examples.get(row.latest_id))
    ][:limit]
    figures = figures_of(viewer=viewer, algorithms=[row for row, _found in pairs])
    said = dict(zip([row.pk for row in algorithms], notes, strict=False))
    return [
        _specimen(row, found, figures.get(row.pk), said.get(row.pk))
        for row, found in pairs
    ]


def largest_first(shown: Sequence[Specimen]) -> list[Specimen]:
    """Put what is drawn large at the head; the rest keeps its order."""
    head = next((one for one in shown if one.exhibit.kind in LARGE), None)
    if head is None:
        return list(shown)
    return [head, *(one for one in shown if one is not head)]


def _recorded(viewer: Viewer, algorithms: Sequence[Algorithm]) -> dict[UUID, Example]:
    """Return first examples by version; a public listing's newest may be private."""
    newest = [row.latest_id for row in algorithms if row.latest_id]
    versions = Version.objects.visible_to(viewer).filter(pk__in=newest)
    shown = {row.pk: row for row in versions.defer("manifest")}
    examples = Example.objects.filter(version__in=list(shown), position=0)
    recorded: dict[UUID, Example] = {
        row.version_id: row for row in examples.exclude(output_text="")
    }
    for pk, example in recorded.items():
        example.version = shown[pk]
    return recorded


def _specimen(
    row: Algorithm, example: Example, figures: Figures | None, note: str | None
) -> Specimen:
    version = example.version
    exhibit = exhibit_of(
        input_text=example.input_text,
        output_text=example.output_text,
        input_schema=version.input_schema,
        output_schema=version.output_schema,
    )
    return Specimen(
        row, version, example, exhibit, row.takes, row.gives, figures, note or ""
    )
