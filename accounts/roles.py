"""What a role in a team allows: the one table that pages, API and verbs ask."""

from __future__ import annotations

from enum import StrEnum

from django.core.exceptions import ValidationError

from accounts.models import Membership

_Role = Membership.Role

#: each role may all that a lower one may
RANKS: dict[str, int] = {"": 0, _Role.MEMBER: 1, _Role.MAINTAINER: 2, _Role.OWNER: 3}


class Action(StrEnum):
    """Something that a team's members do, or only some of them."""

    SEE = "see its private listings, members and usage"
    INVITE = "invite people"
    PUBLISH = "publish and rename algorithms"
    GRANT = "let others read or run its listings"
    KEYS = "manage its keys"
    RECEIVE = "take over algorithms"
    GIVE = "transfer its algorithms"
    ROLES = "change roles and remove members"
    SETTINGS = "rename it"
    DELETE = "delete it"
    AUDIT = "read its audit trail"


_LEAST: dict[Action, str] = {
    Action.SEE: _Role.MEMBER,
    Action.INVITE: _Role.MAINTAINER,
    Action.PUBLISH: _Role.MAINTAINER,
    Action.GRANT: _Role.MAINTAINER,
    Action.KEYS: _Role.MAINTAINER,
    Action.RECEIVE: _Role.MAINTAINER,
    Action.GIVE: _Role.OWNER,
    Action.ROLES: _Role.OWNER,
    Action.SETTINGS: _Role.OWNER,
    Action.DELETE: _Role.OWNER,
    Action.AUDIT: _Role.OWNER,
}


class RoleNeeded(ValidationError):
    """Who acts belongs to the team, but the role is not enough for this."""


def may(role: str, action: Action) -> bool:
    """Tell whether `role` allows `action`; "" is nobody's and allows nothing."""
    return RANKS[role] >= RANKS[_LEAST[action]]


def check(role: str, action: Action) -> None:
    """Raise RoleNeeded, which names the roles that would do."""
    if not may(role, action):
        raise RoleNeeded(
            f"To {action} is for a team's {' and '.join(holders_of(action))}.",
            code="role",
        )


def holders_of(action: Action) -> list[str]:
    """Return the roles that allow `action` in words: maintainers, owners."""
    return [f"{role}s" for role in RANKS if role and may(role, action)]


def within(role: str, *, of: str) -> bool:
    """Tell whether `role` is at most `of`: nobody hands on more than they have."""
    return RANKS[role] <= RANKS[of]


def higher(one: str, other: str) -> str:
    """Return the one of two roles that allows more."""
    return max(one, other, key=lambda role: RANKS[role])


def checked_role(role: str) -> str:
    """Return a role that is one; raises ValidationError that lists them."""
    if role not in _Role.values:
        raise ValidationError(
            f"A role is one of: {', '.join(_Role.values)}.", code="role_unknown"
        )
    return role
