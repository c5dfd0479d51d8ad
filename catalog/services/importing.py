"""Algorithm folders into the catalog: all of them, or nothing and every reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from catalog.content.folders import (
    AlgorithmFolder,
    FolderInvalid,
    FolderProblem,
    find_folders,
    read_folder,
)
from catalog.services.cards import card_for
from catalog.services.folder_checks import (
    conflicts,
    label_of,
    name_problems,
    warnings_of,
)
from catalog.services.publishing import (
    Source,
    Stored,
    find_algorithm_of,
    find_version_of,
    publish_folder,
)
from catalog.services.resolving import bundle_store
from catalog.services.secret_checks import secrets_in_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    Progress = Callable[[int, int, str], None]


class ImportRefused(Exception):
    """The folders have problems; nothing was imported."""

    def __init__(self, problems: Sequence[FolderProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


@dataclass(slots=True)
class ImportSummary:
    """What an import did, by full name (`owner/Name/1.2.0` for versions).

    `warnings` say what is odd in cards and was imported all the same.
    """

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    warnings: list[FolderProblem] = field(default_factory=list)


def import_folders(
    *,
    paths: Iterable[Path],
    source: Source,
    dry_run: bool = False,
    progress: Progress = lambda _done, _all, _name: None,
) -> ImportSummary:
    """Publish every folder below `paths`; raises ImportRefused with all problems.

    A folder whose version is there already with the same content changes nothing;
    other content under a published number is a problem, and so is a secret: a live key
    of ours is revoked. New cards wait to be rendered (`cards.render_waiting`).
    """
    folders, problems = _read(paths, source)
    problems += conflicts(folders)
    problems += secrets_in_folders(folders, ends=not dry_run)
    if problems:
        raise ImportRefused(problems)
    summary = ImportSummary()
    summary.warnings += [odd for folder in folders for odd in warnings_of(folder)]
    if dry_run:
        for folder in folders:
            _foresee(folder, summary)
        return summary
    prepared = []
    for done, folder in enumerate(folders):
        progress(done, len(folders), label_of(folder))
        card = card_for(source=folder.card_source, parsed=folder.card)
        bundle = bundle_store().put(folder.raw) if folder.manifest.version else ""
        prepared.append((folder, card, bundle))
    with transaction.atomic():
        for folder, card, bundle in prepared:
            stored = publish_folder(
                folder=folder, card=card, bundle=bundle, source=source
            )
            _note(folder, stored, summary)
    progress(len(folders), len(folders), "")
    return summary


def _read(
    paths: Iterable[Path], source: Source
) -> tuple[list[AlgorithmFolder], list[FolderProblem]]:
    folders: list[AlgorithmFolder] = []
    problems: list[FolderProblem] = []
    for path in paths:
        found = find_folders(path)
        if not found:
            problems.append(
                FolderProblem(str(path), 0, "There is no algorithm folder here.")
            )
        for place in found:
            try:
                folder = read_folder(place, owner=source.owner)
            except FolderInvalid as invalid:
                problems += invalid.problems
                continue
            problems += name_problems(folder)
            folders.append(folder)
    # Older versions first, so that the newest one is the last to be latest.
    folders.sort(key=lambda folder: (folder.owner, folder.name, folder.number))
    return folders, problems


def _foresee(folder: AlgorithmFolder, summary: ImportSummary) -> None:
    algorithm = find_algorithm_of(folder)
    name = f"{folder.owner}/{folder.name}"
    if algorithm is None and name not in summary.created:
        summary.created.append(name)
    if folder.manifest.version and find_version_of(folder, algorithm) is None:
        summary.published.append(label_of(folder))
    elif algorithm is not None:
        summary.unchanged.append(label_of(folder))


def _note(folder: AlgorithmFolder, stored: Stored, summary: ImportSummary) -> None:
    name = stored.algorithm.full_name
    if stored.is_new:
        summary.created.append(name)
    elif stored.is_changed and name not in [*summary.created, *summary.updated]:
        summary.updated.append(name)
    if stored.version is not None:
        summary.published.append(label_of(folder))
    elif not (stored.is_new or stored.is_changed):
        summary.unchanged.append(label_of(folder))
