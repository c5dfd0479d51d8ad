"""Algorithms change hands, or their name; their old address leads on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import notices
from accounts.models import Membership, Owner
from accounts.roles import Action, may
from catalog.models import Algorithm, AuditEntry, Grant
from catalog.models.algorithm import validate_algorithm_name
from catalog.services import aliases, audit, key_rules
from catalog.services.errors import BadRequest, Forbidden, SignInNeeded
from catalog.services.resolving import find_algorithm
from catalog.services.teams import person
from catalog.visibility import role_in

if TYPE_CHECKING:
    from accounts.models import Team, User
    from catalog.visibility import Viewer

VISIBILITY = AuditEntry.Category.VISIBILITY


@dataclass(frozen=True, slots=True)
class Movable:
    """An algorithm that the viewer may move: by name, and to which other owners."""

    algorithm: Algorithm
    may_rename: bool
    may_give: bool
    receivers: list[Owner]


@dataclass(frozen=True, slots=True)
class _Address:
    owner: Owner
    name: str

    def __str__(self) -> str:
        return f"{self.owner.slug}/{self.name}"


def movable(*, viewer: Viewer, owner: str, name: str) -> Movable:
    """Return what the viewer may do with an algorithm's address.

    Raises NotFound for what they do not see, Forbidden where they may do nothing.
    """
    algorithm = find_algorithm(viewer=viewer, owner=owner, name=name)
    role = role_in(viewer, algorithm.owner)
    if not may(role, Action.PUBLISH):
        raise Forbidden("Only its owner, or the team's maintainers, may move it.")
    may_give = may(role, Action.GIVE)
    return Movable(
        algorithm=algorithm,
        may_rename=True,
        may_give=may_give,
        receivers=_receivers(viewer, algorithm) if may_give else [],
    )


def may_move(*, viewer: Viewer, algorithm: Algorithm) -> bool:
    """Tell whether the page that moves an algorithm is there for the viewer."""
    return may(role_in(viewer, algorithm.owner), Action.PUBLISH)


def _receivers(viewer: Viewer, algorithm: Algorithm) -> list[Owner]:
    """Return the owners that the viewer may receive for, other than the present."""
    held = Membership.objects.filter(user=viewer.pk)
    teams = [row.team_id for row in held if may(row.role, Action.RECEIVE)]
    own = Owner.objects.filter(user=viewer.pk) | Owner.objects.filter(team__in=teams)
    rows = own.exclude(pk=algorithm.owner_id).select_related("team")
    return list(rows.order_by("slug"))


@transaction.atomic
def move_algorithm(
    *, viewer: Viewer, owner: str, name: str, to: str = "", new_name: str = ""
) -> Algorithm:
    """Give an algorithm another owner, another name, or both.

    "" leaves a part as it is. Grants stay but for the new owner's, who needs none;
    stars stay. Raises NotFound, Forbidden, and BadRequest, which for an owner that the
    viewer may not receive for is the same whether there is such an owner or not.
    """
    found = find_algorithm(viewer=viewer, owner=owner, name=name)
    if not viewer.is_authenticated:
        raise SignInNeeded("Sign in first.")
    actor = person(viewer)
    algorithm = _locked(found)
    before = _Address(algorithm.owner, algorithm.name)
    to = to.strip()
    is_given = bool(to) and to.lower() != before.owner.slug.lower()
    _check_role(viewer, before.owner, is_given=is_given)
    target = _receiver(viewer, algorithm, to) if is_given else before.owner
    after = _Address(target, new_name.strip() or algorithm.name)
    if (before.owner.pk, before.name) == (after.owner.pk, after.name):
        raise BadRequest(f"{before} has this owner and this name already.")
    _check_name(algorithm, after)
    _move(algorithm, before, after)
    if is_given:
        _drop_grants(algorithm, after.owner)
        _note_transfer(actor, algorithm, before, after)
    else:
        _note(actor, "rename algorithm", algorithm, before, before.owner.team)
    return algorithm


def _locked(found: Algorithm) -> Algorithm:
    rows = Algorithm.objects.select_for_update(of=("self",))
    return rows.select_related("owner__team").get(pk=found.pk)


def _check_role(viewer: Viewer, owner: Owner, *, is_given: bool) -> None:
    role = role_in(viewer, owner)
    if is_given and not may(role, Action.GIVE):
        raise Forbidden("Only its owner, or the team's owners, may transfer it.")
    if not may(role, Action.PUBLISH):
        raise Forbidden("Only its owner, or the team's maintainers, may rename it.")


def _receiver(viewer: Viewer, algorithm: Algorithm, slug: str) -> Owner:
    """Return the owner of that name, if it is one that the viewer may choose."""
    for each in _receivers(viewer, algorithm):
        if each.slug.lower() == slug.lower():
            return each
    raise BadRequest(
        f"You cannot transfer to {slug[:39]!r}. Choose yourself, or a team in "
        "which you are a maintainer or an owner."
    )


def _check_name(algorithm: Algorithm, after: _Address) -> None:
    try:
        validate_algorithm_name(after.name)
    except ValidationError as refused:
        raise BadRequest(f"name: {' '.join(refused.messages)}") from None
    others = Algorithm.objects.filter(owner=after.owner, name__iexact=after.name)
    if others.exclude(pk=algorithm.pk).exists():
        raise BadRequest(_TAKEN.format(after))


_TAKEN = "There is an algorithm {} already. Choose another name."


def _move(algorithm: Algorithm, before: _Address, after: _Address) -> None:
    algorithm.owner, algorithm.name = after.owner, after.name
    try:
        with transaction.atomic():
            algorithm.save(update_fields=["owner", "name", "updated_at"])
    except IntegrityError:
        raise BadRequest(_TAKEN.format(after)) from None
    aliases.take_over(algorithm)
    is_elsewhere = before.owner.pk != after.owner.pk
    if is_elsewhere or before.name.lower() != after.name.lower():
        aliases.leave(algorithm=algorithm, owner=before.owner, name=before.name)
        former = before.owner.slug, before.name
        key_rules.follow_algorithm(algorithm=algorithm, former=former)


def _drop_grants(algorithm: Algorithm, owner: Owner) -> None:
    rows = Grant.objects.filter(algorithm=algorithm)
    if owner.team_id is not None:
        rows.filter(team=owner.team_id).delete()
    else:
        rows.filter(user=owner.user_id).delete()


def _note_transfer(
    actor: User, algorithm: Algorithm, before: _Address, after: _Address
) -> None:
    """Write it into the trail of both sides, and tell the teams' other owners."""
    giving, receiving = before.owner.team, after.owner.team
    if giving is not None:
        _note(actor, "transfer algorithm", algorithm, before, giving)
        # They may not see where it went.
        text = f"{actor} transferred {before} out of {giving.name}."
        _tell_owners(giving, actor, text, "")
    if receiving is not None:
        _note(actor, "receive algorithm", algorithm, before, receiving)
        text = f"{actor} transferred {after} to {receiving.name}."
        _tell_owners(receiving, actor, text, algorithm.get_absolute_url())


def _tell_owners(team: Team, actor: User, text: str, address: str) -> None:
    owners = team.memberships.filter(role=Membership.Role.OWNER).exclude(user=actor)
    for held in owners.select_related("user"):
        notices.tell(user=held.user, text=text, address=address)


def _note(
    actor: User,
    action: str,
    algorithm: Algorithm,
    before: _Address,
    team: Team | None,
) -> None:
    pairs = {
        "owner": (before.owner.slug, algorithm.owner.slug),
        "name": (before.name, algorithm.name),
    }
    audit.note(
        actor=actor,
        category=VISIBILITY,
        action=action,
        target=algorithm,
        team=team,
        changes={key: pair for key, pair in pairs.items() if pair[0] != pair[1]},
    )
