"""Whom a key stands for where it is no whole person: a team, or a part of a reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from accounts.rules import Rule


@dataclass(frozen=True, slots=True)
class KeyViewer:
    """The viewer behind a team's key, or behind a person's key with rules.

    It is no User on purpose: stars, saved searches and whatever else belongs to a
    person are closed to it. `user_id` is None for a team's key, `team_id` for a
    person's; `rules` limit what it sees, none limit nothing.
    """

    name: str
    user_id: int | None = None
    team_id: int | None = None
    rules: tuple[Rule, ...] = ()

    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    is_active: ClassVar[bool] = True
    is_staff: ClassVar[bool] = False
    is_superuser: ClassVar[bool] = False

    @property
    def pk(self) -> int | None:
        return self.user_id

    def get_username(self) -> str:
        return self.name
