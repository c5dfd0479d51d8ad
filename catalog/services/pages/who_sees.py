"""Who sees a listing, for those who decide it; and what others share with a reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import Owner, User
from catalog.models import AccessRequest, Algorithm, Grant, Version, Visibility
from catalog.services import grants, teams
from catalog.services.access_requests import queue_address
from catalog.services.errors import SignInNeeded
from catalog.services.pages import listing
from catalog.services.pages.standing import Standing, standing_of
from catalog.services.resolving import versions_of
from catalog.services.sharing import of_publisher
from catalog.visibility import rights_of

if TYPE_CHECKING:
    from catalog.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Share:
    """A grant with the name of who holds it."""

    row: Grant
    holder: str


@dataclass(frozen=True, slots=True)
class WhoSees:
    """A listing's settings; `waiting` counts requests, `queue` is where they are."""

    algorithm: Algorithm
    versions: list[Version]
    shares: list[Share]
    standing: Standing
    waiting: int
    queue: str

    @property
    def is_private(self) -> bool:
        return self.algorithm.visibility == Visibility.PRIVATE

    @property
    def public_versions(self) -> int:
        return sum(row.visibility == Visibility.PUBLIC for row in self.versions)


@dataclass(frozen=True, slots=True)
class Code:
    """An owner that the reader is or belongs to, and what others share with it by."""

    owner: Owner
    code: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What others share with the reader or his teams, and the reader's own codes."""

    rows: list[listing.Listed]
    codes: list[Code]


def who_sees(*, viewer: Viewer, owner: str, name: str) -> WhoSees:
    """Return a listing's settings; raises NotFound, and Forbidden for other readers."""
    algorithm = of_publisher(viewer=viewer, owner=owner, name=name)
    waiting = algorithm.access_requests.filter(state=AccessRequest.State.WAITING)
    slug = algorithm.owner.slug if algorithm.owner.is_team else ""
    versions = versions_of(viewer=viewer, algorithm=algorithm)
    return WhoSees(
        algorithm=algorithm,
        versions=list(versions.defer("input_schema", "output_schema", "manifest")),
        shares=[Share(row, grants.holder_of(row)) for row in grants.rows_of(algorithm)],
        standing=standing_of(viewer=viewer, algorithm=algorithm),
        waiting=waiting.count(),
        queue=queue_address(slug),
    )


def shared_with(*, viewer: Viewer) -> Shared:
    """Return what others gave the viewer, by name; raises SignInNeeded for nobody."""
    if not isinstance(viewer, User):
        raise SignInNeeded("Sign in first.")
    visible = Algorithm.objects.visible_to(viewer).with_parts()
    given = visible.filter(grants__isnull=False).distinct()
    rows = list(given.order_by("owner__slug", "name"))
    rights = rights_of(viewer, rows)
    found = [row for row in rows if row.pk in rights]
    own = [*Owner.objects.filter(user=viewer)]
    own += [each.owner for each in teams.teams_of(viewer=viewer)]
    return Shared(
        rows=listing.listed(viewer=viewer, algorithms=found),
        codes=[Code(owner, grants.sharing_code(owner)) for owner in own],
    )
