"""What speaks against importing folders: names, doubles, changed versions, oddities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from accounts.names import validate_owner_name
from accounts.namespaces import check_is_current
from catalog.content.card_fields import read_fields
from catalog.content.folder_files import CARD
from catalog.content.folders import FolderProblem
from catalog.models.algorithm import validate_algorithm_name
from catalog.services.publishing import (
    MANIFEST,
    digest_of,
    find_algorithm_of,
    find_version_of,
)
from catalog.services.resolving import bundle_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.content.folders import AlgorithmFolder
    from catalog.models import Version

NAMED_FILES = 5


def label_of(folder: AlgorithmFolder) -> str:
    """Return `owner/Name/1.2.0`, or `owner/Name` for documentation alone."""
    name = f"{folder.owner}/{folder.name}"
    version = folder.manifest.version
    return f"{name}/{version.number}" if version else name


def name_problems(folder: AlgorithmFolder) -> list[FolderProblem]:
    """Return why the folder's owner or name cannot be used here."""
    problems = []
    for check, value in (
        (validate_owner_name, folder.owner),
        (check_is_current, folder.owner),
        (validate_algorithm_name, folder.name),
    ):
        try:
            check(value)
        except ValidationError as error:
            said = f"{value!r} is no name: {' '.join(error.messages)}"
            problems.append(FolderProblem(str(folder.path), 0, said))
    return problems


def conflicts(folders: Sequence[AlgorithmFolder]) -> list[FolderProblem]:
    """Return folders that are here twice, or are published with other content."""
    problems = []
    seen: dict[str, AlgorithmFolder] = {}
    for folder in folders:
        label = label_of(folder).lower()
        if label in seen:
            said = f"{label_of(folder)} is here twice: also in {seen[label].path}."
            problems.append(FolderProblem(str(folder.path), 0, said))
        seen[label] = folder
        version = find_version_of(folder, find_algorithm_of(folder))
        if version is not None and version.digest != digest_of(folder):
            said = (
                f"{label_of(folder)} is published with other content: "
                f"{_differing(folder, version)}. "
                "Give this content a new [version] number."
            )
            place = str(folder.path / MANIFEST)
            problems.append(FolderProblem(place, folder.manifest.number_line, said))
    return problems


def _differing(folder: AlgorithmFolder, version: Version) -> str:
    """Name the files that are new, gone or changed since the version was published."""
    store = bundle_store()
    try:
        published = set(store.names(version.bundle))
        said = [f"{name} is gone" for name in sorted(published - folder.raw.keys())]
        for name in sorted(folder.raw):
            if name not in published:
                said.append(f"{name} is new")
            elif folder.raw[name] != store.read(version.bundle, name):
                said.append(f"{name} differs")
    except (OSError, ValueError):
        return "its published files are not at hand to compare"
    more = len(said) - NAMED_FILES
    named = said[:NAMED_FILES] + ([f"{more} more"] if more > 0 else [])
    return ", ".join(named)


def warnings_of(folder: AlgorithmFolder) -> list[FolderProblem]:
    """Return what is odd about the card's front matter, which is no reason to refuse.

    A license without SPDX id may be right, and unknown words are kept: the author
    decides.
    """
    card = folder.card
    return [
        FolderProblem(
            str(folder.path / CARD),
            card.lines.get(problem.key, 0),
            f"{problem.key} {problem.message}.",
        )
        for problem in read_fields(card.meta).problems
    ]
