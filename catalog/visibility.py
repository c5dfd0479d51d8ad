"""THE privacy rule: who may see what. Nothing else in the product decides it.

Two forms of one rule: a Q over rows, and audience words for index documents. A
test holds them equal for every viewer and row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import Membership, User
from catalog.search.base import PUBLIC

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Owner
    from catalog.models import Algorithm

    Viewer = User | AnonymousUser


def _owned_by(viewer: User, prefix: str) -> Q:
    teams = Membership.objects.filter(user_id=viewer.pk).values("team_id")
    return Q(**{f"{prefix}owner__user_id": viewer.pk}) | Q(
        **{f"{prefix}owner__team_id__in": teams}
    )


def visible_to(viewer: Viewer, *, prefix: str = "") -> Q:
    """Return the condition on algorithms (reached by `prefix`) that `viewer` sees.

    What a curator hid is seen by its owner alone, as if it were private.
    """
    public = Q(
        **{f"{prefix}visibility": PUBLIC, f"{prefix}hidden_at__isnull": True},
    )
    if not isinstance(viewer, User) or not viewer.is_active:
        return public
    return public | _owned_by(viewer, prefix)


def visible_versions(viewer: Viewer) -> Q:
    """Return the condition on versions that `viewer` sees.

    They belong to a visible algorithm, and are public or the viewer's own.
    """
    of_visible = visible_to(viewer, prefix="algorithm__")
    if not isinstance(viewer, User) or not viewer.is_active:
        return of_visible & Q(visibility=PUBLIC)
    return of_visible & (Q(visibility=PUBLIC) | _owned_by(viewer, "algorithm__"))


def audience_of(algorithm: Algorithm) -> str:
    """Return who may find `algorithm`: public, user:ID or team:ID."""
    if algorithm.is_public:
        return PUBLIC
    owner = algorithm.owner
    if owner.team_id is not None:
        return f"team:{owner.team_id}"
    return f"user:{owner.user_id}"


def audiences_for(viewer: Viewer) -> frozenset[str]:
    """Return the audiences that `viewer` belongs to, asked anew for each request."""
    if not isinstance(viewer, User) or not viewer.is_active:
        return frozenset({PUBLIC})
    teams = Membership.objects.filter(user_id=viewer.pk).values_list(
        "team_id", flat=True
    )
    return frozenset({PUBLIC, f"user:{viewer.pk}", *(f"team:{pk}" for pk in teams)})


def may_publish(viewer: Viewer, algorithm: Algorithm) -> bool:
    """Tell whether `viewer` decides what is published under this algorithm's owner.

    That is the person, or the team's maintainers and owners; who may not even see
    the algorithm is none of them.
    """
    if not isinstance(viewer, User) or not viewer.is_active:
        return False
    owner = algorithm.owner
    if owner.team_id is None:
        return owner.user_id == viewer.pk
    roles = (Membership.Role.MAINTAINER, Membership.Role.OWNER)
    return Membership.objects.filter(
        user_id=viewer.pk, team_id=owner.team_id, role__in=roles
    ).exists()


def belongs(viewer: Viewer, owner: Owner) -> bool:
    """Tell whether `viewer` is this owner, or one of the team's members."""
    if not isinstance(viewer, User) or not viewer.is_active:
        return False
    if owner.team_id is None:
        return owner.user_id == viewer.pk
    return Membership.objects.filter(user_id=viewer.pk, team_id=owner.team_id).exists()
