"""API keys as their owners manage them: a person's own, and those of a team.

Who calls with a key manages no more than that key reaches: others are not there.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts import key_listing, keys
from accounts.key_limits import KeyTooWide, is_within
from accounts.models import ApiKey, User
from accounts.roles import Action, RoleNeeded
from accounts.viewers import KeyViewer
from catalog.services.errors import BadRequest, Forbidden, NotFound, SignInNeeded
from catalog.services.teams import find_team
from catalog.services.teams import person as find_person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.key_listing import Held
    from accounts.keys import NewKey
    from catalog.services.callers import Caller
    from catalog.visibility import Viewer


def keys_of(*, caller: Caller, team: str = "") -> list[Held]:
    """Return the caller's own keys, or a team's for its members; the newest first.

    Raises NotFound for a team that the caller is not in.
    """
    if team:
        standing = find_team(viewer=caller.viewer, slug=team)
        rows = _rows().filter(team=standing.team)
    else:
        rows = _rows().filter(user=_person_of(caller))
    return key_listing.listed(_reached(caller, rows))


def find_key(*, caller: Caller, pk: UUID) -> Held:
    """Return one of the caller's keys or of the caller's teams; raises NotFound."""
    person = _person_of(caller)
    mine = Q(user=person) | Q(team__memberships__user=person)
    found = key_listing.listed(_reached(caller, _rows().filter(mine, pk=pk)))
    if not found:
        raise NotFound("no such key")
    return found[0]


def make_key(*, caller: Caller, team: str = "", **asked: Any) -> NewKey:
    """Make a key of the caller, or of a team that the caller manages.

    `asked` is what accounts.keys.create_key takes of a new key. Raises NotFound for a
    foreign team, Forbidden for one's own without the role and for a key that would do
    more than the one that asks, BadRequest for what is none.
    """
    person = _person_of(caller)
    holder: dict[str, Any] = {"user": person}
    if team:
        standing = find_team(viewer=caller.viewer, slug=team)
        holder = {"team": standing.team, "made_by": person}
    with _refusals():
        return keys.create_key(**holder, **asked, by_key=_key_of(caller))


def revoke_key(*, caller: Caller, pk: UUID, team: str = "") -> ApiKey:
    """End a key; one that is ended already stays so.

    With `team`, only a key of that team is meant. Raises NotFound, and Forbidden for a
    team's members without the role.
    """
    standing = find_team(viewer=caller.viewer, slug=team) if team else None
    key = find_key(caller=caller, pk=pk).key
    if standing is not None and key.team_id != standing.team.pk:
        raise NotFound("no such key")
    with _refusals():
        keys.revoke_key(key=key, actor=_person_of(caller))
    return key


def key_behind(*, caller: Caller) -> ApiKey | None:
    """Return the key that calls; None for a session of a page."""
    return _key_of(caller)


def maker_of_team(*, viewer: Viewer, team: str) -> Callable[..., NewKey]:
    """Return what makes a key of a team on its page, raising ValidationError.

    Raises NotFound, and Forbidden for members without the role.
    """
    standing = find_team(viewer=viewer, slug=team)
    standing.check(Action.KEYS)
    return partial(keys.create_key, team=standing.team, made_by=find_person(viewer))


def _rows() -> QuerySet[ApiKey]:
    return ApiKey.objects.select_related("user", "team__owner", "made_by").distinct()


def _reached(caller: Caller, rows: QuerySet[ApiKey]) -> list[ApiKey]:
    by_key = _key_of(caller)
    return [key for key in rows if by_key is None or is_within(key, by_key)]


def _key_of(caller: Caller) -> ApiKey | None:
    if caller.key_id is None:
        return None
    return _rows().filter(pk=caller.key_id).first()


def _person_of(caller: Caller) -> User:
    """Return who manages keys; raises SignInNeeded, and Forbidden for a team's key."""
    viewer = caller.viewer
    if isinstance(viewer, User):
        return viewer
    if not isinstance(viewer, KeyViewer):
        raise SignInNeeded("Send an API key with the scope 'admin', or sign in.")
    if viewer.user_id is None:
        raise Forbidden("A team's key manages no keys.")
    return User.objects.get(pk=viewer.user_id)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (RoleNeeded, KeyTooWide) as refused:
        raise Forbidden(" ".join(refused.messages)) from None
    except ValidationError as refused:
        raise BadRequest(" ".join(refused.messages)) from None
