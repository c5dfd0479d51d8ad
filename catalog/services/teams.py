"""Teams as their members use them: who acts, may they, and the verb of accounts.

A team that the viewer does not belong to is not found, like one that is missing.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import invitations, namespaces, roles
from accounts import teams as verbs
from accounts.models import Membership, Owner, Team, User
from accounts.viewers import KeyViewer
from catalog.models import Algorithm, DataDirectory
from catalog.services import key_rules
from catalog.services.errors import BadRequest, Forbidden, NotFound, SignInNeeded
from catalog.services.leaked_keys import refuses_keys
from catalog.visibility import role_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from accounts.invitations import NewInvitation
    from accounts.models import Invitation
    from accounts.roles import Action
    from catalog.visibility import Viewer

CLOSED = "There is no such invitation."


@dataclass(frozen=True, slots=True)
class Standing:
    """A team as one of its members stands in it."""

    team: Team
    role: str

    @property
    def owner(self) -> Owner:
        return self.team.owner

    def may(self, action: Action) -> bool:
        return roles.may(self.role, action)

    def check(self, action: Action) -> None:
        """Raise Forbidden, which names the roles that would do."""
        with refusals():
            roles.check(self.role, action)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what accounts refuses into what the edges know."""
    try:
        yield
    except roles.RoleNeeded as refused:
        raise Forbidden(" ".join(refused.messages)) from None
    except ValidationError as refused:
        raise BadRequest(" ".join(refused.messages)) from None


def find_team(*, viewer: Viewer, slug: str) -> Standing:
    """Return a team that the viewer belongs to, by its name or one that it had.

    Raises NotFound for every other, whether it is there or not.
    """
    rows = Owner.objects.select_related("team__owner").filter(team__isnull=False)
    owner = rows.filter(slug__iexact=slug).first() or namespaces.former_owner(slug)
    role = role_in(viewer, owner) if owner is not None and owner.team_id else ""
    if owner is None or owner.team is None or not role or not _reaches(viewer, owner):
        raise NotFound(f"team {slug} not found")
    return Standing(owner.team, role)


def _reaches(viewer: Viewer, owner: Owner) -> bool:
    """Tell whether the rules of a key leave all of this owner to it."""
    rules = viewer.rules if isinstance(viewer, KeyViewer) else ()
    slug = owner.slug.lower()
    whole = (not rule.name and rule.owner.lower() == slug for rule in rules)
    return not rules or any(whole)


def teams_of(*, viewer: Viewer) -> list[Standing]:
    """Return the viewer's teams by name; a team's key has its own team alone."""
    rows = Team.objects.select_related("owner").order_by("name", "pk")
    if isinstance(viewer, KeyViewer) and viewer.team_id is not None:
        rows = rows.filter(pk=viewer.team_id)
    elif viewer.pk is None:
        return []
    else:
        rows = rows.filter(memberships__user=viewer.pk)
    found = [Standing(team, role_in(viewer, team.owner)) for team in rows]
    return [each for each in found if each.role and _reaches(viewer, each.owner)]


def person(viewer: Viewer) -> User:
    """Return the person who acts; a key that stands for less is none.

    Raises SignInNeeded for nobody, Forbidden for a team's key and a limited one.
    """
    if isinstance(viewer, KeyViewer):
        raise Forbidden("This needs a person's key without rules, or the page.")
    if not isinstance(viewer, User):
        raise SignInNeeded("Sign in first.")
    return viewer


@refuses_keys("slug", "name", "about")
def create_team(*, viewer: Viewer, slug: str, name: str, about: str = "") -> Standing:
    """Make a team whose owner the viewer is; raises BadRequest for a name that is none.

    Names are unique, so that one is taken cannot be hidden from who wants it.
    """
    actor = person(viewer)
    with refusals():
        team = verbs.create(actor=actor, slug=slug.strip(), name=name, about=about)
    return Standing(team, Membership.Role.OWNER)


@refuses_keys("slug", "name", "about")
@transaction.atomic
def rename_team(
    *, viewer: Viewer, team: str, slug: str, name: str, about: str
) -> Standing:
    """Change a team's names and text; keys' rules follow in the same transaction."""
    actor = person(viewer)
    standing = find_team(viewer=viewer, slug=team)
    former = standing.owner.slug
    with refusals():
        renamed = verbs.rename(
            actor=actor, team=standing.team, slug=slug.strip(), name=name, about=about
        )
    if renamed.owner.slug.lower() != former.lower():
        key_rules.follow_owner(owner=renamed.owner, former=former)
    return Standing(renamed, standing.role)


@transaction.atomic
def delete_team(*, viewer: Viewer, team: str) -> None:
    """End a team; raises BadRequest where it owns algorithms or data."""
    actor = person(viewer)
    standing = find_team(viewer=viewer, slug=team)
    standing.check(roles.Action.DELETE)
    owned = Algorithm.objects.filter(owner=standing.owner).count()
    if owned:
        raise BadRequest(
            f"{standing.team} owns {owned} algorithm{'s' if owned > 1 else ''}. "
            "Transfer or delete them first."
        )
    if DataDirectory.objects.filter(owner=standing.owner).exists():
        raise BadRequest(f"{standing.team} has data. Delete its directories first.")
    with refusals():
        verbs.delete(actor=actor, team=standing.team)


