"""From `owner/Name[/version]` to what a call needs, seen as one viewer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts.names import OWNER_NAME
from catalog.content.bundles import BundleStore
from catalog.content.folders import INPUT_SCHEMA
from catalog.content.json_text import parse_json
from catalog.content.manifests import parse_manifest
from catalog.content.schemas import CompiledSchema, compile_schema, takes_bytes
from catalog.execution import Deployment
from catalog.models import Algorithm, Build, Version, Visibility
from catalog.models.algorithm import ALGORITHM_NAME
from catalog.services.errors import NotCallable, NotFound
from catalog.services.lookups import Lookups
from catalog.visibility import belongs, runnable_by

if TYPE_CHECKING:
    from catalog.models.version import VersionQuerySet
    from catalog.services.callers import Caller
    from catalog.visibility import Viewer

EXACT = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})", re.ASCII)
PARTIAL = re.compile(r"(\d{1,9})(?:\.(\d{1,9}))?(?:\.[x*])?", re.ASCII)
NEWEST = {"", "latest"}
NEWEST_PRIVATE = "latestprivate"
#: a content digest, whole or as long as the git hash whose place it takes
DIGEST = re.compile(r"[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}")
ALGORITHM_ID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@dataclass(frozen=True, slots=True)
class Target:
    """A version as the fast path needs it: no rows, only data.

    `version_id` is None for a build that is not published, whose `number` is its
    commit. `may_run` is false where the caller was given it to read alone,
    `shows_source` and `shows_output` where its source and what it prints are not the
    caller's to read. `data` is what it may do with its caller's files, `author_id` its
    owner's key.
    """

    version_id: UUID | None
    algorithm_id: UUID
    full_name: str
    number: str
    deployment: Deployment
    backend: str
    timeout: float
    schema: CompiledSchema | None
    takes_bytes: bool
    is_trusted: bool
    is_open: bool
    may_run: bool = True
    shows_source: bool = True
    shows_output: bool = False
    data: frozenset[str] = frozenset()
    author_id: int = 0


def bundle_store() -> BundleStore:
    return BundleStore(Path(settings.BUNDLES_DIR))


_targets: Lookups[Target] = Lookups()


def target_of(*, caller: Caller, owner: str, name: str, version: str = "") -> Target:
    """Return the version that a call names; raises NotFound or NotCallable.

    Without a `name`, `owner` is an algorithm's id.
    """
    key = (owner.lower(), name.lower(), version, caller.identity)
    return _targets.get(
        caller.epoch, key, lambda: _load(caller.viewer, owner, name, version)
    )


def find_algorithm(*, viewer: Viewer, owner: str, name: str) -> Algorithm:
    """Return the algorithm with its parts, under its address or one that it had.

    Raises NotFound.
    """
    found = None
    # What cannot be a name is not asked for: a database may refuse its characters.
    if OWNER_NAME.fullmatch(owner) and ALGORITHM_NAME.fullmatch(name):
        visible = Algorithm.objects.visible_to(viewer)
        found = visible.named(owner, name).with_parts().first()
        if found is None:
            # Missing and private ask the same, so that they take the same time.
            found = visible.formerly(owner, name).with_parts().first()
    if found is None:
        raise NotFound(f"algorithm algo://{owner}/{name} not found")
    return found


def versions_of(*, viewer: Viewer, algorithm: Algorithm) -> VersionQuerySet:
    """Return the versions that `viewer` sees, newest first."""
    return (
        Version.objects.visible_to(viewer)
        .filter(algorithm=algorithm)
        .select_related("algorithm__owner", "card", "published_by")
        .newest_first()
    )


def find_version(*, viewer: Viewer, algorithm: Algorithm, number: str = "") -> Version:
    """Return the version that `number` names; raises NotFound or NotCallable.

    Forms: none or `latest` (the newest public one, else the newest of a private
    listing), `latestPrivate` (the newest that not everybody sees), `1.0.3`, `1.0.*`,
    `1.0.x`, `1.0`, `1.*`, `1` (the newest match that everybody sees: a partial form
    never gives a private version, nor any of a private listing).
    """
    versions = versions_of(viewer=viewer, algorithm=algorithm)
    word = number.lower()
    if exact := EXACT.fullmatch(number):
        major, minor, patch = map(int, exact.groups())
        found = versions.filter(major=major, minor=minor, patch=patch).first()
    elif word == NEWEST_PRIVATE:
        if algorithm.is_public:
            versions = versions.exclude(visibility=Visibility.PUBLIC)
        found = versions.first()
    else:
        if algorithm.is_public:
            versions = versions.filter(visibility=Visibility.PUBLIC)
        elif word not in NEWEST:
            versions = versions.none()
        found = _newest(versions, word)
    if found is not None:
        return found
    if word in NEWEST:
        raise NotCallable(
            f"algorithm algo://{algorithm.full_name} has documentation but no version"
        )
    raise NotFound(f"algorithm algo://{algorithm.full_name}/{number} not found")


def may_run(*, viewer: Viewer, version: Version) -> bool:
    """Tell whether `viewer`, who sees a version, was not given it to read alone.

    A public version asks nothing.
    """
    is_public = version.algorithm.is_public and version.visibility == Visibility.PUBLIC
    if is_public:
        return True
    return Version.objects.filter(runnable_by(viewer), pk=version.pk).exists()


def _newest(versions: VersionQuerySet, number: str) -> Version | None:
    if number in NEWEST:
        return versions.first()
    partial = PARTIAL.fullmatch(number)
    if partial is None:
        return None
    major, minor = partial.groups()
    versions = versions.filter(major=int(major))
    if minor is not None:
        versions = versions.filter(minor=int(minor))
    return versions.first()


def find_by_digest(*, viewer: Viewer, algorithm: Algorithm, digest: str) -> Target:
    """Return what has the content `digest` (40 or 64 digits), published or not.

    For those who belong to the owner alone; raises NotFound, for others too.
    """
    if belongs(viewer, algorithm.owner):
        versions = versions_of(viewer=viewer, algorithm=algorithm)
        same = Q(digest__startswith=digest) | Q(build__commit=digest[:40])
        published = versions.filter(same).first()
        if published is not None:
            return target_from(published)
        builds = Build.objects.filter(algorithm=algorithm, commit=digest[:40])
        build = builds.order_by("-state", "-started_at").first()
        if build is not None and build.is_callable:
            return target_of_build(build, algorithm)
    raise NotFound(f"algorithm algo://{algorithm.full_name}/{digest} not found")


def target_of_build(build: Build, algorithm: Algorithm) -> Target:
    """Return the call's view of a build that was not published."""
    deployment, manifest = deployment_of_build(build), parse_manifest(build.manifest)
    file = deployment.bundle / INPUT_SCHEMA
    schema = parse_json(file.read_bytes()) if file.is_file() else {}
    return Target(
        version_id=None,
        algorithm_id=algorithm.pk,
        full_name=algorithm.full_name,
        number=build.commit,
        deployment=deployment,
        backend=settings.VITRINE_EXECUTION,
        timeout=float(manifest.run.timeout),
        schema=compile_schema(schema) if schema not in ({}, True) else None,
        takes_bytes=takes_bytes(schema),
        is_trusted=build.is_trusted,
        is_open=False,
        data=frozenset(manifest.permissions.data),
        author_id=algorithm.owner_id,
    )


