"""The algorithm page and its tabs: one verb each, all of it as one viewer sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from catalog.content.schema_table import SchemaRow, table_of
from catalog.services.errors import NotCallable, NotFound
from catalog.services.pages import changelogs, sources, trials, uses
from catalog.services.pages import usage as usages
from catalog.services.pages.cards import CardPage, card_page
from catalog.services.pages.own_runs import PastRun, own_runs
from catalog.services.pages.related import Related, related_to
from catalog.services.pages.shown import Shown, json_shown
from catalog.services.pages.standing import NO_STANDING, Standing, standing_of
from catalog.services.pages.unpublished import Unpublished, unpublished
from catalog.services.resolving import (
    find_algorithm,
    find_version,
    may_run,
    versions_of,
)
from catalog.services.rollups import NO_FIGURES, Figures, figures_of
from catalog.services.stars import is_starred
from catalog.snippets import shown_targets
from catalog.visibility import belongs

if TYPE_CHECKING:
    from catalog.models import Algorithm, Card, Example, Version
    from catalog.services.callers import Caller
    from catalog.services.pages.outcomes import Outcome
    from catalog.services.pages.typed import Typed
    from catalog.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks of an algorithm's page; `base_url` is ours, for snippets.

    `is_overview` asks for the whole first tab around a panel that stands on it.
    `edit` is the command of a button in the form, `view` how a result is shown, and
    `is_shared` marks an input that came with a link.
    """

    owner: str
    name: str
    number: str = ""
    example: int = 0
    mode: str = ""
    target: str = ""
    typed: Typed | None = None
    base_url: str = ""
    makes_key: bool = False
    is_overview: bool = False
    edit: str = ""
    view: str = ""
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every tab; `figures` count versions that the viewer sees."""

    algorithm: Algorithm
    version: Version | None
    versions: list[Version]
    is_pinned: bool
    figures: Figures
    standing: Standing = NO_STANDING
    is_starred: bool = False
    may_run: bool = True
    shows_source: bool = True

    @property
    def card(self) -> Card | None:
        return self.version.card if self.version else self.algorithm.card

    @property
    def has_snippets(self) -> bool:
        return bool(shown_targets())

    @property
    def newest(self) -> Version | None:
        return self.algorithm.latest


@dataclass(frozen=True, slots=True)
class Contract:
    """Input and output as tables and as schemas."""

    takes: list[SchemaRow]
    gives: list[SchemaRow]
    input_schema: Shown
    output_schema: Shown


@dataclass(frozen=True, slots=True)
class AlgorithmPage:
    """A tab: the head, and the parts that this tab has."""

    head: Head
    examples: list[Example] = field(default_factory=list)
    example: int = 0
    trial: trials.Trial | None = None
    outcome: Outcome | None = None
    use: uses.Use | None = None
    contract: Contract | None = None
    source: sources.Source | None = None
    usage: usages.Usage | None = None
    entries: list[changelogs.Entry] = field(default_factory=list)
    related: Related | None = None
    own_runs: list[PastRun] | None = None
    about: CardPage | None = None
    unpublished: Unpublished | None = None

    @property
    def names_publishers(self) -> bool:
        """Imported versions have no publisher."""
        return any(entry.version.published_by_id for entry in self.entries)


def head(*, viewer: Viewer, wanted: Wanted) -> Head:
    """Return the head of an algorithm's page; raises NotFound."""
    algorithm = find_algorithm(viewer=viewer, owner=wanted.owner, name=wanted.name)
    version = _version(viewer, algorithm, wanted.number)
    versions = list(
        versions_of(viewer=viewer, algorithm=algorithm)
        .select_related(None)
        .select_related("published_by")
        .defer("input_schema", "output_schema", "manifest")
    )
    figures = figures_of(viewer=viewer, algorithms=[algorithm], seen=versions)
    return Head(
        algorithm=algorithm,
        version=version,
        versions=versions,
        is_pinned=bool(wanted.number),
        figures=figures.get(algorithm.pk, NO_FIGURES),
        standing=standing_of(viewer=viewer, algorithm=algorithm),
        is_starred=is_starred(viewer=viewer, algorithm=algorithm),
        may_run=version is None or may_run(viewer=viewer, version=version),
        shows_source=_shows_source(viewer, version),
    )


def _shows_source(viewer: Viewer, version: Version | None) -> bool:
    """Tell whether there is a source to read; a closed one its owner's people read."""
    if version is None or not version.bundle:
        return False
    return not version.is_source_closed or belongs(viewer, version.algorithm.owner)


def _version(viewer: Viewer, algorithm: Algorithm, number: str) -> Version | None:
    try:
        version = find_version(viewer=viewer, algorithm=algorithm, number=number)
    except NotCallable:
        return None
    # The algorithm was read with its owner and tags already.
    version.algorithm = algorithm
    return version


