"""Teams as the call API's organizations: the same rights, a few words more.

A team that the viewer does not belong to is not found, like one that is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import organizations as details
from accounts import roles
from accounts import teams as verbs
from accounts.models import Membership
from accounts.names import OWNER_NAME
from accounts.organization import Organization
from catalog.services import teams
from catalog.services.errors import (
    BadRequest,
    NoSuchOrganization,
    NoSuchPerson,
    NotFound,
)
from catalog.services.leaked_keys import check_text
from catalog.services.people import MISSING as NOBODY
from catalog.services.people import find_person, name_refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from catalog.services.teams import Standing
    from catalog.visibility import Viewer

MISSING = "Organization not found"


@dataclass(frozen=True, slots=True)
class Organized:
    """A team as one of its members stands in it, with its contact."""

    standing: Standing
    details: Organization

    @property
    def name(self) -> str:
        return self.standing.owner.slug


def organizations_of(*, viewer: Viewer) -> list[Organized]:
    """Return the viewer's teams by address."""
    standings = teams.teams_of(viewer=viewer)
    found = sorted(standings, key=lambda row: row.owner.slug.lower())
    rows = Organization.objects.filter(team__in=[each.team for each in found])
    kept = {row.team_id: row for row in rows}
    return [
        Organized(each, kept.get(each.team.pk) or Organization(team=each.team))
        for each in found
    ]


def find_organization(*, viewer: Viewer, name: str) -> Organized:
    """Return a team that the viewer belongs to; raises NoSuchOrganization."""
    if not OWNER_NAME.fullmatch(name):
        # It is asked for nowhere: a database may refuse its characters.
        raise NoSuchOrganization(MISSING)
    try:
        standing = teams.find_team(viewer=viewer, slug=name)
    except NotFound:
        raise NoSuchOrganization(MISSING) from None
    return Organized(standing, details.described(standing.team))


def find_by_external_id(*, viewer: Viewer, external_id: str) -> Organized:
    """Return the first of the viewer's teams that another system calls so."""
    for each in organizations_of(viewer=viewer):
        if external_id and each.details.external_id == external_id:
            return each
    raise NoSuchOrganization(MISSING)


def create_organization(
    *, viewer: Viewer, name: str, label: str, said: Mapping[str, str]
) -> Organized:
    """Make a team whose owner the viewer is; raises NameTaken, BadRequest."""
    _check_texts(said, label=label, name=name)
    actor = teams.person(viewer)
    with name_refusals(), transaction.atomic():
        team = verbs.create(actor=actor, slug=name, name=label or name)
        row = details.describe(actor=actor, team=team, said=said)
    return Organized(teams.Standing(team, Membership.Role.OWNER), row)


def edit_organization(
    *, viewer: Viewer, name: str, label: str, said: Mapping[str, str]
) -> None:
    """Change a team's name for people, kept where `label` is empty, and its contact."""
    _check_texts(said, label=label)
    actor = teams.person(viewer)
    standing = find_organization(viewer=viewer, name=name).standing
    standing.check(roles.Action.SETTINGS)
    team = standing.team
    with teams.refusals(), transaction.atomic():
        verbs.rename(
            actor=actor,
            team=team,
            slug=team.owner.slug,
            name=label or team.name,
            about=team.about,
        )
        details.describe(actor=actor, team=team, said=said)


def delete_organization(*, viewer: Viewer, name: str) -> None:
    """End a team that owns no algorithm."""
    find_organization(viewer=viewer, name=name)
    teams.delete_team(viewer=viewer, team=name)


def members_seen(*, viewer: Viewer, name: str) -> list[Membership]:
    """Return a team's members by name, for its members."""
    standing = find_organization(viewer=viewer, name=name).standing
    return teams.members_of(standing=standing)


@transaction.atomic
def add_member(
    *, viewer: Viewer, name: str, username: str, role: str = ""
) -> Membership:
    """Make a person whom the viewer may look up a member; they are told of it.

    For who may change roles. A member stays what they are where no role is named.
    """
    actor = teams.person(viewer)
    standing = find_organization(viewer=viewer, name=name).standing
    standing.check(roles.Action.ROLES)
    user = find_person(viewer=viewer, username=username)
    with teams.refusals():
        team = verbs.lock(standing.team)
        held = Membership.objects.filter(team=team, user=user).first()
        wanted = role or (held.role if held else Membership.Role.MEMBER)
        return verbs.add(actor=actor, team=team, user=user, role=wanted)


def remove_member(*, viewer: Viewer, name: str, username: str) -> None:
    """End a membership, one's own or, for owners, another's."""
    find_organization(viewer=viewer, name=name)
    if not OWNER_NAME.fullmatch(username):
        raise NoSuchPerson(NOBODY)
    teams.remove_member(viewer=viewer, team=name, username=username)


def _check_texts(said: Mapping[str, str], **more: str) -> None:
    """Raise for a key in a text, and for a field that an organization has not."""
    named: Iterable[tuple[str, str]] = {**said, **more}.items()
    for what, text in named:
        check_text(text, what=what)
    unknown = set(said) - set(details.LONGEST)
    if unknown:
        raise BadRequest(f"{min(unknown)}: an organization has no such field.")
