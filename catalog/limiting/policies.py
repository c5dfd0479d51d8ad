"""A limit, where somebody stands with it, and both as HTTP headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Policy:
    """At most `quota` in `seconds`, counted from the first one on.

    `name` is what the headers call it: letters, digits and hyphens.
    """

    name: str
    quota: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What one caller has used of a policy, and in how many seconds it begins anew."""

    policy: Policy
    used: int
    ends_in: int

    @property
    def left(self) -> int:
        return max(self.policy.quota - self.used, 0)

    @property
    def is_over(self) -> bool:
        return self.used > self.policy.quota


def as_headers(standings: Sequence[Standing]) -> tuple[tuple[str, str], ...]:
    """Write both fields of draft-ietf-httpapi-ratelimit-headers-10.

    `q` is the quota and `w` its window, `r` what is left and `t` when it is whole
    again, in seconds. What was counted first stands first.
    """
    if not standings:
        return ()
    limits = [
        f'"{s.policy.name}";q={s.policy.quota};w={s.policy.seconds}' for s in standings
    ]
    left = [f'"{s.policy.name}";r={s.left};t={s.ends_in}' for s in standings]
    return ("RateLimit-Policy", ", ".join(limits)), ("RateLimit", ", ".join(left))
