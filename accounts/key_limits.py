"""That no key makes or ends a key that reaches further than itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from accounts.models import ApiKey
    from accounts.rules import Rule


class KeyTooWide(ValidationError):
    """A key asks for another that may do what it may not do itself."""


def check_within(new: ApiKey, by: ApiKey) -> None:
    """Raise KeyTooWide unless `new` may do, reach and live no more than `by`."""
    more = sorted(set(new.scopes) - set(by.scopes))
    if more:
        raise KeyTooWide(
            f"This key lacks the scope {more[0]!r} and so cannot give it.",
            code="scopes",
        )
    if not is_within(new, by):
        raise KeyTooWide(
            f"This key reaches {', '.join(by.rules)} alone; the new one's rules must "
            "be within these.",
            code="rules",
        )
    if new.expires_at > by.expires_at:
        raise KeyTooWide(
            "The new key would outlive this one, which ends on "
            f"{by.expires_at:%Y-%m-%d %H:%M} UTC. Ask for fewer days.",
            code="days",
        )
    _check_quota(new, by)


def _check_quota(new: ApiKey, by: ApiKey) -> None:
    if by.calls_per_day is None:
        return
    if new.calls_per_day is None or new.calls_per_day > by.calls_per_day:
        raise KeyTooWide(
            f"This key has {by.calls_per_day:,} calls a day; the new one cannot "
            "have more.",
            code="calls_per_day",
        )


def is_within(key: ApiKey, by: ApiKey) -> bool:
    """Tell whether `key` stands within what `by` reaches.

    A person's key reaches the person's own keys and the keys of teams that the person
    manages; a team's key none but its team's. Rules must lie within rules.
    """
    if by.team_id is not None and key.team_id != by.team_id:
        return False
    if by.user_id is not None and key.team_id is None and key.user_id != by.user_id:
        return False
    if not by.rules:
        return True
    wide = by.parsed_rules
    return bool(key.rules) and all(_covered(rule, wide) for rule in key.parsed_rules)


def _covered(rule: Rule, by: tuple[Rule, ...]) -> bool:
    """Tell whether one of `by` covers all of `rule`."""
    return any(
        wide.owner.lower() == rule.owner.lower()
        and (not wide.name or wide.name.lower() == rule.name.lower())
        for wide in by
    )
