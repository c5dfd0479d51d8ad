"""Verbs on invitations into a team, or with no team into the catalog.

The token is in the link alone, the database keeps its SHA-256. What an invitation
gives is what the inviter could give now: it ends with their role.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import events, mail, mailboxes, notices, roles, teams
from accounts.models import Invitation, Membership, User
from accounts.roles import Action

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.sessions.backends.base import SessionBase

    from accounts.models import Team

#: 256 bits, in 43 characters of the URL-safe base64 alphabet
TOKEN_BYTES = 32
MOST_USES, MOST_DAYS, DEFAULT_DAYS = 50, 30, 7
IN_SESSION = "invitation"


class OtherAddress(ValidationError):
    """The invitation is for a mailbox that the person has not shown to be theirs."""


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation just made: the row, and its token, "" where it was mailed."""

    row: Invitation
    token: str

    @property
    def path(self) -> str:
        """Return the path of the link to hand on, "" where it went by mail."""
        return path_of(self.token) if self.token else ""


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def path_of(token: str) -> str:
    """Return the path of an invitation's page."""
    return f"/teams/invitations/{token}"


def find_open(token: str) -> Invitation | None:
    """Return the invitation that the token opens now; None for every other."""
    rows = Invitation.objects.filter(digest=digest_of(token))
    found = rows.select_related("team__owner", "invited_by").first()
    is_open = found is not None and found.is_open(timezone.now()) and _stands(found)
    return found if is_open else None


def remember(session: SessionBase, token: str) -> None:
    """Keep a token for who signs in or up first; what a session holds is sealed."""
    session[IN_SESSION] = token


def remembered(session: SessionBase) -> Invitation | None:
    """Return the invitation that this visitor came with, if it is still open."""
    kept = session.get(IN_SESSION)
    return find_open(kept) if isinstance(kept, str) else None


def _stands(invitation: Invitation) -> bool:
    """Tell whether the inviter could still give what it gives."""
    inviter = invitation.invited_by
    if inviter is None or not inviter.is_active:
        return False
    if invitation.team is None:
        return inviter.is_staff
    role = teams.role_of(invitation.team, inviter)
    allowed = roles.may(role, Action.INVITE)
    return allowed and roles.within(invitation.role, of=role)


def open_into(*, team: Team | None) -> list[Invitation]:
    """Return the open invitations into a team, or into the catalog; newest first."""
    now = timezone.now()
    rows = Invitation.objects.filter(
        team=team, revoked_at=None, uses_left__gt=0, expires_at__gt=now
    )
    found = rows.select_related("team__owner", "invited_by")
    return [row for row in found if _stands(row)]


def waiting_for(*, user: User) -> list[Invitation]:
    """Return the open invitations into teams for a person's verified mailboxes."""
    now = timezone.now()
    own = mailboxes.verified_of(user=user)
    rows = Invitation.objects.filter(
        email__in=own, team__isnull=False, uses_left__gt=0, expires_at__gt=now
    )
    found = rows.filter(revoked_at=None).select_related("team__owner", "invited_by")
    return [row for row in found if _stands(row)]


@transaction.atomic
def invite(  # noqa: PLR0913 - one invitation, its parts
    *,
    actor: User,
    team: Team | None = None,
    role: str = Membership.Role.MEMBER,
    email: str = "",
    uses: int = 1,
    days: int = DEFAULT_DAYS,
) -> NewInvitation:
    """Make an invitation; raises ValidationError for what the actor may not give.

    With an `email` it is for one use, and is mailed where this server sends mail.
    """
    _check_giver(actor, team, roles.checked_role(role))
    email = email.strip().lower()
    _check_bounds(email, uses, days)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = Invitation.objects.create(
        team=team,
        role=role,
        email=email,
        digest=digest_of(token),
        uses_left=1 if email else uses,
        invited_by=actor,
        expires_at=timezone.now() + timedelta(days=days),
    )
    changes = {"role": ("", role), "uses": (0, row.uses_left), "days": (0, days)}
    _tell("invite", row, actor, changes)
    if email and mail.is_sent():
        _mail(row, token)
        return NewInvitation(row, "")
    return NewInvitation(row, token)


def _check_giver(actor: User, team: Team | None, role: str) -> None:
    if team is None:
        if not actor.is_staff:
            raise roles.RoleNeeded("Only staff invite into the catalog.", code="role")
        return
    own = teams.role_of(teams.lock(team), actor)
    roles.check(own, Action.INVITE)
    if not roles.within(role, of=own):
        raise roles.RoleNeeded(
            f"As a {own} you invite people as {own} or less.", code="role"
        )


