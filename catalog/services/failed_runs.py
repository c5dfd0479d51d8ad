"""What failed lately of an owner's algorithms, for the owner alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.roles import Action
from catalog.models import Run
from catalog.services.errors import Forbidden
from catalog.services.organizations import find_organization
from catalog.services.people import find_person

if TYPE_CHECKING:
    from accounts.models import Owner
    from catalog.visibility import Viewer

DAYS, MOST = 7, 200


def failed_of_person(*, viewer: Viewer, username: str) -> list[Run]:
    """Return the newest failed runs of one's own algorithms."""
    user = find_person(viewer=viewer, username=username)
    if user != viewer:
        raise Forbidden("Only the person reads what failed of their algorithms.")
    return _failed(user.owner)


def failed_of_organization(*, viewer: Viewer, name: str) -> list[Run]:
    """Return the newest failed runs of a team's algorithms, for its members."""
    standing = find_organization(viewer=viewer, name=name).standing
    standing.check(Action.SEE)
    return _failed(standing.owner)


def _failed(owner: Owner) -> list[Run]:
    since = timezone.now() - timedelta(days=DAYS)
    rows = Run.objects.filter(
        version__algorithm__owner=owner,
        outcome=Run.Outcome.FAILED,
        created_at__gte=since,
    )
    parts = rows.select_related("version__algorithm__owner")
    return list(parts.order_by("-created_at")[:MOST])
