"""A limit, where somebody stands with it, and both as HTTP headers."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


# Named tuples, because every call makes two: a frozen dataclass takes thrice as long.
class Policy(NamedTuple):
    """At most `quota` in `seconds`, counted from the first one on.

    `name` is what the headers call it: letters, digits and hyphens.
    """

    name: str
    quota: int
    seconds: int


class Standing(NamedTuple):
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
    limits = ", ".join([_as_limit(found.policy) for found in standings])
    left = ", ".join([_as_left(*found) for found in standings])
    return ("RateLimit-Policy", limits), ("RateLimit", left)


@lru_cache(maxsize=1024)
def _as_limit(policy: Policy) -> str:
    return f'"{policy.name}";q={policy.quota};w={policy.seconds}'


def _as_left(policy: Policy, used: int, ends_in: int) -> str:
    return f'"{policy.name}";r={max(policy.quota - used, 0)};t={ends_in}'