def _check_bounds(email: str, uses: int, days: int) -> None:
    if email:
        validate_email(email)
    if not 1 <= uses <= MOST_USES:
        raise ValidationError(
            f"An invitation is for 1 to {MOST_USES} people.", code="uses"
        )
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError(
            f"An invitation is open for 1 to {MOST_DAYS} days.", code="days"
        )


def _mail(row: Invitation, token: str) -> None:
    """Tell the mailbox: by a notice where it is somebody's here, else by the link.

    A notice is kept, so it leads to the list of one's invitations, not to the token.
    """
    inviter, where = row.invited_by, row.team.name if row.team else "the catalog"
    text = f"{inviter} invites you to {where}."
    reader = mailboxes.reader_of(row.email)
    if row.team is not None and reader is not None:
        notices.tell(user=reader, text=text, address="/teams")
        return
    link = mail.link_to(path_of(token))
    body = f"{text}\n\n{link}\n\nThe link is open until {row.expires_at:%d %B %Y}.\n"
    transaction.on_commit(lambda: _send(row.email, text, body))


def _send(to: str, subject: str, text: str) -> None:
    mail.send(to=to, subject=subject, text=text)


@transaction.atomic
def revoke(*, actor: User, invitation: Invitation) -> None:
    """Close an invitation; closing it twice is no error."""
    if invitation.team is not None:
        roles.check(teams.role_of(invitation.team, actor), Action.INVITE)
    elif not actor.is_staff:
        raise roles.RoleNeeded("Only staff invite into the catalog.", code="role")
    rows = Invitation.objects.filter(pk=invitation.pk, revoked_at=None)
    if rows.update(revoked_at=timezone.now()):
        _tell("revoke invitation", invitation, actor, {})


@transaction.atomic
def accept(*, user: User, invitation: Invitation) -> Membership | None:
    """Take an open invitation up; raises ValidationError where it is none any more.

    Who is a member already keeps the higher role, and then uses nothing up. Returns
    the membership, None for an invitation into the catalog.
    """
    check_is_for(user=user, invitation=invitation)
    team = teams.lock(invitation.team) if invitation.team is not None else None
    held = None
    if team is not None:
        members = Membership.objects.filter(team=team, user=user)
        held = members.select_related("user", "team").first()
        if held is not None and roles.within(invitation.role, of=held.role):
            return held
    _use_up(invitation)
    invitation.accepted_by.add(user)
    if team is None:
        _tell("accept invitation", invitation, user, {})
        return None
    if held is not None:
        return teams.raise_role(team=team, held=held, role=invitation.role)
    _thank(invitation, user, team)
    return teams.join(team=team, user=user, role=invitation.role, actor=user)


def check_is_for(*, user: User, invitation: Invitation) -> None:
    """Raise OtherAddress where it is for a mailbox that is not shown to be `user`'s.

    Without mail nobody can show one: then whoever has the link is meant.
    """
    if not invitation.email or not mail.is_sent():
        return
    if invitation.email.lower() not in mailboxes.verified_of(user=user):
        raise OtherAddress(
            "This invitation is for one e-mail address. Add that address to your "
            "account, verify it, and open the link again.",
            code="other_address",
        )


def _use_up(invitation: Invitation) -> None:
    """Count one use down; of two people at the last one, one is refused."""
    now = timezone.now()
    rows = Invitation.objects.filter(
        pk=invitation.pk, revoked_at=None, uses_left__gt=0, expires_at__gt=now
    )
    if not _stands(invitation) or not rows.update(uses_left=F("uses_left") - 1):
        raise ValidationError("This invitation is not open any more.", code="closed")


def _thank(invitation: Invitation, user: User, team: Team) -> None:
    inviter = invitation.invited_by
    if inviter is not None and inviter != user:
        text = f"{user} accepted your invitation to {team.name}."
        notices.tell(user=inviter, text=text, address=teams.address_of(team))


def find_in(*, team: Team | None, pk: UUID) -> Invitation | None:
    """Return one of the invitations into a team, or into the catalog."""
    rows = Invitation.objects.filter(team=team, pk=pk)
    return rows.select_related("team__owner", "invited_by").first()


def _tell(
    action: str,
    invitation: Invitation,
    actor: User,
    changes: dict[str, tuple[object, object]],
) -> None:
    events.tell(
        category=teams.CATEGORY,
        action=action,
        target=invitation,
        actor=actor,
        team=invitation.team,
        changes=changes,
    )
