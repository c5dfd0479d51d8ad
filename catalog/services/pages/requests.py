"""Requests for access: the stub of a listing, the queue of an owner, one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import Owner, User
from accounts.roles import Action
from catalog.models import AccessRequest, Algorithm
from catalog.services import access_requests, discoverable, teams
from catalog.services.errors import SignInNeeded
from catalog.services.pages.teams import TeamPage, head_of
from catalog.visibility import discoverable_to, visible_to

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from catalog.services.discoverable import Stub
    from catalog.visibility import Viewer

#: decided ones that a queue still shows
PAST = 20
State = AccessRequest.State


@dataclass(frozen=True, slots=True)
class StubPage:
    """A listing on request, with the reader's own last request for it.

    `again` is when one who was declined may ask again, None where that is now.
    """

    stub: Stub
    last: AccessRequest | None
    again: datetime | None

    @property
    def is_waiting(self) -> bool:
        return self.last is not None and self.last.state == State.WAITING

    @property
    def is_declined(self) -> bool:
        return self.last is not None and self.last.state == State.DECLINED

    @property
    def may_ask(self) -> bool:
        return not self.is_waiting and self.again is None


@dataclass(frozen=True, slots=True)
class Queue:
    """The requests for an owner's listings: those that wait, and the last decided."""

    owner: Owner | None
    waiting: list[AccessRequest]
    past: list[AccessRequest]

    @property
    def name(self) -> str:
        if self.owner is None:
            return ""
        return self.owner.team.name if self.owner.team else self.owner.slug


@dataclass(frozen=True, slots=True)
class TeamQueue:
    """A team's queue, as a tab of its page."""

    page: TeamPage
    queue: Queue


@dataclass(frozen=True, slots=True)
class OtherQueue:
    """The queue of a team that the reader decides for, and how many wait there."""

    owner: Owner
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class OwnRequests:
    """A person's queue, those of the person's teams, and what the person asked."""

    queue: Queue
    others: list[OtherQueue]
    asked: list[AccessRequest]


def stub_page(*, viewer: Viewer, owner: str, name: str) -> StubPage:
    """Return the stub of a listing on request; raises NotFound for every other."""
    stub = discoverable.stub(viewer=viewer, owner=owner, name=name)
    last = access_requests.own_request(viewer=viewer, algorithm_id=stub.pk)
    again = None
    if isinstance(viewer, User):
        again = access_requests.may_ask_again_at(user=viewer, algorithm_id=stub.pk)
    return StubPage(stub, last, again)


def team_queue(*, viewer: Viewer, slug: str) -> TeamQueue:
    """Return a team's queue.

    Raises NotFound for who does not belong to it, Forbidden for plain members.
    """
    standing = teams.find_team(viewer=viewer, slug=slug)
    standing.check(Action.GRANT)
    head = head_of(viewer=viewer, slug=slug)
    return TeamQueue(TeamPage(head), _queue(standing.owner))


def own_requests(*, viewer: Viewer) -> OwnRequests:
    """Return all requests that concern a person; raises SignInNeeded for nobody."""
    if not isinstance(viewer, User):
        raise SignInNeeded("Sign in first.")
    owner = Owner.objects.select_related("team").filter(user=viewer).first()
    decided_for = [
        each.owner for each in teams.teams_of(viewer=viewer) if each.may(Action.GRANT)
    ]
    return OwnRequests(
        queue=_queue(owner),
        others=[
            OtherQueue(
                each, _waiting(each).count(), access_requests.queue_address(each.slug)
            )
            for each in decided_for
        ],
        asked=asked_by(viewer),
    )


def asked_by(viewer: Viewer) -> list[AccessRequest]:
    """Return one's own requests, the newest first.

    Those for a listing that is neither seen nor on request any more are left out: its
    name is no longer the asker's to read.
    """
    if not isinstance(viewer, User):
        return []
    named = Algorithm.objects.filter(visible_to(viewer) | discoverable_to(viewer))
    rows = _rows().filter(user=viewer, algorithm__in=named.order_by().values("pk"))
    return list(rows.order_by("-created_at", "-pk")[:PAST])


def to_decide(*, viewer: Viewer) -> list[AccessRequest]:
    """Return what waits for the viewer's decision, the oldest first."""
    owners = [
        each.owner.pk
        for each in teams.teams_of(viewer=viewer)
        if each.may(Action.GRANT)
    ]
    own = Owner.objects.filter(user=viewer.pk) if viewer.pk else Owner.objects.none()
    owners += own.values_list("pk", flat=True)
    seen = Algorithm.objects.visible_to(viewer).filter(owner__in=owners)
    rows = _rows().filter(state=State.WAITING, algorithm__in=seen)
    return list(rows.filter(user__is_active=True).order_by("created_at", "pk"))


def _queue(owner: Owner | None) -> Queue:
    if owner is None:
        return Queue(None, [], [])
    past = _rows().filter(algorithm__owner=owner, decided_by__isnull=False)
    decided = past.filter(state__in=(State.GRANTED, State.DECLINED))
    return Queue(
        owner=owner,
        waiting=list(_waiting(owner).order_by("created_at", "pk")),
        past=list(decided.order_by("-decided_at", "-pk")[:PAST]),
    )


def _waiting(owner: Owner) -> QuerySet[AccessRequest]:
    # Who is not active any more can be granted nothing.
    waiting = _rows().filter(algorithm__owner=owner, state=State.WAITING)
    return waiting.filter(user__is_active=True)


def _rows() -> QuerySet[AccessRequest]:
    return AccessRequest.objects.select_related(
        "algorithm__owner", "user", "decided_by"
    )
