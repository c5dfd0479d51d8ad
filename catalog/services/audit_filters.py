"""What the audit trail is asked for: the parameters of its pages, API and exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q

from accounts import key_text
from accounts.models import ApiKey
from catalog.models import AuditEntry
from catalog.services.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 200
NAMES = (
    "category",
    "action",
    "actor",
    "team",
    "target",
    "key",
    "address",
    "since",
    "until",
)
SHOWN_KEY = len(key_text.PREFIX) + key_text.LOOKUP


@dataclass(frozen=True, slots=True)
class Filters:
    """What entries have to be like; "" asks for nothing.

    `action`, `actor`, `team` (a slug) and `address` match whole, in any case;
    `target` a part of it; `key` is a key's id or its public beginning `vtr_abcd1234`.
    `since` and `until` are days or moments of ISO 8601, UTC where no zone is given; a
    day counts whole.
    """

    category: str = ""
    action: str = ""
    actor: str = ""
    team: str = ""
    target: str = ""
    key: str = ""
    address: str = ""
    since: str = ""
    until: str = ""

    @property
    def given(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in NAMES if getattr(self, name)}

    @property
    def query(self) -> str:
        """The filters as a query string."""
        return urlencode(self.given)

    @property
    def asks_for_means(self) -> bool:
        return bool(self.key or self.address)

    @property
    def condition(self) -> Q:
        lookups = {
            "category": "category",
            "action": "action__iexact",
            "actor": "actor_name__iexact",
            "team": "team__owner__slug__iexact",
            "target": "target__icontains",
            "address": "address__iexact",
        }
        given = self.given
        found = Q(**{lookups[name]: given[name] for name in lookups if name in given})
        if self.key:
            found &= _by_key(self.key)
        if self.since:
            found &= Q(created_at__gte=_moment("since", self.since))
        if self.until:
            end = _moment("until", self.until, is_end=True)
            found &= Q(created_at__lt=end)
        return found


def filters_in(asked: Mapping[str, str]) -> Filters:
    """Read the filters among a request's parameters; raises BadRequest for bad ones.

    A whole key that was pasted is cut to its public beginning, before it is shown or
    put into an address.
    """
    given = {name: asked.get(name, "").strip() for name in NAMES}
    for name, text in given.items():
        if len(text) > LONGEST or "\0" in text:
            raise BadRequest(f"{name}: write at most {LONGEST} characters of text.")
    if given["category"] and given["category"] not in AuditEntry.Category.values:
        known = ", ".join(AuditEntry.Category.values)
        raise BadRequest(f"category: write one of {known}.")
    if given["key"].startswith(key_text.PREFIX):
        given["key"] = given["key"][:SHOWN_KEY]
    for name in ("since", "until"):
        if given[name]:
            _moment(name, given[name])
    return Filters(**given)


def _by_key(text: str) -> Q:
    try:
        return Q(key_id=UUID(text))
    except ValueError:
        lookup = text.removeprefix(key_text.PREFIX)
        held = ApiKey.objects.filter(lookup=lookup).values("pk")
        return Q(key_id__in=held)


def _moment(name: str, text: str, *, is_end: bool = False) -> datetime:
    try:
        if len(text) == len("2026-01-31"):
            day = date.fromisoformat(text)
            start = datetime.combine(day, time.min, UTC)
            return start + timedelta(days=1) if is_end else start
        # The + of a zone is a space where an address was written by hand.
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return known.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest(
            f"{name}: write a day or moment such as 2026-01-31 or 2026-01-31T08:00Z."
        ) from None
