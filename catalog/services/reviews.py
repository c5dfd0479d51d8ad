"""The review queue: owners ask to make an algorithm public, curators decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Algorithm, AuditEntry, Review, Visibility
from catalog.services import audit, rollups
from catalog.services.curation import check_curator, checked_reason
from catalog.services.errors import BadRequest, Forbidden
from catalog.services.leaked_keys import refuses_keys
from catalog.services.resolving import find_algorithm
from catalog.visibility import may_publish

if TYPE_CHECKING:
    from catalog.visibility import Viewer

LONGEST_NOTE = 500


def waiting_review(*, viewer: Viewer, algorithm: Algorithm) -> Review | None:
    """Return the request that waits, for those who may make such a request."""
    if not may_publish(viewer, algorithm):
        return None
    return algorithm.reviews.filter(state=Review.State.WAITING).first()


@refuses_keys("note")
def request_review(*, viewer: Viewer, owner: str, name: str, note: str = "") -> Review:
    """Ask the curators to make a private algorithm public.

    Raises NotFound, Forbidden for members without the role, and BadRequest where
    there is nothing to decide.
    """
    algorithm = _of_publisher(viewer, owner, name)
    said = " ".join(note.split())
    if len(said) > LONGEST_NOTE:
        raise BadRequest(f"The note is longer than {LONGEST_NOTE} characters.")
    if algorithm.visibility == Visibility.PUBLIC:
        raise BadRequest(f"{algorithm} is public already.")
    if algorithm.card_id is None:
        raise BadRequest(f"{algorithm} has no card; write one first.")
    try:
        with transaction.atomic():
            review = Review.objects.create(
                algorithm=algorithm, note=said, requested_by=_person(viewer)
            )
            audit.note(
                actor=review.requested_by,
                action="request review",
                target=algorithm,
                reason=said,
            )
    except IntegrityError:
        raise BadRequest(f"A request for {algorithm} is waiting already.") from None
    return review


@transaction.atomic
def withdraw_review(*, viewer: Viewer, owner: str, name: str) -> None:
    """Take the waiting request back; raises NotFound, Forbidden and BadRequest."""
    algorithm = _of_publisher(viewer, owner, name)
    review = algorithm.reviews.filter(state=Review.State.WAITING).first()
    if review is None:
        raise BadRequest(f"No request for {algorithm} is waiting.")
    review.state = Review.State.WITHDRAWN
    review.decided_at = timezone.now()
    review.save()
    audit.note(actor=_person(viewer), action="withdraw review", target=algorithm)


@transaction.atomic
def accept(*, curator: User, review: Review, reason: str = "") -> None:
    """Make the algorithm and its newest version public; older versions stay as are."""
    _decide(curator, review, Review.State.ACCEPTED, " ".join(reason.split()))
    algorithm = review.algorithm
    algorithm.visibility = Visibility.PUBLIC
    algorithm.save(update_fields=["visibility", "updated_at"])
    version = algorithm.latest
    if version is not None and version.visibility != Visibility.PUBLIC:
        version.visibility = Visibility.PUBLIC
        version.save(update_fields=["visibility"])
    rollups.recount(algorithm)
    audit.note(
        actor=curator,
        action="make public",
        category=AuditEntry.Category.VISIBILITY,
        target=algorithm,
        reason=review.reason,
        changes={"visibility": ("private", "public")},
    )


@transaction.atomic
def decline(*, curator: User, review: Review, reason: str) -> None:
    """Leave it private; the reason is for the owner, who may ask again."""
    _decide(curator, review, Review.State.DECLINED, checked_reason(reason))
    audit.note(
        actor=curator,
        action="decline review",
        target=review.algorithm,
        reason=review.reason,
    )


def _decide(curator: User, review: Review, state: str, reason: str) -> None:
    check_curator(curator)
    decided = Review.objects.filter(pk=review.pk, state=Review.State.WAITING).update(
        state=state, decided_by=curator, decided_at=timezone.now(), reason=reason
    )
    if not decided:
        raise BadRequest(f"{review.algorithm}: this request does not wait any more.")
    review.refresh_from_db()


def _of_publisher(viewer: Viewer, owner: str, name: str) -> Algorithm:
    algorithm = find_algorithm(viewer=viewer, owner=owner, name=name)
    if not may_publish(viewer, algorithm):
        raise Forbidden("Only the owner and a maintainer of the team may ask for this.")
    return algorithm


def _person(viewer: Viewer) -> User | None:
    return viewer if isinstance(viewer, User) else None
