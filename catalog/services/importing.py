"""Algorithm folders into the catalog: all of them, or nothing and every reason."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Owner
from accounts.names import validate_owner_name
from accounts.services import create_team
from catalog.content.folders import (
    AlgorithmFolder,
    FolderInvalid,
    FolderProblem,
    content_digest,
    find_folders,
    read_folder,
)
from catalog.models import Algorithm, Example, Tag, Version
from catalog.models.algorithm import validate_algorithm_name
from catalog.services.cards import card_for
from catalog.services.resolving import bundle_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from accounts.models import User
    from catalog.models import Card

    Progress = Callable[[int, int, str], None]

MANIFEST = "algorithm.toml"


class ImportRefused(Exception):
    """The folders have problems; nothing was imported."""

    def __init__(self, problems: Sequence[FolderProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


@dataclass(slots=True)
class ImportSummary:
    """What an import did, by full name (`owner/Name/1.2.0` for versions)."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """Who brings the folders and how far they are trusted."""

    owner: str = ""
    published_by: User | None = None
    is_verified: bool = False


def import_folders(
    *,
    paths: Iterable[Path],
    source: Source,
    dry_run: bool = False,
    progress: Progress = lambda _done, _all, _name: None,
) -> ImportSummary:
    """Publish every folder below `paths`; raises ImportRefused with all problems.

    A folder whose version is there already with the same content changes nothing;
    other content under a published number is a problem.
    """
    folders, problems = _read(paths, source)
    problems += _conflicts(folders)
    if problems:
        raise ImportRefused(problems)
    summary = ImportSummary()
    if dry_run:
        for folder in folders:
            _foresee(folder, summary)
        return summary
    prepared = []
    for done, folder in enumerate(folders):
        progress(done, len(folders), _label(folder))
        card = card_for(source=folder.card_source, body=folder.card.body)
        bundle = bundle_store().put(folder.raw) if folder.manifest.version else ""
        prepared.append((folder, card, bundle))
    with transaction.atomic():
        for folder, card, bundle in prepared:
            _store(folder, card, bundle, source, summary)
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
            problems += _name_problems(folder, place)
            folders.append(folder)
    # Older versions first, so that the newest one is the last to be latest.
    folders.sort(key=lambda folder: (folder.owner, folder.name, folder.number))
    return folders, problems


def _name_problems(folder: AlgorithmFolder, place: Path) -> list[FolderProblem]:
    problems = []
    for check, value in (
        (validate_owner_name, folder.owner),
        (validate_algorithm_name, folder.name),
    ):
        try:
            check(value)
        except ValidationError as error:
            said = f"{value!r} is no name: {' '.join(error.messages)}"
            problems.append(FolderProblem(str(place), 0, said))
    return problems


def digest_of(folder: AlgorithmFolder) -> str:
    """Return the digest of a version's content.

    Title, summary and visibility belong to the algorithm and may change; they are
    left out, and so are the spelling and the comments of algorithm.toml.
    """
    manifest = asdict(folder.manifest)
    manifest.pop("algorithm", None)
    settings = orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS)
    files = {name: data for name, data in folder.raw.items() if name != MANIFEST}
    return hashlib.sha256(content_digest(files).encode() + settings).hexdigest()


def _label(folder: AlgorithmFolder) -> str:
    name = f"{folder.owner}/{folder.name}"
    version = folder.manifest.version
    return f"{name}/{version.number}" if version else name


def _find(folder: AlgorithmFolder) -> Algorithm | None:
    return Algorithm.objects.named(folder.owner, folder.name).first()


def _find_version(
    folder: AlgorithmFolder, algorithm: Algorithm | None
) -> Version | None:
    if algorithm is None or not folder.manifest.version:
        return None
    major, minor, patch = folder.number
    return algorithm.versions.filter(major=major, minor=minor, patch=patch).first()


def _conflicts(folders: Sequence[AlgorithmFolder]) -> list[FolderProblem]:
    problems = []
    seen: dict[str, AlgorithmFolder] = {}
    for folder in folders:
        label = _label(folder).lower()
        if label in seen:
            said = f"{_label(folder)} is here twice: also in {seen[label].path}."
            problems.append(FolderProblem(str(folder.path), 0, said))
        seen[label] = folder
        version = _find_version(folder, _find(folder))
        if version is not None and version.digest != digest_of(folder):
            said = (
                f"{_label(folder)} is published with other content. "
                "Give this content a new [version] number."
            )
            place = str(folder.path / MANIFEST)
            problems.append(FolderProblem(place, folder.manifest.number_line, said))
    return problems


def _foresee(folder: AlgorithmFolder, summary: ImportSummary) -> None:
    algorithm = _find(folder)
    name = f"{folder.owner}/{folder.name}"
    if algorithm is None and name not in summary.created:
        summary.created.append(name)
    if folder.manifest.version and _find_version(folder, algorithm) is None:
        summary.published.append(_label(folder))
    elif algorithm is not None:
        summary.unchanged.append(_label(folder))


def _store(
    folder: AlgorithmFolder,
    card: Card,
    bundle: str,
    source: Source,
    summary: ImportSummary,
) -> None:
    algorithm = _find(folder)
    is_new = algorithm is None
    if algorithm is None:
        owner = _owner(folder.owner)
        algorithm = Algorithm(owner=owner, name=folder.name)
    version = _find_version(folder, None if is_new else algorithm)
    is_newest = is_new or _is_newest(folder, algorithm)
    changed = is_newest and _describe(algorithm, folder, card, source)
    if is_new or changed:
        algorithm.save()
        _tag(algorithm, folder)
    if folder.manifest.version and version is None:
        version = _publish(algorithm, folder, card, bundle, source)
        summary.published.append(str(version))
        if is_newest:
            algorithm.latest = version
            algorithm.save()
    elif not (is_new or changed):
        summary.unchanged.append(_label(folder))
        return
    (summary.created if is_new else summary.updated).append(algorithm.full_name)


def _is_newest(folder: AlgorithmFolder, algorithm: Algorithm) -> bool:
    latest = algorithm.latest
    return latest is None or folder.number >= latest.key


def _owner(slug: str) -> Owner:
    owner = Owner.objects.filter(slug__iexact=slug).first()
    if owner is None:
        owner = create_team(slug=slug, name=slug).owner
    return owner


def _described(folder: AlgorithmFolder, card: Card) -> dict[str, object]:
    about, meta = folder.manifest.algorithm, folder.card.meta
    language = meta.get("language") or []
    return {
        "title": about.title,
        "summary": about.summary,
        "visibility": about.visibility,
        "task": str(meta.get("pipeline_tag") or "")[:60],
        "framework": str(meta.get("library_name") or "")[:60],
        "license": str(meta.get("license") or "")[:60],
        "language": [language] if isinstance(language, str) else list(language),
        "card": card,
    }


def _describe(
    algorithm: Algorithm, folder: AlgorithmFolder, card: Card, source: Source
) -> bool:
    """Take over what the folder says of the algorithm; tell whether it is new."""
    changed = False
    for name, value in _described(folder, card).items():
        if getattr(algorithm, name, None) != value:
            setattr(algorithm, name, value)
            changed = True
    if source.is_verified and algorithm.verified_at is None:
        algorithm.verified_at = timezone.now()
        changed = True
    return changed


def _tag(algorithm: Algorithm, folder: AlgorithmFolder) -> None:
    names = [str(tag)[:60] for tag in folder.card.meta.get("tags") or []]
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    algorithm.tags.set(Tag.objects.filter(name__in=names))


def _publish(
    algorithm: Algorithm,
    folder: AlgorithmFolder,
    card: Card,
    bundle: str,
    source: Source,
) -> Version:
    manifest = folder.manifest
    major, minor, patch = folder.number
    version = Version.objects.create(
        algorithm=algorithm,
        major=major,
        minor=minor,
        patch=patch,
        visibility=manifest.algorithm.visibility,
        digest=digest_of(folder),
        bundle=bundle,
        manifest=folder.raw[MANIFEST].decode(),
        card=card,
        input_schema=folder.input_schema,
        output_schema=folder.output_schema,
        runtime=manifest.run.runtime,
        entry=manifest.run.entry,
        timeout_seconds=manifest.run.timeout,
        memory_mb=manifest.run.memory,
        preload=list(manifest.run.preload),
        permissions=asdict(manifest.permissions),
        notes=manifest.version.notes,
        is_trusted=True,
        published_by=source.published_by,
    )
    Example.objects.bulk_create(
        Example(
            version=version,
            position=position,
            title=example.title,
            input_text=example.input_text,
            output_text=example.output_text,
        )
        for position, example in enumerate(folder.examples)
    )
    return version
