"""The audit trail as it is read: who may read which entries, filters, pages.

Curators read all. A team's owners read what was done in their team, a person what they
did themself and what was done to their account and keys. A filter narrows that and
never widens it: to ask for another's entries finds none.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from accounts.models import ApiKey, Membership, Owner, User
from accounts.roles import Action, may
from catalog.models import AuditEntry
from catalog.services.errors import BadRequest, Forbidden, NotFound, SignInNeeded
from catalog.services.teams import find_team

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from accounts.models import Team
    from catalog.services.audit_filters import Filters
    from catalog.visibility import Viewer

    Entries = QuerySet[AuditEntry]

Category = AuditEntry.Category
PAGE_ROWS, MOST_ROWS = 50, 100
BATCH = 1000
#: what others do to a person's account is for the person to read
OWN_AFFAIRS = (Category.SIGN_IN, Category.KEY, Category.ACCOUNT)


@dataclass(frozen=True, slots=True)
class Trail:
    """Entries that `reader` may read; `team` where they are one team's."""

    reader: User
    rows: Entries
    team: Team | None = None

    def is_told_means(self, entry: AuditEntry) -> bool:
        """Tell whether the reader may know from where, and by which key, it was done.

        From where curators work is for curators.
        """
        if self.reader.is_staff or entry.actor_id == self.reader.pk:
            return True
        return entry.actor is None or not entry.actor.is_staff


@dataclass(frozen=True, slots=True)
class Found:
    """A page of entries, newest first; `total` counts all that match."""

    trail: Trail
    filters: Filters
    rows: list[AuditEntry]
    total: int
    next_cursor: str


def own_trail(*, viewer: Viewer) -> Trail:
    """Return what a person did, and what was done to their account and keys."""
    reader = _reader(viewer)
    return Trail(reader, _entries(_own(reader)))


def team_trail(*, viewer: Viewer, slug: str) -> Trail:
    """Return a team's entries; NotFound for strangers, Forbidden for its members."""
    standing = find_team(viewer=viewer, slug=slug)
    standing.check(Action.AUDIT)
    team = standing.team
    return Trail(_reader(viewer), _entries(Q(team=team)), team)


def whole_trail(*, viewer: Viewer) -> Trail:
    """Return every entry, for curators; raises NotFound for everybody else."""
    if not isinstance(viewer, User) or not _is_curator(viewer):
        raise NotFound("page not found")
    return Trail(viewer, _entries(Q()))


def readable_trail(*, viewer: Viewer) -> Trail:
    """Return all that the viewer may read: what the API answers from.

    Raises SignInNeeded for nobody, Forbidden for a key that is less than a person.
    """
    reader = _reader(viewer)
    if _is_curator(reader):
        return Trail(reader, _entries(Q()))
    held = Membership.objects.filter(user=reader)
    teams = [row.team_id for row in held if may(row.role, Action.AUDIT)]
    return Trail(reader, _entries(_own(reader) | Q(team__in=teams)))


def entries(
    *, trail: Trail, filters: Filters, cursor: str = "", limit: int = PAGE_ROWS
) -> Found:
    """Return one page; raises BadRequest for a cursor or limit that is none."""
    if not 1 <= limit <= MOST_ROWS:
        raise BadRequest(f"limit: write a number from 1 to {MOST_ROWS}.")
    matching = _matching(trail, filters)
    rows = list(_after(matching, cursor)[: limit + 1])
    more = len(rows) > limit
    del rows[limit:]
    next_cursor = _cursor_after(rows[-1]) if more else ""
    return Found(trail, filters, rows, matching.count(), next_cursor)


def all_entries(*, trail: Trail, filters: Filters) -> Iterator[list[AuditEntry]]:
    """Yield every match in batches, newest first.

    Each batch is a question of its own: a slow reader holds no transaction open.
    """
    matching = _matching(trail, filters)
    cursor = ""
    while rows := list(_after(matching, cursor)[:BATCH]):
        yield rows
        cursor = _cursor_after(rows[-1])


def keys_of(rows: list[AuditEntry]) -> dict[UUID, ApiKey]:
    """Return the keys that acted in `rows`, those that are still there."""
    named = {row.key_id for row in rows if row.key_id is not None}
    return ApiKey.objects.in_bulk(named) if named else {}


def slugs_of(trail: Trail, rows: list[AuditEntry]) -> dict[int, str]:
    """Return the present names of the teams in `rows` that the reader belongs to."""
    owners = Owner.objects.filter(team__in={row.team_id for row in rows if row.team_id})
    if not trail.reader.is_staff:
        owners = owners.filter(team__memberships__user=trail.reader)
    return {pk: slug for pk, slug in owners.values_list("team", "slug") if pk}


def _reader(viewer: Viewer) -> User:
    if not viewer.is_authenticated:
        raise SignInNeeded("Sign in first.")
    if not isinstance(viewer, User):
        raise Forbidden("The audit trail is read by a person, or a key without rules.")
    return viewer


def _is_curator(viewer: User) -> bool:
    return viewer.is_active and viewer.is_staff


def _own(reader: User) -> Q:
    keys = ApiKey.objects.filter(user=reader).values_list("pk", flat=True)
    held = Q(target_type="user", target_id=str(reader.pk)) | Q(
        target_type="apikey", target_id__in=[str(pk) for pk in keys]
    )
    return Q(actor=reader) | (held & Q(category__in=OWN_AFFAIRS))


def _entries(condition: Q) -> Entries:
    # Whoever acted may be gone: the join is an outer one, and the name is kept.
    return AuditEntry.objects.filter(condition).select_related("actor")


def _matching(trail: Trail, filters: Filters) -> Entries:
    rows = trail.rows.filter(filters.condition)
    if trail.reader.is_staff:
        return rows.order_by("-created_at", "-id")
    if filters.team:
        # What a team is called now is for those who belong to it.
        rows = rows.filter(team__memberships__user=trail.reader)
    if filters.asks_for_means:
        rows = rows.exclude(Q(actor__is_staff=True) & ~Q(actor=trail.reader))
    return rows.order_by("-created_at", "-id")


def _cursor_after(entry: AuditEntry) -> str:
    text = f"{entry.created_at.astimezone(UTC).isoformat()} {entry.pk}"
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _after(rows: Entries, cursor: str) -> Entries:
    """Return what comes after the entry that a cursor names.

    No secret: whoever makes one up only chooses where a page starts.
    """
    if not cursor:
        return rows
    try:
        packed = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        moment, pk = base64.urlsafe_b64decode(packed).decode().split(" ")
        at, last = datetime.fromisoformat(moment).astimezone(UTC), UUID(pk)
    except (ValueError, binascii.Error, OverflowError):
        raise BadRequest("cursor: it is not one of this list.") from None
    return rows.filter(
        Q(created_at__lt=at) | Q(created_at=at, pk__lt=last), created_at__lte=at
    )
