"""The audit trail: one entry for each act, in the act's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts import acting, events
from catalog.models import Algorithm, AuditEntry, Version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model
    from django.dispatch import Signal

    from accounts.models import Team, User

LONGEST_NAME = 200


def connect() -> None:
    """Write down what accounts tells of."""
    events.happened.connect(_on_event, dispatch_uid="audit:events")


def note(  # noqa: PLR0913 - one entry, its parts
    *,
    actor: User | None,
    action: str,
    target: Model,
    category: str = AuditEntry.Category.CURATION,
    team: Team | None = None,
    reason: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> AuditEntry:
    """Write who did what to `target` and why; `changes` maps field -> before, after.

    The owners of `team` may read it: where none is named, the team that the target
    belongs to. From where and by which key is taken from the request being answered.
    Values that JSON does not know are written as text. Call it in the transaction of
    the act itself: an act without an entry, or an entry without an act, is a fault.
    """
    means = acting.means()
    return AuditEntry.objects.create(
        category=category,
        actor=actor,
        actor_name=actor.get_username() if actor else "",
        key_id=means.key_id,
        address=means.address,
        team_id=team.pk if team else _team_of(target),
        action=action,
        target_type=str(target._meta.model_name),  # noqa: SLF001 - Django's public name for it
        target_id=str(target.pk),
        target=str(target)[:LONGEST_NAME],
        reason=reason,
        changes={
            name: [_plain(before), _plain(after)]
            for name, (before, after) in (changes or {}).items()
        },
    )


def _on_event(*, signal: Signal, sender: type[Model], **told: Any) -> None:  # noqa: ARG001 - Django's signature
    note(**told)


def _team_of(target: Model) -> int | None:
    """Return the team whose namespace an algorithm, or a version of one, is in."""
    algorithm = target.algorithm if isinstance(target, Version) else target
    if not isinstance(algorithm, Algorithm):
        return None
    return algorithm.owner.team_id


def _plain(value: Any) -> Any:
    is_plain = value is None or isinstance(value, bool | int | float | str)
    return value if is_plain else str(value)
