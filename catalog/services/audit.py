"""The audit trail: one entry for each act of curation, in the act's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.models import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model

    from accounts.models import User

LONGEST_NAME = 200


def note(
    *,
    actor: User | None,
    action: str,
    target: Model,
    reason: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> AuditEntry:
    """Write who did what to `target` and why; `changes` maps field -> before, after.

    Values that JSON does not know are written as text. Call it in the transaction of
    the act itself: an act without an entry, or an entry without an act, is a fault.
    """
    return AuditEntry.objects.create(
        actor=actor,
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


def _plain(value: Any) -> Any:
    is_plain = value is None or isinstance(value, bool | int | float | str)
    return value if is_plain else str(value)
