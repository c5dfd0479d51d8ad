"""What the owner of an algorithm reads of it: versions, builds, logs, failures."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from catalog.models import Algorithm, Build, Draft, Run, Version, Visibility
from catalog.services.builds import settle_dead
from catalog.services.drafts import check_publisher
from catalog.services.errors import (
    BadLimit,
    BadMarker,
    BadRequest,
    Forbidden,
    NoSuchPart,
    NotCallable,
    NotFound,
)
from catalog.services.resolving import find_algorithm, find_version, versions_of
from catalog.visibility import belongs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from catalog.visibility import Viewer

DEFAULT_LIMIT, MOST = 50, 100
MARKER = re.compile(r"(\d{1,17})\.([0-9a-f]{32})")
TRUTH = {"true": True, "false": False}
FAILURES, FAILURE_DAYS = 200, 7
COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Managed:
    """An algorithm in one of its states, as its owner's people see it or others.

    `draft` and `build` are for the owner's people alone. `is_waiting` tells that
    curators were asked to make it public.
    """

    algorithm: Algorithm
    draft: Draft | None = None
    version: Version | None = None
    build: Build | None = None
    is_waiting: bool = False

    @property
    def commit(self) -> str:
        """What stands in the place of a git hash; "" where nothing was built."""
        if self.version is not None:
            return commit_of(self.version)
        return self.build.commit if self.build is not None else ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, newest first; `marker` leads to the next, "" at the end."""

    rows: list[Any]
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of a list is wanted."""

    limit: int = DEFAULT_LIMIT
    before: tuple[datetime, UUID] | None = None
    published: bool | None = None
    callable: bool | None = None
    marks: dict[str, str] = field(default_factory=dict)


def find(
    *, viewer: Viewer, owner: str = "", name: str = "", uuid: str = ""
) -> Algorithm:
    """Return an algorithm by its address or its id; raises NotFound."""
    if not uuid:
        return find_algorithm(viewer=viewer, owner=owner, name=name)
    found = Algorithm.objects.visible_to(viewer).with_parts().filter(pk=UUID(uuid))
    algorithm = found.first()
    if algorithm is None:
        raise NotFound(f"algorithm {uuid} not found")
    return algorithm


def of_publisher(*, viewer: Viewer, **named: str) -> Algorithm:
    """Return an algorithm for who publishes it; raises NotFound and Forbidden."""
    algorithm = find(viewer=viewer, **named)
    check_publisher(viewer, algorithm)
    return algorithm


def of_member(*, viewer: Viewer, **named: str) -> Algorithm:
    """Return an algorithm for its owner's people; raises NotFound and Forbidden."""
    algorithm = find(viewer=viewer, **named)
    if not belongs(viewer, algorithm.owner):
        raise Forbidden("Only its owner may read this: the person, or the team.")
    return algorithm


def commit_of(version: Version) -> str:
    """Return the commit that a version was built from, or what stands for it."""
    build = getattr(version, "build", None)
    return build.commit if build is not None else version.digest[:40]


def managed(*, viewer: Viewer, algorithm: Algorithm) -> Managed:
    """Return the present state of an algorithm: newest version, draft, newest build."""
    try:
        version = find_version(viewer=viewer, algorithm=algorithm)
    except NotCallable:
        version = None
    if not belongs(viewer, algorithm.owner):
        return Managed(algorithm, version=version)
    if version is None:
        version = versions_of(viewer=viewer, algorithm=algorithm).first()
    return Managed(
        algorithm,
        draft=Draft.objects.filter(algorithm=algorithm).first(),
        version=version,
        build=_builds(algorithm).order_by("-started_at", "-id").first(),
        is_waiting=algorithm.reviews.filter(state="waiting").exists(),
    )


def built(*, viewer: Viewer, algorithm: Algorithm, build: Build) -> Managed:
    """Return the state of one build, which its owner's people just made."""
    row = _builds(algorithm).filter(pk=build.pk).first() or build
    version = None
    if row.version_id is not None:
        version = _versions(viewer, algorithm).filter(pk=row.version_id).first()
    return Managed(algorithm, _draft(algorithm, is_own=True), version, row)


def released(*, viewer: Viewer, version: Version, is_waiting: bool) -> Managed:
    """Return the state of a version that was just published."""
    algorithm = find(viewer=viewer, uuid=str(version.algorithm_id))
    row = _versions(viewer, algorithm).get(pk=version.pk)
    draft = _draft(algorithm, is_own=True)
    return Managed(algorithm, draft, row, getattr(row, "build", None), is_waiting)


def _builds(algorithm: Algorithm) -> QuerySet[Build]:
    settle_dead(algorithm)
    return Build.objects.filter(algorithm=algorithm).select_related("version")


def at_commit(*, viewer: Viewer, algorithm: Algorithm, commit: str) -> Managed:
    """Return the state of a commit; raises NoSuchPart."""
    word = commit.lower()
    if not COMMIT.fullmatch(word):
        raise NoSuchPart("not found")
    same = Q(digest__startswith=word) | Q(build__commit=word[:40])
    version = _versions(viewer, algorithm).filter(same).first()
    is_own = belongs(viewer, algorithm.owner)
    build = None
    if is_own:
        rows = _builds(algorithm).filter(commit=word[:40])
        build = rows.order_by("-state", "-started_at").first()
    if version is None and build is None:
        raise NoSuchPart("not found")
    return Managed(algorithm, _draft(algorithm, is_own=is_own), version, build)