def members_of(*, standing: Standing) -> list[Membership]:
    """Return a team's members by name, with their people."""
    rows = standing.team.memberships.select_related("user", "team")
    return list(rows.order_by("user__username"))


def set_role(*, viewer: Viewer, team: str, username: str, role: str) -> Membership:
    """Change a member's role; raises NotFound for who is none."""
    actor = person(viewer)
    standing = find_team(viewer=viewer, slug=team)
    user = _member(standing, username)
    with refusals():
        return verbs.set_role(actor=actor, team=standing.team, user=user, role=role)


def remove_member(*, viewer: Viewer, team: str, username: str) -> None:
    """End a membership, one's own or, for owners, another's."""
    actor = person(viewer)
    standing = find_team(viewer=viewer, slug=team)
    user = _member(standing, username)
    with refusals():
        verbs.remove(actor=actor, team=standing.team, user=user)


def leave(*, viewer: Viewer, team: str) -> Team:
    """End one's own membership."""
    actor = person(viewer)
    standing = find_team(viewer=viewer, slug=team)
    with refusals():
        verbs.remove(actor=actor, team=standing.team, user=actor)
    return standing.team


def _member(standing: Standing, username: str) -> User:
    held = standing.team.memberships.filter(user__username__iexact=username)
    found = held.select_related("user").first()
    if found is None:
        raise NotFound(f"{username} is no member")
    return found.user


def invite(  # noqa: PLR0913 - one invitation, its parts
    *,
    viewer: Viewer,
    team: str,
    role: str,
    email: str = "",
    uses: int = 1,
    days: int = invitations.DEFAULT_DAYS,
) -> NewInvitation:
    """Invite into a team; the token is in what this returns, and nowhere else."""
    actor = person(viewer)
    standing = find_team(viewer=viewer, slug=team)
    with refusals():
        return invitations.invite(
            actor=actor,
            team=standing.team,
            role=role,
            email=email,
            uses=uses,
            days=days,
        )


def open_invitations(*, standing: Standing) -> list[Invitation]:
    """Return the open invitations into a team, for who may invite."""
    standing.check(roles.Action.INVITE)
    return invitations.open_into(team=standing.team)


def revoke_invitation(*, viewer: Viewer, team: str, pk: UUID) -> None:
    """Close an invitation into a team; raises NotFound for another team's."""
    actor = person(viewer)
    standing = find_team(viewer=viewer, slug=team)
    standing.check(roles.Action.INVITE)
    found = invitations.find_in(team=standing.team, pk=pk)
    if found is None:
        raise NotFound(CLOSED)
    with refusals():
        invitations.revoke(actor=actor, invitation=found)


def _staff(viewer: Viewer) -> User:
    actor = person(viewer)
    if not actor.is_staff:
        raise Forbidden("Only staff invite into the catalog.")
    return actor


def invited_people(*, viewer: Viewer) -> list[Invitation]:
    """Return the open invitations into the catalog, for staff."""
    _staff(viewer)
    return invitations.open_into(team=None)


def invite_people(*, viewer: Viewer, email: str, uses: int, days: int) -> NewInvitation:
    """Invite into the catalog, where sign-up is by invitation."""
    actor = _staff(viewer)
    with refusals():
        return invitations.invite(actor=actor, email=email, uses=uses, days=days)


def revoke_person(*, viewer: Viewer, pk: UUID) -> None:
    """Close an invitation into the catalog."""
    actor = _staff(viewer)
    found = invitations.find_in(team=None, pk=pk)
    if found is None:
        raise NotFound(CLOSED)
    with refusals():
        invitations.revoke(actor=actor, invitation=found)


def open_invitation(*, token: str) -> Invitation:
    """Return what a token opens; raises the same NotFound for all that it does not."""
    found = invitations.find_open(token)
    if found is None:
        raise NotFound(CLOSED)
    return found


def accept(*, viewer: Viewer, token: str) -> Team | None:
    """Take up an invitation by its token; None is the catalog's own.

    Raises NotFound where it is not open, Forbidden where it is for another mailbox.
    """
    actor = person(viewer)
    return _accept(actor, open_invitation(token=token))


def accept_mailed(*, viewer: Viewer, pk: UUID) -> Team | None:
    """Take up an invitation to one of one's own verified mailboxes."""
    actor = person(viewer)
    waiting = {row.pk: row for row in invitations.waiting_for(user=actor)}
    if pk not in waiting:
        raise NotFound(CLOSED)
    return _accept(actor, waiting[pk])


def _accept(actor: User, invitation: Invitation) -> Team | None:
    try:
        with transaction.atomic():
            invitations.accept(user=actor, invitation=invitation)
    except invitations.OtherAddress as refused:
        raise Forbidden(" ".join(refused.messages)) from None
    except ValidationError:
        # Somebody was faster, or it was revoked meanwhile: it is no more.
        raise NotFound(CLOSED) from None
    return invitation.team
