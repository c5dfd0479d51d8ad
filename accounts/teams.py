"""Verbs on teams: keyword-only, one transaction, they raise ValidationError.

`actor` is who does it; None is the operator on the command line, who may all. A
team's row is locked while its members change, so that two changes at once cannot
leave it without an owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import events, namespaces, notices, roles
from accounts.models import Membership, Owner, Team, User
from accounts.roles import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    Changes = Mapping[str, tuple[Any, Any]]

CATEGORY = "membership"
LONGEST_NAME, LONGEST_ABOUT = 80, 200
OWNER = Membership.Role.OWNER


def create(*, actor: User | None, slug: str, name: str, about: str = "") -> Team:
    """Make a team and its namespace; who makes it is its owner."""
    name, about = checked_texts(name, about)
    try:
        with transaction.atomic():
            namespaces.check_free(slug)
            team = Team.objects.create(name=name, about=about)
            Owner.objects.create(slug=slug, team=team)
            if actor is not None:
                Membership.objects.create(team=team, user=actor, role=OWNER)
            _tell("create team", team, actor, {"slug": ("", slug), "name": ("", name)})
    except IntegrityError:
        raise ValidationError("This name is taken.", code="taken") from None
    return team


@transaction.atomic
def rename(*, actor: User, team: Team, slug: str, name: str, about: str) -> Team:
    """Change what a team is called; its old address is kept for it.

    Rules of keys that name the old address are the caller's to rewrite.
    """
    team = _locked(team)
    roles.check(role_of(team, actor), Action.SETTINGS)
    name, about = checked_texts(name, about)
    before = {"slug": team.owner.slug, "name": team.name, "about": team.about}
    after = {"slug": slug, "name": name, "about": about}
    changes = {
        part: (old, after[part]) for part, old in before.items() if old != after[part]
    }
    if not changes:
        return team
    if "slug" in changes:
        namespaces.move(team.owner, slug)
    team.name, team.about = name, about
    team.save(update_fields=["name", "about"])
    _tell("rename team", team, actor, changes)
    return team


@transaction.atomic
def add(*, actor: User | None, team: Team, user: User, role: str) -> Membership:
    """Give a person a role in a team, whoever they are: for the operator.

    Everybody else invites (accounts.invitations).
    """
    roles.checked_role(role)
    team = _locked(team)
    held = Membership.objects.filter(team=team, user=user).first()
    if held is not None:
        return _change_role(team, held, role, actor)
    return join(team=team, user=user, role=role, actor=actor)


def join(*, team: Team, user: User, role: str, actor: User | None) -> Membership:
    """Make a person a member; inside a transaction that holds the team's lock."""
    membership = Membership.objects.create(team=team, user=user, role=role)
    _tell("add member", membership, actor, {"role": ("", role)})
    if actor != user:
        text = f"You are now {_with_article(role)} of {team.name}."
        notices.tell(user=user, text=text, address=address_of(team))
    return membership


@transaction.atomic
def set_role(*, actor: User, team: Team, user: User, role: str) -> Membership:
    """Change a member's role; the last owner stays one."""
    roles.checked_role(role)
    team = _locked(team)
    roles.check(role_of(team, actor), Action.ROLES)
    return _change_role(team, member_of(team, user), role, actor)


def raise_role(*, team: Team, held: Membership, role: str) -> Membership:
    """Give a member a higher role by an invitation; holds the team's lock."""
    return _change_role(team, held, role, held.user)


def _change_role(
    team: Team, held: Membership, role: str, actor: User | None
) -> Membership:
    if held.role == role:
        return held
    if held.role == OWNER:
        keep_an_owner(team, held)
    before, held.role = held.role, role
    held.save(update_fields=["role"])
    _tell("change role", held, actor, {"role": (before, role)})
    if actor != held.user:
        text = f"You are now {_with_article(role)} of {team.name}."
        notices.tell(user=held.user, text=text, address=address_of(team))
    return held


@transaction.atomic
def remove(*, actor: User, team: Team, user: User) -> None:
    """End a membership; who acts on themself leaves. The last owner stays."""
    team = _locked(team)
    held = member_of(team, user)
    is_leaving = actor == user
    if not is_leaving:
        roles.check(role_of(team, actor), Action.ROLES)
    if held.role == OWNER:
        keep_an_owner(team, held)
    action = "leave team" if is_leaving else "remove member"
    _tell(action, held, actor, {"role": (held.role, "")})
    held.delete()
    if not is_leaving:
        text = f"You are no longer a member of {team.name}."
        notices.tell(user=user, text=text)


@transaction.atomic
def delete(*, actor: User, team: Team) -> None:
    """End a team that owns no algorithm (the catalog refuses the others).

    Its keys and invitations end with it, and its names become free.
    """
    team = _locked(team)
    roles.check(role_of(team, actor), Action.DELETE)
    _tell("delete team", team, actor, {"slug": (team.owner.slug, "")})
    for held in team.memberships.exclude(user=actor).select_related("user"):
        notices.tell(user=held.user, text=f"{team.name} was deleted.")
    team.delete()


def role_of(team: Team, user: User) -> str:
    """Return a person's role in the team; "" for none, and for a closed account."""
    held = Membership.objects.filter(team=team, user=user, user__is_active=True)
    return held.values_list("role", flat=True).first() or ""


def member_of(team: Team, user: User) -> Membership:
    """Return a person's membership; raises ValidationError where there is none."""
    held = Membership.objects.filter(team=team, user=user).select_related("user")
    found = held.first()
    if found is None:
        raise ValidationError(f"{user} is no member of this team.", code="no_member")
    return found


def lock(team: Team) -> Team:
    """Read the team anew and keep others from changing its members meanwhile."""
    return _locked(team)


def address_of(team: Team) -> str:
    """Return the path of a team's page."""
    return f"/teams/{team.owner.slug}"


def _locked(team: Team) -> Team:
    rows = Team.objects.select_for_update(of=("self",)).select_related("owner")
    locked = rows.filter(pk=team.pk).first()
    if locked is None:
        raise ValidationError("This team is no more.", code="gone")
    return locked


def keep_an_owner(team: Team, held: Membership) -> None:
    """Raise ValidationError where `held` is the last owner; holds the team's lock."""
    others = team.memberships.filter(role=OWNER, user__is_active=True)
    if not others.exclude(pk=held.pk).exists():
        raise ValidationError(
            "A team keeps at least one owner. Make another member an owner first.",
            code="last_owner",
        )


def checked_texts(name: str, about: str) -> tuple[str, str]:
    """Return a team's name and text as they are kept; raises ValidationError."""
    name, about = " ".join(name.split()), " ".join(about.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise ValidationError(
            f"Give the team a name of 1 to {LONGEST_NAME} characters.", code="name"
        )
    if len(about) > LONGEST_ABOUT or not (not about or about.isprintable()):
        raise ValidationError(
            f"Say in at most {LONGEST_ABOUT} characters what the team is for.",
            code="about",
        )
    return name, about


def _with_article(role: str) -> str:
    return f"an {role}" if role == OWNER else f"a {role}"


def _tell(
    action: str, target: Team | Membership, actor: User | None, changes: Changes
) -> None:
    team = target if isinstance(target, Team) else target.team
    events.tell(
        category=CATEGORY,
        action=action,
        target=target,
        actor=actor,
        team=team,
        changes=changes,
    )
