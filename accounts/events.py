"""What happens to people, teams and keys, told to whoever keeps the audit trail.

accounts knows nothing of the catalog: it tells, catalog.services.audit writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model

    from accounts.models import Team, User

#: sent with the arguments of `tell`
happened = Signal()


def tell(  # noqa: PLR0913 - one event, its parts
    *,
    category: str,
    action: str,
    target: Model,
    actor: User | None = None,
    team: Team | None = None,
    reason: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """Tell of one act in the transaction of the act itself.

    `category` is one of AuditEntry.Category, `action` a verb; `team` the team whose
    owners may read of it; `changes` maps a field to its value before and after, and
    never holds a secret.
    """
    happened.send(
        sender=type(target),
        category=category,
        action=action,
        target=target,
        actor=actor,
        team=team,
        reason=reason,
        changes=changes or {},
    )
