"""Who sees a listing: making it private, one version of it, or known by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.models import User
from catalog.models import Algorithm, AuditEntry, Visibility
from catalog.services import audit, rollups, telling
from catalog.services.errors import BadRequest, Forbidden, NotFound
from catalog.services.resolving import EXACT, find_algorithm, find_version
from catalog.visibility import may_publish

if TYPE_CHECKING:
    from catalog.models import Version
    from catalog.visibility import Viewer

LONGEST_REASON = 300


def of_publisher(*, viewer: Viewer, owner: str, name: str) -> Algorithm:
    """Return the algorithm for who decides what its owner publishes.

    Raises NotFound where `viewer` does not see it, Forbidden where he does and does
    not decide.
    """
    algorithm = find_algorithm(viewer=viewer, owner=owner, name=name)
    if not may_publish(viewer, algorithm):
        raise Forbidden(
            "Who sees a listing is decided by its owner: the person, or the team's "
            "maintainers and owners."
        )
    return algorithm


@transaction.atomic
def change(
    *,
    viewer: Viewer,
    owner: str,
    name: str,
    visibility: str = "",
    is_discoverable: bool | None = None,
) -> Algorithm:
    """Change both or one of them, all or nothing; raises as the verbs for each do.

    What is public stays so by asking for it; nothing becomes public that way.
    """
    if visibility == Visibility.PRIVATE:
        # A curator who made it so does not see it any more.
        algorithm = make_private(viewer=viewer, owner=owner, name=name)
    else:
        algorithm = of_publisher(viewer=viewer, owner=owner, name=name)
    if visibility == Visibility.PUBLIC != algorithm.visibility:
        raise BadRequest(
            f"{algorithm} becomes public by a review: ask for one on its page."
        )
    if is_discoverable is not None:
        is_on = is_discoverable
        return set_discoverable(viewer=viewer, owner=owner, name=name, is_on=is_on)
    return algorithm


@transaction.atomic
def make_private(
    *, viewer: Viewer, owner: str, name: str, reason: str = ""
) -> Algorithm:
    """Show a listing to its owner and to whom it is shared with, from now on.

    For those who publish it, and for curators. A listing that is private already stays
    as it is. Raises NotFound, Forbidden, and BadRequest for too long a reason.
    """
    algorithm = _of_publisher_or_curator(viewer, owner, name)
    said = _checked(reason)
    if _now(algorithm).visibility == Visibility.PRIVATE:
        return algorithm
    algorithm.visibility = Visibility.PRIVATE
    # What was on request before it was public is not so again by itself.
    algorithm.is_discoverable = False
    algorithm.save(update_fields=["visibility", "is_discoverable", "updated_at"])
    algorithm.refresh_from_db()
    rollups.recount(algorithm)
    changes = {"visibility": (Visibility.PUBLIC.value, Visibility.PRIVATE.value)}
    _note(viewer, "make private", algorithm, changes, reason=said)
    telling.tell(
        telling.deciders_of(algorithm.owner),
        f"{telling.name_of(viewer)} made {algorithm} private."
        + (f" “{said}”" if said else ""),
        address=algorithm.get_absolute_url(),
        actor=viewer,
    )
    return algorithm


@transaction.atomic
def set_version_visibility(
    *, viewer: Viewer, owner: str, name: str, number: str, visibility: str
) -> Version:
    """Make one version public or private.

    A public listing has a public version, so its last one stays so; a private one's
    versions are all private, and become public by a review. Raises NotFound, Forbidden
    and BadRequest.
    """
    algorithm = _now(of_publisher(viewer=viewer, owner=owner, name=name))
    if visibility not in Visibility.values:
        raise BadRequest("visibility: write public or private.")
    if not EXACT.fullmatch(number):
        raise NotFound(f"version {number} not found")
    version = find_version(viewer=viewer, algorithm=algorithm, number=number)
    before = version.visibility
    if before == visibility:
        return version
    _check_version(algorithm, version, visibility)
    version.visibility = visibility
    version.save(update_fields=["visibility"])
    rollups.recount(algorithm)
    changes = {"visibility": (before, visibility)}
    _note(viewer, f"make version {visibility}", version, changes)
    telling.tell(
        telling.deciders_of(algorithm.owner),
        f"{telling.name_of(viewer)} made {version} {visibility}.",
        address=version.get_absolute_url(),
        actor=viewer,
    )
    return version


@transaction.atomic
def set_discoverable(
    *, viewer: Viewer, owner: str, name: str, is_on: bool
) -> Algorithm:
    """Show name, summary and owner of a private listing on request, or no longer.

    Requests that wait when it ends, end with it. Raises NotFound, Forbidden, and
    BadRequest for a public listing, which everybody finds.
    """
    algorithm = _now(of_publisher(viewer=viewer, owner=owner, name=name))
    if algorithm.is_discoverable == is_on:
        return algorithm
    if is_on and algorithm.visibility == Visibility.PUBLIC:
        raise BadRequest(f"{algorithm} is public: everybody finds it already.")
    algorithm.is_discoverable = is_on
    algorithm.save(update_fields=["is_discoverable", "updated_at"])
    action = "put on request" if is_on else "take off request"
    changes = {"is_discoverable": (not is_on, is_on)}
    _note(viewer, action, algorithm, changes)
    return algorithm


def _of_publisher_or_curator(viewer: Viewer, owner: str, name: str) -> Algorithm:
    if isinstance(viewer, User) and viewer.is_active and viewer.is_staff:
        return find_algorithm(viewer=viewer, owner=owner, name=name)
    return of_publisher(viewer=viewer, owner=owner, name=name)


def _now(algorithm: Algorithm) -> Algorithm:
    """Read the row anew and hold it: who decides at the same time waits for it."""
    held = Algorithm.objects.select_for_update().filter(pk=algorithm.pk)
    for visibility, is_on in held.values_list("visibility", "is_discoverable"):
        algorithm.visibility, algorithm.is_discoverable = visibility, is_on
    return algorithm


def _check_version(algorithm: Algorithm, version: Version, visibility: str) -> None:
    is_public = algorithm.visibility == Visibility.PUBLIC
    if visibility == Visibility.PUBLIC and not is_public:
        raise BadRequest(
            f"{algorithm} is private, and so are its versions. Ask a curator to make "
            "it public: its newest version then is, too."
        )
    public = algorithm.versions.filter(visibility=Visibility.PUBLIC)
    if is_public and not public.exclude(pk=version.pk).exists():
        raise BadRequest(
            f"{version.number} is the last public version of {algorithm}. Make the "
            "whole listing private, or publish another version first."
        )


def _checked(reason: str) -> str:
    said = " ".join(reason.replace("\0", "").split())
    if len(said) > LONGEST_REASON:
        raise BadRequest(f"The reason is longer than {LONGEST_REASON} characters.")
    return said


def _note(
    viewer: Viewer,
    action: str,
    target: Algorithm | Version,
    changes: dict[str, tuple[Any, Any]],
    *,
    reason: str = "",
) -> None:
    algorithm = target if isinstance(target, Algorithm) else target.algorithm
    audit.note(
        actor=telling.person_of(viewer),
        action=action,
        target=target,
        category=AuditEntry.Category.VISIBILITY,
        team=algorithm.owner.team,
        reason=reason,
        changes=changes,
    )
