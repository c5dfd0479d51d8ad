"""Stars: a person's marks on algorithms; the count on each stays right under races."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.db.models.signals import pre_delete

from accounts.models import User
from accounts.viewers import KeyViewer
from catalog.models import Algorithm, Star
from catalog.services.errors import Forbidden, SignInNeeded
from catalog.services.indexing import note_change

if TYPE_CHECKING:
    from uuid import UUID

    from catalog.visibility import Viewer


def connect() -> None:
    """Connect the sender whose end takes stars along."""
    pre_delete.connect(_on_user_deleted, sender=User, dispatch_uid="stars:user")


def star(*, viewer: Viewer, algorithm: Algorithm) -> int:
    """Mark an algorithm that `viewer` sees; return its stars. Twice counts once.

    Raises SignInNeeded for a reader who is nobody, Forbidden for a team's key and one
    with rules.
    """
    user = _person(viewer)
    with transaction.atomic():
        _lock(algorithm.pk)
        _row, is_new = Star.objects.get_or_create(user=user, algorithm=algorithm)
        if is_new:
            _count(1, algorithm.pk)
    return count_of(algorithm=algorithm)


def unstar(*, viewer: Viewer, algorithm: Algorithm) -> int:
    """Take the mark away; return the stars. One that is not there takes nothing.

    Raises SignInNeeded for a reader who is nobody, Forbidden for a team's key and one
    with rules.
    """
    user = _person(viewer)
    with transaction.atomic():
        _lock(algorithm.pk)
        gone, _rows = Star.objects.filter(user=user, algorithm=algorithm).delete()
        if gone:
            _count(-1, algorithm.pk)
    return count_of(algorithm=algorithm)


def is_starred(*, viewer: Viewer, algorithm: Algorithm) -> bool:
    """Tell whether `viewer` has marked the algorithm."""
    if not isinstance(viewer, User):
        return False
    return Star.objects.filter(user=viewer, algorithm=algorithm).exists()


def count_of(*, algorithm: Algorithm) -> int:
    """Return how many people have marked the algorithm, as the rows say now."""
    algorithm.refresh_from_db(fields=["star_count"])
    return algorithm.star_count


def starred(*, viewer: Viewer) -> list[Algorithm]:
    """Return what `viewer` has marked and still sees, the newest mark first.

    Raises SignInNeeded for a reader who is nobody, Forbidden for a team's key and one
    with rules.
    """
    user = _person(viewer)
    visible = Algorithm.objects.visible_to(user).with_parts()
    return list(visible.filter(stars__user=user).order_by("-stars__pk"))


def _person(viewer: Viewer) -> User:
    if isinstance(viewer, KeyViewer):
        raise Forbidden(
            "Stars are a person's. Use a person's key without rules, or the page."
        )
    if not isinstance(viewer, User):
        raise SignInNeeded("Sign in to star an algorithm.")
    return viewer


def _lock(pk: UUID) -> None:
    """Hold the algorithm's row: who stars at the same time waits (not on SQLite)."""
    list(Algorithm.objects.select_for_update().filter(pk=pk).values_list("pk"))


def _count(step: int, *pks: UUID) -> None:
    # Not save(): a star is no change that a cached look-up depends on.
    Algorithm.objects.filter(pk__in=pks).update(star_count=F("star_count") + step)
    note_change(*pks)


def _on_user_deleted(*, instance: User, **_kwargs: Any) -> None:
    marked = list(instance.stars.values_list("algorithm_id", flat=True))
    if marked:
        _count(-1, *marked)
