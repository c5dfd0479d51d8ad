"""Releases: a build of a draft becomes a version."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db import transaction

from catalog.content.folders import FolderInvalid
from catalog.content.json_text import JsonProblem, parse_json
from catalog.models import Algorithm, AuditEntry, Build, Visibility
from catalog.services import audit, reviews, telling
from catalog.services.builds import (
    BUILD_SECONDS,
    BuildStopped,
    Trial,
    compile_draft,
    output_of,
)
from catalog.services.cards import card_for
from catalog.services.draft_settings import Said, table_in, text_in
from catalog.services.drafted_folders import folder_for
from catalog.services.drafts import (
    check_publisher,
    draft_of,
    drafted_of,
    files_of,
    show_draft,
    tell,
)
from catalog.services.errors import (
    AlreadyPublished,
    BadRequest,
    BuildFailed,
    NoSuchPart,
)
from catalog.services.leaked_keys import check_text
from catalog.services.publishing import Source, publish_folder
from catalog.services.resolving import bundle_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from catalog.content.folders import AlgorithmFolder
    from catalog.models import Draft, Version
    from catalog.services.callers import Caller
    from catalog.services.drafted_folders import Drafted
    from catalog.visibility import Viewer

NUMBER = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})", re.ASCII)
COMMIT = re.compile(r"[0-9a-f]{40}")
STEPS = ("major", "minor", "patch", "revision")
HIGHEST = 999_999_999
#: recorded outputs beyond are left out of an example (characters)
KEPT_OUTPUT = 256 * 1024
ATTEMPTS = 5

Number = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request to publish asks for; "" leaves a part to the rules."""

    step: str = "minor"
    number: str = ""
    commit: str = ""
    notes: str = ""
    said: Said = field(default_factory=Said)

    @property
    def callability(self) -> str:
        return str(self.said.settings.get("algorithm_callability", ""))


