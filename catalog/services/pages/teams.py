"""The pages of a team, for its members: overview, algorithms, members, usage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Max, Q
from django.utils import timezone

from accounts import invitations
from accounts.models import ApiKey, Membership
from accounts.roles import RANKS, Action
from catalog.models import AccessRequest, Algorithm, Visibility
from catalog.services import teams
from catalog.services.errors import BadRequest
from catalog.services.pages.team_usage import TeamUsage, team_usage
from catalog.visibility import belongs

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.paginator import Page

    from accounts.models import Invitation, Owner, Team
    from catalog.models.algorithm import AlgorithmQuerySet
    from catalog.services.pages.team_usage import Part
    from catalog.services.teams import Standing
    from catalog.visibility import Viewer

SHOWN = 8
MEMBERS = 8
ON_A_PAGE = 50
#: what the list of algorithms may be narrowed to
CHOICES = {"": "All", "private": "Private", "public": "Public"}
_PRIVATE = Q(visibility=Visibility.PRIVATE) | Q(hidden_at__isnull=False)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every tab of a team; counts are of what the viewer sees."""

    standing: Standing
    algorithms: int
    private: int
    members: int
    keys: int
    requests: int

    @property
    def team(self) -> Team:
        return self.standing.team

    @property
    def slug(self) -> str:
        return self.standing.owner.slug

    @property
    def may_invite(self) -> bool:
        return self.standing.may(Action.INVITE)

    @property
    def may_publish(self) -> bool:
        return self.standing.may(Action.PUBLISH)

    @property
    def may_manage_keys(self) -> bool:
        return self.standing.may(Action.KEYS)

    @property
    def may_grant(self) -> bool:
        return self.standing.may(Action.GRANT)

    @property
    def may_change_roles(self) -> bool:
        return self.standing.may(Action.ROLES)

    @property
    def may_change(self) -> bool:
        return self.standing.may(Action.SETTINGS)

    @property
    def may_audit(self) -> bool:
        return self.standing.may(Action.AUDIT)


@dataclass(frozen=True, slots=True)
class Member:
    """A member, and when the person or a key of theirs was last here."""

    row: Membership
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class TeamPage:
    """A tab of a team: the head, and the parts that this tab shows."""

    head: Head
    usage: TeamUsage | None = None
    members: list[Member] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    listed: Page[Part] | None = None
    show: str = ""

    @property
    def shown(self) -> list[Part]:
        """Return the algorithms that the overview names, the most called first."""
        return self.usage.parts[:SHOWN] if self.usage else []


@dataclass(frozen=True, slots=True)
class Mine:
    """A person's teams, and the invitations that wait for the person."""

    rows: list[tuple[Standing, int, int]]
    waiting: list[Invitation]


def mine(*, viewer: Viewer) -> Mine:
    """Return the viewer's teams, each with its members and algorithms counted."""
    rows = [
        (each, each.team.memberships.count(), _seen(viewer, each.owner).count())
        for each in teams.teams_of(viewer=viewer)
    ]
    person = teams.person(viewer)
    return Mine(rows, invitations.waiting_for(user=person))


def overview(*, viewer: Viewer, slug: str) -> TeamPage:
    """Return a team's first tab; every tab raises NotFound for who is no member."""
    standing = teams.find_team(viewer=viewer, slug=slug)
    return TeamPage(
        head=_head(viewer, standing),
        usage=team_usage(viewer=viewer, owner=standing.owner),
        members=_members(standing)[:MEMBERS],
    )


def algorithms(*, viewer: Viewer, slug: str, show: str, page: str) -> TeamPage:
    """Return the algorithms, all or some, the most called first."""
    standing = teams.find_team(viewer=viewer, slug=slug)
    if show not in CHOICES:
        raise BadRequest("show: write private or public.")
    usage = team_usage(viewer=viewer, owner=standing.owner)
    parts = [part for part in usage.parts if _is_shown(part.algorithm, show)]
    listed = Paginator(parts, ON_A_PAGE).get_page(page)
    head = _head(viewer, standing)
    return TeamPage(head=head, usage=usage, listed=listed, show=show)


def members(*, viewer: Viewer, slug: str) -> TeamPage:
    """Return the members, and for who may invite the open invitations."""
    standing = teams.find_team(viewer=viewer, slug=slug)
    may_invite = standing.may(Action.INVITE)
    return TeamPage(
        head=_head(viewer, standing),
        members=_members(standing),
        invitations=teams.open_invitations(standing=standing) if may_invite else [],
    )


def usage(*, viewer: Viewer, slug: str, period: str) -> TeamPage:
    """Return the calls of a period."""
    standing = teams.find_team(viewer=viewer, slug=slug)
    counted = team_usage(viewer=viewer, owner=standing.owner, period=period)
    return TeamPage(head=_head(viewer, standing), usage=counted)


def settings(*, viewer: Viewer, slug: str) -> TeamPage:
    """Return what owners may change; raises Forbidden for other members."""
    standing = teams.find_team(viewer=viewer, slug=slug)
    standing.check(Action.SETTINGS)
    return TeamPage(head=_head(viewer, standing))


def head_of(*, viewer: Viewer, slug: str) -> Head:
    """Return the head alone, for tabs that are made elsewhere."""
    return _head(viewer, teams.find_team(viewer=viewer, slug=slug))


def team_address(*, viewer: Viewer, owner: Owner) -> str:
    """Return the slug of the team's page where `viewer` has one to go to."""
    is_ours = owner.is_team and belongs(viewer, owner)
    return owner.slug if is_ours else ""


def _is_shown(algorithm: Algorithm, show: str) -> bool:
    return not show or algorithm.is_public == (show == "public")


def _seen(viewer: Viewer, owner: Owner) -> AlgorithmQuerySet:
    return Algorithm.objects.visible_to(viewer).filter(owner=owner)


def _head(viewer: Viewer, standing: Standing) -> Head:
    seen = _seen(viewer, standing.owner)
    waiting = AccessRequest.objects.filter(
        algorithm__owner=standing.owner, state=AccessRequest.State.WAITING
    )
    keys = ApiKey.objects.filter(
        team=standing.team, revoked_at=None, expires_at__gt=timezone.now()
    )
    return Head(
        standing=standing,
        algorithms=seen.count(),
        private=seen.filter(_PRIVATE).count(),
        members=standing.team.memberships.count(),
        keys=keys.count(),
        requests=waiting.count() if standing.may(Action.GRANT) else 0,
    )


def _members(standing: Standing) -> list[Member]:
    rows = teams.members_of(standing=standing)
    people = [row.user_id for row in rows]
    used = dict(
        ApiKey.objects.filter(user__in=people)
        .values_list("user")
        .annotate(at=Max("last_used_at"))
        .order_by()
    )
    found = []
    for row in rows:
        moments = [row.user.last_login, used.get(row.user_id)]
        found.append(Member(row, max(filter(None, moments), default=None)))
    # Whom one turns to comes first; within a role it stays by name.
    return sorted(found, key=lambda member: -RANKS[member.row.role])
