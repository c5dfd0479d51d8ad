"""One algorithm folder into rows: the algorithm, its card, a new version."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import orjson
from django.conf import settings
from django.utils import timezone

from accounts.models import Owner
from accounts.services import create_team
from catalog.content.card_fields import read_fields, tag_words
from catalog.content.folders import content_digest
from catalog.models import Algorithm, AuditEntry, Example, Tag, Version, Visibility
from catalog.services import aliases, audit, rollups

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.content.folders import AlgorithmFolder
    from catalog.models import Card

MANIFEST = "algorithm.toml"


@dataclass(frozen=True, slots=True)
class Source:
    """Who brings the folders and how far they are trusted.

    `visibility` is a version's own, where that differs from its listing's: a private
    version of a public listing changes nothing that the listing says.
    """

    owner: str = ""
    published_by: User | None = None
    is_verified: bool = False
    is_trusted: bool = True
    visibility: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a folder did."""

    algorithm: Algorithm
    is_new: bool
    is_changed: bool
    version: Version | None


def digest_of(folder: AlgorithmFolder) -> str:
    """Return the digest of a version's content.

    Title, summary and visibility belong to the algorithm and may change; they are
    left out, and so are the spelling and the comments of algorithm.toml.
    """
    manifest = asdict(folder.manifest)
    manifest.pop("algorithm", None)
    manifest["permissions"] = folder.manifest.permissions.as_table()
    tables = orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS)
    files = {name: data for name, data in folder.raw.items() if name != MANIFEST}
    return hashlib.sha256(content_digest(files).encode() + tables).hexdigest()


def find_algorithm_of(folder: AlgorithmFolder) -> Algorithm | None:
    return Algorithm.objects.named(folder.owner, folder.name).first()


def find_version_of(
    folder: AlgorithmFolder, algorithm: Algorithm | None
) -> Version | None:
    if algorithm is None or not folder.manifest.version:
        return None
    major, minor, patch = folder.number
    return algorithm.versions.filter(major=major, minor=minor, patch=patch).first()


def publish_folder(
    *, folder: AlgorithmFolder, card: Card, bundle: str, source: Source
) -> Stored:
    """Bring the rows to what a folder says; call it inside a transaction.

    The listing follows the newest version's folder; an older one adds its version
    alone. A version that is there already stays as it is.
    """
    found = find_algorithm_of(folder)
    is_new = found is None
    algorithm = found or Algorithm(owner=_owner(folder.owner), name=folder.name)
    before = "" if is_new else algorithm.visibility
    was_private = not is_new and not algorithm.is_public
    is_aside = (algorithm.visibility, source.visibility) == (
        Visibility.PUBLIC,
        Visibility.PRIVATE,
    )
    is_newest = (is_new or _is_newest(folder, algorithm)) and not is_aside
    is_changed = is_newest and _describe(algorithm, folder, card, source)
    if is_changed:
        algorithm.save()
        _tag(algorithm, folder)
    if is_new:
        aliases.take_over(algorithm)
    version = None
    if folder.manifest.version and find_version_of(folder, found) is None:
        version = _publish(algorithm, folder, card, bundle, source)
        algorithm.refresh_from_db(fields=["latest", "takes", "gives", "revision"])
    if was_private and algorithm.is_public:
        rollups.recount(algorithm)
    if before not in {"", algorithm.visibility}:
        _note(algorithm, before, source)
    return Stored(algorithm, is_new, is_changed and not is_new, version)


def _note(algorithm: Algorithm, before: str, source: Source) -> None:
    audit.note(
        actor=source.published_by,
        action=f"make {algorithm.visibility}",
        target=algorithm,
        category=AuditEntry.Category.VISIBILITY,
        reason="as its folder says",
        changes={"visibility": (before, algorithm.visibility)},
    )


def _is_newest(folder: AlgorithmFolder, algorithm: Algorithm) -> bool:
    latest = algorithm.latest
    return latest is None or folder.number >= latest.key


def _owner(slug: str) -> Owner:
    owner = Owner.objects.filter(slug__iexact=slug).first()
    return owner or create_team(slug=slug, name=slug).owner


def _described(folder: AlgorithmFolder, card: Card) -> dict[str, object]:
    about, fields = folder.manifest.algorithm, read_fields(folder.card.meta)
    return {
        "title": about.title,
        "summary": about.summary,
        "visibility": about.visibility,
        "task": fields.task,
        "framework": fields.framework,
        "license": fields.license.id[:60] if fields.license else "",
        "language": fields.languages,
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
    names = tag_words(folder.card.meta.get("tags"))
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
    notes = manifest.version.notes if manifest.version else ""
    major, minor, patch = folder.number
    version = Version.objects.create(
        algorithm=algorithm,
        major=major,
        minor=minor,
        patch=patch,
        visibility=source.visibility or manifest.algorithm.visibility,
        digest=digest_of(folder),
        bundle=bundle,
        manifest=folder.raw[MANIFEST].decode(),
        card=card,
        input_schema=folder.input_schema,
        output_schema=folder.output_schema,
        backend=settings.VITRINE_EXECUTION,
        runtime=manifest.run.runtime,
        entry=manifest.run.entry,
        timeout_seconds=manifest.run.timeout,
        memory_mb=manifest.run.memory,
        preload=list(manifest.run.preload),
        permissions=manifest.permissions.as_table(),
        notes=notes,
        is_trusted=source.is_trusted,
        published_by=source.published_by,
    )
    _keep_examples(version, folder)
    return version


def _keep_examples(version: Version, folder: AlgorithmFolder) -> None:
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