def _draft(algorithm: Algorithm, *, is_own: bool) -> Draft | None:
    return Draft.objects.filter(algorithm=algorithm).first() if is_own else None


def _versions(viewer: Viewer, algorithm: Algorithm) -> QuerySet[Version]:
    rows = versions_of(viewer=viewer, algorithm=algorithm)
    return rows.select_related("build").prefetch_related("examples")


def asked_in(parameters: Mapping[str, str]) -> Asked:
    """Read limit, marker, published and callable; empty ones count as left out.

    Raises BadLimit, BadMarker and BadRequest.
    """
    marks = {
        name: parameters[name]
        for name in ("published", "callable")
        if parameters.get(name)
    }
    return Asked(
        limit=_limit_in(parameters.get("limit") or str(DEFAULT_LIMIT)),
        before=_marker_in(parameters.get("marker") or ""),
        published=_truth_in(marks, "published"),
        callable=_truth_in(marks, "callable"),
        marks=marks,
    )


def _limit_in(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text)):  # noqa: PLR2004 - digits of MOST, and to spare
        raise BadLimit(f"limit: write a number from 1; pages end at {MOST} rows.")
    return min(int(text), MOST)


def _marker_in(text: str) -> tuple[datetime, UUID] | None:
    if not text:
        return None
    try:
        plain = base64.urlsafe_b64decode(text.encode("ascii")).decode("ascii")
        found = MARKER.fullmatch(plain)
        if found is None:
            raise ValueError(plain)  # noqa: TRY301 - one way out
        moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(found[1]))
        return moment, UUID(found[2])
    except (ValueError, binascii.Error, OverflowError):
        raise BadMarker("marker: send the one that came with the last page.") from None


def _marker_of(moment: datetime, pk: UUID) -> str:
    since = moment - datetime.fromtimestamp(0, UTC)
    micros = since // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{micros}.{pk.hex}".encode()).decode()


def _truth_in(marks: Mapping[str, str], name: str) -> bool | None:
    if name not in marks:
        return None
    if marks[name].lower() not in TRUTH:
        raise BadRequest(f"{name}: write true or false.")
    return TRUTH[marks[name].lower()]


def versions(*, viewer: Viewer, algorithm: Algorithm, asked: Asked) -> Page:
    """Return published versions, and to the owner's people the builds that are not.

    `published` chooses one of both, `callable` the versions that are for everybody.
    """
    found: list[tuple[datetime, UUID, Managed]] = []
    is_own = belongs(viewer, algorithm.owner)
    draft = _draft(algorithm, is_own=is_own)
    if asked.published is not False:
        rows = _versions(viewer, algorithm)
        if asked.callable is not None:
            public = Q(visibility=Visibility.PUBLIC)
            if not algorithm.is_public:
                public = Q(pk__in=[])  # some may have been public once
            rows = rows.filter(public if asked.callable else ~public)
        for version in _cut(rows, "published_at", asked):
            build = getattr(version, "build", None) if is_own else None
            entry = Managed(algorithm, draft, version, build)
            found.append((version.published_at, version.pk, entry))
    if is_own and asked.published is not True and asked.callable is not True:
        rows_of = _builds(algorithm).filter(version=None)
        unpublished = rows_of.filter(state=Build.State.SUCCEEDED)
        for build in _cut(unpublished, "started_at", asked):
            entry = Managed(algorithm, draft, None, build)
            found.append((build.started_at, build.pk, entry))
    return _paged(found, asked.limit)


def builds(*, algorithm: Algorithm, asked: Asked) -> Page:
    """Return the builds of an algorithm; ask of_member first."""
    rows = _cut(_builds(algorithm), "started_at", asked)
    return _paged([(row.started_at, row.pk, row) for row in rows], asked.limit)


def _cut(rows: QuerySet[Any], moment: str, asked: Asked) -> Iterable[Any]:
    """Read one row more than a page has, from where the marker stands."""
    if asked.before is not None:
        at, pk = asked.before
        earlier = Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "pk__lt": pk})
        rows = rows.filter(earlier)
    return rows.order_by(f"-{moment}", "-pk")[: asked.limit + 1]


def _paged(found: list[tuple[datetime, UUID, Any]], limit: int) -> Page:
    found.sort(key=lambda each: each[:2], reverse=True)
    shown = found[:limit]
    marker = _marker_of(*shown[-1][:2]) if len(found) > limit else ""
    return Page([row for _moment, _pk, row in shown], marker)


def build(*, algorithm: Algorithm, pk: str) -> Build:
    """Return a build by its id; ask of_member first. Raises NoSuchPart."""
    try:
        wanted = UUID(pk)
    except ValueError:
        raise NoSuchPart("not found") from None
    found = _builds(algorithm).filter(pk=wanted).first()
    if found is None:
        raise NoSuchPart("not found")
    return found


def log(*, algorithm: Algorithm, pk: str) -> str:
    """Return the log of a finished build; raises NoSuchPart."""
    found = build(algorithm=algorithm, pk=pk)
    if found.state == Build.State.IN_PROGRESS:
        raise NoSuchPart("not found")
    return found.log


def failures(*, algorithm: Algorithm) -> list[Run]:
    """Return the failed runs of the last days, newest first; ask of_member first."""
    since = timezone.now() - timedelta(days=FAILURE_DAYS)
    rows = Run.objects.filter(
        version__algorithm=algorithm,
        outcome=Run.Outcome.FAILED,
        created_at__gte=since,
    ).select_related("version")
    return list(rows.order_by("-created_at", "-id")[:FAILURES])