def _callable(
    viewer: Viewer, wanted: Wanted, known: Head | None = None
) -> tuple[Head, Version, list[Example]]:
    shown = known or head(viewer=viewer, wanted=wanted)
    if shown.version is None:
        raise NotFound(f"{shown.algorithm.full_name} has no version")
    return shown, shown.version, list(shown.version.examples.all())


def overview(*, caller: Caller, wanted: Wanted) -> AlgorithmPage:
    """Return the first tab: card, contract, Try it, Use it."""
    shown = head(viewer=caller.viewer, wanted=wanted)
    if shown.version is None:
        about = card_page(viewer=caller.viewer, card=shown.card)
        draft = unpublished(viewer=caller.viewer, algorithm=shown.algorithm)
        related = _related(caller, shown)
        return AlgorithmPage(shown, about=about, related=related, unpublished=draft)
    return try_it(caller=caller, wanted=replace(wanted, is_overview=True), known=shown)


def try_it(
    *, caller: Caller, wanted: Wanted, known: Head | None = None
) -> AlgorithmPage:
    """Return the panel Try it, with what was typed where something was."""
    shown, version, examples = _callable(caller.viewer, wanted, known)
    trial, outcome = trials.start(caller, version, examples, wanted)
    trial = trials.as_allowed(trial, may_run=shown.may_run)
    page = AlgorithmPage(shown, examples, trial.example, trial, outcome)
    return _around(page, caller, version, wanted)


def run(*, caller: Caller, wanted: Wanted) -> AlgorithmPage:
    """Run a version with what was typed; what goes wrong is part of the page."""
    shown, version, examples = _callable(caller.viewer, wanted)
    trial, outcome = trials.run(caller, version, examples, wanted)
    trial = trials.as_allowed(trial, may_run=shown.may_run)
    page = AlgorithmPage(shown, examples, trial.example, trial, outcome)
    return _around(page, caller, version, wanted)


def _around(
    page: AlgorithmPage, caller: Caller, version: Version, wanted: Wanted
) -> AlgorithmPage:
    if not wanted.is_overview:
        return replace(page, own_runs=own_runs(caller, page.head.versions))
    used = uses.use(caller, version, page.examples, wanted)
    about = card_page(viewer=caller.viewer, card=page.head.card)
    related = _related(caller, page.head)
    contract = _contract(version)
    return replace(page, use=used, contract=contract, about=about, related=related)


def _related(caller: Caller, shown: Head) -> Related:
    return related_to(caller=caller, algorithm=shown.algorithm)


@lru_cache(maxsize=128)
def _contract(version: Version) -> Contract:
    """Lay the contract out, once per process: a version never changes."""
    return Contract(
        takes=table_of(version.input_schema, "input"),
        gives=table_of(version.output_schema, "output"),
        input_schema=json_shown(_compact(version.input_schema)),
        output_schema=json_shown(_compact(version.output_schema)),
    )


def _compact(schema: object) -> str:
    return json.dumps(schema, ensure_ascii=False)


def use_it(*, caller: Caller, wanted: Wanted) -> AlgorithmPage:
    """Return the tab Use it, with the code of one target."""
    shown, version, examples = _callable(caller.viewer, wanted)
    use = uses.use(caller, version, examples, wanted)
    return AlgorithmPage(shown, examples, use=use)


def versions(*, viewer: Viewer, wanted: Wanted) -> AlgorithmPage:
    """Return the tab Versions."""
    shown = head(viewer=viewer, wanted=wanted)
    if shown.version is None:
        raise NotFound(f"{shown.algorithm.full_name} has no version")
    found = changelogs.changelog(viewer=viewer, algorithm=shown.algorithm)
    return AlgorithmPage(shown, entries=found)


def source(*, viewer: Viewer, wanted: Wanted, file: str = "") -> AlgorithmPage:
    """Return the tab Source with one file open; raises NotFound for any other."""
    shown, version, _examples = _callable(viewer, wanted)
    if version.bundle and not shown.shows_source:
        raise NotFound(f"the source of {shown.algorithm.full_name} is not shown")
    return AlgorithmPage(shown, source=sources.source(version=version, file=file))


def usage(*, viewer: Viewer, wanted: Wanted, period: str = "") -> AlgorithmPage:
    """Return the tab Usage; raises BadRequest for a period that is none."""
    shown = head(viewer=viewer, wanted=wanted)
    if shown.version is None:
        raise NotFound(f"{shown.algorithm.full_name} has no version")
    found = usages.usage(
        viewer=viewer,
        algorithm=shown.algorithm,
        versions=shown.versions,
        period=period,
    )
    return AlgorithmPage(shown, usage=found)