def deployment_of_build(build: Build) -> Deployment:
    """Return what the execution backend is told of a build."""
    run = parse_manifest(build.manifest).run
    return Deployment(
        key=build.digest,
        bundle=bundle_store().path(build.bundle),
        entry=build.entry,
        runtime=run.runtime,
        preload=run.preload,
        memory_mb=run.memory,
    )


def _load(viewer: Viewer, owner: str, name: str, number: str) -> Target:
    if name:
        algorithm = find_algorithm(viewer=viewer, owner=owner, name=name)
    else:
        algorithm, number = _by_id(viewer, owner, number)
    is_own = belongs(viewer, algorithm.owner)
    if DIGEST.fullmatch(number):
        digest = number.lower()
        target = find_by_digest(viewer=viewer, algorithm=algorithm, digest=digest)
        return replace(target, shows_output=is_own)
    version = find_version(viewer=viewer, algorithm=algorithm, number=number)
    return replace(
        target_from(version),
        may_run=may_run(viewer=viewer, version=version),
        shows_source=is_own or not version.is_source_closed,
        shows_output=is_own,
    )


def _by_id(viewer: Viewer, text: str, number: str) -> tuple[Algorithm, str]:
    """Return the algorithm of this id, and the version asked for.

    An owner's name may look like an id: then `number` is an algorithm's name.
    """
    visible = Algorithm.objects.visible_to(viewer).with_parts()
    is_id = ALGORITHM_ID.fullmatch(text) is not None
    found = visible.filter(pk=UUID(text)).first() if is_id else None
    if found is not None:
        return found, number
    if number:
        return find_algorithm(viewer=viewer, owner=text, name=number), ""
    raise NotFound(f"algorithm algo://{text} not found")


def target_from(version: Version) -> Target:
    """Return the call's view of a version fetched with its algorithm and owner."""
    schema = version.input_schema
    algorithm = version.algorithm
    if not version.bundle:
        raise NotCallable(f"algorithm algo://{version} has no source")
    return Target(
        version_id=version.pk,
        algorithm_id=algorithm.pk,
        full_name=algorithm.full_name,
        number=version.number,
        deployment=deployment_of(version),
        backend=version.backend,
        timeout=float(version.timeout_seconds),
        schema=compile_schema(schema) if schema not in ({}, True) else None,
        takes_bytes=takes_bytes(schema),
        is_trusted=version.is_trusted,
        is_open=(
            algorithm.is_public
            and version.visibility == Visibility.PUBLIC
            and algorithm.verified_at is not None
        ),
        data=frozenset(version.permissions.get("data", ())),
        author_id=algorithm.owner_id,
    )


def deployment_of(version: Version) -> Deployment:
    """Return what the execution backend is told of a version."""
    return Deployment(
        key=version.digest,
        bundle=bundle_store().path(version.bundle),
        entry=version.entry,
        runtime=version.runtime,
        preload=tuple(version.preload),
        memory_mb=version.memory_mb,
    )