@dataclass(frozen=True, slots=True)
class Released:
    """A version that was just made; `is_waiting` for curators to make it public."""

    version: Version
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class _Release:
    """One release under way."""

    viewer: Viewer
    algorithm: Algorithm
    build: Build
    draft: Draft
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A folder ready to be stored, and the state of the listing that it is made for."""

    folder: AlgorithmFolder
    bundle: str
    number: Number
    listed: str


class _Moved(Exception):
    """Somebody else published, or changed the listing, in the meantime."""


def wanted_in(document: Mapping[str, Any], said: Said) -> Wanted:
    """Read a request to publish; raises BadRequest, which names the value."""
    info = table_in(document, "version_info")
    step = text_in(info, "version_type") or "minor"
    if step not in STEPS:
        raise BadRequest(f"version_info.version_type: write {', '.join(STEPS)}.")
    number = text_in(info, "semantic_version")
    if number and not NUMBER.fullmatch(number):
        raise BadRequest("version_info.semantic_version: write MAJOR.MINOR.PATCH.")
    commit = text_in(info, "git_hash").lower()
    if commit and not COMMIT.fullmatch(commit):
        raise BadRequest("version_info.git_hash: 40 hexadecimal digits of a build.")
    return Wanted(step, number, commit, text_in(info, "release_notes"), said)


def publish(*, caller: Caller, algorithm: Algorithm, wanted: Wanted) -> Released:
    """Make a version of a build.

    The build is the one of `wanted.commit`, else that of the draft's present source,
    built now where it was not. What asks to be public under a listing that is not
    stays private and waits for a curator. Raises Forbidden, AlreadyPublished,
    BuildFailed, NoSuchPart for an unknown commit, and BadRequest.
    """
    viewer = caller.viewer
    check_publisher(viewer, algorithm)
    for name, text in [*wanted.said.details.items(), *wanted.said.samples.items()]:
        check_text(text, what=name)
    check_text(wanted.notes, what="release_notes")
    build = _build_of(caller, algorithm, wanted.commit)
    if build.version_id is not None:
        raise AlreadyPublished(_TWICE.format(build.commit))
    draft = draft_of(algorithm)
    tell(draft, wanted.said)
    drafted = _with_output(caller, build, drafted_of(draft, files=_files(draft, build)))
    release = _Release(viewer, algorithm, build, draft, wanted)
    for _attempt in range(ATTEMPTS):
        algorithm.refresh_from_db()
        drafted = replace(drafted, visibility=algorithm.visibility)
        prepared = _prepare(algorithm, drafted, wanted)
        try:
            return _store(release, prepared)
        except _Moved:
            continue
    raise AlreadyPublished("Others publish at the same time; try again.")


_TWICE = "The build {} is published already. Change the source to publish again."


def _build_of(caller: Caller, algorithm: Algorithm, commit: str) -> Build:
    if not commit:
        build = compile_draft(caller=caller, algorithm=algorithm)
    else:
        rows = Build.objects.filter(algorithm=algorithm, commit=commit)
        # Succeeded before failed.
        found = rows.order_by("-state", "-started_at").first()
        if found is None:
            raise NoSuchPart("not found")
        build = found
    if not build.is_callable:
        raise BuildFailed(f"The build failed, so nothing is published: {build.log}")
    return build


def _files(draft: Draft, build: Build) -> dict[str, bytes]:
    """Return the files of the build, which the draft may have left since."""
    draft.bundle, before = build.bundle, draft.bundle
    try:
        return files_of(draft)
    finally:
        draft.bundle = before


def _with_output(caller: Caller, build: Build, drafted: Drafted) -> Drafted:
    """Record what the sample gives, where its output is not known."""
    drafted = replace(drafted, entry=build.entry)
    if not drafted.sample_input or drafted.sample_output or not build.is_trusted:
        return drafted
    trial = Trial(build, caller, time.monotonic() + BUILD_SECONDS)
    try:
        folder = folder_for(drafted, number="0.0.0")
        sample = folder.examples[0]
        output = output_of(trial, folder, sample)
    except FolderInvalid as invalid:
        raise BadRequest(f"version_info.sample_input: {invalid}") from None
    except BuildStopped as stopped:
        raise BadRequest(f"version_info.sample_input: {stopped.message}") from None
    return replace(drafted, sample_output=output) if _is_kept(output) else drafted


def _is_kept(output: str) -> bool:
    """Tell whether an output fits an example; what is too large or odd is left out."""
    try:
        parse_json(output)
    except JsonProblem:
        return False
    return len(output) <= KEPT_OUTPUT


def _prepare(algorithm: Algorithm, drafted: Drafted, wanted: Wanted) -> _Prepared:
    number = _next(algorithm, wanted)
    try:
        folder = folder_for(
            drafted, number=".".join(map(str, number)), notes=wanted.notes
        )
    except FolderInvalid as invalid:
        raise BadRequest(str(invalid)) from None
    bundle = bundle_store().put(folder.raw)
    return _Prepared(folder, bundle, number, algorithm.visibility)


def _next(algorithm: Algorithm, wanted: Wanted) -> Number:
    """Return the number to publish under; raises AlreadyPublished, BadRequest."""
    newest = algorithm.versions.newest_first().first()
    if wanted.number:
        major, minor, patch = (int(part) for part in wanted.number.split("."))
        taken = algorithm.versions.filter(major=major, minor=minor, patch=patch)
        if taken.exists():
            raise AlreadyPublished(f"Version {wanted.number} is published already.")
        return major, minor, patch
    major, minor, patch = newest.key if newest else (0, 0, 0)
    if max(major, minor, patch) >= HIGHEST:
        raise BadRequest("version_info.version_type: the numbers are used up.")
    if wanted.step == "major":
        return major + 1, 0, 0
    if wanted.step == "minor":
        return major, minor + 1, 0
    return major, minor, patch + 1


@transaction.atomic
def _store(release: _Release, prepared: _Prepared) -> Released:
    listing, build = _held(release, prepared)
    asked = release.wanted.callability or _inherited(listing, release.draft)
    is_public = asked == Visibility.PUBLIC and listing.visibility == Visibility.PUBLIC
    folder = prepared.folder
    version = publish_folder(
        folder=folder,
        card=card_for(source=folder.card_source, parsed=folder.card),
        bundle=prepared.bundle,
        source=Source(
            owner=listing.owner.slug,
            published_by=telling.person_of(release.viewer),
            is_trusted=build.is_trusted,
            visibility=Visibility.PUBLIC if is_public else Visibility.PRIVATE,
        ),
    ).version
    if version is None:
        raise _Moved
    if release.draft.settings.get("source_visibility") == "closed":
        version.permissions = {**version.permissions, "source": "closed"}
        version.save(update_fields=["permissions"])
    build.version = version
    build.save(update_fields=["version"])
    _keep(release, listing, asked)
    audit.note(
        actor=version.published_by,
        action="publish version",
        target=version,
        category=AuditEntry.Category.VISIBILITY,
        changes={"visibility": ("", version.visibility)},
    )
    is_waiting = asked == Visibility.PUBLIC and not is_public
    if is_waiting:
        _ask_for_review(release.viewer, listing)
    return Released(version, is_waiting)


def _held(release: _Release, prepared: _Prepared) -> tuple[Algorithm, Build]:
    """Read listing and build anew and hold them; raises _Moved, AlreadyPublished."""
    rows = Algorithm.objects.select_for_update(of=("self",)).select_related("owner")
    listing = rows.filter(pk=release.algorithm.pk).first()
    if listing is None:
        raise NoSuchPart("not found")
    builds = Build.objects.filter(algorithm=listing, commit=release.build.commit)
    if builds.exclude(version=None).exists():
        raise AlreadyPublished(_TWICE.format(release.build.commit))
    number = _next(listing, release.wanted)
    if (number, listing.visibility) != (prepared.number, prepared.listed):
        raise _Moved
    return listing, builds.get(pk=release.build.pk)


def _keep(release: _Release, listing: Algorithm, asked: str) -> None:
    """Keep what the request said of the draft, which may hold another source by now."""
    draft = draft_of(listing)
    tell(draft, release.wanted.said)
    draft.settings = {**draft.settings, "algorithm_callability": asked}
    draft.save()
    show_draft(draft)


def _inherited(listing: Algorithm, draft: Draft) -> str:
    """Return whom the newest version is for, else what the draft says."""
    newest = listing.versions.newest_first().first()
    if newest is not None:
        is_public = listing.visibility == newest.visibility == Visibility.PUBLIC
        return Visibility.PUBLIC if is_public else Visibility.PRIVATE
    return str(draft.settings.get("algorithm_callability", Visibility.PRIVATE))


def _ask_for_review(viewer: Viewer, listing: Algorithm) -> None:
    """Ask the curators to make the listing public, unless that is asked already."""
    if listing.reviews.filter(state="waiting").exists():
        return
    reviews.request_review(viewer=viewer, owner=listing.owner.slug, name=listing.name)
