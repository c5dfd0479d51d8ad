"""What curators do to algorithms: verify, feature, deprecate, hide; merge tags.

Each verb takes the curator and a reason, changes all or nothing, leaves one audit
entry an algorithm, and returns how many it changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Algorithm, Tag
from catalog.services import audit, rollups
from catalog.services.errors import BadRequest, Forbidden
from catalog.services.indexing import note_change

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_REASON = 300


def check_curator(user: object) -> User:
    """Return the curator; raises Forbidden for anybody who is none."""
    if not isinstance(user, User) or not (user.is_active and user.is_staff):
        raise Forbidden("Only curators do this.")
    return user


def checked_reason(reason: str) -> str:
    """Return the reason, trimmed; raises BadRequest where it is missing or long."""
    said = " ".join(reason.split())
    if not said:
        raise BadRequest("Say why: the reason is kept and shown.")
    if len(said) > LONGEST_REASON:
        raise BadRequest(
            f"The reason has {len(said)} characters; the limit is {LONGEST_REASON}."
        )
    return said


def verify(*, curator: User, algorithms: Iterable[Algorithm], reason: str) -> int:
    """Say that these were looked at and do what they claim; readers see the reason."""
    said = checked_reason(reason)
    now = timezone.now()
    values = {"verified_at": now, "verified_reason": said}
    return _change(curator, "verify", algorithms, said, values)


def unverify(*, curator: User, algorithms: Iterable[Algorithm], reason: str) -> int:
    """Take the seal back."""
    values = {"verified_at": None, "verified_reason": ""}
    return _change(curator, "unverify", algorithms, checked_reason(reason), values)


def feature(*, curator: User, algorithms: Iterable[Algorithm], reason: str) -> int:
    """Put these on the home page, the newest first."""
    values = {"featured_at": timezone.now()}
    return _change(curator, "feature", algorithms, checked_reason(reason), values)


def unfeature(*, curator: User, algorithms: Iterable[Algorithm], reason: str) -> int:
    """Take these from the home page."""
    values = {"featured_at": None}
    return _change(curator, "unfeature", algorithms, checked_reason(reason), values)


def hide(*, curator: User, algorithms: Iterable[Algorithm], reason: str) -> int:
    """Show these to their owners alone, who see the reason."""
    said = checked_reason(reason)
    values = {"hidden_at": timezone.now(), "hidden_reason": said}
    return _change(curator, "hide", algorithms, said, values)


@transaction.atomic
def show(*, curator: User, algorithms: Iterable[Algorithm], reason: str) -> int:
    """Undo hide: the algorithms' own visibility counts again."""
    said, chosen = checked_reason(reason), list(algorithms)
    values = {"hidden_at": None, "hidden_reason": ""}
    changed = _change(curator, "show", chosen, said, values)
    rollups.recount(*chosen)
    return changed


def deprecate(
    *,
    curator: User,
    algorithms: Iterable[Algorithm],
    reason: str,
    successor: Algorithm | None = None,
) -> int:
    """Advise against these, naming what to use instead where there is something.

    They stay callable. Raises BadRequest for a successor that is deprecated itself,
    is one of them, or cannot be seen by those who see the algorithm.
    """
    said = checked_reason(reason)
    chosen = list(algorithms)
    for algorithm in chosen if successor else ():
        _check_successor(algorithm, successor)
    values = {
        "deprecated_at": timezone.now(),
        "deprecated_reason": said,
        "successor": successor,
    }
    return _change(curator, "deprecate", chosen, said, values)


def restore(*, curator: User, algorithms: Iterable[Algorithm], reason: str) -> int:
    """Undo deprecate."""
    values = {"deprecated_at": None, "deprecated_reason": "", "successor": None}
    return _change(curator, "restore", algorithms, checked_reason(reason), values)


@transaction.atomic
def merge_tags(*, curator: User, tags: Iterable[Tag], into: Tag, reason: str) -> int:
    """Give every algorithm with one of `tags` the tag `into`, and drop the others.

    Returns how many algorithms changed.
    """
    check_curator(curator)
    said = checked_reason(reason)
    dropped = [tag for tag in tags if tag.pk != into.pk]
    if not dropped:
        raise BadRequest("Choose at least one other tag to merge.")
    through = Algorithm.tags.through
    # A curator's merge reaches every algorithm, whoever sees it.
    touched = set(
        through.objects.filter(tag__in=dropped).values_list("algorithm_id", flat=True)
    )
    has_it = set(
        through.objects.filter(tag=into, algorithm_id__in=touched).values_list(
            "algorithm_id", flat=True
        )
    )
    through.objects.bulk_create(
        through(algorithm_id=pk, tag_id=into.pk) for pk in touched - has_it
    )
    for tag in dropped:
        audit.note(
            actor=curator,
            action="merge tag",
            target=tag,
            reason=said,
            changes={"name": (tag.name, into.name)},
        )
        tag.delete()
    note_change(*touched)
    return len(touched)


def _check_successor(algorithm: Algorithm, successor: Algorithm | None) -> None:
    if successor is None:
        return
    if successor.pk == algorithm.pk:
        raise BadRequest(f"{algorithm} cannot be its own successor.")
    if successor.deprecated_at is not None:
        raise BadRequest(f"{successor} is deprecated itself; choose another one.")
    is_shared = successor.is_public or successor.owner_id == algorithm.owner_id
    if not is_shared or (algorithm.is_public and not successor.is_public):
        raise BadRequest(
            f"Not everybody who sees {algorithm} sees {successor}; choose another one."
        )


@transaction.atomic
def _change(
    curator: User,
    action: str,
    algorithms: Iterable[Algorithm],
    reason: str,
    values: dict[str, Any],
) -> int:
    check_curator(curator)
    changed = 0
    for algorithm in algorithms:
        before = {name: getattr(algorithm, name) for name in values}
        if before == values:
            continue
        for name, value in values.items():
            setattr(algorithm, name, value)
        algorithm.save(update_fields=[*values, "updated_at"])
        changes = {name: (before[name], value) for name, value in values.items()}
        audit.note(
            actor=curator,
            action=action,
            target=algorithm,
            reason=reason,
            changes=changes,
        )
        changed += 1
    return changed
