"""How often somebody may ask: requests a minute, runs an hour, calls a day."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from accounts.addresses import network_of
from catalog.limiting import Counting, Policy, as_headers
from catalog.services.errors import QuotaSpent, TooManyRequests, TooManyRuns

if TYPE_CHECKING:
    from contextvars import Token
    from uuid import UUID

    from catalog.limiting import Standing
    from catalog.services.callers import Caller

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600

Headers = tuple[tuple[str, str], ...]
#: where the request being answered stands; None outside of a counted request
_standings: ContextVar[list[Standing] | None] = ContextVar("standings", default=None)


@lru_cache(maxsize=1)
def _counting(redis_url: str) -> Counting:
    return Counting(redis_url)


#: a limit is made once, not for every call
_policy = lru_cache(maxsize=64)(Policy)


def counting() -> Counting:
    """Return what counts for this process."""
    return _counting(settings.REDIS_URL)


class noting:  # noqa: N801 - read as a word: `with noting() as standings`
    """Gathers where the caller of one request stands with each limit it touches.

    A class, because every call enters it: a generator takes twice as long.
    """

    __slots__ = ("_token",)
    _token: Token[list[Standing] | None]

    def __enter__(self) -> list[Standing]:
        found: list[Standing] = []
        self._token = _standings.set(found)
        return found

    def __exit__(self, *_raised: object) -> None:
        _standings.reset(self._token)


def headers_of(standings: list[Standing]) -> Headers:
    """Return the RateLimit fields of an answer."""
    return as_headers(standings)


def admit_key(caller: Caller) -> None:
    """Count one request of a key; raises TooManyRequests."""
    _admit(_policy("key", settings.VITRINE_RATE_KEY, MINUTE), _name(caller.key_id))


def admit_person(user_id: int) -> None:
    """Count one request to /api from a page's session; raises TooManyRequests."""
    _admit(_policy("person", settings.VITRINE_RATE_PERSON, MINUTE), str(user_id))


def admit_address(address: str) -> None:
    """Count one request without a key; raises TooManyRequests."""
    _admit(_by_address("address"), network_of(address))


def check_guesses(address: str) -> None:
    """Raise TooManyRequests where an address has sent too many keys that are none.

    Asked before a key is looked up, and only for one that is not known yet: whoever
    guesses costs no query, and who works with good keys beside him goes on.
    """
    found = counting().look(_by_address("refused-key"), network_of(address))
    if not found.left:
        _note(found)
        raise _too_many(found)


def note_guess(address: str) -> None:
    """Count one key that was refused; raises TooManyRequests."""
    _admit(_by_address("refused-key"), network_of(address))


def admit_run(caller: Caller) -> None:
    """Count a run: of the day for a key, else of the hour for a person or address.

    Raises QuotaSpent, TooManyRuns.
    """
    if caller.key_id is not None:
        _admit_call(caller)
        return
    found = counting().count(_runs(), _runner(caller))
    _note(found)
    if found.is_over:
        raise TooManyRuns(
            f"You have used your {found.policy.quota:,} runs of this hour. The next "
            f"run is possible in {_minutes(found)} min.",
            retry_after=found.ends_in,
        )


def runs_left(caller: Caller) -> int:
    """Return how many runs on pages are left in this hour."""
    return counting().look(_runs(), _runner(caller)).left


def _admit_call(caller: Caller) -> None:
    quota = caller.calls_per_day
    quota = settings.VITRINE_CALLS_PER_DAY if quota is None else quota
    found = counting().count(_policy("calls", quota, DAY), _name(caller.key_id))
    _note(found)
    if found.is_over:
        raise QuotaSpent(
            f"This key has used its {quota:,} calls of 24 hours. The next call is "
            f"possible in {_minutes(found)} min.",
            retry_after=found.ends_in,
        )


def _admit(policy: Policy, who: str) -> None:
    found = counting().count(policy, who)
    _note(found)
    if found.is_over:
        raise _too_many(found)


def _too_many(found: Standing) -> TooManyRequests:
    policy = found.policy
    return TooManyRequests(
        f"Too many requests: {policy.quota:,} a minute are possible. Wait "
        f"{found.ends_in} s.",
        retry_after=found.ends_in,
    )


def _note(found: Standing) -> None:
    standings = _standings.get()
    if standings is not None:
        standings.append(found)


def _name(key_id: UUID | None) -> str:
    # Its number: the usual text takes thrice as long.
    return str(key_id.int) if key_id is not None else ""


def _by_address(name: str) -> Policy:
    return _policy(name, settings.VITRINE_RATE_ADDRESS, MINUTE)


def _runs() -> Policy:
    return _policy("runs", settings.VITRINE_RUNS_PER_HOUR, HOUR)


def _runner(caller: Caller) -> str:
    if caller.user_id:
        return f"user:{caller.user_id}"
    return f"address:{network_of(caller.address)}"


def _minutes(found: Standing) -> int:
    return found.ends_in // 60 + 1
