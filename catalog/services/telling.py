"""Who is told of what happens to a listing, and in whose name it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts import notices, roles
from accounts.models import Membership, User
from accounts.viewers import KeyViewer

if TYPE_CHECKING:
    from accounts.models import Owner, Team
    from catalog.models import Grant
    from catalog.visibility import Viewer


def person_of(viewer: Viewer) -> User | None:
    """Return the person who acts; None for a team's key, which the trail names."""
    if isinstance(viewer, User):
        return viewer
    if isinstance(viewer, KeyViewer) and viewer.user_id is not None:
        return User.objects.filter(pk=viewer.user_id).first()
    return None


def name_of(viewer: Viewer) -> str:
    """Return who acts, as others are told of it."""
    return viewer.get_username()


def deciders_of(owner: Owner) -> list[User]:
    """Return who decides for this owner: the person, or the team's publishers."""
    if owner.team_id is not None:
        return _publishers_of(owner.team)
    person = owner.user
    return [person] if person is not None and person.is_active else []


def holders_of(grant: Grant) -> list[User]:
    """Return who is told of a grant: the person, or the team's publishers."""
    if grant.user is not None:
        return [grant.user] if grant.user.is_active else []
    return _publishers_of(grant.team)


def _publishers_of(team: Team | None) -> list[User]:
    held = Membership.objects.filter(team=team, user__is_active=True)
    rows = held.select_related("user").order_by("pk")
    return [row.user for row in rows if roles.may(row.role, roles.Action.GRANT)]


def tell(
    people: list[User], text: str, *, address: str = "", actor: Viewer | None = None
) -> None:
    """Leave a notice for each of `people` but the one who acts."""
    acting = getattr(actor, "pk", None)
    for person in people:
        if person.pk != acting:
            notices.tell(user=person, text=text, address=address)
