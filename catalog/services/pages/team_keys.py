"""A team's page of keys, for its members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.services import api_keys
from catalog.services.pages.teams import head_of

if TYPE_CHECKING:
    from accounts.key_listing import Held
    from catalog.services.callers import Caller
    from catalog.services.pages.teams import Head


@dataclass(frozen=True, slots=True)
class TeamKeys:
    """The keys of a team under its head."""

    head: Head
    keys: list[Held]


def team_keys(*, caller: Caller, slug: str) -> TeamKeys:
    """Return the keys, without their secrets; raises NotFound for who is no member."""
    head = head_of(viewer=caller.viewer, slug=slug)
    return TeamKeys(head, api_keys.keys_of(caller=caller, team=slug))
